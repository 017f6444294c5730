"""The real product as bin/run starts it: its processes come up, come back, and go."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.installation import PARTS, Installation, started, until
from workers import redis

pytestmark = pytest.mark.xdist_group("supervise")


@pytest.fixture(scope="module")
def running(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with started(prepared, tmp_path_factory.mktemp("running")) as installation:
        yield installation


@pytest.fixture
def without_redis(prepared: Path, tmp_path: Path) -> Iterator[Installation]:
    with started(prepared, tmp_path, YANPIAO_NO_REDIS="1") as installation:
        yield installation


@pytest.fixture
def passing(prepared: Path, tmp_path: Path) -> Iterator[Installation]:
    with started(prepared, tmp_path) as installation:
        yield installation


def test_every_part_comes_up_and_notes_its_pid(running: Installation) -> None:
    pids = {str(running.pid(name)) for name in ["supervise", *PARTS]}
    until(lambda: pids <= running.everybody())
    assert running.lives() and redis.answers(running.var / "run" / "redis.sock")


def test_the_sweeper_leads_and_no_part_complains(running: Installation) -> None:
    with closing(sqlite3.connect(running.var / "yanpiao.db")) as database:
        until(lambda: database.execute("SELECT owner FROM leaders").fetchall())
    assert "Traceback" not in running.said()


@pytest.mark.full
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


@pytest.mark.full
def test_it_runs_without_any_redis_and_stops_without_a_trace(without_redis: Installation) -> None:
    assert without_redis.lives() and without_redis.pid("sweep")
    assert not without_redis.pid("redis") and not without_redis.pid("worker")
    assert "the sweeper does the work itself" in without_redis.said()
    without_redis.supervisor.send_signal(signal.SIGINT)
    assert without_redis.supervisor.wait(20) == 0
    assert without_redis.everybody() == set()


@pytest.mark.full
def test_ctrl_c_stops_every_process_and_leaves_no_pid(passing: Installation) -> None:
    passing.supervisor.send_signal(signal.SIGINT)
    assert passing.supervisor.wait(20) == 0
    assert passing.everybody() == set()
    assert list((passing.var / "run").glob("*.pid")) == []


@pytest.mark.full
def test_nothing_outlives_a_supervisor_that_is_killed(passing: Installation) -> None:
    passing.supervisor.kill()
    until(lambda: not passing.everybody(), seconds=15)
