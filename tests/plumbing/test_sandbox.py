"""The sandbox: what a file that means harm can do there, and that the next file is answered."""

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.plumbing import envelope, sandbox
from app.plumbing.sandbox import Silent, Unreadable
from app.plumbing.settings import ROOT, Settings
from tests.papers import originals
from tests.plumbing.hostile import SECONDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What the product would have lying beside the sandbox."""
    place = tmp_path_factory.mktemp("var")
    (place / "secret.key").write_bytes(b"secret")
    return place


@contextmanager
def serving(place: Path, name: str = "tests.plumbing.hostile") -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", name, str(place)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        while not place.exists():
            assert server.poll() is None
            time.sleep(0.01)
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def asking(place: Path) -> Iterator[None]:
    app = Flask(__name__)
    app.extensions["settings"] = Settings.read({"YANPIAO_VAR": str(place.parent)})
    app.extensions["sandbox"] = {False: place}
    with app.app_context():
        yield


@pytest.fixture(scope="module")
def pool(folder) -> Iterator[subprocess.Popen]:
    with serving(folder / "box.sock") as server:
        yield server


@pytest.fixture
def box(pool, folder) -> Iterator[None]:
    with asking(folder / "box.sock"):
        yield


def memory(pid: int | str) -> int:
    """In pages, those that it shares with others too."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])


def server_behind(place: Path) -> int:
    """Its process id, 0 where nobody answers."""
    with socket.socket(socket.AF_UNIX) as door:
        if door.connect_ex(str(place)):
            return 0
        return struct.unpack("3i", door.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def children(server: subprocess.Popen) -> set[str]:
    text = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return set(text.split())


def test_a_child_reaches_nothing_but_its_file_and_the_libraries(box, folder):
    held = sandbox.state()
    assert held == {"network": "namespace", "memory": 1 << 30, "files": True, "calls": True}

    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / "door.sock"))
        door.listen()
        facts = {"port": server.getsockname()[1], "pid": os.getpid(), "folder": str(folder)}
        achieved, _ = sandbox.ask("reach_out", BytesIO(b"x"), **facts)
    allowed = {name for name, outcome in achieved.items() if outcome == "done"}
    assert allowed == {"read library", "thread"}, achieved
    assert (folder / "secret.key").read_bytes() == b"secret"
    assert not (folder / "written").exists()


@pytest.mark.parametrize("tool", ["sleep", "spin"])
def test_a_child_that_takes_too_long_is_ended(box, tool):
    began = time.monotonic()
    with pytest.raises(Unreadable, match="died"):
        sandbox.ask(tool, BytesIO(b"x"))
    assert SECONDS <= time.monotonic() - began < SECONDS + 3


@pytest.mark.parametrize(("tool", "reason"), [
    ("eat", "died"), ("crash", "fault"), ("stumble", "fault"), ("recurse", "died"),
    ("refuse", "broken"), ("there is none such", "died"),
])  # fmt: skip
def test_a_child_that_falls_says_so_and_the_next_answers(box, pool, tool, reason):
    with pytest.raises(Unreadable) as refusal:
        sandbox.ask(tool, BytesIO(b"x"))
    assert refusal.value.reason == reason
    assert sandbox.ask("friendly", BytesIO(b"four")) == ({"size": 4}, b"back")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_file_is_not_at_fault_where_the_sandbox_was_stopped(tmp_path, how):
    with serving(tmp_path / "box.sock") as server, asking(tmp_path / "box.sock"):
        answers = sandbox.stream("sleep", BytesIO(b"x"))
        assert next(answers)[0] == {"began": True}
        server.send_signal(how)
        with pytest.raises(Silent):
            next(answers)


def test_each_child_reads_one_file_and_the_pool_is_filled_again(box, pool):
    before = children(pool)
    for size in range(1, 6):
        assert sandbox.ask("friendly", BytesIO(b"x" * size))[0] == {"size": size}
    deadline = time.monotonic() + 5
    while len(children(pool)) != 2 or children(pool) & before:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_who_only_knocks_takes_no_child(box, pool, folder):
    sandbox.ask("friendly", BytesIO(b"x"))
    time.sleep(0.3)
    before = children(pool)
    for _ in range(8):
        with socket.socket(socket.AF_UNIX) as knock:
            knock.connect(str(folder / "box.sock"))
    time.sleep(0.6)
    assert children(pool) == before
    assert sandbox.ask("friendly", BytesIO(b"abc"))[0] == {"size": 3}


def test_parts_come_as_they_are_made(box):
    parts = sandbox.stream("sleep", BytesIO(b"x"))
    assert next(parts) == ({"began": True}, b"")
    with pytest.raises(Unreadable):
        next(parts)


def test_a_large_file_and_a_file_on_the_disk_arrive_whole(box, tmp_path):
    place = tmp_path / "large"
    place.write_bytes(b"x" * 5_000_000)
    with place.open("rb") as file:
        file.read(100)
        assert sandbox.ask("friendly", file)[0] == {"size": 5_000_000}
    assert sandbox.ask("friendly", BytesIO(b"y" * 3_000_000))[0] == {"size": 3_000_000}


def test_pages_are_drawn_by_a_smaller_server_without_which_the_other_ends_too(tmp_path):
    page, facts = originals.pdf("0 g"), {"media_type": "application/pdf", "page": 1}
    place = tmp_path / "box.sock"
    with serving(place, "workers.sandbox") as server, asking(place):
        assert sandbox.ask("preview", BytesIO(page), **facts)[1].startswith(b"RIFF")
        held = {pid: memory(pid) for pid in children(server)}
        smaller = min(held, key=held.__getitem__)
        assert held[smaller] < 0.75 * memory(server.pid)
        assert server_behind(place.with_suffix(".draw")) == int(smaller)
        os.kill(int(smaller), signal.SIGKILL)
        assert server.wait(10) == 1, "whoever watches over them starts both anew"


def test_where_no_smaller_server_is_the_other_draws(tmp_path):
    page, facts = originals.pdf("0 g"), {"media_type": "application/pdf", "page": 1}
    place = tmp_path / "box.sock"
    with serving(place, "workers.sandbox"), asking(place):
        while not envelope.beside(place).exists():
            time.sleep(0.01)
        envelope.beside(place).unlink()
        assert sandbox.ask("preview", BytesIO(page), **facts)[1].startswith(b"RIFF")


@pytest.mark.full
def test_one_that_is_told_to_stop_while_it_forks_stops(folder):
    told = "os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), 15)); sandbox.main()"
    code = f"import os; from workers import sandbox; {told}"
    command = [sys.executable, "-c", code, str(folder / "told.sock")]
    assert subprocess.run(command, cwd=ROOT, timeout=20).returncode == 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_health_page_says_how_files_are_held(browser, lin):
    words = browser.sign_in(lin).see("/health").words()
    assert "No network" in words
