"""Colours and lines of an OFD as PDF sets them (GB/T 33190 §8)."""

from __future__ import annotations

from typing import NamedTuple

from app.documents.readers.markup import Element, children
from app.documents.readers.ofdobjects import Thing
from app.documents.readers.ofdtree import Document, number, numbers

_OPERATORS = {1: ("g", "G"), 3: ("rg", "RG"), 4: ("k", "K")}
_CAPS = {"Butt": 0, "Round": 1, "Square": 2}
_JOINS = {"Miter": 0, "Round": 1, "Bevel": 2}
_COUNTS = {"GRAY": 1, "Gray": 1, "RGB": 3, "CMYK": 4}
_SHADINGS = ("AxialShd", "RadialShd", "GouraudShd", "LaGouraudShd", "LaGourandShd")
_MOST_DASHES = 16


class Ink(NamedTuple):
    """Parts from 0 to 1 (one of gray, three of RGB, four of CMYK), and how thick it lies."""

    parts: tuple[float, ...]
    alpha: float

    def operator(self, *, is_line: bool = False) -> str:
        """For areas and signs, or for lines."""
        told = " ".join(f"{part:.3f}" for part in self.parts)
        return f"{told} {_OPERATORS[len(self.parts)][is_line]}"


BLACK = Ink((0.0,), 1.0)


def ink(thing: Thing, tag: str, otherwise: Ink | None) -> Ink | None:
    """The colour of an object for ``FillColor`` or ``StrokeColor``; None where it has none."""
    element = thing.child(tag)
    found = otherwise if element is None else _ink(thing.document, element)
    return found and found._replace(alpha=found.alpha * thing.alpha)


def lines(thing: Thing) -> str:
    """How wide its lines are, how they end and meet, and their dashes."""
    width = max(0.0, number(thing.told("LineWidth"), 0.353))
    told = [f"{width:.4f} w"]
    if cap := _CAPS.get(thing.told("Cap") or ""):
        told.append(f"{cap} J")
    if join := _JOINS.get(thing.told("Join") or ""):
        told.append(f"{join} j")
    else:
        told.append(f"{max(1.0, number(thing.told('MiterLimit'), 3.528)):.3f} M")
    dashes = numbers(thing.told("DashPattern"))[:_MOST_DASHES]
    if dashes and min(dashes) >= 0 and sum(dashes) > 0:
        pattern = " ".join(f"{dash:.4f}" for dash in dashes)
        told.append(f"[{pattern}] {max(0.0, number(thing.told('DashOffset'), 0.0)):.4f} d")
    return " ".join(told)


def _ink(document: Document, element: Element) -> Ink | None:
    """A shading counts as its first colour, a pattern as nothing."""
    for shading in _SHADINGS:
        for shaded in children(element, shading):
            for step in children(shaded):
                for colour in children(step, "Color"):
                    return _ink(document, colour)
    space = document.shared("ColorSpace", element.get("ColorSpace", ""))
    largest = 2 ** min(16, max(1, int(number(_told(space, "BitsPerComponent"), 8)))) - 1
    values = _values(element.get("Value") or _picked(space, element.get("Index")))
    wanted = _COUNTS.get(_told(space, "Type") or "", len(values))
    if len(values) != wanted or len(values) not in _OPERATORS:
        return None
    alpha = min(1.0, max(0.0, number(element.get("Alpha"), 255.0) / 255))
    return Ink(tuple(min(1.0, max(0.0, value / largest)) for value in values), alpha)


def _told(space: Element | None, attribute: str) -> str | None:
    return space.get(attribute) if space is not None else None


def _picked(space: Element | None, index: str | None) -> str:
    """The colour of a palette by its number."""
    values = [one for palette in children(space, "Palette") for one in children(palette, "CV")]
    place = int(number(index, -1.0))
    return "".join(map(str, values[place].itertext())) if 0 <= place < len(values) else ""


def _values(written: str) -> list[float]:
    """Decimal, or hexadecimal as ``#FF``."""
    try:
        return [
            float(int(one[1:], 16)) if one.startswith("#") else float(one)
            for one in written.split()[:4]
        ]
    except ValueError:
        return []
