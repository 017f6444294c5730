"""Slips of taxis, machines and rolls: a label, and its value beside it or below (FORMATS §2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span, alone

_START = rf"[{GAP}:.]*"
_FIELDS = {
    "code": (f"发{GAP}*票{GAP}*代{GAP}*码", "[0-9]{12}|[0-9]{10}"),
    "number": (f"发{GAP}*票{GAP}*号{GAP}*码", "[0-9]{8}"),
    "check_code": (f"查{GAP}*询{GAP}*码|校{GAP}*验{GAP}*码|防{GAP}*伪{GAP}*码", "[0-9]{12,20}"),
    "issued": (
        f"(?:开票|乘车)?日{GAP}*期",
        r"[0-9]{4}(?:年[0-9]{2}月[0-9]{2}日?|-[0-9]{2}-[0-9]{2}|/[0-9]{2}/[0-9]{2})",
    ),
    "total": (f"金{GAP}*额", rf"¥?[0-9]{{1,6}}\.[0-9]{{2}}(?=元|{GAP}|$)"),
}
_KINDS = (("taxi", re.compile("出租|Taxi|TAXI|里程|上车")), ("general", re.compile("通用|机打")))
_BELOW = 2.2


def read(page: Page) -> Found | None:
    """What a slip says; None of a page that has not both code and number."""
    found = Found("ocr")
    for name, (label, form) in _FIELDS.items():
        head, value = re.compile(f"(?:{label}):?"), re.compile(f"{_START}({form})(?![0-9])")
        spans = [*_beside(page, head, value)] or [*_below(page, head, value)]
        if span := alone(spans):
            found.note(name, span.plain.replace(GAP, ""), page.sheet.place(span.glyphs))
    if not {"code", "number"} <= found.values.keys():
        return None
    text = "".join(row.plain for row in page.rows)
    found.note("kind_word", next((word for word, sign in _KINDS if sign.search(text)), ""))
    return found


def _beside(page: Page, head: re.Pattern[str], form: re.Pattern[str]) -> Iterator[Span]:
    for row in page.rows:
        for label in head.finditer(row.plain):
            if told := form.match(row.plain, label.end()):
                yield row.group(told, 1)


def _below(page: Page, head: re.Pattern[str], form: re.Pattern[str]) -> Iterator[Span]:
    """On the next line, where the label stands alone on its own."""
    for row, below in pairwise(page.rows):
        label, told = head.fullmatch(row.plain), form.fullmatch(below.plain)
        if label and told and below.base - row.base < _BELOW * row.em:
            yield below.group(told, 1)
