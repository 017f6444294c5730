"""Labels of forms and slips, and the values that stand by them: beside, or on the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from app.documents.readers import parties
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span, alone, line
from app.documents.readers.paper import note
from app.documents.readers.sighted import blocks

DAY = (
    "([0-9]{4}(?:年[0-9]{2}月[0-9]{2}日?|-[0-9]{2}-[0-9]{2}|/[0-9]{2}/[0-9]{2}))"
    "(?:(?![0-9])|(?=[0-9]{2}:[0-9]{2}))"
)
"""A day, also where an hour follows it without a space."""

CARD = "(?=.{18}$)(?:[0-9]{6,12}[*]{2,8}[0-9]{2,4}X?|[0-9]{17}[0-9X])"
"""The number of an id card: with its stars it has as many signs as without."""

_HEADS = (
    "识别号|信用代码|税号|单位代码|身份证|组织机构|电话|地址|住址|账号|开户|开票|收款|付款|复核|填开|机器编号"
    "|机打|金额|合计|车牌|登记证|厂牌|产地|保险费|提示信息|验证码|客票|交款|校验码|票据"
)
_ENDS_NAME = (
    "纳税人识别号|统一社会信用代码|单位代码|身份证号码|组织机构代码|电话:|税号:|地址:|账号:|开户银行|开户行"
    "|开票日期|开票人|收款[人员]|复核人?:|填开日期|机器编号|机打[代号]码|保险费|提示信息|验证码|交款人|校验码"
)
_START = rf"[{GAP}:.]*"
_NEXT, _STOP = re.compile(rf"{_HEADS}|^[0-9A-Z-]+$"), re.compile(_ENDS_NAME)
_NO_NAME = re.compile(f"{parties.NO_NAME.pattern}|专用章|监制|[0-9*¥]{{4}}|联$|[:/]")
_ENDS = re.compile(
    "(?:[司店社站厂局院所心校行部会处馆队场坊吧屋楼城园庄堂户室团府厅区村铺档摊网库矿段组台厨]"
    "|[)）]|大学|中学|小学|企业|集团|基地|超市|药房)$"
)
_PERSON = re.compile("[\u4e00-\u9fff·]{2,10}")
_BELOW = 2.2
_SHORTEST = 3
_FEWEST_GAPS, _UNEVEN = 3, 1.8


def spaced(words: str) -> str:
    """A pattern for any of the labels between ``|``; their signs may stand apart."""
    return "|".join(f"{GAP}*".join(map(re.escape, one)) for one in words.split("|"))


def beside(page: Page, heads: str, form: str, near: float = 0.6) -> list[Span]:
    """Group 1 of ``form`` right after each of the labels: on its line, else ``near`` ems off it."""
    head, value = re.compile(f"(?:{spaced(heads)})"), re.compile(f"{_START}(?:{form})")
    spans = [
        row.group(told, 1)
        for row in page.rows
        for label in head.finditer(row.plain)
        if (told := value.match(row.plain, label.end()))
    ]
    rests = (page.beside(label, near=near) for label in page.find(head)) if not spans else ()
    return spans or [
        rest.group(told, 1) for rest in rests if rest and (told := value.match(rest.plain))
    ]


def below(page: Page, heads: str, form: str) -> list[Span]:
    """The same on the next line, where the label stands alone on its own."""
    label, value = re.compile(f"(?:{spaced(heads)}):?"), re.compile(form)
    return [
        under.group(told, 1)
        for row, under in pairwise(page.rows)
        if label.fullmatch(row.plain)
        and (told := value.fullmatch(under.plain))
        and under.base - row.base < _BELOW * row.em
    ]


def keep(page: Page, found: Found, name: str, heads: str, form: str, near: float = 0.6) -> None:
    """Note the value by the labels, if they all say the same and no figure of an amount is lost."""
    spans = beside(page, heads, form, near) or below(page, heads, form)
    if name != "total" or all(map(is_even, spans)):
        note(page, found, name, spans)


def note_party(
    page: Page, found: Found, side: str, label: Span, near: float = 0.6, *, person: bool = False
) -> None:
    """The name beside its label; of one that nothing says to be whole nothing is kept."""
    span = name(page, label, near)
    if span and (is_like_a_name(span.text) or person and _PERSON.fullmatch(span.text)):
        found.note(f"{side}_name", span.text.translate(blocks.BRACKETS), _place(page, span))


def name(page: Page, label: Span, near: float = 0.6) -> Span | None:
    """Up to the next label; None where something else follows, for then a part of it is lost."""
    rest = page.beside(label, near=near)
    cells = [one for one in rest.cells() if one.plain.strip(":.")] if rest else []
    if not cells:
        return None
    first = line(one for one in cells[0].glyphs if one.plain not in ":.")
    if first is None:
        return None
    stop = _STOP.search(first.plain)
    first = first.cut(0, stop.start()) if stop and stop.start() else first
    goes_on = not stop and len(cells) > 1 and not _NEXT.search(cells[1].plain)
    return None if goes_on or not first.is_whole or _NO_NAME.search(first.text) else first


def is_like_a_name(text: str) -> bool:
    """Of a company, by its end: what is lost under a stamp is mostly the rest of a line."""
    return len(text) > _SHORTEST and bool(_ENDS.search(text)) and not _NO_NAME.search(text)


def note_tax_id(page: Page, found: Found, side: str, label: Span, near: float = 0.6) -> None:
    """The id beside a label, if its check character is right."""
    rest = page.beside(label, near=near)
    if rest and (told := blocks.tax_id(rest)):
        found.note(f"{side}_tax_id", told[1], _place(page, told[0]))


def following(page: Page, anchor: Span, heads: str, until: float) -> Span | None:
    """The first of these labels after ``anchor``: on its line, or on one above ``until``."""
    after = [
        one
        for one in page.find(re.compile(spaced(heads)))
        if one.base < until
        and (one.base > anchor.base + 0.6 * anchor.em or one.left > anchor.right)
        and one.base > anchor.base - 0.6 * anchor.em
    ]
    return min(after, key=lambda one: one.base, default=None)


def only(page: Page, heads: str, unless: str = "$^") -> Span | None:
    """The label that stands on the page once, not counting where ``unless`` goes on with it."""
    spans = page.find(re.compile(f"(?:{spaced(heads)})(?!{unless})"))
    return spans[0] if len(spans) == 1 else None


def said(page: Page) -> str:
    """All that is on the page, without gaps, a line after the other."""
    return "\n".join(row.plain.replace(GAP, "") for row in page.rows)


def note_numbers(page: Page, found: Found, code: str = "[0-9]{12}|[0-9]{10}") -> None:
    """Code and number of the form, as the machine printed them once more: all must say the same."""
    for field, form in (("code", code), ("number", "[0-9]{8}")):
        word = "代码" if field == "code" else "号码"
        value = f"(?:N[oO][.:]?)?({form})(?![0-9])"
        spans = beside(page, f"发票{word}", value) or below(page, f"发票{word}", value)
        spans += beside(page, f"机打{word}", value)
        if span := alone(spans):
            found.note(field, span.plain, _place(page, span))
    if "code" not in found.values:
        drop(found, "number")


def is_even(span: Span) -> bool:
    """Whether its figures are as far apart as each other: a lost one leaves a hole."""
    middles = [(one.left + one.right) / 2 for one in span.glyphs]
    gaps = [other - one for one, other in pairwise(middles)]
    return len(gaps) < _FEWEST_GAPS or max(gaps) < _UNEVEN * median(gaps)


def drop(found: Found, *names: str) -> None:
    """What turned out doubtful is unknown."""
    for one in names:
        found.values.pop(one, None)
        found.places.pop(one, None)


def cells_below(page: Page, label: Span, ems: float) -> Iterator[Span]:
    """What stands under a label or overlaps it, the nearest first."""
    for row in page.rows:
        if 0.5 * label.em < row.base - label.base < ems * label.em:
            for cell in row.cells():
                if cell.left < label.right + label.em and cell.right > label.left - label.em:
                    yield cell


def _place(page: Page, span: Span) -> dict[str, object]:
    return page.sheet.place(span.glyphs)
