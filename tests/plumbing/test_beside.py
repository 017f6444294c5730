"""A process beside takes what this one makes; what befalls it is heard here, and the reverse."""

import errno
import os
import signal
import time
from pathlib import Path

import pytest

from app.plumbing.beside import LeftAlone, beside


class Stop(Exception):
    pass


def into(place: Path):
    def write(told):
        try:
            with place.open("w") as file:
                for one in told:
                    file.write(f"{one} {os.getpid()}\n")
        except EOFError:
            place.write_text("left alone")
            raise

    return write


def soon(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_all_is_taken_in_its_order_by_another_process(tmp_path):
    with beside(into(tmp_path / "told")) as give:
        for one in range(2_000):
            give(one)
    lines = [line.split() for line in (tmp_path / "told").read_text().splitlines()]
    assert [number for number, _ in lines] == [str(one) for one in range(2_000)]
    assert {pid for _, pid in lines} != {str(os.getpid())}


@pytest.mark.parametrize("count", [1, 2_000])
def test_what_is_raised_there_is_raised_here(count):
    def full(told):
        next(told)
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError) as fault, beside(full) as give:
        for _ in range(count):
            give("x" * 1_000)
    assert fault.value.errno == errno.ENOSPC


@pytest.mark.parametrize("count", [1, 2_000])
def test_one_that_is_killed_leaves_this_one_alone(count):
    def killed(told):
        next(told)
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(LeftAlone), beside(killed) as give:
        for _ in range(count):
            give("x" * 1_000)


def test_an_end_here_is_heard_there(tmp_path):
    with pytest.raises(Stop), beside(into(tmp_path / "told")) as give:
        give(1)
        raise Stop
    assert (tmp_path / "told").read_text() == "left alone"


def test_it_is_heard_there_that_this_one_was_killed(tmp_path):
    pid = os.fork()
    if not pid:
        with beside(into(tmp_path / "told")) as give:
            give(1)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    soon(lambda: (tmp_path / "told").read_text() == "left alone")
