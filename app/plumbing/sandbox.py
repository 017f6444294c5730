"""Untrusted files are read by children that can do nothing else.

A server forks a few children ahead of need. Each takes one file, answers and ends; it has no
network, a gigabyte of memory and twenty seconds, and cannot start programs. Files travel as
open handles over a unix socket, so a child never opens a path.
"""

import atexit
import logging
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from flask import current_app

from app.core.errors import N_, Problem
from app.plumbing import envelope
from app.plumbing.envelope import Unreadable as Unreadable
from app.plumbing.settings import ROOT, settings

EYES = "sight"
"""The one tool for which a child with loaded models waits, at a door of its own."""

_DRAWING = frozenset({"preview", "leaf"})
_log = logging.getLogger(__name__)


class Silent(Problem):
    """The sandbox itself did not answer: try again later, it says nothing about the file."""

    message = N_(
        "Files cannot be looked at just now. Nothing you handed in before is lost. Please try "
        "again in a minute."
    )
    status = 503


def ask(tool: str, file: IO[bytes], **facts: Any) -> tuple[dict[str, Any], bytes]:
    """Put one file to one tool; the answer is values, and bytes where the tool makes some."""
    *_, last = stream(tool, file, **facts)
    return last


def stream(tool: str, file: IO[bytes], **facts: Any) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The same for a tool that answers in many parts, such as the rows of a sheet.

    Raises:
        Unreadable: the file was refused, or the child died or ran out of time on it.
        Silent: no sandbox could be reached, or it was stopped meanwhile.
    """
    with _connect(tool) as line, _on_disk(file) as open_file:
        try:
            envelope.ask(line, tool, facts, open_file.fileno())
        except ConnectionError as fault:
            raise Silent from fault
        while True:
            answer, blob = _receive(line)
            if answer.get("end"):
                return
            if "fault" in answer:
                _log.error("a fault in the sandbox: %s", answer["fault"])
            if "unreadable" in answer:
                raise Unreadable(str(answer["unreadable"]))
            yield answer, blob


def state() -> dict[str, Any]:
    """How the children are held: ``{"network": "namespace|seccomp|open", ...}``."""
    with tempfile.TemporaryFile() as nothing:
        return ask("state", nothing)[0]


def has_eyes() -> bool:
    """Whether somebody waits to look at pictures."""
    line = _knock(settings().eyes_socket)
    if line:
        line.close()
    return line is not None


@contextmanager
def _on_disk(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file behind a handle of its own, so that the child's reading does not move ours.

    Small uploads are only bytes and get one in memory.
    """
    try:
        handle = file.fileno()
    except OSError:
        with open(os.memfd_create("upload"), "w+b") as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy
        return
    with open(f"/proc/self/fd/{handle}", "rb") as own:
        yield own


def _connect(tool: str) -> socket.socket:
    chosen, started = settings(), current_app.extensions.setdefault("sandbox", {})
    usual = chosen.eyes_socket if tool == EYES else chosen.sandbox_socket
    for place in (usual, started.get(tool == EYES)):
        doors = [envelope.beside(place), place] if place and tool in _DRAWING else [place]
        for door in filter(None, doors):
            if line := _knock(door):
                return line
    return _start_one(has_eyes=tool == EYES)


def _knock(place: Path) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(envelope.LONG_SECONDS)
    try:
        line.connect(str(place))
    except OSError:
        line.close()
        return None
    return line


def _start_one(*, has_eyes: bool) -> socket.socket:
    """A sandbox of our own where nobody runs one: the command line, a test."""
    place = Path(tempfile.mkdtemp(prefix="yanpiao-")) / "sandbox.sock"
    command = [sys.executable, "-m", "workers.sandbox", *["--eyes"] * has_eyes, str(place)]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, stdin=nothing, stdout=nothing, stderr=nothing)
    atexit.register(process.terminate)
    current_app.extensions["sandbox"][has_eyes] = place
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if line := _knock(place):
            return line
        time.sleep(0.02)
    raise Silent


def _receive(line: socket.socket) -> tuple[dict[str, Any], bytes]:
    try:
        return envelope.receive(line)
    except (TimeoutError, ConnectionError, EOFError) as fault:
        raise (Unreadable("died") if _is_served(line) else Silent()) from fault


def _is_served(line: socket.socket) -> bool:
    """Whether the server still runs whose child it was: if not, it went with it, whatever it read.

    The child hears of its parent's end a moment before all others do.
    """
    time.sleep(0.05)
    server, _, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    try:
        state = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return bool(server == 0)
    return state not in ("Z", "X")


REASONS = {
    "fault": N_("This file could not be read because of a fault on our side."),
    "died": N_("This file could not be read: reading it took too long or used too much memory."),
    "too_much": N_("This file holds more than can be read at once."),
}
