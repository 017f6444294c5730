"""Looking at pictures as the sandbox does it, in a child that has the models loaded."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from PIL import Image

from app.documents.readers.limits import Refused
from app.documents.readers.sighted import eyes
from app.documents.readers.sighted import look as _look
from app.plumbing.envelope import Unreadable


def open_eyes() -> None:
    """Load what each child needs for its one picture."""
    Image.init()
    eyes.open_eyes()


def look(
    file: BinaryIO, *, kind: str, parts: Sequence[dict[str, Any]] | None = None
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What is written in a picture, or on the pages of a scan; ``parts`` as a person put them."""
    try:
        yield _look.read(file.read(), kind, parts), b""
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal
