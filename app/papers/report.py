"""A report as PDF: what it is, the sums by verdict, and the list, on sheets of A4 across."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from flask_babel import gettext, ngettext

from app.core.errors import N_
from app.core.money import Money
from app.invoices.models import Invoice
from app.papers.about import Count, about, yuan
from app.papers.canvas import Align, Book, Page
from app.papers.making import Making, Unmade
from app.papers.rows import COLUMNS, Row, rows
from app.papers.workbook import TONES

MOST_ROWS = 10_000
"""Some 300 sheets; nobody turns more."""

_WIDE, _HIGH, _SIDE, _TOP = 842.0, 595.0, 34.0, 36.0
_LINE, _HEAD, _FOOT = 15.0, 18.0, 26.0
_SIZE = 7.5
_OPENING = 172.0
_GREY, _DARK, _RULE = "#646C7A", "#4A5261", "#7B8494"
_AT = {column.name: place for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of the report: a name of ``rows.COLUMNS``, or what is made of several."""

    name: str
    title: str
    wide: float
    align: Align = "left"


_FIELDS = (
    _Field("line", N_("No."), 22, "right"),
    _Field("number", N_("Number"), 96),
    _Field("kind", N_("Kind"), 78),
    _Field("issued", N_("Date of issue"), 46),
    _Field("seller_name", N_("Seller"), 128),
    _Field("buyer_name", N_("Buyer"), 86),
    _Field("amount", N_("Amount without tax"), 56, "right"),
    _Field("tax", N_("Tax"), 46, "right"),
    _Field("total", N_("Total with tax"), 56, "right"),
    _Field("verdict", N_("Verdict"), 96),
)
_GAP = (_WIDE - 2 * _SIDE - sum(one.wide for one in _FIELDS)) / (len(_FIELDS) - 1)


def write(work: Making, file: IO[bytes]) -> None:
    """The whole report; of every sheet only its compressed text is kept until the end.

    Raises Unmade for more than ``MOST_ROWS``, and where no font is installed.
    """
    if work.total > MOST_ROWS:
        raise Unmade("long")
    with closing(Book(_WIDE, _HIGH)) as book:
        report = _Report(book)
        for page in work.pages():
            for one, row in zip(page, rows(page, work.member), strict=True):
                report.add(one, row)
        report.end(work)
        book.write(report.sheets, work.name, file)


class _Report:
    """Sheets that fill from the top; the first begins under the opening."""

    def __init__(self, book: Book) -> None:
        self.book, self.sheets = book, list[list[bytes]]()
        self.count, self._by_verdict = Count(), dict[tuple[str, str], Count]()
        self._page, self._y = Page(self.book), _TOP + _OPENING
        self._head()

    def add(self, invoice: Invoice, row: Row) -> None:
        """One invoice."""
        if self._y + _LINE > _HIGH - _FOOT - 10:
            self._turn()
        self.count.add(row.cells)
        words = str(row.cells[_AT["state" if _is_by_state(invoice) else "verdict"]])
        self._by_verdict.setdefault((row.tone, words), Count()).add(row.cells)
        texts = _texts(self.count.count, invoice, row, words)
        x, y = _SIDE, self._y + 10.5
        for field, text in zip(_FIELDS, texts, strict=True):
            if field.name == "verdict":
                self._chip((x, self._y), field.wide, text, row.tone)
            elif text:
                self._page.text((x, y), text, _SIZE, room=(field.wide, field.align))
            x += field.wide + _GAP
        self._y += _LINE
        self._page.line((_SIDE, self._y), _WIDE - 2 * _SIDE)

    def end(self, work: Making) -> None:
        """The sum under the list, the opening on the first sheet, and a foot on every one."""
        if self._y + _LINE > _HIGH - _FOOT - 10:
            self._turn()
        self._sum()
        self.sheets.append([self._page.pack()])
        facts = about(work, self.count)
        self._open(gettext("Invoice report"), facts)
        mark = gettext("SPECIMEN") if work.member.company.is_specimen else ""
        for number, sheet in enumerate(self.sheets, start=1):
            said = gettext("Page %(number)s of %(count)s", number=number, count=len(self.sheets))
            foot, y = Page(self.book), _HIGH - _FOOT + 4
            foot.text((_SIDE, y), " · ".join(filter(None, (mark, work.name))), 7, ink=_GREY)
            room = (_WIDE - 2 * _SIDE, "right")
            foot.text((_SIDE, y), said, 7, ink=_GREY, room=room)  # type: ignore[arg-type]
            sheet.append(foot.pack())

    def _turn(self) -> None:
        self.sheets.append([self._page.pack()])
        self._page, self._y = Page(self.book), _TOP
        self._head()

    def _head(self) -> None:
        self._page.box((_SIDE - 4, self._y), _WIDE - 2 * _SIDE + 8, _HEAD, "#EEF0F4")
        x = _SIDE
        for field in _FIELDS:
            place = (x, self._y + 12)
            self._page.text(
                place, gettext(field.title), _SIZE, ink=_DARK, room=(field.wide, field.align)
            )
            x += field.wide + _GAP
        self._y += _HEAD

    def _chip(self, place: tuple[float, float], wide: float, words: str, tone: str) -> None:
        ground, ink = TONES[tone]
        words, size = self.book.fit(words, _SIZE, wide - 8)
        x, y = place
        self._page.box((x, y + 2), self.book.faces.width(words, size) + 8, _LINE - 4, ground)
        self._page.text((x + 4, y + 10.5), words, size, ink=ink)

    def _sum(self) -> None:
        """Of what is known; the rest is counted."""
        x = _SIDE + sum(field.wide + _GAP for field in _FIELDS[:-4])
        wide = sum(field.wide + _GAP for field in _FIELDS[-4:-1]) - _GAP
        words = "  ".join((gettext("Sum"), yuan(self.count.total)))
        place = (x, self._y + 12)
        self._page.text(place, words, 9, room=(wide, "right"), is_bold=True)

    def _open(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        page, y = Page(self.book), _TOP + 8
        page.text((_SIDE, y), title, 16, is_bold=True)
        y += 24
        notes = [value for label, value in facts[-2:]]
        for label, value in facts[:-2]:
            page.text((_SIDE, y), label, 8, ink=_GREY, room=(86, "left"))
            page.text((_SIDE + 92, y), value, 8, room=(300, "left"))
            y += 14
        self._by_tone(page)
        for back, note in enumerate(notes):
            place = (_SIDE, _TOP + _OPENING - 22 + 11 * back)
            page.text(place, note, 7, ink=_GREY, room=(_WIDE - 2 * _SIDE, "left"))
        self.sheets[0].append(page.pack())

    def _by_tone(self, page: Page) -> None:
        """How many there are of each verdict, the gravest first, in one column or two."""
        order = list(TONES)
        told = sorted(self._by_verdict.items(), key=lambda one: order.index(one[0][0]))
        for number, ((tone, words), count) in enumerate(told[:_MOST_VERDICTS]):
            column, line = divmod(number, _VERDICTS)
            x = _WIDE - _SIDE - 376 + 196 * column
            y = _TOP + 32 + 14 * line
            page.box((x, y - 6.5), 7, 7, TONES[tone][1])
            page.text((x + 12, y), words, 8, room=(74, "left"))
            said = ngettext("%(num)s invoice", "%(num)s invoices", count.count)
            page.text((x + 86, y), said, 8, ink=_DARK, room=(34, "right"))
            page.text((x + 124, y), yuan(count.total), 8, room=(56, "right"))


_VERDICTS, _MOST_VERDICTS = 7, 14


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
