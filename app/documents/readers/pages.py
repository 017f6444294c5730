"""The invoices on the pages of a file, by their text (FORMATS §5 D, §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from app.documents.readers import goods, paper, tickets
from app.documents.readers.codes import MOST_PAGES_READ
from app.documents.readers.found import Found
from app.documents.readers.glyphs import Sheet
from app.documents.readers.layout import Page

_SUMS = ("amount", "tax", "total", "total_words")
Lines = list[dict[str, str]]


@dataclass
class _Told:
    """The pages of one invoice: what each says, and the lines of each."""

    said: list[Found]
    lines: list[Lines]


def read(sheets: Iterable[Sheet]) -> list[Found]:
    """What each of the first 20 pages says of an invoice, a page being a body of its own.

    Pages of one invoice repeat its number; a list of goods belongs to the page before it, unless it
    names another number. The lines are with the first page, if they add up to its amount.
    """
    told: list[_Told] = []
    for sheet in islice(sheets, MOST_PAGES_READ):
        page = Page(sheet)
        found = tickets.read(page) or paper.read(page)
        if found:
            found.body = sheet.number - 1
            _add(told, found, goods.read(page))
        elif told and _continues(page, told[-1].said[0]):
            told[-1].lines.append(goods.read(page))
    for one in told:
        _settle(one.said)
        _note_lines(one.said, one.lines)
    return [found for one in told for found in one.said]


def _add(told: list[_Told], found: Found, lines: Lines) -> None:
    same = next((one for one in told if found.key and one.said[0].key == found.key), None)
    if same:
        same.said.append(found)
        same.lines.append(lines)
    else:
        told.append(_Told([found], [lines]))


def _continues(page: Page, before: Found) -> bool:
    """A 销货清单 of the invoice before it: it repeats the number, or has none."""
    plain = "".join(row.plain for row in page.rows)
    number = before.values.get("number", "")
    return "清单" in plain and (number in plain or "号码" not in plain)


def _settle(said: list[Found]) -> None:
    """Sums that differ from page to page are sums of pages, and not of the invoice."""
    for name in _SUMS:
        if len({one.values[name] for one in said if name in one.values}) > 1:
            for one in said:
                one.values.pop(name, None)
                one.places.pop(name, None)


def _note_lines(said: list[Found], pages: list[Lines]) -> None:
    """All pages together, or the list alone: the first page may only point at it."""
    found = said[0]
    amount, tax = (
        next((one.values[name] for one in said if name in one.values), "")
        for name in ("amount", "tax")
    )
    everything, listed = sum(pages, []), sum(pages[1:], [])
    lines = next((one for one in (everything, listed) if goods.adds_up(one, amount)), [])
    is_taxed = goods.adds_up(lines, tax, "tax")
    for one in lines:
        found.add_line(one if is_taxed else one | {"tax": ""})
    plates = {one.get("plate", "") for one in lines}
    if len(plates) == 1:
        found.note("plate", plates.pop())
