"""What makes a paper known again: where its text stands, and the numbers that stand on it.

A print is made of lines of text, seen by eyes or written in a file, so that light, grain, shadow
and the camera's side have no part in it. The text is laid straight and into a frame first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.documents.readers.glyphs import UNKNOWN, Sheet
from app.documents.readers.layout import Page
from app.documents.readers.sighted.seen import Line, upright

_MOST_WORDS, _LONGEST = 120, 40
_FEWEST_DIGITS = 3
_WORD = re.compile(r"[0-9A-Z]{3,}")
_JOINED = re.compile(r"(?<=[0-9])[.,\-](?=[0-9])")
_GRID = (96, 64)
_FINE = 4
_FEWEST_LINES = 3
_LEANS, _NEAR = 0.4, 0.15
_STEEPEST = 0.25
_RIM = 0.03
_SPLIT = 0.5
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Print:
    """Of one page or part: its frame, its layout as 64 bits in hex, and its numbers.

    ``frame`` are the corners of the text as fractions of the page as it is shown, clockwise from
    the top left of the upright text. ``body`` counts the parts as a reading does.
    """

    page: int
    body: int
    frame: list[list[float]]
    layout: str
    words: list[str]

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def of_lines(lines: Sequence[Line], size: tuple[int, int], page: int, body: int) -> Print | None:
    """The print of lines that were seen on a picture of ``size``; None for too few of them."""
    if len(lines) < _FEWEST_LINES:
        return None
    way = _straight(lines, size)
    boxes = [_moved(way, np.array(one.corners, np.float64)) for one in lines]
    back = np.asarray(np.linalg.inv(way), np.float64)
    corners = _moved(back, np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64))
    frame = [[round(float(x) / size[0], 5), round(float(y) / size[1], 5)] for x, y in corners]
    return Print(page, body, frame, _layout(boxes), words(one.text for one in lines))


def of_sheet(sheet: Sheet) -> Print | None:
    """The print of a page that software wrote; None for one without text."""
    page = Page(sheet)
    told = [list(piece) for row in page.rows for piece in _pieces(row.glyphs)]
    places: list[Any] = [sheet.place(piece)["box"] for piece in told]
    if len(places) < _FEWEST_LINES:
        return None
    sides = np.array(places, np.float64)
    left, top = sides[:, :2].min(axis=0)
    right, bottom = sides[:, 2:].max(axis=0)
    if right <= left or bottom <= top:
        return None
    room = np.array([right - left, bottom - top])
    unit = (sides - [left, top, left, top]) / [*room, *room]
    unit = (unit + _RIM) / (1 + 2 * _RIM)
    boxes = [np.array([(a, b), (c, b), (c, d), (a, d)]) for a, b, c, d in unit]
    wide = (left - _RIM * room[0], top - _RIM * room[1])
    far = (right + _RIM * room[0], bottom + _RIM * room[1])
    frame = [[wide[0], wide[1]], [far[0], wide[1]], [far[0], far[1]], [wide[0], far[1]]]
    rounded = [[round(float(x), 5), round(float(y), 5)] for x, y in frame]
    return Print(sheet.number, sheet.number - 1, rounded, _layout(boxes), _said(page))


class Prints:
    """The prints of the pages that somebody else reads, taken as they pass."""

    def __init__(self) -> None:
        """None yet."""
        self.taken: list[Print] = []

    def passing(self, sheets: Iterable[Sheet]) -> Iterator[Sheet]:
        """The same sheets, each printed on its way."""
        for sheet in sheets:
            if made := of_sheet(sheet):
                self.taken.append(made)
            yield sheet


def words(lines: Iterable[str]) -> list[str]:
    """The numbers in lines of text, each once: what differs from paper to paper of one form."""
    plain = (_JOINED.sub("", line.replace(UNKNOWN, " ").upper()) for line in lines)
    found = (word[:_LONGEST] for line in plain for word in _WORD.findall(line))
    told = {word for word in found if sum(sign.isdigit() for sign in word) >= _FEWEST_DIGITS}
    return sorted(told)[:_MOST_WORDS]


def _pieces(glyphs: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Runs of a line that stand apart, as eyes see them."""
    start = 0
    for place in range(1, len(glyphs)):
        if glyphs[place].left - glyphs[place - 1].right > _SPLIT * glyphs[place].em:
            yield glyphs[start:place]
            start = place
    if glyphs:
        yield glyphs[start:]


def _said(page: Page) -> list[str]:
    pieces = (piece for row in page.rows for piece in _pieces(row.glyphs))
    return words("".join(glyph.plain for glyph in piece) for piece in pieces)


def _straight(lines: Sequence[Line], size: tuple[int, int]) -> Floats:
    """The way from the picture to a square in which its text stands upright and straight."""
    turned, turned_size, quarters = upright(lines, size)
    scale = float(max(size))
    flat = [one for one in turned if abs(one.angle) < _LEANS] or turned
    point = _vanishing(flat, scale)
    angle = float(np.arctan2(point[1], point[0]))
    cos, sin = np.cos(angle), np.sin(angle)
    level = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    seen = level @ point
    steep = float(np.clip(-seen[2] / seen[0], -_STEEPEST, _STEEPEST))
    ahead = np.array([[1, 0, 0], [0, 1, 0], [steep, 0, 1]]) @ level @ np.diag([1 / scale] * 2 + [1])
    near = [one for one in flat if abs(one.angle - angle) < _NEAR] or flat
    laid = _moved(ahead, np.array([corner for one in near for corner in one.corners]))
    left, top = laid.min(axis=0)
    right, bottom = laid.max(axis=0)
    across, down = max(right - left, 1e-6), max(bottom - top, 1e-6)
    left, top, across, down = (
        left - _RIM * across, top - _RIM * down, across * (1 + 2 * _RIM), down * (1 + 2 * _RIM),
    )  # fmt: skip
    fit = np.array([[1 / across, 0, -left / across], [0, 1 / down, -top / down], [0, 0, 1]])
    return np.asarray(fit @ ahead @ _turn(quarters, size), np.float64)


def _vanishing(lines: Sequence[Line], scale: float) -> Floats:
    """The point to which lines of text run, in homogeneous coordinates, to the right."""
    told = sorted(lines, key=lambda one: -one.length / max(one.height, 1))
    told = [one for one in told if one.length > 4 * one.height] or told
    ends = [(np.array([*one.at(0), scale]), np.array([*one.at(1), scale])) for one in told]
    crossed = np.array([np.cross(a / scale, b / scale) for a, b in ends])
    crossed /= np.hypot(crossed[:, 0], crossed[:, 1])[:, None] + 1e-12
    weights = np.sqrt([one.length / scale for one in told])
    kept = np.ones(len(told), bool)
    for _ in range(3):
        point = np.linalg.svd(crossed[kept] * weights[kept, None])[2][-1]
        off = np.abs(crossed @ point)
        kept = off <= max(3 * float(np.median(off[kept])), 1e-4)
    point = point if point[0] > 0 else -point
    return point if abs(point[0]) > 1e-6 else np.array([1.0, 0.0, 0.0])


def _turn(quarters: int, size: tuple[int, int]) -> Floats:
    """A picture of ``size`` turned clockwise by quarters."""
    width, height = size
    ways = (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    )
    return np.array(ways[quarters % 4], np.float64)


def _moved(way: Floats, points: Floats) -> Floats:
    whole = np.column_stack([points, np.ones(len(points))]) @ way.T
    return np.asarray(whole[:, :2] / whole[:, 2:], np.float64)


def _layout(boxes: Iterable[Floats]) -> str:
    """The perceptual hash of where text stands in the frame."""
    wide, high = _GRID
    fine = np.array([wide * _FINE, high * _FINE])
    drawn = np.zeros((high * _FINE, wide * _FINE), np.uint8)
    for box in boxes:
        cv2.fillConvexPoly(drawn, np.round(box * fine).astype(np.int32), 255)
    small = cv2.GaussianBlur(cv2.resize(drawn, _GRID, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    return bytes(cv2.img_hash.pHash(small)[0]).hex()
