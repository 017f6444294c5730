"""The sandbox server: keeps a few locked-in children waiting, one file each.

Run as ``python -m workers.sandbox [--eyes] [SOCKET]``; with ``--eyes`` the one child that waits has
the models for reading pictures loaded. Otherwise a smaller server draws pages at a door beside it:
it knows no readers, so that its children begin and end in a fraction of the time.
"""

import gc
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.documents.readers.limits import EYES_THREADS
from app.plumbing import cage, envelope
from app.plumbing.settings import Settings

Answer = tuple[dict[str, Any], bytes]
Tool = Callable[..., Iterator[Answer]]
EYES_MEMORY, EYES_PATIENCE = 2 << 30, 3
TIMES_AS_MANY = 4


class Child:
    """One waiting or working child; ``until`` is when its time is over, 0 while it waits."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.until = 0.0


class Server:
    """Forks children ahead of need, ends those that take too long, replaces the ended."""

    def __init__(
        self,
        place: Path,
        tools: dict[str, tuple[Tool, float]],
        prepare: Callable[[], None] = lambda: None,
        **limits: int,
    ) -> None:
        self.tools, self.prepare, self.limits = tools, prepare, limits
        self.network = "namespace" if cage.leave_network() else "open"
        self.children: dict[int, Child] = {}
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(place))
        place.chmod(0o600)
        self.door.listen(64)

    def serve(self, count: int, most: int = 0, beside: int = 0) -> None:
        """Work until told to stop: with ``count`` children, with up to ``most`` while none waits.

        One that reads an archive takes long, and has others asked about its files meanwhile. If the
        process ``beside`` ends, so does this one, and whoever watches over it starts both anew.
        """
        cage.prepare()
        gc.collect()
        gc.freeze()
        while True:
            while len(self.children) < count or self._are_taken(most):
                self._fork()
            self._listen(0.25)
            self._end_late()
            if beside and os.waitpid(beside, os.WNOHANG)[0]:
                sys.exit("the server that draws pages has ended")

    def _are_taken(self, most: int) -> bool:
        is_waiting = any(not child.until for child in self.children.values())
        return not is_waiting and len(self.children) < most

    def _fork(self) -> None:
        hear, tell = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            os.close(tell)
            self.children[hear] = Child(pid)
            return
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            cage.die_with_parent()
            for other in (hear, *self.children):
                os.close(other)
            if os.getppid() == parent:
                self.prepare()
                self._work(tell)
            status = 0
        finally:
            os._exit(status)

    def _work(self, tell: int) -> None:
        line, (name, facts, file) = self._asked()
        self.door.close()
        tool, seconds = self.tools[name]
        os.write(tell, struct.pack("d", seconds))
        held = cage.lock_in(seconds, **self.limits)
        if name == "state":
            network = "seccomp" if self.network == "open" and held["calls"] else self.network
            facts = {"held": {"network": network, "memory": cage.MEMORY, **held}}
        try:
            for answer, blob in tool(file, **facts):
                envelope.send(line, answer, blob)
            envelope.send(line, {"end": True})
        except envelope.Unreadable as refusal:
            envelope.send(line, {"unreadable": refusal.reason})
        except (MemoryError, RecursionError):
            envelope.send(line, {"unreadable": "died"})
        except Exception as fault:
            envelope.send(line, {"unreadable": "fault", "fault": f"{name}: {fault!r}"[:500]})

    def _asked(self) -> tuple[socket.socket, envelope.Question]:
        """The next question; who only knocks, to see whether somebody is in, takes no child."""
        while True:
            line, _ = self.door.accept()
            if asked := envelope.question(line):
                return line, asked
            line.close()

    def _listen(self, seconds: float) -> None:
        ready, _, _ = select.select(list(self.children), [], [], seconds)
        for signals in ready:
            child = self.children[signals]
            if said := os.read(signals, 8):
                child.until = time.monotonic() + struct.unpack("d", said)[0]
            else:
                os.waitpid(child.pid, 0)
                os.close(signals)
                del self.children[signals]

    def _end_late(self) -> None:
        for child in self.children.values():
            if child.until and time.monotonic() > child.until:
                os.kill(child.pid, signal.SIGKILL)


def state(_file: BinaryIO, *, held: dict[str, Any]) -> Iterator[Answer]:
    """Say how this child is held."""
    yield held, b""


def tools(chosen: Settings) -> dict[str, tuple[Tool, float]]:
    """Every tool that may be asked for, and the seconds it may take on one file."""
    from app.bureau import sheet
    from app.documents import tools as reading
    from app.intake import table

    short = chosen.sandbox_seconds
    return drawing_tools(chosen) | {
        "state": (state, short),
        "inspect": (reading.inspect, short),
        "read": (reading.read, short),
        "burst": (reading.burst, short),
        "account": (reading.account, short),
        "flat": (reading.flat, short),
        "certificate": (reading.certificate, short),
        "unpack": (reading.unpack, envelope.LONG_SECONDS),
        "list_head": (table.head, envelope.LONG_SECONDS),
        "list_rows": (table.rows, envelope.LONG_SECONDS),
        "sheet": (sheet.rows, envelope.LONG_SECONDS),
    }


def drawing_tools(chosen: Settings) -> dict[str, tuple[Tool, float]]:
    """Those that the smaller server has as well."""
    from app.documents import drawing

    drawing.warm_up()
    short = chosen.sandbox_seconds
    return {"preview": (drawing.preview, short), "leaf": (drawing.leaf, short)}


def _draw_beside(place: Path, chosen: Settings, count: int) -> int:
    """Fork the smaller server, which ends with this one; gives its process."""
    parent = os.getpid()
    if pid := os.fork():
        return pid
    cage.die_with_parent()
    if os.getppid() == parent:
        Server(envelope.beside(place), drawing_tools(chosen)).serve(count, count * TIMES_AS_MANY)
    os._exit(0)


def _eyes(place: Path, chosen: Settings) -> Server:
    """Each child loads the models anew, because their threads do not live through a fork."""
    from app.documents import sight

    seconds = EYES_PATIENCE * chosen.sandbox_seconds
    limits = {"memory": EYES_MEMORY, "threads": EYES_THREADS}
    return Server(place, {"sight": (sight.look, seconds)}, sight.open_eyes, **limits)


def main() -> None:
    """Serve at the path given, or at the one in the settings."""
    chosen = Settings.read()
    has_eyes = "--eyes" in sys.argv
    given = [one for one in sys.argv[1:] if one != "--eyes"]
    usual = chosen.eyes_socket if has_eyes else chosen.sandbox_socket
    place = Path(given[0]) if given else usual
    cage.die_with_parent()
    # At once: what is raised while a process forks is swallowed (CPython, os.register_at_fork).
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if has_eyes:
        _eyes(place, chosen).serve(1)
    count = max(2, os.cpu_count() or 2)
    beside = _draw_beside(place, chosen, count)
    Server(place, tools(chosen)).serve(count, most=count * TIMES_AS_MANY, beside=beside)


if __name__ == "__main__":
    main()
