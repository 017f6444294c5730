"""Buyer and seller on a page that was seen: beside the one label that is long enough to last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from app.core.party import NotATaxId, TaxId
from app.documents.readers import parties
from app.documents.readers.found import Found
from app.documents.readers.glyphs import UNKNOWN, Glyph
from app.documents.readers.layout import GAP, Page, Span, line

_LABEL = re.compile(rf"(?:统一社会信用代码/?)?(?:纳{GAP}*税{GAP}*人)?识{GAP}*别{GAP}*号{GAP}*:?")
_NAME = re.compile(f"(?:名{GAP}*)?称{GAP}*:?|名{GAP}*:|名(?={GAP})")
_CIPHER = re.compile(r"[0-9+*/<>=,.()#_-]*[+*/<>][0-9+*/<>=,.()#_-]*")
_ID = re.compile("[0-9A-Z]{15,20}")
_NO_NAME = re.compile(f"{parties.NO_NAME.pattern}|密码|电话|地址|[名称]:|项目名|规格|发票|合计")
_MARKS = frozenset("密码区购买销售方货单位备注信息")
_LIKE_FIGURES = str.maketrans("OISZB", "01528")
BRACKETS = str.maketrans("()", "（）")
_ROW, _UP = 0.75, 5.0
_APART = 2.5


@dataclass(frozen=True, slots=True)
class Block:
    """One party: the label of its tax id, where its name stands (its line), and its right edge."""

    label: Span
    name: float
    edge: float


def note(page: Page, found: Found) -> float:
    """Keep both parties; returns the line where their part begins, or infinity.

    The buyer is left of the seller, or above. With one label or three nobody can tell.
    """
    labels = sorted(page.find(_LABEL), key=lambda one: (one.base, one.left))
    if len(labels) != 2:
        return min((_top(page, one) for one in labels), default=float("inf"))
    is_beside = abs(labels[0].base - labels[1].base) < 1.5 * labels[0].em
    first, second = sorted(labels, key=lambda one: one.left) if is_beside else labels
    edge = second.left - second.em if is_beside else float("inf")
    _note(page, found, "buyer", Block(first, _line_of_name(page, first), edge))
    _note(page, found, "seller", Block(second, _line_of_name(page, second), float("inf")))
    return min(_top(page, one) for one in labels)


def _top(page: Page, label: Span) -> float:
    return _line_of_name(page, label) - label.em


def _line_of_name(page: Page, label: Span) -> float:
    """Of 名称 above the label, or where it would be."""
    near = [
        one
        for one in page.find(_NAME)
        if 0.6 * label.em < label.base - one.base < _UP * label.em
        and -label.em < one.left - label.left < 6 * label.em
    ]
    return max((one.base for one in near), default=label.base - 1.5 * label.em)


def _note(page: Page, found: Found, side: str, block: Block) -> None:
    row = _row(page, block, block.name)
    name = _name(row) if row else None
    if name and _is_name(name):
        text = name.text.translate(BRACKETS)
        found.note(f"{side}_name", text, page.sheet.place(name.glyphs))
    row = _row(page, block, block.label.base)
    labels = list(_LABEL.finditer(row.plain)) if row else []
    start = labels[-1].end() if labels else 0
    if row and start < len(row.plain) and (told := tax_id(row.cut(start, len(row.plain)))):
        found.note(f"{side}_tax_id", told[1], page.sheet.place(told[0].glyphs))


def _is_name(span: Span) -> bool:
    is_known = UNKNOWN not in span.plain
    return is_known and bool(parties.LETTER.search(span.text)) and not _NO_NAME.search(span.plain)


def _row(page: Page, block: Block, base: float) -> Span | None:
    """Everything of the block's part that is nearer to this line than to the next."""
    pitch = max(block.label.base - block.name, 1.2 * block.label.em)
    near = 0.5 * min(pitch, 2 * _ROW * block.label.em)
    return line(
        glyph
        for glyph in page.glyphs
        if abs(glyph.base - base) < near
        and glyph.left > block.label.left - 0.5 * block.label.em
        and glyph.right < block.edge
    )


def _name(row: Span) -> Span | None:
    """What follows the label, up to a wide gap, a cipher or the heading of another box."""
    labels = list(_NAME.finditer(row.plain))
    if not labels or labels[0].start() > 2:
        rest: list[Glyph] = list(row.glyphs)
    else:
        rest = list(row.cut(labels[0].end(), len(row.plain)).glyphs)
        rest = [one for one in rest if one.right > row.group(labels[0]).right]
    cells = Span(tuple(rest)).cells() if rest else []
    kept: list[Glyph] = []
    for cell in cells:
        is_far = bool(kept) and cell.left - kept[-1].right > _APART * cell.em
        if is_far or _CIPHER.fullmatch(cell.plain) or set(cell.plain) <= _MARKS:
            break
        kept += cell.glyphs
    while kept and kept[0].plain in ":.·":
        kept.pop(0)
    return Span(tuple(kept)) if kept else None


def tax_id(beside: Span) -> tuple[Span, str] | None:
    """The id at the beginning, if it has the form of one; its check character must be right."""
    kept = [beside.glyphs[0]]
    for one, other in pairwise(beside.glyphs):
        if other.left - one.right > _APART * one.em or not (other.plain + "0").isalnum():
            break
        kept.append(other)
    text = "".join(one.plain for one in kept).upper().lstrip(":")
    for told in dict.fromkeys((text, text[:2] + text[2:].translate(_LIKE_FIGURES))):
        if _ID.fullmatch(told) and _is_true(told):
            return Span(tuple(kept)), told
    return None


def _is_true(text: str) -> bool:
    try:
        TaxId(text)
    except NotATaxId:
        return False
    return True
