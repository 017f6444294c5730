"""The real product as bin/run starts it: its processes come up, come back, and go."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from workers import redis

ROOT = Path(__file__).parents[2]
PARTS = ["redis", "sandbox", "web", "worker", "sweep"]

pytestmark = pytest.mark.xdist_group("supervise")


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


class Installation:
    """One folder of data, one port, and the supervisor that runs on them."""

    def __init__(self, var: Path, **more: str) -> None:
        self.var = var
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.bind = f"127.0.0.1:{free.getsockname()[1]}"
        ours = ("YANPIAO_", "PYTEST_", "DATABASE_URL", "REDIS_URL", "ROLE")
        self.env = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        self.env |= {"YANPIAO_VAR": str(var), "YANPIAO_BIND": self.bind} | more

    def setup(self) -> None:
        self.run(sys.executable, "-m", "flask", "--app", "wsgi", "setup").check_returncode()

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=60
        )

    def start(self) -> None:
        self.log = (self.var / "log").open("w+")
        self.supervisor = subprocess.Popen(
            [sys.executable, "-m", "workers.supervise"], cwd=ROOT, env=self.env, stderr=self.log
        )
        until(lambda: "is ready" in self.said())
        until(lambda: self.pid("sweep"))

    def said(self) -> str:
        return (self.var / "log").read_text()

    def lives(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.bind}/livez", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def pid(self, name: str) -> int:
        path = self.var / "run" / f"{name}.pid"
        return int(path.read_text()) if path.exists() else 0

    def everybody(self) -> set[str]:
        """By environment; by command line too, since a Redis writes its title over the former."""
        ours = f"YANPIAO_VAR={self.var}", str(self.var)
        seen = [(path.name, said_by(path)) for path in Path("/proc").glob("[0-9]*")]
        return {pid for pid, words in seen if any(word.startswith(ours) for word in words)}

    def end(self) -> None:
        self.supervisor.kill()
        self.supervisor.wait()
        for pid in self.everybody():
            os.kill(int(pid), signal.SIGKILL)
        self.log.close()


def said_by(process: Path) -> list[str]:
    try:
        text = (process / "environ").read_text() + (process / "cmdline").read_text()
    except (OSError, UnicodeDecodeError):
        return []
    return re.split(r"[\0 :]", text)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("prepared") / "var"
    Installation(var).setup()
    return var


@pytest.fixture(scope="module")
def running(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    yield from started(prepared, tmp_path_factory.mktemp("running"))


@pytest.fixture
def without_redis(prepared: Path, tmp_path: Path) -> Iterator[Installation]:
    yield from started(prepared, tmp_path, YANPIAO_NO_REDIS="1")


@pytest.fixture
def passing(prepared: Path, tmp_path: Path) -> Iterator[Installation]:
    yield from started(prepared, tmp_path)


def started(prepared: Path, folder: Path, **more: str) -> Iterator[Installation]:
    shutil.copytree(prepared, folder / "var")
    installation = Installation(folder / "var", **more)
    try:
        installation.start()
        yield installation
    finally:
        installation.end()


def test_every_part_comes_up_and_notes_its_pid(running: Installation) -> None:
    pids = {str(running.pid(name)) for name in ["supervise", *PARTS]}
    until(lambda: pids <= running.everybody())
    assert running.lives() and redis.answers(running.var / "run" / "redis.sock")


def test_the_sweeper_leads_and_no_part_complains(running: Installation) -> None:
    with closing(sqlite3.connect(running.var / "yanpiao.db")) as database:
        until(lambda: database.execute("SELECT owner FROM leaders").fetchall())
    assert "Traceback" not in running.said()


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_killed_is_started_again(running: Installation, name: str) -> None:
    old = running.pid(name)
    os.kill(old, signal.SIGKILL)
    until(lambda: running.pid(name) != old)
    until(running.lives)
    until(lambda: redis.answers(running.var / "run" / "redis.sock"))
    assert f"{name} ended (SIGKILL); starting it again in" in running.said()


def test_a_second_start_on_the_same_data_says_so_and_ends(running: Installation) -> None:
    for second in (["bin/run"], [sys.executable, "-m", "workers.supervise"]):
        ended = running.run(*second)
        assert ended.returncode == 1
        assert ended.stderr == f"Yanpiao is already running on {running.var}.\n"


def test_a_start_on_a_taken_address_says_so_and_ends(running: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path / "var", YANPIAO_BIND=running.bind)
    ended = other.run(sys.executable, "-m", "workers.supervise")
    assert ended.returncode == 1 and f"{running.bind} is taken" in ended.stderr


def test_it_runs_without_any_redis_and_stops_without_a_trace(without_redis: Installation) -> None:
    assert without_redis.lives() and without_redis.pid("sweep")
    assert not without_redis.pid("redis") and not without_redis.pid("worker")
    assert "the sweeper does the work itself" in without_redis.said()
    without_redis.supervisor.send_signal(signal.SIGINT)
    assert without_redis.supervisor.wait(20) == 0
    assert without_redis.everybody() == set()


def test_ctrl_c_stops_every_process_and_leaves_no_pid(passing: Installation) -> None:
    passing.supervisor.send_signal(signal.SIGINT)
    assert passing.supervisor.wait(20) == 0
    assert passing.everybody() == set()
    assert list((passing.var / "run").glob("*.pid")) == []


def test_nothing_outlives_a_supervisor_that_is_killed(passing: Installation) -> None:
    passing.supervisor.kill()
    until(lambda: not passing.everybody(), seconds=15)
