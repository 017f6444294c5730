"""The three squares of a QR code by correlation, so that gaps between needle dots do not matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from math import cos, hypot, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from app.documents.readers.regions import Gray
from app.documents.readers.symbols import side

Floats = NDArray[np.float32]
Plane = NDArray[np.float64]
"""A homography from modules, (0, 0) the corner at the left top, to pixels."""
PATCH = 208
_MODULES = (2.4, 2.8, 3.2, 3.7, 4.3, 5.0, 5.8, 6.7, 7.7)
_LIKE = 0.45
_MOST = 6
_MOST_IN_PAIRS = 4
_VERSIONS = range(1, 11)
_REACH = 4.3
_PAPER = side(5)
_ZOOMS = (0.95, 1.0, 1.05)
_SKEWS = (-4, 0, 4)
_DARK = (1.5, 2.5, 3.5)


@dataclass(frozen=True, slots=True)
class Finder:
    """The centre of what is like a finder pattern, and its module, in pixels."""

    like: float
    x: float
    y: float
    module: float


def find(patch: Gray) -> list[Finder]:
    """At most six, the likest first, with the slant that most edges of the patch have."""
    angle = slant(patch)
    small = cos(radians(angle)) + abs(sin(radians(angle)))
    seen = [one for module in _MODULES for one in _alike(patch, module / small, angle)]
    return _apart(seen)[:_MOST]


def planes(found: list[Finder]) -> Iterator[tuple[int, Plane]]:
    """Every size and plane that three of them can span, and two: the third may be covered."""
    for trio in permutations(found, 3):
        yield from _of_three(*trio)
    for pair in permutations(found[:_MOST_IN_PAIRS], 2):
        yield from _of_two(*pair)


def alone(one: Finder, angle: int) -> Iterator[tuple[int, Plane]]:
    """What one finder can be a corner of, if a sheet covers the other two.

    Only the size of paper invoices: version 5 on all photos of samples.
    """
    near, far = 3.5, _PAPER - 3.5
    corners = ((near, near), (far, near), (near, far))
    for quarter, zoom, first, second in product(range(4), _ZOOMS, _SKEWS, _SKEWS):
        across, down = (radians(angle + 90 * quarter + skew) for skew in (first, second))
        plane = np.eye(3)
        plane[:2, :2] = [[cos(across), -sin(down)], [sin(across), cos(down)]]
        plane[:2, :2] *= zoom * one.module
        for corner in corners:
            plane[:2, 2] = np.array([one.x, one.y]) - plane[:2, :2] @ corner
            yield _PAPER, plane.copy()


def _of_three(corner: Finder, right: Finder, below: Finder) -> Iterator[tuple[int, Plane]]:
    a = (right.x - corner.x, right.y - corner.y)
    b = (below.x - corner.x, below.y - corner.y)
    wide, high = hypot(*a), hypot(*b)
    if a[0] * b[1] - a[1] * b[0] > wide * high / 2 and 0.6 < wide / high < 1.67:
        module = (corner.module + right.module + below.module) / 3
        places = [(one.x, one.y) for one in (corner, right, below)]
        for size in _sizes((wide + high) / 2 / module):
            yield size, _span(size, places)


def _of_two(one: Finder, other: Finder) -> Iterator[tuple[int, Plane]]:
    """The third is guessed to be square to them: they are a row, a column or the diagonal."""
    x, y = other.x - one.x, other.y - one.y
    module = (one.module + other.module) / 2
    first, second = (one.x, one.y), (other.x, other.y)
    for size in _sizes(hypot(x, y) / module):
        yield size, _span(size, [first, second, (one.x - y, one.y + x)])
        yield size, _span(size, [first, (one.x + y, one.y - x), second])
    middle = ((one.x + other.x) / 2, (one.y + other.y) / 2)
    for size in _sizes(hypot(x, y) / 2**0.5 / module):
        yield size, _span(size, [(middle[0] + y / 2, middle[1] - x / 2), second, first])


def _sizes(apart: float) -> list[int]:
    """The sizes whose finders can be so many modules apart: a module is measured to a tenth."""
    sizes = [side(version) for version in _VERSIONS]
    return [size for size in sizes if abs(size - 7 - apart) <= max(2.5, apart * 0.22)]


def _span(size: int, places: list[tuple[float, float]]) -> Plane:
    near, far = 3.5, size - 3.5
    modules = np.array([(near, near), (far, near), (near, far)], np.float32)
    plane = np.eye(3)
    plane[:2] = cv2.getAffineTransform(modules, np.array(places, np.float32))
    return plane


def slant(patch: Gray) -> int:
    """How far edges are from upright, -45 to 45 degrees in steps of 5: the fourth power of a
    gradient is the same for all four sides of a square.
    """
    soft = cv2.GaussianBlur(patch.astype(np.float32), (0, 0), 1)
    right, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    edges = right + 1j * down
    strength = np.abs(edges) + 1e-6
    return 5 * round(float(np.degrees(np.angle((edges**4 / strength**2).sum()))) / 20)


def _alike(patch: Gray, module: float, angle: int) -> Iterator[Finder]:
    """Where the normed correlation with one template has a peak."""
    template, inside = _template(module, angle)
    reach = len(template) // 2
    soft = cv2.GaussianBlur(patch.astype(np.float32), (0, 0), 0.35 * module)
    wide = cv2.copyMakeBorder(soft, *(reach,) * 4, cv2.BORDER_REPLICATE)
    like = -cv2.matchTemplate(wide, template, cv2.TM_CCORR)
    window = template.shape
    spread = cv2.blur(soft * soft, window) - cv2.blur(soft, window) ** 2
    like = like / np.sqrt(inside * np.maximum(spread, 25))
    peak = cv2.dilate(like, np.ones((int(4 * module) | 1,) * 2, np.uint8))
    for y, x in np.argwhere((like == peak) & (like > _LIKE)):
        yield Finder(float(like[y, x]), float(x) + 0.5, float(y) + 0.5, module)


@cache
def _template(module: float, angle: int) -> tuple[Floats, float]:
    """A finder pattern with its light border, mean 0 and norm 1; and how many pixels count."""
    reach = int(_REACH * module * (1.42 if angle else 1)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1] / module
    turn = radians(angle)
    across = np.abs(x * cos(turn) + y * sin(turn))
    ring = np.maximum(across, np.abs(y * cos(turn) - x * sin(turn)))
    inner, gap, outer = _DARK
    dark = np.where((ring < inner) | ((ring > gap) & (ring < outer)), 1.0, -1.0)
    counts = ring < _REACH
    soft = np.asarray(cv2.GaussianBlur(dark * counts, (0, 0), 0.3 * module))
    even = np.where(counts, soft - soft[counts].mean(), 0)
    return (even / np.linalg.norm(even)).astype(np.float32), float(counts.sum())


def _apart(seen: list[Finder]) -> list[Finder]:
    kept: list[Finder] = []
    for one in sorted(seen, key=lambda one: -one.like):
        if all(_distance(one, other) > 3.5 * max(one.module, other.module) for other in kept):
            kept.append(one)
    return kept


def _distance(one: Finder, other: Finder) -> float:
    return hypot(one.x - other.x, one.y - other.y)
