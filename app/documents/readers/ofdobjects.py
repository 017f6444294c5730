"""What lies on a page of an OFD, object by object: where it is, and how it is to be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.documents.readers.markup import Element, children, find, name, text
from app.documents.readers.ofdtree import Document, Page, number, numbers

MOST_OBJECTS = 10_000
MOST_UNITS = 8_000
_DEEPEST = 8
_DRAWN = frozenset({"TextObject", "PathObject", "ImageObject", "CompositeObject"})
_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{4})")
_BROKEN_LINES = str.maketrans("", "", "\r\n\t")
_LONGEST_RUN = 4_000


@dataclass(frozen=True, slots=True)
class Matrix:
    """``x' = a·x + c·y + e``, ``y' = b·x + d·y + f``."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, outer: Matrix) -> Matrix:
        """This one first, ``outer`` after it."""
        return Matrix(
            self.a * outer.a + self.b * outer.c,
            self.a * outer.b + self.b * outer.d,
            self.c * outer.a + self.d * outer.c,
            self.c * outer.b + self.d * outer.d,
            self.e * outer.a + self.f * outer.c + outer.e,
            self.e * outer.b + self.f * outer.d + outer.f,
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point falls."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def parts(self) -> tuple[float, float, float, float, float, float]:
        """As PDF writes it."""
        return self.a, self.b, self.c, self.d, self.e, self.f


@dataclass(frozen=True, slots=True)
class Thing:
    """A text, a path or a picture: ``matrix`` takes its own space to millimetres on the page.

    ``frame`` takes the space of its boundary there; ``params`` are the drawing parameters that it
    inherits, the nearest first; ``alpha`` is that of the groups that hold it, from 0 to 1.
    """

    sort: str
    element: Element
    document: Document
    matrix: Matrix
    frame: Matrix
    params: tuple[Element, ...]
    alpha: float

    def told(self, attribute: str) -> str | None:
        """An attribute of its own, else of what it inherits."""
        return next((v for one in self._all() if (v := one.get(attribute)) is not None), None)

    def child(self, tag: str) -> Element | None:
        """A child of its own, else of what it inherits."""
        return next((v for one in self._all() if (v := find(one, tag)) is not None), None)

    def _all(self) -> tuple[Element, ...]:
        return (self.element, *self.params)


@dataclass(frozen=True, slots=True)
class Unit:
    """One sign of a text where it is drawn, in the text's own space.

    ``glyph`` is its number in the font, where the file names it; ``room`` is how far the next sign
    is, 0 where there is none on the same line.
    """

    sign: str
    glyph: int | None
    x: float
    y: float
    room: float


def things(page: Page) -> Iterator[Thing]:
    """Everything on a page, from the lowest to the highest; of a page too full a part."""
    walk = _Walk(page.document)
    for layer in page.layers():
        place = Matrix(e=layer.origin[0], f=layer.origin[1])
        params = _params(page.document, layer.element.get("DrawParam"))
        yield from walk.under(layer.element, place, params)


def is_seen(thing: Thing) -> bool:
    """Whether it is drawn at all: not hidden, not wholly clear."""
    return thing.element.get("Visible", "true") != "false" and thing.alpha > 0


def units(text_object: Element) -> Iterator[Unit]:
    """The signs of a text object one by one (GB/T 33190 §11).

    Without any distance signs follow each other by their width, as nobody draws them on one spot.
    """
    signs = iter(_signs(text_object))
    size = number(text_object.get("Size"), 0.0)
    x = y = 0.0
    for code in children(text_object, "TextCode"):
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        run = list(islice(signs, len(_said(code))))
        across, along = deltas(code.get("DeltaX")), deltas(code.get("DeltaY"))
        if not across and not along:
            across, along = _following(text_object, [room(sign, size) for sign, _ in run])
        for place, (sign, glyph) in enumerate(run):
            right, down = _step(across, place), _step(along, place)
            yield Unit(sign, glyph, x, y, 0.0 if down or place + 1 == len(run) else right)
            x, y = x + right, y + down
    for sign, glyph in signs:
        yield Unit(sign, glyph, x, y, 0.0)


def deltas(written: str | None) -> list[float]:
    """Distances; ``g 3 2.5`` stands for three times 2.5."""
    found: list[float] = []
    words = iter((written or "").split()[:_LONGEST_RUN])
    for word in words:
        times = 1
        if word == "g":
            times, word = int(number(next(words, ""), 0.0)), next(words, "")
        found += [number(word, 0.0)] * max(0, min(times, _LONGEST_RUN - len(found)))
    return found


def room(sign: str, size: float) -> float:
    """How wide a sign is where nobody says: half its size of Latin ones, else all of it."""
    return size * (0.5 if sign < "\x7f" or sign in "¥£·" else 1.0)


def _following(text_object: Element, rooms: list[float]) -> tuple[list[float], list[float]]:
    """One behind the other in the direction of reading, which is clockwise from the right."""
    stretch = min(10.0, max(0.1, number(text_object.get("HScale"), 1.0)))
    match number(text_object.get("ReadDirection"), 0.0):
        case 90:
            return [], rooms
        case 180:
            return [-stretch * one for one in rooms], []
        case 270:
            return [], [-one for one in rooms]
    return [stretch * one for one in rooms], []


def _step(steps: list[float], place: int) -> float:
    """The distance behind a sign; the last counts for all that have none."""
    return steps[min(place, len(steps) - 1)] if steps else 0.0


def _said(code: Element) -> str:
    """Its text with spaces, because distances count them; ``\\4E2D`` is a sign as well."""
    said = "".join(str(part) for part in code.itertext()).translate(_BROKEN_LINES)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said)[:MOST_UNITS]


def _signs(text_object: Element) -> list[tuple[str, int | None]]:
    """The signs of all its codes with their glyphs; several for one sign stay beside it."""
    signs: list[tuple[str, int | None]] = []
    for code in children(text_object, "TextCode"):
        signs += [(sign, None) for sign in _said(code)[: MOST_UNITS - len(signs)]]
    for one in children(text_object, "CGTransform"):
        start, count = int(number(one.get("CodePosition"), 0)), int(number(one.get("CodeCount"), 1))
        glyphs = [int(glyph) for glyph in numbers(text(one, "Glyphs"))]
        for place, glyph in enumerate(glyphs[: max(0, count)], start=max(0, start)):
            if place < len(signs):
                signs[place] = (signs[place][0], glyph)
    return signs


class _Walk:
    """Goes through layers, groups and composite units, so far and no farther."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = MOST_OBJECTS

    def under(
        self,
        holder: Element,
        frame: Matrix,
        params: tuple[Element, ...],
        deep: int = _DEEPEST,
        alpha: float = 1.0,
    ) -> Iterator[Thing]:
        """What is seen of the objects in a layer or a group."""
        for element in children(holder):
            sort = name(element)
            self._left -= 1
            if self._left < 0:
                return
            if sort == "PageBlock" and deep:
                yield from self.under(element, frame, params, deep - 1, alpha)
            elif sort in _DRAWN and is_seen(
                thing := _thing(self._document, element, frame, params, alpha)
            ):
                yield from self._within(thing, deep) if sort == "CompositeObject" else (thing,)

    def _within(self, thing: Thing, deep: int) -> Iterator[Thing]:
        known_as = thing.element.get("ResourceID", "")
        unit = find(self._document.shared("CompositeGraphicUnit", known_as), "Content")
        if unit is not None and deep:
            yield from self.under(unit, thing.matrix, thing.params, deep - 1, thing.alpha)


def _thing(
    document: Document, element: Element, frame: Matrix, params: tuple[Element, ...], alpha: float
) -> Thing:
    box = numbers(element.get("Boundary"))
    inside = (Matrix(e=box[0], f=box[1]) if len(box) == 4 else Matrix()).then(frame)
    ctm = numbers(element.get("CTM"))
    matrix = Matrix(*ctm).then(inside) if len(ctm) == 6 else inside
    own = _params(document, element.get("DrawParam"))
    alpha *= min(1.0, max(0.0, number(element.get("Alpha"), 255.0) / 255))
    return Thing(name(element), element, document, matrix, inside, own + params, alpha)


def _params(document: Document, known_as: str | None) -> tuple[Element, ...]:
    """Drawing parameters with those that they rest on."""
    found: list[Element] = []
    while known_as and len(found) < _DEEPEST:
        one = document.shared("DrawParam", known_as)
        if one is None:
            break
        found.append(one)
        known_as = one.get("Relative")
    return tuple(found)
