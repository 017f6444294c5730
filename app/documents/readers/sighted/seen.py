"""Lines of text that were seen in a picture, laid straight as glyphs on a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import atan2, hypot, pi
from statistics import median

import numpy as np

from app.documents.readers.glyphs import Glyph, spell

Point = tuple[float, float]
_STANDS = 1.5
_LEANS = 0.10
_EM = 0.8
_BASE = 0.3
_FEWEST_LINES = 4
_WIDE_SIGNS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, without spaces: its corners in pixels, clockwise from where it begins.

    ``spans`` are the two sides of each sign, as parts of its length from 0 to 1.
    """

    text: str
    corners: tuple[Point, Point, Point, Point]
    score: float
    spans: tuple[tuple[float, float], ...]

    @property
    def length(self) -> float:
        """Along the text, in pixels."""
        return (_far(self.corners[0], self.corners[1]) + _far(*self.corners[2:])) / 2

    @property
    def height(self) -> float:
        """Across it."""
        return (_far(self.corners[1], self.corners[2]) + _far(self.corners[3], self.corners[0])) / 2

    @property
    def angle(self) -> float:
        """In which direction it runs, in radians, downwards positive."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        return atan2(by + cy - ay - dy, bx + cx - ax - dx)

    def at(self, along: float) -> Point:
        """A point of its middle line, ``along`` from 0 to 1."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        left, right = ((ax + dx) / 2, (ay + dy) / 2), ((bx + cx) / 2, (by + cy) / 2)
        return left[0] + (right[0] - left[0]) * along, left[1] + (right[1] - left[1]) * along

    def turned(self, quarters: int, size: tuple[int, int]) -> Line:
        """The same on the picture of ``size`` (width, height) turned clockwise by quarters."""
        a, b, c, d = (_turn(x, y, quarters, size) for x, y in self.corners)
        return Line(self.text, (a, b, c, d), self.score, self.spans)


class Seen:
    """The upright lines of a picture as a sheet; what leans, as a stamp does, is left out."""

    source = "ocr"
    slack = 0.6

    def __init__(
        self, lines: Sequence[Line], size: tuple[int, int], number: int = 1, quarters: int = 0
    ) -> None:
        """Lay straight what was seen on a picture of ``size`` (width, height).

        The picture is a page that was turned clockwise by ``quarters`` to be read.
        """
        self.number = number
        self.size = size
        self.quarters = quarters
        flat = [one for one in lines if abs(one.angle) < pi / 8]
        self._bend = _bend(flat)
        straight = [one for one in flat if abs(one.angle - self._slope(one.at(0.5))) < _LEANS]
        self.glyphs = [glyph for one in straight for glyph in self._glyphs(one)]

    def place(self, glyphs: Iterable[Glyph]) -> dict[str, object]:
        """Where they stand: the page, and left, top, right, bottom as fractions of it as shown."""
        boxes = [glyph.box for glyph in glyphs]
        width, height = self.size
        corners = [
            _turn(x / width, y / height, -self.quarters, (1, 1))
            for left, top, right, bottom in boxes
            for x, y in ((left, top), (right, bottom))
        ]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        sides = (min(across), min(down), max(across), max(down))
        return {"page": self.number, "box": [round(min(max(side, 0), 1), 5) for side in sides]}

    def _slope(self, point: Point) -> float:
        flat, along, down = self._bend
        return flat + along * point[0] + down * point[1]

    def _straight(self, point: Point) -> Point:
        """Where it would be on paper that is flat and held straight."""
        x, y = point
        flat, along, down = self._bend
        return x, y - x * (flat + along * x / 2 + down * y)

    def _glyphs(self, line: Line) -> Iterator[Glyph]:
        em = line.height * _EM
        base = self._straight(line.at(0.5))[1] + _BASE * line.height
        for one, (start, end) in zip(line.text, line.spans, strict=True):
            sign, plain = spell(one)
            if not sign:
                continue
            (left, _), (right, _) = self._straight(line.at(start)), self._straight(line.at(end))
            middle = line.at((start + end) / 2)
            half = line.height / 2
            box = (line.at(start)[0], middle[1] - half, line.at(end)[0], middle[1] + half)
            yield Glyph(sign, plain, left, right, base, em, box)


def upright(
    lines: Sequence[Line], size: tuple[int, int]
) -> tuple[list[Line], tuple[int, int], int]:
    """The lines and the size of the picture turned so that most text runs to the right.

    The third is by how many quarters it was turned, clockwise.
    """
    votes = [0.0] * 4
    for one in lines:
        votes[round(one.angle / (pi / 2)) % 4] += one.length
    quarters = -max(range(4), key=votes.__getitem__) % 4
    turned = [one.turned(quarters, size) for one in lines]
    return turned, size if quarters % 2 == 0 else (size[1], size[0]), quarters


def _turn(x: float, y: float, quarters: int, size: tuple[float, float]) -> Point:
    """The same point after the picture of ``size`` was turned clockwise by quarters."""
    width, height = size
    return ((x, y), (height - y, x), (width - x, height - y), (y, width - x))[quarters % 4]


def _bend(lines: Sequence[Line]) -> tuple[float, float, float]:
    """How the slope of lines changes over the page: its start, and by pixel along and down.

    A page that is held askew, seen from the side or curled has other slopes at other places.
    """
    told = [one for one in lines if one.length > _WIDE_SIGNS * one.height]
    if len(told) < _FEWEST_LINES:
        return (median(one.angle for one in told) if told else 0.0, 0.0, 0.0)
    slopes = np.array([one.angle for one in told])
    places = np.array([(1.0, *one.at(0.5)) for one in told])
    weights = np.sqrt([one.length for one in told])
    kept = np.abs(slopes - np.median(slopes)) < _LEANS
    for _ in range(2):
        known = places[kept] * weights[kept, None]
        found, *_ = np.linalg.lstsq(known, slopes[kept] * weights[kept], rcond=None)
        off = np.abs(slopes - places @ found)
        kept = off <= max(3 * float(np.median(off)), 0.004)
    return float(found[0]), float(found[1]), float(found[2])


def _far(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
