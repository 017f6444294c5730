"""What travels between who asks and a child of the sandbox: values as JSON, bytes behind them.

Nothing but the standard library is known here, so that children stay small.
"""

import array
import json
import socket
import struct
from pathlib import Path
from typing import Any, BinaryIO

LONG_SECONDS = 1800.0
"""The most that a tool takes which reads many files in one."""

Question = tuple[str, dict[str, Any], BinaryIO]
_HEAD = struct.Struct("!II")
_MOST_TEXT, _MOST_BYTES = 8 << 20, 32 << 20


def beside(place: Path) -> Path:
    """The door of those who only draw pages; whoever reads files draws them too, if need be."""
    return place.with_suffix(".draw")


class Unreadable(Exception):
    """A file that could not be read; ``reason`` is a stable word, ``sandbox.REASONS`` says it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ask(line: socket.socket, tool: str, facts: dict[str, Any], handle: int) -> None:
    """Hand over an open file with a question about it."""
    question = json.dumps({"tool": tool, "facts": facts}).encode()
    handles = array.array("i", [handle]).tobytes()
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)]
    line.sendmsg([_HEAD.pack(len(question), 0) + question], ancillary)


def question(line: socket.socket) -> Question | None:
    """The child's side: which tool, with which facts, on which open file; None of a mere knock."""
    first, ancillary, _flags, _address = line.recvmsg(_HEAD.size, socket.CMSG_SPACE(4))
    if not first:
        return None
    size, _ = _HEAD.unpack(first)
    asked = json.loads(_exactly(line, size))
    (handle,) = array.array("i", ancillary[0][2][:4])
    return asked["tool"], asked["facts"], open(handle, "rb")


def send(line: socket.socket, answer: dict[str, Any], blob: bytes = b"") -> None:
    """The child's answer, or a part of it."""
    text = json.dumps(answer, ensure_ascii=False).encode()
    line.sendall(_HEAD.pack(len(text), len(blob)) + text + blob)


def receive(line: socket.socket) -> tuple[dict[str, Any], bytes]:
    """One answer; raises Unreadable of one that is too long, EOFError where none comes."""
    text, blob = _HEAD.unpack(_exactly(line, _HEAD.size))
    if text > _MOST_TEXT or blob > _MOST_BYTES:
        raise Unreadable("too_much")
    return json.loads(_exactly(line, text)), _exactly(line, blob)


def _exactly(line: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = line.recv(min(1 << 20, count - len(parts)))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
