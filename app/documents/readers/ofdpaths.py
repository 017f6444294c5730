"""Paths of an OFD (``M 0 0 L 9 9 C``) as PDF draws them (GB/T 33190 §9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import atan2, ceil, cos, hypot, pi, radians, sin, sqrt, tan

from app.documents.readers.ofdobjects import Matrix
from app.documents.readers.ofdtree import numbers

Point = tuple[float, float]
_LONGEST = 200_000
_STEPS = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
_COUNTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def trace(written: str, matrix: Matrix) -> str:
    """The operators of a path after ``matrix``; what cannot be read ends it."""
    told: list[str] = []
    start = here = (0.0, 0.0)
    for step, values in _steps(written):
        if step in "SM":
            start = here = (values[0], values[1])
            told.append(_line(matrix, "m", [here]))
        elif not told:
            break
        elif step == "C":
            here = start
            told.append("h")
        else:
            points = _points(step, values, here)
            here = points[-1] if points else here
            told += [
                _line(matrix, "l" if step == "L" else "c", part) for part in _parts(step, points)
            ]
    return "\n".join(told)


def box(left: float, top: float, width: float, height: float, matrix: Matrix) -> str:
    """A rectangle after ``matrix``."""
    right, low = left + width, top + height
    return trace(f"M {left} {top} L {right} {top} L {right} {low} L {left} {low} C", matrix)


def _steps(written: str) -> Iterator[tuple[str, list[float]]]:
    """Letters with their numbers; a letter may stand for several steps."""
    for found in _STEPS.finditer(written[:_LONGEST]):
        values, count = numbers(found[2].replace(",", " ")), _COUNTS[found[1]]
        if not count:
            yield found[1], []
        for at in range(0, len(values) - count + 1, count or 1):
            if count:
                yield found[1], values[at : at + count]


def _points(step: str, values: list[float], here: Point) -> list[Point]:
    """Where a step leads: ends of lines, or the controls and ends of cubic curves."""
    if step == "A":
        return list(_arc(here, values))
    points = list(zip(values[::2], values[1::2], strict=True))
    if step == "Q":
        control, end = points
        return [_between(here, control), _between(end, control), end]
    return points


def _parts(step: str, points: list[Point]) -> list[list[Point]]:
    size = 1 if step == "L" else 3
    return [points[at : at + size] for at in range(0, len(points) - size + 1, size)]


def _between(end: Point, control: Point) -> Point:
    """A quadratic curve as a cubic one has its controls two thirds of the way."""
    return end[0] + 2 / 3 * (control[0] - end[0]), end[1] + 2 / 3 * (control[1] - end[1])


def _line(matrix: Matrix, operator: str, points: list[Point]) -> str:
    placed = " ".join(f"{value:.4f}" for point in points for value in matrix.at(*point))
    return f"{placed} {operator}"


def _arc(start: Point, values: list[float]) -> Iterator[Point]:
    """An elliptical arc as cubic curves, a quarter each (SVG 1.1, F.6)."""
    wide, high, turn, is_large, is_clockwise, x, y = values
    wide, high, turn = abs(wide), abs(high), radians(turn)
    if start == (x, y):
        return
    if not wide or not high:
        yield from (start, (x, y), (x, y))
        return
    across, along = (start[0] - x) / 2, (start[1] - y) / 2
    near = (cos(turn) * across + sin(turn) * along, cos(turn) * along - sin(turn) * across)
    grown = max(1.0, hypot(near[0] / wide, near[1] / high))
    wide, high = wide * grown, high * grown
    one, other = near[0] / wide, near[1] / high
    length = one * one + other * other
    far = sqrt(max(0.0, 1 / length - 1)) * (-1 if bool(is_large) == bool(is_clockwise) else 1)
    middle = far * other, -far * one
    first = atan2(other - middle[1], one - middle[0])
    last = atan2(-other - middle[1], -one - middle[0])
    sweep = (last - first) % (2 * pi) - (0 if is_clockwise else 2 * pi)
    ellipse = Matrix(wide, 0, 0, high, wide * middle[0], high * middle[1]).then(
        Matrix(cos(turn), sin(turn), -sin(turn), cos(turn), (start[0] + x) / 2, (start[1] + y) / 2)
    )
    count = max(1, ceil(abs(sweep) / (pi / 2) - 1e-9))
    angles = [first + sweep * place / count for place in range(count + 1)]
    reach = 4 / 3 * tan(sweep / count / 4)
    for begin, end in pairwise(angles):
        yield ellipse.at(cos(begin) - reach * sin(begin), sin(begin) + reach * cos(begin))
        yield ellipse.at(cos(end) + reach * sin(end), sin(end) - reach * cos(end))
        yield ellipse.at(cos(end), sin(end))
