"""Rows, labels and what stands beside them: the geometry of a page, without its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Protocol

from app.documents.readers.glyphs import UNKNOWN, Glyph

GAP = "\t"
_BESIDE = 0.6
_WIDE = 0.9
_WORD = 0.15
_HOLE = 0.75
_MOST_PLACES = 40


@dataclass(frozen=True)
class Span:
    """Glyphs of one line, from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def left(self) -> float:
        """Its left side in points."""
        return self.glyphs[0].left

    @cached_property
    def right(self) -> float:
        """Its right side in points."""
        return max(glyph.right for glyph in self.glyphs)

    @property
    def base(self) -> float:
        """Its line in points, downwards."""
        return self.glyphs[0].base

    @property
    def em(self) -> float:
        """The size of its font in points."""
        return self.glyphs[0].em

    @property
    def middle(self) -> float:
        """The middle between its sides."""
        return (self.left + self.right) / 2

    @cached_property
    def _plain(self) -> tuple[str, list[int]]:
        """The text as it is compared, ``GAP`` where a column may end, and the glyph of each."""
        signs: list[str] = []
        places: list[int] = []
        reach = 0.0
        for place, glyph in enumerate(self.glyphs):
            if place and glyph.left - reach > _WIDE * glyph.em:
                signs.append(GAP)
                places.append(place)
            signs.append(glyph.plain)
            places.append(place)
            reach = max(reach, glyph.right) if place else glyph.right
        return "".join(signs), places

    @property
    def plain(self) -> str:
        """The text as it is compared: NFKC, without spaces, ``GAP`` between columns."""
        return self._plain[0]

    def cut(self, start: int, end: int) -> Span:
        """The part of ``plain[start:end]``, without gaps at its ends."""
        text, places = self._plain
        while end > start and text[end - 1] == GAP:
            end -= 1
        while end > start and text[start] == GAP:
            start += 1
        return Span(self.glyphs[places[start] : places[max(start, end - 1)] + 1])

    def group(self, found: re.Match[str], name: str | int = 0) -> Span:
        """The part that a group of a match over ``plain`` names."""
        return self.cut(found.start(name), found.end(name))

    def cells(self) -> list[Span]:
        """Its parts between wide gaps."""
        return [self.cut(one.start(), one.end()) for one in re.finditer(f"[^{GAP}]+", self.plain)]

    def until_gap(self, ems: float) -> Span:
        """Its beginning, up to the first gap of so many ems."""
        for place, (one, other) in enumerate(pairwise(self.glyphs), start=1):
            if other.left - one.right > ems * one.em:
                return Span(self.glyphs[:place])
        return self

    @property
    def is_whole(self) -> bool:
        """Whether every sign is known and none is missing between two Chinese ones."""
        return not any(glyph.plain == UNKNOWN for glyph in self.glyphs) and not any(
            one.plain >= "\u2e80"
            and other.plain >= "\u2e80"
            and other.left - one.right > _HOLE * one.em
            for one, other in pairwise(self.glyphs)
        )

    @property
    def text(self) -> str:
        """As it is read: spaces stay between Latin words and fall away beside Chinese."""
        said = self.glyphs[0].sign
        for one, other in pairwise(self.glyphs):
            is_apart = other.left - one.right > _WORD * one.em
            said += " " if is_apart and one.sign < "\u2e80" and other.sign < "\u2e80" else ""
            said += other.sign
        return said


class Sheet(Protocol):
    """The glyphs of one page, however they were had; ``slack`` is how far a line may waver."""

    source: str
    number: int
    glyphs: list[Glyph]
    slack: float

    def place(self, glyphs: Iterable[Glyph]) -> dict[str, object]:
        """Where some of them stand, as fractions of the page as it is shown."""


class Page:
    """The lines of a sheet, and questions about where things stand."""

    def __init__(self, sheet: Sheet) -> None:
        """Part its glyphs into lines."""
        self.sheet = sheet
        self.glyphs = sorted(sheet.glyphs, key=lambda glyph: glyph.base)
        self.rows = _rows(self.glyphs, sheet.slack)

    def find(self, pattern: re.Pattern[str], name: str | int = 0) -> list[Span]:
        """The first places of ``pattern`` on a line, from the top."""
        places = (
            row.group(found, name) for row in self.rows for found in pattern.finditer(row.plain)
        )
        return list(islice(places, _MOST_PLACES))

    def beside(
        self, label: Span, until: float = float("inf"), near: float = _BESIDE
    ) -> Span | None:
        """What is on the line of ``label``, within ``near`` ems, to the right of it."""
        start = label.glyphs[-1]
        return line(
            glyph
            for glyph in self.glyphs
            if abs(glyph.base - label.base) <= near * label.em
            and glyph.left >= start.left
            and glyph.right <= until
            and glyph not in label.glyphs
        )

    def level(self, row: Span) -> Span:
        """The row with what stands a little higher or lower."""
        near = (one for one in self.glyphs if abs(one.base - row.base) <= _BESIDE * row.em)
        return line(near) or row

    def within(self, left: float, top: float, right: float, bottom: float) -> list[Span]:
        """The lines whose base is between ``top`` and ``bottom``, as far as they are inside."""
        inside = (
            glyph
            for glyph in self.glyphs
            if top < glyph.base < bottom and left <= glyph.left and glyph.right <= right
        )
        return _rows(inside, self.sheet.slack)

    def read(self, label: re.Pattern[str], value: re.Pattern[str]) -> list[Span]:
        """What ``value`` matches right after each place of ``label``; its group 1 if it has one."""
        spans = []
        for one in self.find(label):
            beside = self.beside(one)
            found = beside and value.match(beside.plain)
            if beside and found:
                spans.append(beside.group(found, 1 if value.groups else 0))
        return spans


def line(glyphs: Iterable[Glyph]) -> Span | None:
    """Glyphs from left to right, a doubled one once; None of none."""
    ordered = sorted(glyphs, key=lambda glyph: (glyph.left + glyph.right, glyph.left))
    kept = [
        one
        for place, one in enumerate(ordered)
        if not place or not _is_twice(ordered[place - 1], one)
    ]
    return Span(tuple(kept)) if kept else None


def label(text: str) -> re.Pattern[str]:
    """A pattern for a label whose signs may stand apart; a colon may follow."""
    return re.compile(f"{GAP}*".join(map(re.escape, text)) + f"{GAP}*:?")


def alone(spans: Iterable[Span]) -> Span | None:
    """The one of which all say the same; None where they differ or where there is none."""
    found = list(spans)
    return found[0] if len({span.plain for span in found}) == 1 else None


def _rows(glyphs: Iterable[Glyph], slack: float) -> list[Span]:
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: one.base):
        first = rows[-1][0] if rows else glyph
        if rows and glyph.base - first.base <= slack * min(glyph.em, first.em):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [row for one in rows if (row := line(one))]


def _is_twice(one: Glyph, other: Glyph) -> bool:
    """Bold is made by drawing the same sign again, a little aside."""
    return one.plain == other.plain and abs(one.left - other.left) < 0.12 * one.em
