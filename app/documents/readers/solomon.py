"""Reed-Solomon over GF(256) as QR codes use it, with erasures: both kinds of fault at once."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray
from qrcode.base import EXP_TABLE, LOG_TABLE

_POWER = [EXP_TABLE[index % 255] for index in range(765)]
_LOG = list(LOG_TABLE)
_POWERS, _LOGS = np.array(_POWER), np.array(_LOG)
Poly = list[int]
"""Coefficients, the constant first."""


def correct(block: list[int], checks: int, erased: list[int]) -> tuple[list[int], int] | None:
    """The codeword nearest to the block and how many faults it had beside the erased places.

    None where none is within 2 × faults + erased ≤ check symbols.
    """
    last = len(block) - 1
    signs = _syndromes(block, checks)
    if not any(signs):
        return block, 0
    gaps = [1]
    for place in erased:
        gaps = _times(gaps, [1, _POWER[last - place]])
    faults = _faults(_times(signs, gaps)[len(erased) : checks])
    if faults is None:
        return None
    mended = _repair(block, signs, _times(faults, gaps))
    if mended is None or any(_syndromes(mended, checks)):
        return None
    pairs = enumerate(zip(block, mended, strict=True))
    places = {place for place, (one, other) in pairs if one != other}
    return mended, len(places - set(erased))


def _syndromes(block: list[int], checks: int) -> Poly:
    return _values(block[::-1], np.arange(checks))


def _faults(signs: Poly) -> Poly | None:
    """Berlekamp and Massey: the polynomial whose roots are the places at fault."""
    current, former, length, gap, before = [1], [1], 0, 1, 1
    for index, sign in enumerate(signs):
        wrong = sign
        for back in range(1, min(length, len(current) - 1) + 1):
            wrong ^= _by(current[back], signs[index - back])
        if not wrong:
            gap += 1
            continue
        factor = _by(wrong, _POWER[255 - _LOG[before]])
        step = [0] * gap + [_by(factor, one) for one in former]
        following = [one ^ other for one, other in zip_longest(current, step, fillvalue=0)]
        if 2 * length <= index:
            length, former, before, gap = index + 1 - length, current, wrong, 1
        else:
            gap += 1
        current = following
    while current[-1] == 0:
        current.pop()
    return current if len(current) - 1 == length <= len(signs) // 2 else None


def _repair(block: list[int], signs: Poly, places: Poly) -> list[int] | None:
    """Forney's values at the roots, if there are as many as there should be."""
    powers = np.arange(len(block))[::-1]
    found = np.flatnonzero(np.array(_values(places, -powers)) == 0)
    if len(found) != len(places) - 1:
        return None
    errors = _times(signs, places)[: len(signs)]
    slope = [one if index % 2 == 0 else 0 for index, one in enumerate(places[1:])]
    steep = _values(slope, -powers[found])
    mended = list(block)
    for at, error, slant in zip(found, _values(errors, -powers[found]), steep, strict=True):
        if not slant:
            return None
        share = _by(error, _POWER[255 - _LOG[slant]])
        mended[at] ^= _by(_POWER[len(block) - 1 - at], share)
    return mended


def _by(one: int, other: int) -> int:
    return _POWER[_LOG[one] + _LOG[other]] if one and other else 0


def _times(one: Poly, other: Poly) -> Poly:
    product = [0] * (len(one) + len(other) - 1)
    for index, left in enumerate(one):
        if left:
            for place, right in enumerate(other, index):
                product[place] ^= _by(left, right)
    return product


def _values(poly: Poly, logs: NDArray[np.int64]) -> list[int]:
    """The polynomial at points that are given by their logarithms."""
    degrees = np.flatnonzero(poly)
    exponents = _LOGS[np.array(poly)[degrees]] + np.outer(logs, degrees)
    values: list[int] = np.bitwise_xor.reduce(_POWERS[exponents % 255], axis=1).tolist()
    return values
