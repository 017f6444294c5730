"""The readers as the sandbox runs them: an open file in, values out."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from app.documents.readers import codes as _codes
from app.documents.readers import kind as _kind
from app.documents.readers import preview as _preview
from app.documents.readers.limits import Refused
from app.plumbing.sandbox import Unreadable

Answers = Iterator[tuple[dict[str, Any], bytes]]


def inspect(file: BinaryIO, *, name: str = "") -> Answers:
    """The kind and the structure; a refusal becomes Unreadable with its word."""
    found = _kind.inspect(file.read(), name)
    if found["refusal"]:
        raise Unreadable("heic" if found["kind"] == "heic" else str(found["refusal"]))
    yield found, b""


def codes(file: BinaryIO, *, media_type: str) -> Answers:
    """Every QR code with its place."""
    try:
        yield _codes.read(file.read(), media_type), b""
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal


def preview(file: BinaryIO, *, media_type: str, page: int) -> Answers:
    """One page as WebP."""
    try:
        picture, facts = _preview.render(file.read(), media_type, page)
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal
    yield facts, picture
