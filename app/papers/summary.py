"""The first pages of a pack: a cover with the sums, and 汇总表, one line per invoice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext, ngettext

from app.core.errors import N_
from app.core.money import Money
from app.papers.layout import A4, ACROSS, MM
from app.papers.pen import GREY, LIGHT, LINE, Pen

ROWS = 22
_SIZE, _HEIGHT, _EDGE = 8.0, 6.8 * MM, 12 * MM
_TABLE_TOP = ACROSS[1] - 30 * MM
_COLUMNS = (
    (N_("No."), 9), (N_("Page"), 13), (N_("Invoice number"), 40), (N_("Kind"), 46),
    (N_("Date of issue"), 20), (N_("Seller"), 52), (N_("Amount without tax"), 26), (N_("Tax"), 20),
    (N_("Total with tax"), 26), (N_("Verdict"), 21),
)  # fmt: skip
_SUMS = (6, 7, 8)
_MOST_GROUPS = 6
_TITLE, _BIG, _TEXT = 24.0, 28.0, 10.0
UNKNOWN = N_(
    "What is empty is not known. It is not zero, and it is in no sum. “Not checked” says nothing "
    "for or against an invoice."
)
MOMENT = N_("Verdicts are of the moment when this was made. They can change later.")
ORIGINALS = N_(
    "Whoever books electronic invoices by their printouts keeps the electronic originals as well "
    "(财会〔2020〕6号, article 4)."
)
"""财会〔2020〕6号 §四, TRUST §1.1 R2."""


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice as it is listed; None is what nobody knows. ``is_missing``: it has no page."""

    number: int
    text: str
    kind: str
    issued: date | None
    seller: str
    amount: Money | None
    tax: Money | None
    total: Money | None
    verdict: str
    is_missing: bool = False


@dataclass(slots=True)
class Sum:
    """How many, what the known amounts come to, and how many totals are unknown."""

    count: int = 0
    unknown: int = 0
    sums: list[Money] = field(default_factory=lambda: [Money(0)] * len(_SUMS))

    def add(self, line: Line) -> None:
        """One more invoice."""
        self.count += 1
        self.unknown += line.total is None
        for place, value in enumerate((line.amount, line.tax, line.total)):
            self.sums[place] += value or Money(0)


def count(lines: Sequence[Line]) -> int:
    """How many pages ``table`` makes."""
    return max(1, -(-len(lines) // ROWS))


def cover(
    pen: Pen, title: str, facts: Iterable[tuple[str, str]], lines: Sequence[Line], mark: str
) -> None:
    """What it is, how many invoices for how much, by kind and by verdict."""
    left, right = 24 * MM, A4[0] - 24 * MM
    y = A4[1] - 48 * MM
    pen.text(title, _TITLE, left, y, bold=True)
    if mark:
        pen.right(mark, _TITLE, right, y, ink=GREY)
    y -= 16 * MM
    for label, value in facts:
        pen.text(label, _TEXT, left, y, ink=GREY)
        pen.within(value, _TEXT, (left + 34 * MM, right), y)
        y -= 7 * MM
    y = _whole(pen, summed(lines), (left, right), y - 10 * MM)
    y = _groups(pen, gettext("By kind"), _by(lines, "kind"), (left, right), y)
    y = _groups(pen, gettext("By verdict"), _by(lines, "verdict"), (left, right), y)
    notes = [UNKNOWN, MOMENT, ORIGINALS]
    y = 24 * MM + 4.6 * MM * len(notes)
    for note in notes:
        y = pen.block(gettext(note), 8, (left, right), y)


def table(pen: Pen, page: int, lines: Sequence[Line], pages: Mapping[int, int], mark: str) -> None:
    """Page ``page``, from 0, of the list; ``pages`` says on which page of the pack each stands."""
    shown = lines[page * ROWS : (page + 1) * ROWS]
    pen.text(gettext("List of invoices"), 16, _EDGE, ACROSS[1] - 19 * MM, bold=True)
    if mark:
        pen.right(mark, 12, ACROSS[0] - _EDGE, ACROSS[1] - 19 * MM, ink=GREY)
    y = _TABLE_TOP
    _row(pen, y, [gettext(title) for title, _ in _COLUMNS], ink=LINE)
    for line in shown:
        y -= _HEIGHT
        _row(pen, y, _cells(line, pages))
    ends = [(gettext("This page"), summed(shown))] if len(lines) > ROWS else []
    ends += [(gettext("All"), summed(lines))] if (page + 1) * ROWS >= len(lines) else []
    for label, told in ends:
        y -= _HEIGHT
        counted = ngettext("%(num)s invoice", "%(num)s invoices", told.count)
        _row(pen, y, [label, "", counted, _unknown(told), "", "", *map(str, told.sums), ""])


def footer(pen: Pen, page: tuple[int, int], *, across: bool) -> None:
    """Which page of all."""
    width = (ACROSS if across else A4)[0]
    pen.right(f"{page[0]} / {page[1]}", 7, width - 7 * MM, 3 * MM, ink=GREY)


def summed(lines: Iterable[Line]) -> Sum:
    """All of them together."""
    told = Sum()
    for line in lines:
        told.add(line)
    return told


def _whole(pen: Pen, told: Sum, room: tuple[float, float], y: float) -> float:
    counted = ngettext("%(num)s invoice", "%(num)s invoices", told.count)
    pen.text(f"¥{told.sums[2]}", _BIG, room[0], y, bold=True)
    pen.right(counted, 14, room[1], y)
    pen.text(gettext("Total with tax"), _TEXT, room[0], y - 7 * MM, ink=GREY)
    pen.right(_unknown(told), _TEXT, room[1], y - 7 * MM, ink=GREY)
    return y - 22 * MM


def _groups(
    pen: Pen, title: str, groups: Mapping[str, Sum], room: tuple[float, float], y: float
) -> float:
    left, right = room
    pen.text(title, _TEXT, left, y, bold=True)
    for name, told in groups.items():
        y -= 6.5 * MM
        pen.line((left, y + 4.6 * MM), (right, y + 4.6 * MM), ink=LIGHT)
        pen.within(name, _TEXT, (left, left + 86 * MM), y)
        pen.right(str(told.count), _TEXT, left + 100 * MM, y)
        pen.right(f"¥{told.sums[2]}", _TEXT, right, y)
    return y - 13 * MM


def _by(lines: Sequence[Line], name: str) -> dict[str, Sum]:
    """By kind or verdict, the most first, and what is rare together."""
    groups: dict[str, Sum] = {}
    for line in lines:
        groups.setdefault(getattr(line, name), Sum()).add(line)
    most = sorted(groups.items(), key=lambda one: -one[1].count)
    if len(most) <= _MOST_GROUPS:
        return dict(most)
    rest = {one for one, _ in most[_MOST_GROUPS - 1 :]}
    others = summed(line for line in lines if getattr(line, name) in rest)
    return dict(most[: _MOST_GROUPS - 1]) | {gettext("Others"): others}


def _unknown(told: Sum) -> str:
    if not told.unknown:
        return ""
    words: str = ngettext("%(num)s of unknown amount", "%(num)s of unknown amount", told.unknown)
    return words


def _cells(line: Line, pages: Mapping[int, int]) -> list[str]:
    sums = [
        str(value) if value is not None else "" for value in (line.amount, line.tax, line.total)
    ]
    page = gettext("none") if line.is_missing else str(pages.get(line.number, ""))
    day = line.issued.isoformat() if line.issued else ""
    return [str(line.number), page, line.text, line.kind, day, line.seller, *sums, line.verdict]


def _row(pen: Pen, y: float, cells: Sequence[str], *, ink: float = 0.0) -> None:
    x = _EDGE
    for place, (text, (_, wide)) in enumerate(zip(cells, _COLUMNS, strict=True)):
        start = x + (4 if place - 1 in _SUMS and place not in _SUMS else 1) * MM
        room = (start, x + (wide - 1) * MM)
        if text:
            pen.within(text, _SIZE, room, y + 2.2 * MM, ends=place in _SUMS)
        x += wide * MM
    pen.line((_EDGE, y), (x, y), thick=LINE if ink else 0.4, ink=GREY if ink else LIGHT)
