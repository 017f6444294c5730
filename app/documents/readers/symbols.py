"""From sampled modules to a QR code without faults: ISO/IEC 18004 §7, with doubts as erasures.

A module is a number, dark above 0 and light below, the nearer to 0 the less sure. What comes back
is the whole code, corrected and drawn anew; its text is for the decoder to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from qrcode.base import RSBlock, rs_blocks
from qrcode.util import BCH_type_info, BCH_type_number, mask_func, pattern_position

from app.documents.readers import solomon

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]
FORMATS_TRIED = 2
PADDINGS_TRIED = 2
LEAST_SPARE = 2
_LENGTHS = range(40, 90)
_PAD = (0xEC, 0x11)
_BYTE_MODE = 12
_CERTAIN = 1e3
_STEP = 4


@dataclass(frozen=True, slots=True)
class Mended:
    """A code that its own error correction confirms.

    ``spare`` are the check symbols, of the block that has least, that were not needed for it.
    """

    modules: Bools
    spare: int


def side(version: int) -> int:
    """Modules along an edge."""
    return 17 + 4 * version


@cache
def pattern(size: int) -> Floats:
    """What every code of a size has: 1 dark, -1 light, 0 where the data and its format are."""
    known = np.zeros((size, size), np.float32)
    known[6, :] = known[:, 6] = np.where(np.arange(size) % 2, -1, 1)
    version, far = (size - 17) // 4, size - 7
    centres = pattern_position(version)
    for y, x in ((y, x) for y in centres for x in centres):
        if (y, x) not in ((6, 6), (6, far), (far, 6)):
            known[y - 2 : y + 3, x - 2 : x + 3] = _rings(5)
    for y, x in ((0, 0), (0, far), (far, 0)):
        known[max(y - 1, 0) : y + 8, max(x - 1, 0) : x + 8] = -1
        known[y : y + 7, x : x + 7] = _rings(7)
    known[size - 8, 8] = 1
    for place in range(18 if version >= 7 else 0):
        value = 1 if BCH_type_number(version) >> place & 1 else -1
        known[place // 3, place % 3 + size - 11] = value
        known[place % 3 + size - 11, place // 3] = value
    return known


def mend(modules: Floats) -> Iterator[Mended]:
    """Every code that the sampled modules can be, the likeliest first, mostly one or none."""
    size = len(modules)
    rows, columns = _order(size)
    for level, mask in _formats(modules):
        turned = modules[rows, columns] * np.where(_masked(mask, size)[rows, columns], -1, 1)
        blocks = rs_blocks((size - 17) // 4, level)
        count = sum(block.total_count for block in blocks)
        for words, spare in _corrected(turned[: count * 8].reshape(count, 8), blocks):
            yield Mended(_draw(words, size, level, mask), spare)


def _corrected(bits: Floats, blocks: list[RSBlock]) -> Iterator[tuple[list[int], int]]:
    """All codewords, first as they were sampled, then with the padding its length would give."""
    places = _interleaved(blocks)
    order = [one for place, block in zip(places, blocks, strict=True)
             for one in place[: block.data_count]]  # fmt: skip
    values = np.packbits(bits > 0, axis=1)[:, 0]
    sure = np.sort(np.abs(bits), axis=1)[:, :2].sum(axis=1)
    for padding in ({}, *_paddings(bits[order])):
        told, doubt = values.copy(), sure.copy()
        for index, value in padding.items():
            told[order[index]], doubt[order[index]] = value, _CERTAIN
        least = 255
        for block, place in zip(blocks, places, strict=True):
            parity = block.total_count - block.data_count
            found = _correct(told[place].tolist(), np.argsort(doubt[place], kind="stable"), parity)
            if found is None:
                break
            told[place], spare = found
            least = min(least, spare)
        else:
            yield told.tolist(), least


def _correct(values: list[int], doubtful: Places, parity: int) -> tuple[list[int], int] | None:
    """With ever more of the doubtful codewords erased, as long as something is left to object."""
    most = parity - LEAST_SPARE
    for erased in (*range(0, most, _STEP), most):
        found = solomon.correct(values, parity, doubtful[:erased].tolist())
        if found:
            spare = parity - erased - 2 * found[1]
            if spare >= LEAST_SPARE:
                return found[0], spare
    return None


def _paddings(bits: Floats) -> list[dict[int, int]]:
    """What fills a code after one text of some length (ISO/IEC 18004 §7.4.10), likeliest first.

    An invoice of 50 to 70 bytes leaves 15 to 34 of the 86 codewords of version 5-M to padding.
    """
    table = np.array([np.unpackbits(np.array([one], np.uint8)) for one in _PAD], np.float32)
    agree = bits @ (table.T * 2 - 1)
    told = []
    for length in _LENGTHS:
        begin = (_BYTE_MODE + 8 * length + 4 + 7) // 8
        indexes = range(begin, len(bits))
        worth = sum(float(agree[index, (index - begin) % 2]) for index in indexes)
        told.append((worth, {index: _PAD[(index - begin) % 2] for index in indexes}))
    likely = sorted(told, key=lambda one: -one[0])[:PADDINGS_TRIED]
    return [padding for worth, padding in likely if padding and worth > 0]


def _formats(modules: Floats) -> list[tuple[int, int]]:
    """Level and mask, the likeliest of the 32 first: its two copies are weighed together."""
    first, second = _format_places(len(modules))
    seen = np.array([modules[one] + modules[two] for one, two in zip(first, second, strict=True)])
    likely = np.argsort(-(_format_bits() @ seen), kind="stable")[:FORMATS_TRIED]
    return [(int(data) >> 3, int(data) & 7) for data in likely]


@cache
def _format_bits() -> Floats:
    bits = [[BCH_type_info(data) >> place & 1 for place in range(15)] for data in range(32)]
    return np.array(bits, np.float32) * 2 - 1


def _draw(words: list[int], size: int, level: int, mask: int) -> Bools:
    drawn = pattern(size) > 0
    rows, columns = _order(size)
    bits = np.zeros(len(rows), np.bool_)
    bits[: len(words) * 8] = np.unpackbits(np.array(words, np.uint8))
    drawn[rows, columns] = bits ^ _masked(mask, size)[rows, columns]
    for places in _format_places(size):
        for place, at in enumerate(places):
            drawn[at] = bool(BCH_type_info(level << 3 | mask) >> place & 1)
    return drawn


@cache
def _order(size: int) -> tuple[Places, Places]:
    """Rows and columns of the data in the order of its bits: up and down in pairs of columns."""
    free = pattern(size) == 0
    for places in _format_places(size):
        for place in places:
            free[place] = False
    order = []
    columns = [column for column in range(size - 1, 0, -2) if column > 6]
    for turn, right in enumerate([*columns, 5, 3, 1]):
        for row in range(size) if turn % 2 else range(size - 1, -1, -1):
            order += [(row, column) for column in (right, right - 1) if free[row, column]]
    rows, across = np.array(order).T
    return rows, across


@cache
def _masked(mask: int, size: int) -> Bools:
    turned = mask_func(mask)
    return np.array([[turned(row, column) for column in range(size)] for row in range(size)])


@cache
def _format_places(size: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where the 15 bits of level and mask are, the last bit first, in both copies."""
    down = [(row, 8) for row in (*range(6), 7, 8, *range(size - 7, size))]
    left = [(8, column) for column in (*range(size - 1, size - 9, -1), 7, *range(5, -1, -1))]
    return down, left


def _interleaved(blocks: list[RSBlock]) -> list[list[int]]:
    """For each block its places in the stream: data by turns, then check symbols by turns."""
    places: list[list[int]] = [[] for _ in blocks]
    counts = [block.data_count for block in blocks]
    checks = [block.total_count - block.data_count for block in blocks]
    at = 0
    for lengths in (counts, checks):
        for index in range(max(lengths)):
            for place, length in zip(places, lengths, strict=True):
                if index < length:
                    place.append(at)
                    at += 1
    return places


def _rings(width: int) -> Floats:
    """A finder (7) or an alignment pattern (5): squares in each other, the outermost dark."""
    step = np.abs(np.arange(width) - width // 2)
    ring = np.maximum(step[:, None], step[None, :])
    return np.where(ring == width // 2 - 1, -1, 1).astype(np.float32)
