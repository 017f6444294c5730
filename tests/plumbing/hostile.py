"""A sandbox with tools that mean harm: ``python -m tests.plumbing.hostile SOCKET``.

Each tool says what it achieved; whoever asks compares that with what should be possible.
"""

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.plumbing import cage
from app.plumbing.envelope import Unreadable
from workers.sandbox import Server, Tool, state

Answers = Iterator[tuple[dict[str, Any], bytes]]
SECONDS = 1.0


def attempt(act: Callable[[], object]) -> str:
    """``done``, or the name of the error that stopped it."""
    try:
        act()
    except OSError as fault:
        return type(fault).__name__
    return "done"


def friendly(file: BinaryIO) -> Answers:
    yield {"size": len(file.read())}, b"back"


def sleep(_file: BinaryIO) -> Answers:
    yield {"began": True}, b""
    time.sleep(60)
    yield {"woke": True}, b""


def spin(_file: BinaryIO) -> Answers:
    while True:
        pass
    yield {}, b""


def eat(_file: BinaryIO) -> Answers:
    held = bytearray(2 << 30)
    yield {"ate": len(held)}, b""


def crash(_file: BinaryIO) -> Answers:
    os.kill(os.getpid(), signal.SIGSEGV)
    ctypes.string_at(0)
    yield {}, b""


def stumble(_file: BinaryIO) -> Answers:
    raise RuntimeError("a bug of our own")
    yield {}, b""


def recurse(_file: BinaryIO) -> Answers:
    def deeper() -> None:
        deeper()

    deeper()
    yield {}, b""


def refuse(_file: BinaryIO) -> Answers:
    raise Unreadable("broken")
    yield {}, b""


def reach_out(_file: BinaryIO, *, port: int, pid: int, folder: str) -> Answers:
    """Everything a child must not do, and whether it could."""
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number: int, *args: int) -> Callable[[], None]:
        def act() -> None:
            if libc.syscall(number, *args) < 0:
                raise OSError(ctypes.get_errno(), "refused")

        return act

    inside = Path(folder) / "written"
    deeds = {
        "connect": lambda: socket.create_connection(("127.0.0.1", port), timeout=1),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect(str(Path(folder) / "door.sock")),
        "fork": os.fork,
        "clone3": call(435, 0, 0),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "kill": lambda: os.kill(pid, 0),
        "tkill": call(200, pid, 0),
        "tgkill": call(234, pid, pid, 0),
        "sigqueue": call(129, pid, 0, 0),
        "ptrace": call(101, 16, pid, 0, 0),
        "read memory": call(310, pid, 0, 0, 0, 0, 0),
        "unshare": call(272, 0x10000000),
        "io_uring": call(425, 1, 0),
        "read secret": lambda: (Path(folder) / "secret.key").read_bytes(),
        "read passwd": lambda: Path("/etc/passwd").read_bytes(),
        "list": lambda: os.listdir(folder),
        "write": lambda: inside.write_bytes(b"x"),
        "delete": lambda: (Path(folder) / "secret.key").unlink(),
        "read library": lambda: Path(os.__file__).read_bytes(),
        "thread": lambda: threading.Thread(target=int).start(),
    }
    yield {name: attempt(act) for name, act in deeds.items()}, b""


TOOLS: dict[str, tuple[Tool, float]] = {
    one.__name__: (one, SECONDS)
    for one in (state, friendly, sleep, spin, eat, crash, stumble, recurse, refuse, reach_out)
}

if __name__ == "__main__":
    cage.die_with_parent()
    Server(Path(sys.argv[1]), TOOLS).serve(count=2)
