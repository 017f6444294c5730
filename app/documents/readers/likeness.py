"""How like two papers are by their prints, and marks by which those that are find each other.

Texts are compared by their runs of four signs. Each run is hashed in many ways, and the least hash
of each way is likely to be the same for texts that share most runs (min-hashing): pairs of these
are the marks.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

MARKS = 8
FEWEST_GRAMS = 12
"""A text with fewer is not enough to know a paper by."""

_ROWS = 2
_GRAM = 4
_WHOLE = (1 << 64) - 1
_FACTORS = (
    0x5C14AD08154F81F7, 0x8A47BC8BA2B61385, 0x63168F968A880411, 0x0CE35A67C8DD9279,
    0x4507B429828DE73B, 0xA36D850460C2CC25, 0x221CEBCBED8D4DBB, 0x0BE1CD07FDCE25C7,
    0xBEAD9F73C6940A2F, 0xFBA1220F197863E5, 0x8736E511A8D555C5, 0xB314871163BB3F49,
    0x2033BC4E19C3BD5F, 0x9F0438018F7D7747, 0xB1831E3F6B314FAB, 0xAFEF2CDBBEFD448F,
)  # fmt: skip
"""Odd numbers, drawn once and always the same: prints of different years are compared."""


def grams(told: Iterable[str]) -> set[str]:
    """The runs of four signs by which texts are compared; a misread digit spoils only four."""
    return {word[at : at + _GRAM] for word in told for at in range(max(1, len(word) - _GRAM + 1))}


def marks(told: Iterable[str], owner: str) -> list[int]:
    """Numbers of which texts that are alike share at least one; empty for too short a text.

    ``owner`` keeps the texts of different companies apart. Texts that share two thirds of their
    runs share a mark 99 times in 100, those that share a third 61 times.
    """
    runs = grams(told)
    if len(runs) < FEWEST_GRAMS:
        return []
    hashed = [hashlib.blake2b(run.encode(), digest_size=8).digest() for run in runs]
    numbers = [int.from_bytes(one, "little") for one in hashed]
    least = [min([number * factor & _WHOLE for number in numbers]) for factor in _FACTORS]
    made = []
    for place in range(MARKS):
        said = f"{owner} {place} {least[place * _ROWS : (place + 1) * _ROWS]}"
        digest = hashlib.blake2b(said.encode(), digest_size=8).digest()
        made.append(int.from_bytes(digest) >> 1)
    return made


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Which part of the runs of two texts they share, 0 to 1; 0 where one is too short to tell."""
    mine, theirs = _runs(" ".join(one)), _runs(" ".join(other))
    if min(len(mine), len(theirs)) < FEWEST_GRAMS:
        return 0.0
    return len(mine & theirs) / len(mine | theirs)


def distance(one: str, other: str) -> int:
    """How many of the 64 bits of two layouts differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


@lru_cache(maxsize=4096)
def _runs(text: str) -> frozenset[str]:
    """Kept for a while: a pile of one seller's papers is compared with itself."""
    return frozenset(grams(text.split()))
