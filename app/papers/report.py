"""A report as PDF: what it is, the sums by verdict, and the list, on sheets of A4 across."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from flask_babel import gettext, ngettext

from app.core.errors import N_
from app.core.money import Money
from app.invoices.models import Invoice
from app.papers import making
from app.papers.about import Count, about, yuan
from app.papers.book import Book, book
from app.papers.layout import ACROSS
from app.papers.left import Left, how_many, left
from app.papers.making import Making, Unmade
from app.papers.pen import Pen
from app.papers.rows import COLUMNS, Row, rows
from app.papers.workbook import TONES

MOST_ROWS = 10_000
"""Some 300 sheets; nobody turns more."""

_WIDE, _HIGH = ACROSS
_SIDE, _TOP = 34.0, _HIGH - 36
_LINE, _HEAD, _FOOT = 15.0, 18.0, 26.0
_SIZE = 7.5
_OPENING = 172.0
_GREY, _DARK, _RULE, _SHADE = "#646C7A", "#4A5261", "#E3E6EB", "#EEF0F4"
_VERDICTS, _MOST_VERDICTS = 7, 14
_AT = {column.name: place for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of the report: a name of ``rows.COLUMNS``, or what is made of several."""

    name: str
    title: str
    wide: float
    is_amount: bool = False


_FIELDS = (
    _Field("line", N_("No."), 22, is_amount=True),
    _Field("number", N_("Number"), 96),
    _Field("kind", N_("Kind"), 78),
    _Field("issued", N_("Date of issue"), 46),
    _Field("seller_name", N_("Seller"), 128),
    _Field("buyer_name", N_("Buyer"), 86),
    _Field("amount", N_("Amount without tax"), 56, is_amount=True),
    _Field("tax", N_("Tax"), 46, is_amount=True),
    _Field("total", N_("Total with tax"), 56, is_amount=True),
    _Field("verdict", N_("Verdict"), 96),
)
_GAP = (_WIDE - 2 * _SIDE - sum(one.wide for one in _FIELDS)) / (len(_FIELDS) - 1)


def write(work: Making, file: IO[bytes]) -> None:
    """The list and under it the rows that led to none; sheets become pages at the end.

    Raises Unmade for more than ``MOST_ROWS``, and NoFont.
    """
    if making.count(work.query()) + how_many(work.asked, work.member) > MOST_ROWS:
        raise Unmade("long")
    with book(file, work.name) as made:
        report = _Report(made)
        for page in work.pages():
            for one, row in zip(page, rows(page, work.member), strict=True):
                report.add(one, row)
        report.sum_up()
        report.leave(left(work.asked, work.member))
        report.end(work)


class _Report:
    """Sheets that fill from the top; the first begins under the opening."""

    def __init__(self, made: Book) -> None:
        self._made, self._sheets = made, list[list[int]]()
        self._count, self._by_verdict = Count(), dict[tuple[str, str], Count]()
        self._pen, self._y = made.pen(), _TOP - _OPENING
        self._head()

    def add(self, invoice: Invoice, row: Row) -> None:
        """One invoice."""
        self._make_room()
        self._count.add(row.cells)
        words = str(row.cells[_AT["state" if _is_by_state(invoice) else "verdict"]])
        self._by_verdict.setdefault((row.tone, words), Count()).add(row.cells)
        texts = _texts(self._count.count, invoice, row, words)
        x, y = _SIDE, self._y - 10.5
        for field, text in zip(_FIELDS, texts, strict=True):
            if field.name == "verdict":
                self._chip(x, field.wide, text, row.tone)
            elif text:
                self._pen.within(text, _SIZE, (x, x + field.wide), y, ends=field.is_amount)
            x += field.wide + _GAP
        self._y -= _LINE
        self._pen.line((_SIDE, self._y), (_WIDE - _SIDE, self._y), thick=0.5, ink=_RULE)

    def sum_up(self) -> None:
        """The sum of what is known under the list; the rest is counted."""
        self._make_room()
        right = _WIDE - _SIDE - _FIELDS[-1].wide - _GAP
        words = "  ".join((gettext("Sum"), yuan(self._count.total)))
        self._pen.right(words, 9, right, self._y - 12, bold=True)
        self._y -= _LINE

    def leave(self, told: Iterable[Left]) -> None:
        """What was not taken and why; each sheet of it under its title."""
        is_headed = False
        for line, said, why in told:
            if self._y - _LINE - 2 * _HEAD < _FOOT + 10:
                self._turn()
                is_headed = False
            if not is_headed:
                self._y -= 2 * _HEAD
                self._pen.text(gettext("Not taken"), 9, _SIDE, self._y + 4, bold=True)
                is_headed = True
            y = self._y - 10.5
            self._pen.within(str(line), _SIZE, (_SIDE, _SIDE + 32), y, ends=True)
            self._pen.within(said, _SIZE, (_SIDE + 44, _SIDE + 264), y)
            self._pen.within(why, _SIZE, (_SIDE + 276, _WIDE - _SIDE), y)
            self._y -= _LINE

    def end(self, work: Making) -> None:
        """The opening on the first sheet, and a foot on every one."""
        self._turn()
        self._open(gettext("Invoice report"), about(work, self._count))
        mark = gettext("SPECIMEN") if work.member.company.is_specimen else ""
        for number, sheet in enumerate(self._sheets, start=1):
            said = gettext("Page %(number)s of %(count)s", number=number, count=len(self._sheets))
            foot, y = self._made.pen(), _FOOT - 4
            foot.text(" · ".join(filter(None, (mark, work.name))), 7, _SIDE, y, ink=_GREY)
            foot.right(said, 7, _WIDE - _SIDE, y, ink=_GREY)
            self._made.page(ACROSS, [*sheet, self._made.draw(foot)])

    def _make_room(self) -> None:
        if self._y - _LINE < _FOOT + 10:
            self._turn()
            self._head()

    def _turn(self) -> None:
        self._sheets.append([self._made.draw(self._pen)])
        self._pen, self._y = self._made.pen(), _TOP

    def _head(self) -> None:
        box = (_SIDE - 4, self._y - _HEAD, _WIDE - _SIDE + 4, self._y)
        self._pen.ground(box, _SHADE)
        x = _SIDE
        for field in _FIELDS:
            room, title = (x, x + field.wide), gettext(field.title)
            self._pen.within(title, _SIZE, room, self._y - 12, ends=field.is_amount, ink=_DARK)
            x += field.wide + _GAP
        self._y -= _HEAD

    def _chip(self, x: float, wide: float, words: str, tone: str) -> None:
        ground, ink = TONES[tone]
        letters, y = self._made.letters, self._y
        words, size = letters.fit(words, _SIZE, wide - 8)
        right = x + letters.wide(words, size) + 8
        self._pen.ground((x, y - _LINE + 2, right, y - 2), ground)
        self._pen.text(words, size, x + 4, y - 10.5, ink=ink)

    def _open(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        pen, y = self._made.pen(), _TOP - 8
        pen.text(title, 16, _SIDE, y, bold=True)
        y -= 24
        for label, value in facts[:-2]:
            pen.within(label, 8, (_SIDE, _SIDE + 86), y, ink=_GREY)
            pen.within(value, 8, (_SIDE + 92, _SIDE + 392), y)
            y -= 14
        self._by_tone(pen)
        y = _TOP - _OPENING + 22
        for _label, note in facts[-2:]:
            pen.within(note, 7, (_SIDE, _WIDE - _SIDE), y, ink=_GREY)
            y -= 11
        self._sheets[0].append(self._made.draw(pen))

    def _by_tone(self, pen: Pen) -> None:
        """How many there are of each verdict, the gravest first, in one column or two."""
        order = list(TONES)
        told = sorted(self._by_verdict.items(), key=lambda one: order.index(one[0][0]))
        for number, ((tone, words), count) in enumerate(told[:_MOST_VERDICTS]):
            column, line = divmod(number, _VERDICTS)
            x = _WIDE - _SIDE - 376 + 196 * column
            y = _TOP - 32 - 14 * line
            pen.ground((x, y - 0.5, x + 7, y + 6.5), TONES[tone][1])
            pen.within(words, 8, (x + 12, x + 86), y)
            said = ngettext("%(num)s invoice", "%(num)s invoices", count.count)
            pen.within(said, 8, (x + 86, x + 120), y, ends=True, ink=_DARK)
            pen.within(yuan(count.total), 8, (x + 124, x + 180), y, ends=True)


def _is_by_state(invoice: Invoice) -> bool:
    """A voided or red-flushed invoice says that instead, as on every page."""
    return invoice.lifecycle.value not in ("unknown", "normal")


def _texts(line: int, invoice: Invoice, row: Row, verdict: str) -> list[str]:
    cells = {name: row.cells[place] for name, place in _AT.items()}
    number = " ".join(filter(None, (str(cells["code"]), str(cells["number"]))))
    known = {"line": str(line), "number": number, "verdict": verdict}
    for name in ("kind", "issued", "seller_name", "buyer_name"):
        known[name] = str(cells[name] or "")
    for name in ("amount", "tax", "total"):
        amount = cells[name]
        known[name] = str(amount) if isinstance(amount, Money) else ""
    return [known[field.name] for field in _FIELDS]
