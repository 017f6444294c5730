"""Who bought and who sold, by where it stands and never by the order of labels (FORMATS §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.documents.readers.found import Found
from app.documents.readers.glyphs import Glyph
from app.documents.readers.layout import GAP, Page, Span, line

_NAME = re.compile(f"(?<![目务方品票位人户物区程])名{GAP}*称{GAP}*:?")
_TAX_ID = (
    re.compile(f"(?:统一社会信用代码/?)?纳{GAP}*税{GAP}*人{GAP}*识{GAP}*别{GAP}*号{GAP}*:?"),
    re.compile("统一社会信用代码(?!/):?"),
)
_NUMBER = re.compile(rf"[{GAP}:]*([0-9A-Za-z]{{15,20}})(?![0-9A-Za-z])")
_LENGTHS = frozenset({15, 17, 18, 20})
_FEWEST_DIGITS = 6
_MOST_MARKS = 200
NO_NAME = re.compile("识别号|开户行|密码区|信用代码|名称:|电话:|地址[、:]|项目名称|规格型号")
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Block:
    """The labels of one party."""

    name: Span
    tax_id: Span


def note(page: Page, found: Found) -> float:
    """Keep both parties; returns the line where their part begins, or infinity.

    With the labels of both: the buyer is left of the seller, or above. Where the word beside a
    block says otherwise, nobody can tell, and both stay unknown.
    """
    blocks = _blocks(page)
    top = min((one.name.base - one.name.em for one in blocks), default=float("inf"))
    if len(blocks) != 2:
        return top
    first, second = sorted(blocks, key=lambda one: (one.name.base, one.name.left))
    is_beside = abs(first.name.base - second.name.base) < 1.5 * first.name.em
    if is_beside:
        first, second = sorted(blocks, key=lambda one: one.name.left)
    if _is_marked(page, first, "销售") or _is_marked(page, second, "购买"):
        return top
    _note(page, found, "buyer", first, _edge(page, first, second if is_beside else None))
    _note(page, found, "seller", second, _edge(page, second, None))
    return top


def marks(page: Page, first: str, second: str) -> list[Glyph]:
    """Where ``first`` stands right above ``second`` or right before it: a heading of a box."""
    starts = [glyph for glyph in page.glyphs if glyph.plain == first][:_MOST_MARKS]
    ends = [glyph for glyph in page.glyphs if glyph.plain == second][:_MOST_MARKS]
    return [one for one in starts if any(_follows(one, other) for other in ends)]


def _follows(one: Glyph, other: Glyph) -> bool:
    is_below = abs(one.left - other.left) < one.em and 0 < other.base - one.base < 6 * one.em
    is_next = abs(one.base - other.base) < 0.3 * one.em and -1 < other.left - one.right < one.em
    return is_below or is_next


def _blocks(page: Page) -> list[Block]:
    """Labels of a name with the label of a tax id below: names of goods have none."""
    ids = [span for pattern in _TAX_ID for span in page.find(pattern)]
    blocks = []
    for name in page.find(_NAME):
        below = [
            one
            for one in ids
            if 0.8 * name.em < one.base - name.base < 6 * name.em
            and abs(one.left - name.left) < 5 * name.em
        ]
        if below:
            blocks.append(Block(name, min(below, key=lambda one: one.base)))
    return blocks


def _is_marked(page: Page, block: Block, word: str) -> bool:
    """Whether the heading beside a block is ``word``, and nearer than the other one."""
    near = [
        (block.name.left - mark.left, known)
        for known in ("购买", "销售")
        for mark in marks(page, *known)
        if 0 < block.name.left - mark.left < 5 * block.name.em
        and -3 * mark.em < mark.base - block.name.base < block.tax_id.base - block.name.base
    ]
    return bool(near) and min(near)[1] == word


def _edge(page: Page, block: Block, right: Block | None) -> float:
    """Where its part ends: at the heading or the label of what stands to the right."""
    others = [right.name.left] if right else []
    top, bottom = block.name.base - 3 * block.name.em, block.tax_id.base + 3 * block.tax_id.em
    for words in ("销售", "密码", "备注"):
        others += [
            mark.left
            for mark in marks(page, *words)
            if mark.left > block.name.right and top < mark.base < bottom
        ]
    return min(others, default=float("inf"))


def _note(page: Page, found: Found, side: str, block: Block, edge: float) -> None:
    spans = _name(page, block, edge)
    said = "".join(span.text for span in spans)
    if any(_runs_on(page, span, edge) or not span.is_whole for span in spans):
        spans = []
    if spans and LETTER.search(said) and not NO_NAME.search(said):
        place = page.sheet.place(glyph for span in spans for glyph in span.glyphs)
        found.note(f"{side}_name", said, place)
    beside = page.beside(block.tax_id, edge, 0.9)
    told = beside and _NUMBER.match(beside.plain)
    if beside and told:
        text = told[1]
        if len(text) in _LENGTHS and sum(map(str.isdecimal, text)) >= _FEWEST_DIGITS:
            found.note(f"{side}_tax_id", text, page.sheet.place(beside.group(told, 1).glyphs))


def _name(page: Page, block: Block, edge: float) -> list[Span]:
    """The value beside the label; of a long one, the line above or below that begins with it."""
    label, em = block.name, block.name.em
    bottom = min(block.tax_id.base - 0.7 * block.tax_id.em, label.base + 1.6 * em)
    rows = page.within(label.glyphs[-1].left, label.base - 1.3 * em, edge, bottom)
    values = [value for one in rows if (value := _value(one, block))]
    beside = [one for one in values if abs(one.base - label.base) <= 0.6 * em]
    start = min((one.left for one in beside or values), default=0.0)
    folded = [one for one in values if abs(one.left - start) < 1.2 * one.em]
    if len(beside) == 1 and beside[0] in folded:
        return folded
    return folded if len(folded) == 2 else []


def _runs_on(page: Page, span: Span, edge: float) -> bool:
    """Whether a text goes on beyond the edge of its part: then it is not the whole name."""
    last = span.glyphs[-1]
    return any(
        abs(other.base - last.base) < 0.1 * last.em
        and abs(other.em - last.em) < 0.1 * last.em
        and other.right > edge
        and -last.em < other.left - last.right < 0.3 * last.em
        for other in page.glyphs
    )


def _value(span: Span, block: Block) -> Span | None:
    """Without what is left of the label before it, up to a wide gap."""
    glyphs = [one for one in span.glyphs if one.plain != ":" and one not in block.name.glyphs]
    return kept.until_gap(2.5) if (kept := line(glyphs)) else None
