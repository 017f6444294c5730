"""Specimens of what goes with an invoice: a 行程单 of rides and the 结账单 of a hotel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

from app.core.money import Money
from app.documents.specimens.invoice import MARK
from app.documents.specimens.page import write_pdf


class Ride(NamedTuple):
    """One line of a 行程单."""

    day: date
    start: str
    end: str
    amount: Money


def draw_rides(
    rides: Sequence[Ride], *, title: str = "滴滴出行-行程单", said: Money | None = None
) -> bytes:
    """As DiDi lays it out; ``said`` is a printed total that its rows do not make.

    Raises MissingLibrary where Pango is not installed.
    """
    total = said if said is not None else Money.sum(ride.amount for ride in rides)
    first, last = min(ride.day for ride in rides), max(ride.day for ride in rides)
    rows = "".join(_ride(place, ride) for place, ride in enumerate(rides, start=1))
    return write_pdf(f"""{_HEAD}<h1>{escape(title)}</h1><p class="mark">TRIP TABLE · {MARK}</p>
<p>申请日期：{last + timedelta(days=1)}<b>行程起止日期：{first} 至 {last}</b></p>
<p>行程人手机号：00000000000<b>共{len(rides)}笔行程，合计{total.yuan}元</b></p>
<table><tr><th>序号<th>车型<th>上车时间<th>城市<th class="far">起点<th class="far">终点
<th>里程[公里]<th>金额[元]<th>备注</tr>{rows}</table>
<p class="mark">{MARK}：仅供演示，不得报销入账。</p></html>""")


def draw_folio(hotel: str, arrived: date, left: date, nightly: Money) -> bytes:
    """As hotels print it when a guest leaves.

    Raises MissingLibrary where Pango is not installed.
    """
    nights = [arrived + timedelta(days=night) for night in range((left - arrived).days)]
    total = Money.sum(nightly for _ in nights)
    rows = "".join(f"<tr><td>{day}<td>房费<td>{nightly.yuan}<td></tr>" for day in nights)
    return write_pdf(f"""{_HEAD}<h1>{escape(hotel)}</h1>
<p class="mark">结账单 Guest Folio · {MARK}</p>
<p>入住日期：{arrived}<b>离店日期：{left}</b></p><p>房号：0000<b>宾客：{MARK}某</b></p>
<table><tr><th>日期<th>项目<th>消费<th>付款</tr>{rows}
<tr><td>{left}<td>付款<td><td>{total.yuan}</tr></table>
<p>消费合计：{total.yuan}<b>付款合计：{total.yuan}</b></p>
<p class="mark">{MARK}：仅供演示，不得报销入账。</p></html>""")


def _ride(place: int, ride: Ride) -> str:
    week = "一二三四五六日"[ride.day.weekday()]
    cells = (
        str(place),
        "特惠快车",
        f"{ride.day:%m-%d} 08:{place % 60:02d} 周{week}",
        "北京市",
        ride.start,
        ride.end,
        "9.5",
        ride.amount.yuan,
        "",
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"


_HEAD = f"""<!doctype html><html lang="zh"><meta charset="utf-8"><title>{MARK}</title><style>
@page {{ size: 210mm 297mm; margin: 15mm }}
body {{ margin: 0; font: 3.4mm/1.6 "Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei",
  "SimSun", serif; color: #000 }}
h1 {{ font-size: 6mm; font-weight: normal; margin: 0 }}
p {{ margin: 1mm 0 }}
b {{ font-weight: normal; margin-left: 12mm }}
.mark {{ color: #e60012 }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed; margin: 4mm 0 }}
tr {{ break-inside: avoid }}
th, td {{ border: .2mm solid #999; padding: 1.5mm 1mm; font-weight: normal; text-align: left }}
.far {{ width: 18% }}
</style>"""
