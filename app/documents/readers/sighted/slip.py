"""Slips of taxis, toll gates and machines, and fixed amounts (FORMATS §2.1)."""

from __future__ import annotations

import re

from app.core import capitals
from app.core.money import Money
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span
from app.documents.readers.sighted.labelled import DAY, keep, note_numbers, said

_FIELDS = {
    "check_code": ("查询码|校验码|防伪码", "([0-9]{12,20})(?![0-9])"),
    "issued": ("开票日期|乘车日期|日期", DAY),
    "total": ("金额", rf"(¥?[0-9]{{1,6}}\.[0-9]{{2}})(?=元|{GAP}|$)"),
}
_PLACE = f"([\u4e00-\u9fffA-Z0-9-]{{2,16}}?)站?(?={GAP}|入口|出口|车型|$)"
_TOLL = {
    "departure": ("入口站|入口", _PLACE),
    "destination": ("出口站|出口", _PLACE),
    "vehicle": (
        "车型|车类|车种",
        f"([客货][1-6一二三四五六]|[1-6一二三四五六][型类][客货]?车?)(?={GAP}|$)",
    ),
    "hour": (
        "时间|日期",
        rf"(?:[0-9]{{4}}[-/年][0-9]{{2}}[-/月][0-9]{{2}}日?{GAP}?)?([0-9]{{2}}:[0-9]{{2}})",
    ),
}
_PAID = rf"¥?([0-9]{{1,5}}\.[0-9]{{2}}|[0-9]{{1,5}}(?=元))元?(?:整|{GAP}|$)"
TAXI = re.compile("出租|Taxi|TAXI|里程|上车")
_KINDS = (("taxi", TAXI), ("general", re.compile("通用|机打")))
_GATE = re.compile(
    r"(?:通行费|收费|过路|过桥|车型)[\s\S]*(?:入口|出口)|(?:入口|出口)[\s\S]*(?:通行费|收费|车型)"
)
_QUOTA = re.compile("定额[\u4e00-\u9fff]{0,6}发票")
_FACE = re.compile(r"[壹贰貳叁參肆伍陆陸柒捌玖][壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]*[圆圓元][整正]?")
_FIGURES = re.compile(
    r"¥([0-9]{1,5}(?:\.[0-9]{2})?)(?![0-9.])|(?<![0-9.])([0-9]{1,5}(?:\.[0-9]{2})?)元"
)


def read(page: Page) -> Found | None:
    """What a slip says; None of a page that has not both code and number."""
    found = _read(page)
    text = said(page)
    found.note("kind_word", next((word for word, sign in _KINDS if sign.search(text)), ""))
    return found if {"code", "number"} <= found.values.keys() else None


def read_gate(page: Page) -> Found | None:
    """Where somebody drove on and off a toll road; None of any other page.

    Its kind is the form it is printed on.
    """
    text = said(page)
    if not _GATE.search(text) or "识别号" in text:
        return None
    found = _read(page)
    found.note("kind_word", "quota" if "定额" in text else "general")
    keep(page, found, "total", "实收金额|收费金额|金额|通行费", _PAID)
    for name, (heads, form) in _TOLL.items():
        keep(page, found, name, heads, form)
    return found


def read_quota(page: Page) -> Found | None:
    """通用定额发票: the amount is printed with the form, in capitals; None of any other page."""
    if not _QUOTA.search(said(page)):
        return None
    found = Found("ocr", {"kind_word": "quota"})
    note_numbers(page, found)
    _note_face(page, found)
    return found


def _read(page: Page) -> Found:
    found = Found("ocr")
    note_numbers(page, found)
    for name, (heads, form) in _FIELDS.items():
        keep(page, found, name, heads, form)
    return found


def _note_face(page: Page, found: Found) -> None:
    """In capitals, with the same in figures; without any figures, in capitals up to 整."""
    told: dict[Money, Span] = {}
    for span in page.find(_FACE):
        try:
            told[capitals.read(span.plain)] = span
        except capitals.NotCapitals:
            return
    figures = {
        Money.parse(one[1] or one[2]) for row in page.rows for one in _FIGURES.finditer(row.plain)
    }
    if len(told) != 1:
        return
    ((face, span),) = told.items()
    is_ended = not figures and span.plain[-1] in "整正"
    if span.is_whole and (face in figures or is_ended):
        found.note("total", face.yuan, page.sheet.place(span.glyphs))
        found.note("total_words", span.plain, page.sheet.place(span.glyphs))
