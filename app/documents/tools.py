"""The readers as the sandbox runs them: an open file in, values out."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from app.documents.readers import account as _account
from app.documents.readers import burst as _burst
from app.documents.readers import container as _container
from app.documents.readers import flat as _flat
from app.documents.readers import glance as _glance
from app.documents.readers import kind as _kind
from app.documents.readers import reading as _reading
from app.documents.readers import trust as _trust
from app.documents.readers.limits import Refused
from app.plumbing.envelope import Unreadable

_LARGEST = 32 << 20
Answers = Iterator[tuple[dict[str, Any], bytes]]


def inspect(file: BinaryIO, *, name: str = "") -> Answers:
    """The kind and the structure; a refusal becomes Unreadable with its word."""
    found = _kind.inspect(file.read(), name)
    if found["refusal"]:
        raise Unreadable(str(found["refusal"]))
    yield found, b""


def read(file: BinaryIO, *, kind: str) -> Answers:
    """What the file says of invoices."""
    try:
        yield _reading.read(file.read(), kind), b""
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal


def burst(file: BinaryIO, *, sizes: list[int]) -> Answers:
    """The codes of frames that lie one behind the other, and which frame shows them."""
    try:
        frames = [_glance.open_frame(file.read(size)) for size in sizes]
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal
    yield asdict(_burst.read(frames)), b""


def flat(file: BinaryIO, *, media_type: str, page: int, frame: list[list[float]] | None) -> Answers:
    """One page as WebP, laid flat in its frame."""
    try:
        yield {}, _flat.lay(file.read(), media_type, page, frame)
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal


def account(file: BinaryIO, *, path: str) -> Answers:
    """What the command line needs of the file."""
    yield _account.facts(file.read(), path), b""


def unpack(file: BinaryIO, *, after: int) -> Answers:
    """``{"number", "name", "is_too_large"}`` and the bytes of each file behind number ``after``.

    One that is larger than any file may be comes without its bytes.
    """
    try:
        for number, (name, data) in enumerate(_container.unpack(file.read()), start=1):
            if number > after:
                facts = {"number": number, "name": name, "is_too_large": len(data) > _LARGEST}
                yield facts, b"" if facts["is_too_large"] else data
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal


def certificate(file: BinaryIO) -> Answers:
    """What an uploaded certificate says of itself."""
    try:
        yield dict(_trust.read(file.read(_trust.LARGEST + 1))), b""
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal
