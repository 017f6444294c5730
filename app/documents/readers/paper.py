"""The grammar of an invoice's page, 数电 and 税控 alike (FORMATS §2, §6, §10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core import capitals
from app.core.invoice import Kind, kind, kind_of_code, kind_of_title
from app.core.money import Money
from app.documents.readers import parties
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span, alone, label

FIGURES = rf"[-¥{GAP}]*(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)\.[0-9]{{2}}(?![0-9])"
MONEY = re.compile(rf"[{GAP}:)]*({FIGURES})")
NUMBER = re.compile(rf"[{GAP}:]*([0-9]{{20}}|[0-9]{{8}})(?![0-9])")
DAY = re.compile(
    rf"[{GAP}:]*([0-9]{{4}}{GAP}*[-/.年]{GAP}*[0-9]{{1,2}}{GAP}*[-/.月]{GAP}*[0-9]{{1,2}})(?![0-9])"
)
ISSUED = label("开票日期")
NUMBERED = re.compile(f"发{GAP}*票{GAP}*号{GAP}*码{GAP}*:?")
_HEAD = {
    "code": (label("发票代码"), re.compile(rf"[{GAP}:]*([0-9]{{12}}|[0-9]{{10}})(?![0-9])")),
    "number": (NUMBERED, NUMBER),
    "issued": (ISSUED, DAY),
    "check_code": (
        label("校验码"),
        re.compile(rf"[{GAP}:]*((?:[0-9]{{5}}{GAP}?){{4}})(?![0-9])"),
    ),
    "machine": (label("机器编号"), re.compile(rf"[{GAP}:]*([0-9]{{12}})(?![0-9])")),
}
_TITLE = re.compile(
    r"电子发票\([^()]{2,14}\)|增值税(?:电子)?(?:普通|专用)发票(?:\(.{2,4}\))?"
    r"|[\u4e00-\u9fff]{0,20}通用[\u4e00-\u9fff()]{0,20}发票|电子普通发票|机动车销售统一发票"
)
_SUM = re.compile(f"合{GAP}*计")
TOTAL = re.compile(f"小{GAP}*写")
_WORDS = re.compile(f"大{GAP}*写")
_CAPITALS = re.compile(
    rf"[{GAP}:)⊗⊕×x]*([(负数){GAP}]*[零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正{GAP}]+)"
)
_SUMS = re.compile(rf"{FIGURES}|\*{{2,3}}")
_AMOUNTS, _TAXES = re.compile(f"金{GAP}*额"), re.compile(f"税{GAP}*额")
_DRAWER = re.compile(f"开{GAP}*票{GAP}*人{GAP}*:?")
_PERSON = re.compile(rf"[{GAP}:]*+([^{GAP}:]++)(?!{GAP}*:)")
_BLUE = re.compile(r"被红冲蓝字(?:数电)?发票号码[:：]\s*([0-9]{20})")
_LONGEST_REMARK = 40


def read(page: Page) -> Found | None:
    """The invoice of a page; None of one without its title and the label of its number."""
    title = _title(page)
    if title is None or not page.find(NUMBERED):
        return None
    found = Found(page.sheet.source)
    top = parties.note(page, found)
    for name, (where, what) in _HEAD.items():
        note(page, found, name, [one for one in page.read(where, what) if one.base < top])
    _settle(page, found, title)
    _note_money(page, found)
    note_foot(page, found)
    return found


def note(page: Page, found: Found, name: str, spans: list[Span]) -> None:
    """Keep a value that is told once, or the same each time."""
    if span := alone(spans):
        found.note(name, span.plain.replace(GAP, ""), page.sheet.place(span.glyphs))


def figures(span: Span) -> Money:
    """The amount of a text that ``FIGURES`` fits; ``***`` is nothing."""
    text = span.plain.replace(GAP, "").replace("¥", "")
    return Money(0) if set(text) == {"*"} else Money.parse(text)


def _title(page: Page) -> Span | None:
    """The largest text that is the title of an invoice; None where two are as large."""
    spans = [
        row.group(found)
        for row in page.rows
        if (found := re.search(_spaced(_TITLE, row.plain), row.plain))
    ]
    largest = max((span.em for span in spans), default=0.0)
    titles = [span for span in spans if span.em > 0.9 * largest]
    return titles[0] if len(titles) == 1 else None


def _spaced(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern finds in a text without its gaps, as a pattern that allows them."""
    found = pattern.search(text.replace(GAP, ""))
    return f"{GAP}*".join(map(re.escape, found[0])) if found else "(?!)"


def _settle(page: Page, found: Found, title: Span) -> None:
    """A 20-digit number has no code; a check code is no number; the kind follows from both."""
    values = found.values
    if len(values.get("number", "")) == 20:
        for name in ("code", "check_code"):
            _drop(found, name)
    elif len(values.get("number", "")) == 8 and "code" not in values:
        _drop(found, "number")
    words = title.plain.replace(GAP, "")
    told = _kind(words, values.get("code", ""), values.get("number", ""))
    found.note("kind_word", told.word if told else "", page.sheet.place(title.glyphs))


def _kind(title: str, code: str, number: str) -> Kind | None:
    """What title and code both allow; None where they disagree or the code is not known."""
    if len(number) == 20:
        return kind_of_title(title)
    if not code:
        return None
    if code[0] in "12" and len(code) == 12:
        return kind("general") if "通用" in title else kind_of_title(title)
    told = kind_of_code(code)
    is_special = told is not None and told.word.endswith("_special")
    return told if is_special == ("专用" in title) else None


def _drop(found: Found, name: str) -> None:
    found.values.pop(name, None)
    found.places.pop(name, None)


def _note_money(page: Page, found: Found) -> None:
    """Amounts are kept where they add up, a total also where its capitals say the same."""
    total = alone(page.read(TOTAL, MONEY))
    words = alone(page.read(_WORDS, _CAPITALS))
    amount, tax = _sums(page)
    spelled = _spelled(words)
    adds_up = bool(total and amount and tax) and figures(amount) + figures(tax) == figures(total)  # type: ignore[arg-type]
    is_spelled = total is not None and spelled == figures(total)
    if spelled is not None and total is not None and not is_spelled:
        return
    if total and (is_spelled or adds_up):
        _note_figures(page, found, "total", total)
    if adds_up and amount and tax:
        _note_figures(page, found, "amount", amount)
        _note_figures(page, found, "tax", tax)
    if words and spelled is not None:
        found.note("total_words", words.text.replace(" ", ""), page.sheet.place(words.glyphs))


def _note_figures(page: Page, found: Found, name: str, span: Span) -> None:
    found.note(name, figures(span).yuan, page.sheet.place(span.glyphs))


def _spelled(words: Span | None) -> Money | None:
    try:
        return capitals.read(words.plain.replace(GAP, "")) if words else None
    except capitals.NotCapitals:
        return None


def _sums(page: Page) -> tuple[Span | None, Span | None]:
    """合计, the last above the total: the amount without tax under 金额, the tax under 税额."""
    rows = [one for one in page.rows if "价税合计" not in one.plain.replace(GAP, "")]
    labels = [one.group(found) for one in rows if (found := _SUM.search(one.plain))]
    bottom = max((one.base for one in page.find(TOTAL)), default=0.0)
    for mark in reversed([one for one in labels if one.base < bottom]):
        beside = page.beside(mark)
        told = [beside.group(one) for one in _SUMS.finditer(beside.plain)] if beside else []
        if told:
            heads = _heads(page, mark.base)
            return _under(told, heads, 0), _under(told, heads, 1)
    return None, None


def _heads(page: Page, base: float) -> tuple[Span, Span] | None:
    """The headings 金额 and 税额 of the columns, on one line above."""
    return next((pair for row, pair in headings(page) if row.base < base), None)


def headings(page: Page) -> Iterator[tuple[Span, tuple[Span, Span]]]:
    """Lines that have 金额 and 税额 once each, and both of them."""
    for row in map(page.level, page.find(_AMOUNTS)):
        amounts, taxes = list(_AMOUNTS.finditer(row.plain)), list(_TAXES.finditer(row.plain))
        if len(amounts) == len(taxes) == 1:
            yield row, (row.group(amounts[0]), row.group(taxes[0]))


def _under(told: list[Span], heads: tuple[Span, Span] | None, place: int) -> Span | None:
    """The figure that is nearest to its heading and to no other; by order of two without one."""
    if heads is None:
        return told[place] if len(told) == 2 else None

    def far(span: Span, head: Span) -> float:
        return abs(span.middle - head.middle)

    mine = [one for one in told if far(one, heads[place]) < far(one, heads[1 - place])]
    return min(mine, key=lambda one: far(one, heads[place]), default=None)


def note_foot(page: Page, found: Found) -> None:
    """Who drew it, and the remark with what a red invoice takes back."""
    drawers = [one for one in page.read(_DRAWER, _PERSON) if not _DRAWER.search(one.plain)]
    if (drawer := alone(drawers)) and drawer.is_whole:
        found.note("drawer", drawer.text, page.sheet.place(drawer.glyphs))
    lines = _remark(page)
    if lines:
        place = page.sheet.place(glyph for one in lines for glyph in one.glyphs)
        found.note("remark", "\n".join(one.text for one in lines), place)
    if named := _BLUE.search(found.values.get("remark", "").replace("\n", "")):
        found.note("blue_number", named[1])
    if found.values.get("total", "").startswith("-"):
        found.note("is_red", "Y")


def _remark(page: Page) -> list[Span]:
    """The box to the right of 备注, from the total to who drew it."""
    totals = page.find(TOTAL)
    heads = [
        one for one in parties.marks(page, "备", "注") if totals and one.base > totals[-1].base
    ]
    feet = [one.base - 0.9 * one.em for one in page.find(_DRAWER)]
    if len(heads) != 1 or not feet:
        return []
    head, top = heads[0], totals[-1].base + 0.9 * totals[-1].em
    return page.within(head.right + 0.2 * head.em, top, float("inf"), max(feet))[:_LONGEST_REMARK]
