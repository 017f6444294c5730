"""The modules of a code under paper that bends and printers that drift, as numbers.

First a plane through the finders, moved until what every code has fits; then each module a shift
of its own, alike among neighbours; then the ink: how far it ran is learnt from the code itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from app.documents.readers.finders import Plane
from app.documents.readers.regions import Gray
from app.documents.readers.symbols import pattern

Floats = NDArray[np.float32]
ROUNDS = 2
_FAR = range(-6, 7, 2)
_STEPS = (1.0, 0.5, 0.25)
_MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1))
_OFFSETS = (-1.0, -0.5, 0.0, 0.5, 1.0)
_RIDGE = 0.005
_EVEN = 0.4
_FEW = 0.15
_USUAL = 0.8


@dataclass(frozen=True, slots=True)
class Lattice:
    """Where modules are: a plane, and how far each lies beside it, in modules."""

    size: int
    plane: Plane
    right: Floats
    down: Floats

    @classmethod
    def flat(cls, size: int, plane: Plane) -> Lattice:
        """Nothing beside its place."""
        still = np.zeros((size, size), np.float32)
        return cls(size, plane, still, still)

    def sample(self, ink: Floats, right: float = 0, down: float = 0) -> Floats:
        """The ink at every module, or so many modules beside it."""
        x, y = _centres(self.size)
        x, y = x + self.right + right, y + self.down + down
        a, b, c = self.plane
        depth = c[0] * x + c[1] * y + c[2]
        across = ((a[0] * x + a[1] * y + a[2]) / depth - 0.5).astype(np.float32)
        along = ((b[0] * x + b[1] * y + b[2]) / depth - 0.5).astype(np.float32)
        return np.asarray(cv2.remap(ink, across, along, cv2.INTER_LINEAR), np.float32)


@dataclass(frozen=True, slots=True)
class Reading:
    """Each module as a number, dark above 0, the nearer to 0 the less sure; and where from."""

    modules: Floats
    lattice: Lattice
    soft: Floats
    sharp: Floats


def ink(patch: Gray, module: float, blur: float) -> Floats:
    """How dark each pixel is beside its surroundings, in their spread: ±1 is usual.

    Where nearly nothing differs, as on a sheet that covers the code, it stays near 0: unsure.
    """
    soft = cv2.GaussianBlur(patch.astype(np.float32), (0, 0), max(0.5, blur * module))
    window = (int(7 * module) | 1,) * 2
    mean = cv2.blur(soft, window)
    spread = np.sqrt(np.maximum(cv2.blur(soft * soft, window) - mean * mean, 9))
    spread = np.maximum(spread, _EVEN * np.percentile(spread, 75))
    return np.asarray(np.clip((mean - soft) / spread, -1.5, 1.5), np.float32)


def fit(inked: Floats, size: int, plane: Plane) -> float:
    """How well what every code of the size has fits, -1 to 1, and how clear the rest is."""
    seen = Lattice.flat(size, plane).sample(inked)
    known = pattern(size)
    return float((seen * known)[known != 0].mean() + 0.35 * np.abs(seen).mean())


def settle(inked: Floats, size: int, plane: Plane, module: float) -> tuple[float, Plane]:
    """The four corners, moved by ever smaller steps as long as it fits better.

    No finder holds the last of them, so it is looked for further away: that is the perspective.
    """
    best, corners = _perspective(inked, size, _corners(size, plane), module)
    for step in _STEPS:
        for _ in range(6):
            before = best
            for corner, move in ((at, move) for at in range(4) for move in _MOVES):
                tried = corners.copy()
                tried[corner] += np.array(move) * step * module
                worth = fit(inked, size, _through(size, tried))
                if worth > best + 1e-4:
                    best, corners = worth, tried
            if best == before:
                break
    return best, _through(size, corners)


def _perspective(
    inked: Floats, size: int, corners: NDArray[np.float64], module: float
) -> tuple[float, NDArray[np.float64]]:
    found = fit(inked, size, _through(size, corners)), corners
    for right, down in product(_FAR, _FAR):
        tried = corners.copy()
        tried[2] += np.array([right, down]) * module
        worth = fit(inked, size, _through(size, tried))
        found = max(found, (worth, tried), key=lambda one: one[0])
    return found


def readings(patch: Gray, size: int, plane: Plane, module: float) -> Iterator[Reading]:
    """The modules of a code, the best reading first.

    One among unsure ones is less sure itself: a sheet that covers some has a shadow. The second
    reading trusts no balance of rows and columns, of which a sheet may leave too little.
    """
    soft, sharp = ink(patch, module, 0.32), ink(patch, module, 0.15)
    known = 1.5 * pattern(size)
    for balance in (_balance, _as_is):
        lattice = _follow(Lattice.flat(size, plane), soft, known, alike=6, clear=1)
        modules = balance(_learn([(lattice, sharp)], lattice.sample(soft)))
        for _ in range(ROUNDS):
            lattice = _follow(lattice, soft, _told(modules), alike=3, clear=0)
            modules = balance(_learn([(lattice, sharp)], modules))
        yield Reading(_sure(modules), lattice, soft, sharp)


def together(several: Sequence[Reading]) -> Iterator[Floats]:
    """The modules of one code from readings of several pictures.

    One filter learns from the samples of all: where one is blurred across and the other down, each
    gives what it has. Then each lattice follows what all of them say, and it learns once more.
    """
    lattices = [one.lattice for one in several]
    modules = _weighed([one.modules for one in several])
    for turn in range(1 + ROUNDS):
        if turn:
            told = _told(modules)
            lattices = [
                _follow(lattice, one.soft, told, alike=3, clear=0)
                for lattice, one in zip(lattices, several, strict=True)
            ]
        samples = [(lattice, one.sharp) for lattice, one in zip(lattices, several, strict=True)]
        modules = _balance(_learn(samples, modules))
        yield _sure(modules)


def outline(size: int, plane: Plane) -> list[tuple[float, float]]:
    """The corners in pixels, clockwise from the left top of the code."""
    return [(float(x), float(y)) for x, y in _corners(size, plane)]


def _follow(lattice: Lattice, inked: Floats, told: Floats, *, alike: float, clear: int) -> Lattice:
    """Shift each module to where, with its neighbours, it is most like what is told of it.

    Where nothing is told, ``clear`` prefers places that are surely dark or surely light.
    """
    reach = 0.6
    for _ in range(3):
        offsets = np.linspace(-reach, reach, 5).astype(np.float32)
        moves = np.array([(right, down) for right in offsets for down in offsets], np.float32)
        worth = np.empty((len(moves), *told.shape), np.float32)
        for index, (right, down) in enumerate(moves):
            seen = lattice.sample(inked, right, down)
            gain = clear * np.abs(seen) + seen * told
            near = cv2.GaussianBlur(gain, (0, 0), alike, borderType=cv2.BORDER_REFLECT)
            worth[index] = near - 0.1 * (right * right + down * down)
        weight = np.exp(40 * (worth - worth.max(axis=0)))
        weight /= weight.sum(axis=0)
        right, down = (np.tensordot(moves[:, axis], weight, 1) for axis in (0, 1))
        lattice = replace(lattice, right=lattice.right + right, down=lattice.down + down)
        reach *= 0.6
    return lattice


def _learn(samples: Sequence[tuple[Lattice, Floats]], modules: Floats) -> Floats:
    """Undo how the ink runs into the neighbours: a linear filter by ridge regression.

    It learns from the modules that every code has, twice as heavy, and from those already sure.
    """
    known = pattern(len(modules)).ravel()
    around = [
        lattice.sample(inked, x, y).ravel()
        for lattice, inked in samples
        for x in _OFFSETS
        for y in _OFFSETS
    ]
    seen = np.stack([*around, np.ones_like(known)], axis=1)
    ridge = _RIDGE * len(seen) * np.eye(seen.shape[1])
    for _ in range(3):
        told = modules.ravel()
        wanted = np.where(known != 0, known, np.clip(2 * told, -1, 1))
        weight = np.where(known != 0, 2, np.abs(np.clip(told, -1, 1)))
        heavy = seen * weight[:, None]
        filtered = seen @ np.linalg.solve(seen.T @ heavy + ridge, heavy.T @ wanted)
        modules = filtered.reshape(modules.shape).astype(np.float32)
    return modules


def _weighed(several: Sequence[Floats]) -> Floats:
    """The sum of readings, each as heavy as it is steady beside what all of them say."""
    even = [one / np.sqrt((one * one).mean()) for one in several]
    whole = np.asarray(sum(even), np.float32)
    for _ in range(3):
        told = np.tanh(whole)
        weight = (told * told).mean()
        steady = [float((one * told).mean() / weight) for one in even]
        stray = [
            float(((one - mean * told) ** 2).mean()) for one, mean in zip(even, steady, strict=True)
        ]
        parts = zip(even, steady, stray, strict=True)
        whole = np.asarray(sum(mean / wide * one for one, mean, wide in parts), np.float32)
    return np.asarray(_USUAL * whole / np.abs(whole).mean(), np.float32)


def _told(modules: Floats) -> Floats:
    return np.asarray(np.clip(1.5 * modules, -1, 1), np.float32)


def _sure(modules: Floats) -> Floats:
    return np.asarray(modules * _clear(modules), np.float32)


def _balance(modules: Floats) -> Floats:
    """Light and dark of a line as far from 0: printers draw some columns and rows narrow."""
    for axis in (0, 1):
        weight = _clear(modules) ** 2
        middle = np.zeros_like(modules.mean(axis, keepdims=True))
        for _ in range(4):
            dark = weight * (modules > middle)
            sides = (dark, weight - dark)
            sums = [side.sum(axis, keepdims=True) + 1e-6 for side in sides]
            means = [
                (modules * side).sum(axis, keepdims=True) / whole
                for side, whole in zip(sides, sums, strict=True)
            ]
            few = np.minimum(*sums) < _FEW * weight.mean() * len(modules)
            middle = np.where(few, middle, (means[0] + means[1]) / 2)
        modules = modules - middle
    return modules


def _as_is(modules: Floats) -> Floats:
    return modules


def _clear(modules: Floats) -> Floats:
    """How sure modules are together with those around."""
    return np.asarray(cv2.GaussianBlur(np.abs(modules), (0, 0), 1.5), np.float32)


def _through(size: int, corners: NDArray[np.float64]) -> Plane:
    square = np.array([(0, 0), (size, 0), (size, size), (0, size)], np.float32)
    plane = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
    return np.asarray(plane, np.float64)


def _corners(size: int, plane: Plane) -> NDArray[np.float64]:
    square = np.array([(0, 0, 1), (size, 0, 1), (size, size, 1), (0, size, 1)], np.float64)
    places = square @ plane.T
    return np.asarray(places[:, :2] / places[:, 2:])


@cache
def _centres(size: int) -> tuple[Floats, Floats]:
    down, right = np.mgrid[:size, :size].astype(np.float32) + np.float32(0.5)
    return right, down
