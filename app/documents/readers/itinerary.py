"""Itineraries: rides (行程单) and stays (水单, 结账单), which are no invoices but go with one.

The layouts are those that public readers of such files describe: DiDi's and its kin's with
``共N笔行程,合计X元`` above a table, Amap's with ``共计N单行程``, and the folio of a hotel with the
days of arrival and departure above its charges.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.core import platforms
from app.core.money import Money, NotMoney
from app.documents.readers.layout import GAP, Page, Span

Days = tuple[date | None, date | None]

_EVERYWHERE = float("inf")
_NOWHERE, _NEVER = (0.0, 0.0), (None, None)
_TITLE = re.compile(r"行程单|TRIPTABLE|AMAPITINERARY", re.IGNORECASE)
_HEAD = re.compile("序号|服务商|车型|上车时间|城市|起点|终点|里程|金额|备注")
_HEADS = ("上车时间", "起点", "终点", "金额")
_INVOICES = ("电子客票", "发票号码", "开票日期")
_COUNTED = re.compile(r"共计?([0-9]{1,4})[笔单]行程[,，]?合计[¥￥]?([0-9,]+(?:\.[0-9]{1,2})?)元?")
_SPAN = re.compile(
    r"行程(?:起止日期|时间):?([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[0-9]{2}:[0-9]{2})?至"
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_RIDDEN = re.compile(
    r"(?:(?<![0-9-])(?=[0-9-]+\t?[0-9]{2}:)|(?<![^\t])(?=[0-9-]+(?:\t|$)))"
    r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})"
)
_FIGURE = re.compile(r"(?<![0-9.,])([0-9][0-9,]*\.[0-9]{1,2})元?$")
_ROW = re.compile("^([0-9]{1,4})$")

_FOLIO = re.compile(
    r"结账单|水单|账单明细|宾客账单|住客账单|客人账单|GUEST\s*FOLIO|INFORMATION\s*INVOICE|E-?FOLIO",
    re.IGNORECASE,
)
_DAY = r"(?P<day>[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})"
_BETWEEN = (
    r"(?:\s*+/?+\s*+[A-Za-z]{1,20}+\.?+){0,3}+(?:\s*+/\s*+[\u4e00-\u9fff]{1,20}+)?+\s*+:?+\s*+"
)
_ARRIVED = re.compile(
    rf"(?:(?:入住|到店|抵店)(?:日期|时间)|Arrival|Check[ -]?in){_BETWEEN}{_DAY}",
    re.IGNORECASE,
)
_LEFT = re.compile(
    rf"(?:(?:离店|退房)(?:日期|时间)|Departure|Check[ -]?out){_BETWEEN}{_DAY}",
    re.IGNORECASE,
)
_CHARGE = re.compile(r"消费(?:金额|/?Charges?|/?Debit)?|Debit/消费|Charges?|Debit", re.IGNORECASE)
_PAID = re.compile(
    r"付款(?:金额|/?Payments?|/?Credit)?|Credit/付款|Payments?|Credit", re.IGNORECASE
)
_MONEY = r"[:¥￥\t]*([0-9][0-9,]*\.[0-9]{2})"
_WHOLE = re.compile(
    rf"(?:消费合计|消费总计|总计/Total|总计|合计|Total)(?![\u4e00-\u9fffA-Za-z]){_MONEY}",
    re.IGNORECASE,
)
_SETTLED = re.compile(rf"(?:付款合计|付款总计|实付金额){_MONEY}")
_HOTEL = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9·()]{2,30}(?:酒店|宾馆|饭店|旅馆|客栈|民宿|公寓)(?:\([^)]{1,20}\))?"
)
_LONGEST_STAY = 31


@dataclass(frozen=True, slots=True)
class Itinerary:
    """What was ridden (``kind`` is ``ride``) or where somebody stayed (``stay``).

    ``issuer`` is a platform of ``tables/platforms.toml`` or the hotel as printed. ``first`` and
    ``last`` are the days of the first and the last ride, or of arrival and departure; ``count`` is
    of rides or nights. ``total`` is known only where rows or a second figure bear it out.
    """

    kind: str
    issuer: str = ""
    first: date | None = None
    last: date | None = None
    count: int | None = None
    total: Money | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON: days in ISO form, money in yuan, None for what is not known."""
        told = asdict(self)
        told["first"], told["last"] = (_iso(day) for day in (self.first, self.last))
        return told | {"total": self.total.yuan if self.total is not None else None}


def from_plain(facts: dict[str, Any]) -> Itinerary:
    """What ``plain`` gave."""
    days = {
        name: date.fromisoformat(facts[name]) if facts[name] else None for name in ("first", "last")
    }
    total = Money.parse(facts["total"]) if facts["total"] else None
    return Itinerary(**{**facts, **days, "total": total})


def read(pages: Iterable[Page]) -> Itinerary | None:
    """The itinerary that these pages are; None of pages that are none, or an invoice."""
    sheets = [page for page in pages if page.rows]
    if not sheets:
        return None
    return _rides(sheets) or _stay(sheets)


def _rides(pages: Sequence[Page]) -> Itinerary | None:
    """By its title and the heads of its columns, so that no other list is taken for one."""
    titles = [_solid(row) for row in pages[0].rows if _TITLE.search(_solid(row))]
    plain = "".join(_solid(row) for row in pages[0].rows)
    if not titles or any(word in plain for word in _INVOICES):
        return None
    if not all(word in plain for word in _HEADS):
        return None
    said, spanned = _COUNTED.search(plain), _SPAN.search(plain)
    amounts = [_money(one[1]) for one in _column(pages, "金额", _FIGURE)]
    numbers = [int(one[1]) for one in _column(pages, "序号", _ROW)]
    count = int(said[1]) if said else 0
    is_whole = bool(count) and count in (len(amounts), len(numbers))
    span = (_day(*spanned[1].split("-")), _day(*spanned[2].split("-"))) if spanned else _NEVER
    days = _ridden(pages, span)
    if not is_whole or len(days) != count:
        days = [day for day in span if day]
    return Itinerary(
        "ride",
        issuer=next(filter(None, map(platforms.of_title, titles)), ""),
        first=min(days, default=None),
        last=max(days, default=None),
        count=count if is_whole else None,
        total=_borne_out(said, amounts, numbers),
    )


def _borne_out(
    said: re.Match[str] | None, amounts: list[Money | None], numbers: list[int]
) -> Money | None:
    """The printed total if its rows add up to it; where no amount is read, if no row is missing."""
    total = _money(said[2]) if said else None
    if said is None or total is None:
        return None
    if amounts:
        return total if Money.sum(filter(None, amounts)) == total else None
    return total if numbers == list(range(1, int(said[1]) + 1)) else None


def _column(pages: Sequence[Page], head: str, value: re.Pattern[str]) -> list[re.Match[str]]:
    """The values below a head, on every page; a page without heads goes on in the same columns."""
    sides, found = _NOWHERE, []
    for page in pages:
        below = -_EVERYWHERE
        for row in page.rows:
            heads = [row.group(one) for one in _HEAD.finditer(row.plain)]
            mine = [place for place, one in enumerate(heads) if one.plain == head]
            if len(heads) >= len(_HEADS) and mine:
                sides, below = _between(heads, mine[0]), row.base
        lines = page.within(sides[0], below, sides[1], _EVERYWHERE)
        found += [told for line in lines if (told := value.search(line.plain))]
    return found


def _between(heads: Sequence[Span], place: int) -> tuple[float, float]:
    """From the middle between a head and the one before it to where the next one begins."""
    mine = heads[place]
    left = (heads[place - 1].right + mine.left) / 2 if place else -_EVERYWHERE
    right = heads[place + 1].left if place + 1 < len(heads) else _EVERYWHERE
    return left, right


def _ridden(pages: Iterable[Page], span: Days) -> list[date]:
    """The days of the rows; a year that is not printed is one that puts the day into the span."""
    days: list[date] = []
    rows = (row for page in pages for row in page.rows if not _SPAN.search(_solid(row)))
    for told in (one for row in rows for one in _RIDDEN.finditer(row.plain)):
        years = [told[1]] if told[1] else sorted({str(one.year) for one in span if one})
        fitting = (day for year in years if (day := _day(year, told[2], told[3])))
        days += [day for day in fitting if _is_within(day, span)][:1]
    return days


def _is_within(day: date, span: Days) -> bool:
    return (span[0] or day) <= day <= (span[1] or day)


def _stay(pages: Sequence[Page]) -> Itinerary | None:
    """By its title and a day of arrival or departure; a bill of something else has neither."""
    rows = [row for page in pages for row in page.rows]
    text = "\n".join(unicodedata.normalize("NFKC", row.text) for row in rows)
    if not _FOLIO.search(text) or any(word in text for word in _INVOICES):
        return None
    arrived, left = _ARRIVED.search(text), _LEFT.search(text)
    if not arrived and not left:
        return None
    first, last = _stayed(arrived["day"] if arrived else "", left["day"] if left else "")
    cells = (cell for row in rows for cell in row.cells())
    return Itinerary(
        "stay",
        issuer=next((one.text for one in cells if _HOTEL.fullmatch(one.plain)), ""),
        first=first,
        last=last,
        count=(last - first).days if first and last else None,
        total=_spent(pages),
    )


def _stayed(arrived: str, left: str) -> Days:
    """Both days; of 05/06/2026 the order of its parts is known only where just one is likely."""
    orders = set(zip(_orders(arrived), _orders(left), strict=True))
    likely = [one for one in orders if _is_likely(*one, is_both=bool(arrived and left))]
    return likely[0] if len(likely) == 1 else _NEVER


def _is_likely(first: date | None, last: date | None, *, is_both: bool) -> bool:
    if first and last:
        return 0 <= (last - first).days <= _LONGEST_STAY
    return bool(first or last) and not is_both


def _orders(text: str) -> Days:
    """The day first, the month first; a text that begins with its year is the same in both."""
    parts = re.findall("[0-9]+", text)
    if len(parts) != 3:
        return _NEVER
    if len(parts[0]) == 4:
        return (_day(*parts),) * 2
    return _day(parts[2], parts[1], parts[0]), _day(parts[2], parts[0], parts[1])


def _spent(pages: Sequence[Page]) -> Money | None:
    """The total of the charges, if they add up to it or as much was paid."""
    wholes = [
        (page, row, told)
        for page in pages
        for row in page.rows
        if (told := _WHOLE.search(row.plain))
    ]
    if len({told[1] for _, _, told in wholes}) != 1:
        return None
    page, row, told = wholes[0]
    total = _money(told[1])
    settled = [_money(one[1]) for other in page.rows if (one := _SETTLED.search(other.plain))]
    sums = [Money.sum(some) for head in (_CHARGE, _PAID) if (some := _above(page, head, row.base))]
    is_twice = row.plain.split(GAP).count(told[1]) > 1
    return total if is_twice or total in (*sums, *settled) else None


def _above(page: Page, head: re.Pattern[str], base: float) -> list[Money]:
    """The figures in the column of a head, down to the line of the total."""
    for row in page.rows:
        cells = row.cells()
        mine = [place for place, one in enumerate(cells) if head.fullmatch(one.plain)]
        if len(cells) >= 3 and mine:
            left, right = _between(cells, mine[0])
            lines = page.within(left, row.base, right, base)
            told = (_FIGURE.search(line.plain) for line in lines)
            return [amount for one in told if one and (amount := _money(one[1]))]
    return []


def _solid(row: Span) -> str:
    return row.plain.replace(GAP, "")


def _money(text: str) -> Money | None:
    try:
        return Money.parse(text)
    except NotMoney:
        return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
