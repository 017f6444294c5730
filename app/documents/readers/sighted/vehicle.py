"""Invoices for vehicles, new and used: a form of boxes whose labels are folded (FORMATS §1.2)."""

from __future__ import annotations

import re
from itertools import combinations

from app.core.invoice import kind_of_code
from app.core.money import Money
from app.core.party import TaxId
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, alone
from app.documents.readers.sighted import sums
from app.documents.readers.sighted.labelled import (
    DAY,
    drop,
    following,
    keep,
    note_numbers,
    note_party,
    note_tax_id,
    only,
    said,
)

_NEAR = 0.75
_MOST = 60
_SIGNS = (
    ("motor_vehicle", "机动车销售统一发票|销货单位名称|合格证号|车架号码|不含税价|限乘人数"),
    ("used_vehicle", "二手车销售统一发票|买方单位|卖方单位|车价合计|登记证号|转入地"),
)
_FEWEST_SIGNS = 3
_MUST = re.compile("机动车销售统一发票|销货单位名称|二手车销售统一发票|卖方单位")
_PARTIES = {
    "motor_vehicle": (
        ("buyer", "购买方名称及身份证号码|购买方名称及|购买方名称"),
        ("seller", "销货单位名称|销货单位"),
    ),
    "used_vehicle": (("buyer", "买方单位/个人"), ("seller", "卖方单位/个人")),
}
_IDS = "纳税人识别号|单位代码/身份证号码|统一社会信用代码"
_VIN = re.compile("(?<![0-9A-Z])[0-9A-HJ-NPR-Z]{17}(?![0-9A-Z])")
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_WORTH = {sign: int(worth) for sign, worth in zip(
    "0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True
)}  # fmt: skip
_TAXED = re.compile(f"不{GAP}*含{GAP}*税{GAP}*价")


def read(page: Page) -> Found | None:
    """What the form says; None of a page that has not three of its labels.

    Other invoices for vehicles name some of them in their remark; none says who 销货单位 is.
    """
    kind = _kind(said(page))
    if kind is None:
        return None
    found = Found("ocr", {"kind_word": kind})
    note_numbers(page, found)
    told = kind_of_code(found.values.get("code", ""))
    if told is None or told.word != kind:
        drop(found, "code", "number")
    keep(page, found, "issued", "开票日期", DAY)
    _note_vin(page, found)
    _note_parties(page, found, _PARTIES[kind])
    sums.note_whole(page, found, "小写")
    if kind == "motor_vehicle" and page.find(_TAXED):
        _note_tax(page, found)
    return found


def _kind(text: str) -> str | None:
    if "电子发票" in text or not _MUST.search(text):
        return None
    for kind, signs in _SIGNS:
        if sum(sign in text for sign in signs.split("|")) >= _FEWEST_SIGNS:
            return kind
    return None


def _note_vin(page: Page, found: Found) -> None:
    """车辆识别代号, wherever it stands: its ninth sign follows from the others (GB 16735)."""
    if span := alone(one for one in page.find(_VIN) if is_vin(one.plain)):
        found.note("vin", span.plain, page.sheet.place(span.glyphs))


def is_vin(text: str) -> bool:
    """Whether the check digit of 17 signs is right; I, O and Q never occur."""
    total = sum(_WORTH[sign] * weight for sign, weight in zip(text, _WEIGHTS, strict=True))
    return text[8] == "0123456789X"[total % 11]


def _note_parties(page: Page, found: Found, sides: tuple[tuple[str, str], ...]) -> None:
    """Each id is the first one after its own name, and before the other party's."""
    heads = [only(page, label, "住址|盖章|电话") for _, label in sides]
    ends = [one.base - 0.8 * one.em if one else float("inf") for one in (*heads[1:], None)]
    for (side, _), head, end in zip(sides, heads, ends, strict=True):
        if head is None or end == float("inf") and side == "buyer":
            continue
        label = following(page, head, _IDS, min(end, head.base + 3.5 * head.em))
        if label:
            note_tax_id(page, found, side, label, _NEAR)
        tax_id = found.values.get(f"{side}_tax_id")
        is_person = tax_id is not None and TaxId(tax_id).is_personal
        note_party(page, found, side, head, _NEAR, person=is_person)


def _note_tax(page: Page, found: Found) -> None:
    """不含税价 and 税额 make the total; where the total is unknown, nothing says they are right."""
    if "total" not in found.values:
        return
    total = Money.parse(found.values["total"])
    told = {one.fen: span for row in page.rows[-_MOST:] for span, one in sums.figures(row)}
    parts = [
        pair for pair in combinations(sorted(told), 2) if sum(pair) == total.fen and pair[0] > 0
    ]
    if len(parts) == 1:
        for name, fen in zip(("tax", "amount"), parts[0], strict=True):
            found.note(name, Money(fen).yuan, page.sheet.place(told[fen].glyphs))
