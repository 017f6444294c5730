"""What is written on a page of an OFD, sign by sign, as on a page of a PDF (FORMATS §5 D)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import atan2, hypot, radians

from app.documents.readers.glyphs import MOST_GLYPHS, Frame, Sheet, Sign, spell
from app.documents.readers.ofdobjects import Matrix, Thing, Unit, room, things, units
from app.documents.readers.ofdtree import POINTS, Document, Page, number

_UP, _DOWN = 0.86, 0.14
_UPWARDS = Matrix(a=POINTS, d=-POINTS)
_WIDEST = 1.2


def sheets(document: Document) -> Iterator[Sheet]:
    """The pages of a document, in order."""
    return (sheet(page) for page in document.pages)


def sheet(page: Page) -> Sheet:
    """The visible text of one page with that of its templates and annotations."""
    left, top, width, height = page.box
    frame = Frame(
        (-left / width, -top / height),
        (1 / (width * POINTS), 0.0),
        (0.0, -1 / (height * POINTS)),
    )
    signs = (sign for thing in things(page) if thing.sort == "TextObject" for sign in _signs(thing))
    return Sheet("ofd", page.number, frame, islice(signs, MOST_GLYPHS))


def _signs(thing: Thing) -> Iterator[Sign]:
    element, matrix = thing.element, thing.matrix.then(_UPWARDS)
    size = number(element.get("Size"), 0.0)
    if size <= 0 or not _is_inked(thing):
        return
    angle = atan2(matrix.b, matrix.a) - radians(number(element.get("CharDirection"), 0.0))
    em = size * hypot(matrix.c, matrix.d)
    stretch = min(10.0, max(0.1, number(element.get("HScale"), 1.0)))
    for unit in units(element):
        sign, plain = spell(unit.sign)
        if sign:
            box = _box(matrix, unit, _room(unit, size * stretch), size)
            yield Sign(sign, plain, matrix.at(unit.x, unit.y), box, box, em, angle)


def _is_inked(thing: Thing) -> bool:
    """Filled or stroked, and not with a clear colour."""
    is_filled = thing.told("Fill") != "false"
    if not is_filled and thing.told("Stroke") != "true":
        return False
    colour = thing.child("FillColor" if is_filled else "StrokeColor")
    return colour is None or number(colour.get("Alpha"), 255.0) > 0


def _room(unit: Unit, size: float) -> float:
    """As wide as signs are, or as the next one leaves room for, unless they are spread out."""
    usual = room(unit.sign, size)
    is_latin = usual < size
    return unit.room if is_latin and 0 < unit.room <= _WIDEST * size else usual


def _box(matrix: Matrix, unit: Unit, wide: float, size: float) -> tuple[float, float, float, float]:
    """Its sides on the page, however the text is turned."""
    corners = [
        matrix.at(unit.x, unit.y - _UP * size),
        matrix.at(unit.x + wide, unit.y + _DOWN * size),
    ]
    if matrix.b or matrix.c:
        corners += [
            matrix.at(unit.x, unit.y + _DOWN * size),
            matrix.at(unit.x + wide, unit.y - _UP * size),
        ]
    across, along = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(along), max(across), max(along)
