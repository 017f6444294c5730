"""Rolls and general forms: code and number from press and machine, both parties, no tax.

What stands on a roll: 国家税务总局公告2016年第82号.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from app.core.invoice import kind_of_code
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span
from app.documents.readers.sighted import blocks, slip, sums
from app.documents.readers.sighted.labelled import (
    DAY,
    drop,
    following,
    is_like_a_name,
    keep,
    name,
    note_numbers,
    note_party,
    note_tax_id,
    only,
    said,
)

_FULL = 0.75
_GROUPS = rf"((?:[0-9]{GAP}?){{20}})(?![0-9])"
_SIDES = (
    ("seller", "销售方名称|销货方名称|收款单位名称|收款单位:|收款方名称|收款方:|开票单位:"),
    ("buyer", "购买方名称|购货方名称|付款单位名称|付款单位(个人)|付款单位:|付款方名称|付款方:"),
)
_IDS = "纳税人识别号|税号|统一社会信用代码"
_ROLL = re.compile(r"普通发票.{0,2}卷票|机器编号[\s\S]*收款员")
_GENERAL = re.compile("通用机打|通用(?:手工)?发票|机打代码")


def read(page: Page) -> Found | None:
    """What such a slip says; None of a page that is neither, and of a taxi's on a general form."""
    text = said(page)
    if slip.TAXI.search(text):
        return None
    found = Found("ocr")
    note_numbers(page, found)
    told = kind_of_code(found.values.get("code", ""))
    is_roll = bool(_ROLL.search(text)) or (told is not None and told.word == "vat_roll")
    if not is_roll and not _GENERAL.search(text):
        return None
    if is_roll and (told is None or told.word != "vat_roll"):
        drop(found, "code", "number")
    found.note("kind_word", "vat_roll" if is_roll else "general")
    keep(page, found, "issued", "开票日期|日期", DAY)
    keep(page, found, "check_code", "校验码", _GROUPS)
    _note_sides(page, found)
    sums.note_whole(page, found, "小写")
    return found


def _note_sides(page: Page, found: Found) -> None:
    heads = {side: only(page, words) for side, words in _SIDES}
    for side, head in heads.items():
        if head is None:
            continue
        others = [one.base for one in heads.values() if one and one.base > head.base + head.em]
        end = min([one - 0.6 * head.em for one in others], default=float("inf"))
        tax_id = following(page, head, _IDS, min(end, head.base + 7 * head.em))
        is_below = tax_id is not None and tax_id.base > head.base + head.em
        lines = _lines(page, head, tax_id) if tax_id and is_below else 1
        if lines == 1:
            note_party(page, found, side, head)
        elif tax_id:
            _note_folded(page, found, side, head, tax_id, lines)
        if tax_id:
            note_tax_id(page, found, side, tax_id)


def _lines(page: Page, head: Span, tax_id: Span) -> int:
    """How many lines the name has room for: they are as far apart as those of the slip."""
    steps = [other.base - one.base for one, other in pairwise(page.rows)]
    return round((tax_id.base - head.base) / median(steps))


def _note_folded(page: Page, found: Found, side: str, head: Span, tax_id: Span, lines: int) -> None:
    """A name that goes on in the lines below its label: all but the last of them are full."""
    first = name(page, head)
    room = (head.base + 0.5 * head.em, tax_id.base - 0.5 * tax_id.em)
    rest = page.within(0.0, room[0], float("inf"), room[1])
    if not first or len(rest) != lines - 1 or not all(one.is_whole for one in rest):
        return
    full = _FULL * max(row.right for row in page.rows)
    if any(one.right < full for one in (first, *rest[:-1])):
        return
    said = first.text + "".join(one.text for one in rest)
    if is_like_a_name(said):
        glyphs = [*first.glyphs, *(glyph for one in rest for glyph in one.glyphs)]
        found.note(f"{side}_name", said.translate(blocks.BRACKETS), page.sheet.place(glyphs))
