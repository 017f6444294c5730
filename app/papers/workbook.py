"""A list as an Excel file: numbers of invoices as text, amounts as numbers, sums by formula."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from flask_babel import gettext
from xlsxwriter.exceptions import FileCreateError

from app.core.money import Money
from app.papers import listed
from app.papers.about import Count, about
from app.papers.left import Left, left
from app.papers.making import Making, Unmade
from app.papers.rows import Cell, Column, Sort
from app.plumbing.beside import beside
from app.plumbing.pages import PAGE

MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows."""

MOST_LINKS = 50_000
"""Excel drops what is beyond 65,530 links a sheet; a longer list has them as text."""

_LONGEST = 32_000
_MONEY, _DATE = "#,##0.00;[Red]-#,##0.00", "yyyy-mm-dd"
_ZERO, _DAY = datetime(1899, 12, 30), timedelta(days=1)
"""From when a spreadsheet counts days."""
TONES = {
    "ok": ("#E3F4EA", "#0B6B3A"),
    "warn": ("#FDF1D8", "#7A4B00"),
    "bad": ("#FCE8E6", "#B3261E"),
    "info": ("#E6EFFC", "#0B57D0"),
    "none": ("#EEF0F4", "#4A5261"),
}
"""Ground and ink, as static/css/20-tokens.css has them."""
_HEAD = {"bold": True, "bg_color": "#EEF0F4", "bottom": 1, "bottom_color": "#7B8494"}
_TONED = frozenset({"verdict", "state"})


def write(work: Making, file: IO[bytes]) -> None:
    """The list with its filters and its sums, the rows that led to none, and what was asked for.

    Memory does not grow with the rows. Raises Unmade for more than ``MOST_ROWS``.
    """
    if work.total > MOST_ROWS:
        raise Unmade("long")
    count, has_links = Count(), work.total <= MOST_LINKS
    columns = listed.columns(work.batch_id)
    with beside(partial(_bind, file, work.made_at, columns, has_links)) as give:
        for page in work.pages():
            told = listed.numbered(page, work.member, work.batch_id)
            give(told)
            for row in told:
                count.add(row.cells)
        give(None)
        others = left(work.asked, work.member)
        while some := list(islice(others, PAGE)):
            give(some)
        give(None)
        give(about(work, count))
        give(None)


def _bind(
    file: IO[bytes],
    at: datetime,
    columns: Sequence[Column],
    has_links: bool,
    told: Iterator[Sequence[Any] | None],
) -> None:
    """Write it, in a process beside the one that asks the database: each takes half of the time.

    ``told`` are the pieces of each of the three parts, with None behind each part.
    """
    with opened(file, at) as book:
        sheet = Sheet(book, gettext("Invoices"), columns, has_links=has_links)
        for row in _part(told):
            sheet.add(row.cells, row.tone)
        sheet.end()
        _write_left(book, _part(told))
        write_about(book, list(_part(told)))


def _part(told: Iterator[Sequence[Any] | None]) -> Iterator[Any]:
    while (some := next(told)) is not None:
        yield from some


@contextmanager
def opened(file: IO[bytes], at: datetime) -> Iterator[Any]:
    """A workbook of that moment, written to ``file`` at the end, its rows on the disk until then.

    The same rows give the same bytes.
    """
    with tempfile.TemporaryDirectory(dir=Path(file.name).parent) as folder:
        book = xlsxwriter.Workbook(file.name, {**_SAFE, "tmpdir": folder})
        book.set_properties({"created": at})
        try:
            yield book
        except BaseException:
            with suppress(FileCreateError):
                book.close()
            raise
        try:
            book.close()
        except FileCreateError as fault:
            raise fault.args[0] if isinstance(fault.args[0], OSError) else fault from fault


_SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Sheet:
    """A list with its filters and its sums, row by row."""

    def __init__(
        self, book: Any, name: str, columns: Sequence[Column], *, has_links: bool = True
    ) -> None:
        """An empty one of that name; ``has_links`` is for columns of links, else they are text."""
        self._line = 1
        self._sheet = book.add_worksheet(name)
        self._sums = {i: Money(0) for i, one in enumerate(columns) if one.sort is Sort.MONEY}
        self._bold = book.add_format({"bold": True, "top": 1, "num_format": _MONEY})
        self._tones = {
            tone: book.add_format({"bg_color": ground, "font_color": ink})
            for tone, (ground, ink) in TONES.items()
        }
        self._writers = _writers(self._sheet, book, columns, has_links=has_links)
        self._toned = {place for place, one in enumerate(columns) if one.name in _TONED}
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, gettext(column.title), book.add_format(_HEAD))
        self._sheet.freeze_panes(1, 1)

    def add(self, cells: Sequence[Cell], tone: str) -> None:
        """One row; its verdict and its state wear the tone."""
        for place, value in enumerate(cells):
            if place in self._toned:
                self._sheet.write_string(self._line, place, value, self._tones[tone])
            elif value is not None and value != "":
                self._writers[place](self._line, place, value)
        for place in self._sums:
            amount = cells[place]
            if isinstance(amount, Money):
                self._sums[place] += amount
        self._line += 1

    def end(self) -> None:
        """Filters over the list, and under it the sums of what they leave."""
        last, sheet, wide = self._line, self._sheet, len(self._writers)
        sheet.autofilter(0, 0, last - 1, wide - 1)
        if last == 1:
            return
        sheet.write_string(last, 0, gettext("Sum"), self._bold)
        for place in range(1, wide):
            if place in self._sums:
                letter = xlsxwriter.utility.xl_col_to_name(place)
                formula = f"=SUBTOTAL(109,{letter}2:{letter}{last})"
                total = self._sums[place].fen / 100
                sheet.write_formula(last, place, formula, self._bold, total)
            else:
                sheet.write_blank(last, place, None, self._bold)
        sheet.ignore_errors({"number_stored_as_text": f"A2:H{last}"})


Write = Callable[[int, int, Any], object]


def _writers(sheet: Any, book: Any, columns: Sequence[Column], *, has_links: bool) -> list[Write]:
    """For each column what writes a cell that is not empty."""
    money, day = book.add_format({"num_format": _MONEY}), book.add_format({"num_format": _DATE})
    moment = book.add_format({"num_format": f"{_DATE} hh:mm"})
    label = gettext("Open")

    def link(line: int, place: int, value: str) -> None:
        sheet.write_url(line, place, value, string=label)

    def text(line: int, place: int, value: str) -> None:
        sheet.write_string(line, place, value[:_LONGEST])

    by_sort: Mapping[Sort, Write] = {
        Sort.TEXT: text,
        Sort.MONEY: lambda line, place, value: sheet.write_number(
            line, place, value.fen / 100, money
        ),
        Sort.DAY: lambda line, place, value: sheet.write_number(
            line, place, (value - _ZERO.date()).days, day
        ),
        Sort.MOMENT: lambda line, place, value: sheet.write_number(
            line, place, (value - _ZERO) / _DAY, moment
        ),
        Sort.LINK: link if has_links else text,
        Sort.WHOLE: sheet.write_number,
    }
    return [by_sort[column.sort] for column in columns]


def _write_left(book: Any, told: Iterable[Left]) -> None:
    """Only where there are any."""
    sheet = None
    for place, (line, said, why) in enumerate(told, start=1):
        if sheet is None:
            sheet, bold = book.add_worksheet(gettext("Not taken")), book.add_format(_HEAD)
            for column, (title, width) in enumerate(
                ((gettext("Row"), 8), (gettext("Number"), 40), (gettext("Reason"), 60))
            ):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, title, bold)
            sheet.freeze_panes(1, 0)
        sheet.write_number(place, 0, line)
        sheet.write_string(place, 1, said)
        sheet.write_string(place, 2, why)


def write_about(book: Any, facts: list[tuple[str, str]]) -> None:
    """A sheet that says what this is: labels and values."""
    sheet = book.add_worksheet(gettext("About this list"))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    for line, (label, value) in enumerate(facts):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, value, wrap)
