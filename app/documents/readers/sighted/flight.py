"""The old paper 航空运输电子客票行程单, used until 2025 (core/tables/kinds.toml)."""

from __future__ import annotations

import re

from app.core.money import Money
from app.documents.readers.found import Found
from app.documents.readers.glyphs import UNKNOWN
from app.documents.readers.layout import GAP, Page, Span
from app.documents.readers.paper import note
from app.documents.readers.sighted.labelled import (
    CARD,
    DAY,
    cells_below,
    keep,
    note_party,
    only,
    said,
    spaced,
)

TICKET = "([0-9]{3}-?[0-9]{10})(?![0-9])"
_SIGNS = (
    "航空运输电子客票行程单",
    "印刷序号",
    "电子客票号码",
    "填开单位",
    "民航发展基金",
    "旅客姓名",
    "免费行李",
)
_FEWEST_SIGNS = 3
_ELECTRONIC = re.compile("电子发票|发票号码|增值税|识别号")
_NEAR = 0.85
_BELOW = {
    "passenger": ("旅客姓名", "[\u4e00-\u9fff·]{2,10}|[A-Z]{2,20}/[A-Z]{2,30}"),
    "passenger_id": (
        "有效身份证件号码",
        f"(?:NI)?{CARD}",
    ),
    "flight": ("航班号", "[A-Z0-9]{2}[0-9]{3,4}[A-Z]?"),
    "seat_class": ("座位等级", "[A-Z]"),
    "travelled": ("日期", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "departs": ("时间", "[0-9]{2}:[0-9]{2}"),
}
_REACH, _FEWEST_SUMS = 4.5, 3
_STOP = f"(?:T[0-9][A-Z]?)?{GAP}*([\u4e00-\u9fff]{{2,10}}(?:T[0-9])?(?:[A-Z]{{3}})?)(?!{UNKNOWN})"
_FROM = re.compile(f"自:?(?:FROM)?:?{_STOP}")
_TO = re.compile(f"至:?(?:TO)?:?{_STOP}")
_PARTS = {
    "fare": "票价", "fund": "民航发展基金|机场建设费", "fuel": "燃油附加费", "tax": "增值税税额",
    "others": "其他税费",
}  # fmt: skip
_LEG = {
    "flight": re.compile("[A-Z0-9]{2}[0-9]{3,4}[A-Z]?"),
    "travelled": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "departs": re.compile("[0-9]{2}:[0-9]{2}"),
}
_SUM = re.compile("(?:[A-Z]{2,3})?¥?[0-9]{1,6}[.][0-9]{2}")
_LETTERS = re.compile("[A-Z¥]+")


def read(page: Page) -> Found | None:
    """Trip, traveller and sums; None of a page that has not three of its labels.

    It has no number of an invoice: neither that of the ticket nor that of the paper is one.
    """
    if not is_itinerary(page) or _ELECTRONIC.search(said(page)):
        return None
    found = Found("ocr", {"kind_word": "air_itinerary"})
    keep(page, found, "ticket", "电子客票号码|客票号码", TICKET, _NEAR)
    keep(page, found, "serial", "印刷序号", "([0-9]{11})(?![0-9])", _NEAR)
    keep(page, found, "check_code", "验证码", "([0-9]{4})(?![0-9])", _NEAR)
    keep(page, found, "issued", "填开日期", DAY, _NEAR)
    if head := only(page, "填开单位"):
        note_party(page, found, "seller", head, _NEAR)
    for name, (heading, form) in _BELOW.items():
        _note_below(page, found, name, heading, re.compile(form))
    note(page, found, "departure", page.find(_FROM, 1)[:1])
    note(page, found, "destination", page.find(_TO, 1)[-1:])
    note_leg(page, found)
    note_sums(page, found)
    return found


def is_itinerary(page: Page) -> bool:
    """Whether three labels are on it that itineraries of paper and electronic ones share."""
    text = said(page)
    return sum(sign in text for sign in _SIGNS) >= _FEWEST_SIGNS


def note_leg(page: Page, found: Found) -> None:
    """Of the only flight, what its line says by its form, where a heading was not seen."""
    legs = [row for row in page.rows if any(map(_LEG["flight"].fullmatch, _texts(row)))]
    if len(legs) == 1 and len(page.find(_TO)) == 1:
        for name, form in _LEG.items():
            note(page, found, name, [one for one in legs[0].cells() if form.fullmatch(one.plain)])


def _texts(row: Span) -> list[str]:
    return [cell.plain for cell in row.cells()]


def _note_below(page: Page, found: Found, name: str, heading: str, form: re.Pattern[str]) -> None:
    """The first cell that is what it should be, under a heading that is a cell of its own."""
    whole = re.compile(f"(?:{spaced(heading)}):?")
    heads = [cell for row in page.rows for cell in row.cells() if whole.fullmatch(cell.plain)]
    if len(heads) == 1:
        cells = (cell for cell in cells_below(page, heads[0], _REACH) if form.fullmatch(cell.plain))
        note(page, found, name, [cell for cell in [next(cells, None)] if cell])


def note_sums(page: Page, found: Found) -> None:
    """All of them, where the parts make the whole to the fen.

    The whole is the last on the line; a part is what its heading above says, and the first, if
    none does, the fare. Short headings are often not seen.
    """
    heads = {name: head for name, words in _PARTS.items() if (head := _head(page, words))}
    told = _figures(page, heads)
    amounts = [Money.parse(_LETTERS.sub("", one.plain)) for one in told]
    if len(told) < _FEWEST_SUMS or Money.sum(amounts[:-1]) != amounts[-1]:
        return
    found.note("total", amounts[-1].yuan, page.sheet.place(told[-1].glyphs))
    for place, span in enumerate(told[:-1]):
        near = [name for name, head in heads.items() if _is_under(span, head)]
        if not near and not place and span.middle < min(head.left for head in heads.values()):
            near = ["fare"]
        if len(near) == 1 and near != ["others"]:
            found.note(near[0], amounts[place].yuan, page.sheet.place(span.glyphs))


def _is_under(span: Span, head: Span) -> bool:
    return span.left < head.right and span.right > head.left


def _figures(page: Page, heads: dict[str, Span]) -> list[Span]:
    """The amounts below the headings, on their line, from the left."""
    top = max((head.base for head in heads.values()), default=float("inf"))
    told = [
        cell
        for row in page.rows
        if 0.5 * row.em < row.base - top < _REACH * row.em
        for cell in row.cells()
        if _SUM.fullmatch(cell.plain)
    ]
    return sorted(told, key=lambda one: one.left)


def _head(page: Page, words: str) -> Span | None:
    whole = re.compile(f"(?:{spaced(words)}):?")
    heads = [cell for row in page.rows for cell in row.cells() if whole.fullmatch(cell.plain)]
    return heads[0] if len(heads) == 1 else None
