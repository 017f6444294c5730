"""Amounts on a page that was seen: kept where two of them or the capitals bear each other out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core import capitals
from app.core.money import Money
from app.documents.readers import paper
from app.documents.readers.found import Found
from app.documents.readers.glyphs import UNKNOWN
from app.documents.readers.layout import GAP, Page, Span

_FIGURE = re.compile(
    rf"(?<![0-9.{UNKNOWN}])-?¥?-?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,9}})\.[0-9]{{2}}(?![0-9{UNKNOWN}])"
)
_CAPITALS = re.compile(rf"[零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万亿圆圓元角分整正负数(){GAP}]{{3,}}")
_FREE = re.compile(r"免税|不征税|\*{2,3}|(?<![0-9])0%")
_HEADINGS = re.compile(f"税{GAP}*率|单{GAP}*价|数{GAP}*量")
_BESIDE = re.compile(f"小{GAP}*写|价{GAP}*税{GAP}*合{GAP}*计")
_LEVEL = 0.8
_MOST_FIGURES = 200


def note(page: Page, found: Found) -> None:
    """Total, amount and tax, as far as they make each other; a tax is never made up."""
    words = _words(page)
    spelled = words[1] if words else None
    heads = _heads(page)
    told = [one for row in page.rows for one in _figures(row)]
    beside = _beside(page, told, words)
    same = [one for one in beside if spelled in (None, _value(one))]
    total = same[-1] if same else None
    goal = spelled or (_value(total) if total else None)
    if goal is None or beside and not same:
        return
    end = words[0].base if words else total.base if total else 0.0
    pair = _pair(told, heads, goal, end)
    if total and (spelled is not None or pair):
        found.note("total", goal.yuan, page.sheet.place(total.glyphs))
    elif words and pair:
        found.note("total", goal.yuan, page.sheet.place(words[0].glyphs))
    if words:
        found.note(
            "total_words", words[0].plain.replace(GAP, ""), page.sheet.place(words[0].glyphs)
        )
    if pair:
        for name, span in zip(("amount", "tax"), pair, strict=True):
            found.note(name, _value(span).yuan, page.sheet.place(span.glyphs))
    elif found.values.get("total") and heads:
        _note_free(page, found, told, (heads, goal, end))


def note_whole(page: Page, found: Found, beside: str) -> None:
    """The total of a slip without tax: in capitals and in figures, or in figures twice.

    ``beside`` are the labels at which the figures of the total stand.
    """
    words = _words(page)
    told = [one for row in page.rows for one in _figures(row)]
    if words:
        told = [one for one in told if _value(one) == words[1]]
        found.note(
            "total_words", words[0].plain.replace(GAP, ""), page.sheet.place(words[0].glyphs)
        )
    else:
        goals = {_value(one) for one in _at(page.find(re.compile(beside)), told)}
        told = [one for one in told if goals == {_value(one)}]
    if len(told) > (0 if words else 1):
        found.note("total", _value(told[-1]).yuan, page.sheet.place(told[-1].glyphs))


def figures(row: Span) -> Iterator[tuple[Span, Money]]:
    """The amounts with two decimals on a line, with what they are worth."""
    return ((one, _value(one)) for one in _figures(row))


def _figures(row: Span) -> Iterator[Span]:
    for one in _FIGURE.finditer(row.plain):
        yield row.group(one)


def _value(span: Span) -> Money:
    text = span.plain.replace(GAP, "").replace("¥", "").replace(",", "")
    return Money.parse(text)


def _words(page: Page) -> tuple[Span, Money] | None:
    """The capitals, which stand once on a page."""
    told = []
    for row in page.rows:
        for one in _CAPITALS.finditer(row.plain):
            try:
                told.append((row.group(one), capitals.read(one[0].replace(GAP, ""))))
            except capitals.NotCapitals:
                continue
    return told[0] if len({amount for _, amount in told}) == 1 else None


def _beside(page: Page, told: list[Span], words: tuple[Span, Money] | None) -> list[Span]:
    """The figures on the line of the capitals; without them on the line of 小写."""
    return _at([words[0]] if words else page.find(_BESIDE), told)


def _at(lines: list[Span], told: list[Span]) -> list[Span]:
    return [
        one
        for one in told
        for line in lines
        if abs(one.base - line.base) < _LEVEL * line.em and one.left > line.left
    ]


def _heads(page: Page) -> tuple[Span, Span] | None:
    lines = paper.headings(page)
    return next((pair for row, pair in lines if _HEADINGS.search(row.plain)), None)


def _pair(
    told: list[Span], heads: tuple[Span, Span] | None, goal: Money, end: float
) -> tuple[Span, Span] | None:
    """The lowest two figures above the total, one right of the other, that make it."""
    top = heads[0].base if heads else 0.0
    over = [one for one in told if top < one.base < end - 0.5 * one.em]
    over = sorted(over, key=lambda one: one.base)[-_MOST_FIGURES:]
    pairs = [
        (one, other)
        for one in over
        for other in over
        if one.right < other.left
        and abs(one.base - other.base) < 1.5 * one.em
        and _value(one) + _value(other) == goal
        and _is_under(one, other, heads)
    ]
    return max(pairs, key=lambda pair: pair[0].base, default=None)


def _is_under(one: Span, other: Span, heads: tuple[Span, Span] | None) -> bool:
    """Whether each is nearer to its own heading than to the other's."""
    if heads is None:
        return True
    amounts, taxes = heads
    near = abs(one.middle - amounts.middle) < abs(one.middle - taxes.middle)
    return near and abs(other.middle - taxes.middle) < abs(other.middle - amounts.middle)


def _note_free(
    page: Page, found: Found, told: list[Span], where: tuple[tuple[Span, Span], Money, float]
) -> None:
    """Without tax where the column says so, and nothing but the total stands under 金额."""
    (amounts, taxes), goal, end = where
    over = [one for one in told if amounts.base < one.base < end - 0.5 * one.em]
    taxed = [one for one in over if _is_under(amounts, one, (amounts, taxes)) and _value(one).fen]
    sums = [one for one in over if _value(one) == goal and one.right < taxes.right]
    rows = [row for row in page.rows if amounts.base < row.base < end]
    if sums and not taxed and any(_FREE.search(row.plain) for row in rows):
        lowest = max(sums, key=lambda one: one.base)
        found.note("amount", goal.yuan, page.sheet.place(lowest.glyphs))
        found.note("tax", "0.00")
