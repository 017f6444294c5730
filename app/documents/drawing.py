"""Pages as the sandbox draws them: an open file in, what can be looked at or printed out.

Apart from the readers, whose libraries would make every child that draws a page a heavy one.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image

from app.documents.readers import leaf as _leaf
from app.documents.readers import preview as _preview
from app.documents.readers.limits import Refused
from app.plumbing.envelope import Unreadable

Answers = Iterator[tuple[dict[str, Any], bytes]]


def warm_up() -> None:
    """Load what each child would load anew for its one file: 40 picture formats, the fonts."""
    Image.init()
    _preview.warm_up()


def preview(file: BinaryIO, *, media_type: str, page: int) -> Answers:
    """One page as WebP."""
    try:
        picture, facts = _preview.render(file.read(), media_type, page)
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal
    yield facts, picture


def leaf(
    file: BinaryIO, *, kind: str, parts: list[dict[str, Any]], room: tuple[float, float]
) -> Answers:
    """Pages of it as a PDF of nothing but what is drawn."""
    try:
        pdf, pages = _leaf.make(file.read(), kind, parts, room)
    except Refused as refusal:
        raise Unreadable(refusal.word) from refusal
    yield {"pages": pages}, pdf
