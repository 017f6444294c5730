"""Pages that are no tables of goods: rail and air tickets, fiscal receipts (FORMATS §6, §7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from app.core.money import Money
from app.documents.readers.found import Found
from app.documents.readers.glyphs import UNKNOWN
from app.documents.readers.layout import GAP, Page, Span, alone, label
from app.documents.readers.paper import (
    DAY,
    FIGURES,
    ISSUED,
    MONEY,
    NUMBERED,
    figures,
    note,
)

_START = f"[{GAP}:]*"
_ID = re.compile(rf"{_START}([0-9A-Z]{{15,20}})(?![0-9A-Za-z])")
_TRAIN = re.compile("[GDCZTKYLSP]?[0-9]{1,4}")
_STATION = re.compile("[\u4e00-\u9fff]{1,12}")
LEAVES = re.compile(
    rf"([0-9]{{4}}年{GAP}*[0-9]{{2}}月{GAP}*[0-9]{{2}}日){GAP}*([0-9]{{2}}:[0-9]{{2}}){GAP}*开"
)
_PLACE = re.compile(rf"([0-9]{{2}}车){GAP}*([0-9]{{2,3}}[A-F]?号)?")
CLASS = re.compile(
    "(?:新空调)?((?:优选)?[一二特]等座|商务座|[软硬][座卧]|高级软卧|动卧|[一二]等卧|无座)"
)
_RIDER = re.compile(
    rf"([0-9]{{4,12}}\*{{3,8}}[0-9]{{2,4}}[0-9X]?){GAP}*([\u4e00-\u9fff·A-Za-z]++)(?!{UNKNOWN})"
)
_PAIRS = {
    ("travelled", "departs"): LEAVES,
    ("carriage", "seat"): _PLACE,
    ("passenger_id", "passenger"): _RIDER,
}
_FARE, _REFUND = label("票价"), label("退票费")
_BUYER = re.compile(rf"{_START}+(?!统一)(.+?)(?=统一社会信用代码|{GAP}|$)")
_AIR_NUMBER = re.compile(rf"{_START}([0-9]{{19,20}})(?![0-9])")
_WORD = re.compile(rf"{_START}+([^{GAP}:]++)(?!{GAP}*:)")
_AIR = {
    "seller_name": (label("填开单位"), _WORD),
    "buyer_name": (label("购买方名称"), _WORD),
    "buyer_tax_id": (label("纳税人识别号"), _ID),
    "issued": (label("填开日期"), DAY),
    "check_code": (label("验证码"), re.compile(rf"{_START}([0-9A-Za-z]{{4,20}})(?![0-9A-Za-z])")),
    "ticket": (label("客票号码"), re.compile(rf"{_START}([0-9]{{3}}-?[0-9]{{10}})(?![0-9])")),
}
_BELOW = {
    "passenger": ("旅客姓名", re.compile("(?!承运人|航班号|[自至]:)[^0-9]{2,60}")),
    "passenger_id": ("有效身份证件号码", re.compile(r"[0-9A-Z*]{6,20}")),
    "travelled": ("日期", re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    "departs": ("时间", re.compile("[0-9]{2}:[0-9]{2}")),
    "flight": ("航班号", re.compile("[A-Z0-9]{2}[0-9]{3,4}[A-Z]?")),
    "seat_class": ("座位等级", re.compile("[A-Z]")),
}
_FROM, _TO = re.compile(rf"自:{GAP}*([^{GAP}]+)"), re.compile(rf"至:{GAP}*([^{GAP}]+)")
_SUM = re.compile(rf"[A-Z]*{GAP}*({FIGURES})")
_NAMED = {"票价": "fare", "燃油附加费": "fuel", "增值税税额": "tax", "民航发展基金": "fund"}
_PARTS = (*_NAMED, "其他税费")
_HEADINGS = re.compile("|".join((*_PARTS, "增值税税率", "合计")))
_WHOLE = ("合计", "增值税税额")
_ROUNDING = Money(2)


def read(page: Page) -> Found | None:
    """A ticket or a receipt by its title; None of a page that is neither."""
    plain = [row.plain.replace(GAP, "") for row in page.rows]
    for title, reader in _READERS.items():
        if any(title in one for one in plain):
            return reader(page)
    return None


def read_rail(page: Page) -> Found | None:
    """The day of travel is not the day of issue; its price is the whole, tax is not printed."""
    found = Found(page.sheet.source, {"kind_word": "rail"})
    note(page, found, "number", page.read(NUMBERED, re.compile(rf"{_START}([0-9]{{20}})(?![0-9])")))
    note(page, found, "issued", page.read(ISSUED, DAY))
    fees = page.read(_REFUND, MONEY)
    found.note("business", "退" if fees else "")
    prices = [*page.read(_FARE, MONEY), *fees]
    if price := alone(prices):
        found.note("total", figures(price).yuan, page.sheet.place(price.glyphs))
    _note_words(page, found, "buyer_name", alone(page.read(label("购买方名称"), _BUYER)))
    note(page, found, "buyer_tax_id", page.read(re.compile("统一社会信用代码:?"), _ID))
    _note_ride(page, found)
    return found


def _note_ride(page: Page, found: Found) -> None:
    """Which train from where to where, when, which seat, and who."""
    for row in page.rows:
        trains = [one for one in row.cells() if _TRAIN.fullmatch(one.plain)]
        if len(trains) == 1:
            _note_stations(page, found, row, trains[0])
    note_seat(page, found)
    note(page, found, "seat_class", page.find(CLASS, 1))


def note_seat(page: Page, found: Found) -> None:
    """When it leaves, which seat and who, as all tickets of the railway print it."""
    for names, pattern in _PAIRS.items():
        places = [(row, told) for row in page.rows if (told := pattern.search(row.plain))]
        if len({told.groups() for _, told in places}) == 1:
            row, told = places[0]
            for group, name in enumerate(names, start=1):
                if told[group]:
                    note(page, found, name, [row.group(told, group)])


def _note_stations(page: Page, found: Found, row: Span, train: Span) -> None:
    """Left and right of the train; the accounting data names them without 站.

    站 stands behind each name, in print smaller and on a line of its own.
    """
    sides = (
        ("departure", [one for one in row.glyphs if one.right <= train.left]),
        ("destination", [one for one in row.glyphs if one.left >= train.right]),
    )
    names = ["".join(one.plain for one in glyphs) for _, glyphs in sides]
    near = [
        glyph
        for glyph in page.glyphs
        if glyph.plain == "站" and abs(glyph.base - row.base) < 1.5 * row.em
    ]
    if len(near) != len(sides) or not all(map(_STATION.fullmatch, names)):
        return
    found.note("train", train.plain, page.sheet.place(train.glyphs))
    for (name, glyphs), words in zip(sides, names, strict=True):
        found.note(name, words.removesuffix("站"), page.sheet.place(glyphs))


def read_air(page: Page) -> Found | None:
    """Its fare is printed without tax; the total is kept where the parts make it, to a fen or two.

    Each part is rounded by itself (FORMATS §7.3).
    """
    found = Found(page.sheet.source, {"kind_word": "air"})
    note(page, found, "number", page.read(NUMBERED, _AIR_NUMBER))
    for name, (where, what) in _AIR.items():
        _note_words(page, found, name, alone(page.read(where, what)))
    for name, (heading, what) in _BELOW.items():
        _note_words(page, found, name, _below(page, heading, what))
    for name, pattern, place in (("departure", _FROM, 0), ("destination", _TO, -1)):
        stops = [span for span in page.find(pattern, 1) if "VOID" not in span.plain]
        _note_words(page, found, name, stops[place] if stops else None)
    _note_fare(page, found)
    return found


def _note_fare(page: Page, found: Found) -> None:
    spans = _fare(page)
    sums = {name: figures(span) for name, span in spans.items()}
    parts = Money.sum(amount for name, amount in sums.items() if name in _PARTS)
    if {*_WHOLE} <= sums.keys() and abs((sums["合计"] - parts).fen) <= _ROUNDING.fen:
        for heading, name in {**_NAMED, "合计": "total"}.items():
            if heading in sums:
                found.note(name, sums[heading].yuan, page.sheet.place(spans[heading].glyphs))


def _fare(page: Page) -> dict[str, Span]:
    """The parts by their headings: one line of headings, and right below it one of figures."""
    for row, below in pairwise(page.rows):
        names, cells = _HEADINGS.findall(row.plain), below.cells()
        if set(_WHOLE) <= set(names) and len(names) == len(cells):
            told = (
                (name, cell, _SUM.fullmatch(cell.plain))
                for name, cell in zip(names, cells, strict=True)
            )
            return {name: cell.group(found, 1) for name, cell, found in told if found}
    return {}


def _below(page: Page, heading: str, what: re.Pattern[str]) -> Span | None:
    """The first cell under a heading that overlaps it and is what it should be."""
    heads = [cell for row in page.rows for cell in row.cells() if cell.plain.rstrip(":") == heading]
    if len(heads) != 1:
        return None
    head = heads[0]
    for row in page.rows:
        if 0.5 * head.em < row.base - head.base < 4.5 * head.em:
            for cell in row.cells():
                overlaps = cell.left < head.right + head.em and cell.right > head.left - head.em
                if overlaps and what.fullmatch(cell.plain):
                    return cell
    return None


def _note_words(page: Page, found: Found, name: str, span: Span | None) -> None:
    if span and span.is_whole:
        is_latin = span.plain.isascii() and not name.endswith("_name") and name != "passenger"
        text = span.plain.replace(GAP, "") if is_latin else span.text
        found.note(name, text, page.sheet.place(span.glyphs))


def _fiscal(page: Page) -> Found | None:
    """财政电子票据: code of 8 digits, number of 10, check code of 6; it has no tax."""
    found = Found(page.sheet.source, {"kind_word": "fiscal"})
    fields = {
        "code": ("票据代码", "[0-9]{8}"),
        "number": ("票据号码", "[0-9]{10}"),
        "check_code": ("校验码", "[0-9A-Za-z]{6}"),
        "buyer_tax_id": ("交款人统一社会信用代码", "[0-9A-Z]{15,20}"),
    }
    for name, (heading, form) in fields.items():
        value = re.compile(rf"{_START}({form})(?![0-9A-Za-z])")
        note(page, found, name, page.read(label(heading), value))
    note(page, found, "issued", page.read(ISSUED, DAY))
    for name, pattern in (("buyer_name", label("交款人")), ("seller_name", label("收款单位(章)"))):
        spans = [one for one in page.read(pattern, _WORD) if "信用代码" not in one.plain]
        _note_words(page, found, name, alone(spans))
    if price := alone(page.read(label("小写"), MONEY)):
        found.note("total", figures(price).yuan, page.sheet.place(price.glyphs))
    return found if found.key else None


_READERS: dict[str, Callable[[Page], Found | None]] = {
    "电子发票(铁路电子客票)": read_rail,
    "电子发票(航空运输电子客票行程单)": read_air,
    "财政票据": _fiscal,
    "票据(电子)": _fiscal,
    "收费票据": _fiscal,
}
