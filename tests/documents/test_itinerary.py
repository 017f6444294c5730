"""Lists of rides and bills of hotels are read as far as they bear themselves out, never further."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from app.core.money import Money
from app.documents import specimens
from app.documents.readers import itinerary, reading
from app.documents.readers.glyphs import Glyph
from app.documents.readers.itinerary import Itinerary
from app.documents.readers.layout import Page
from app.documents.specimens import Ride
from tests import drawn, make, sheets
from tests.drawn import Text

FAR = "示例区|示例电网(城区营业厅)网约车西-6号上客区"
RIDES = [
    Ride(date(2026, 11, 3), "东屏|示例站-站前广场", FAR, Money(1750)),
    Ride(date(2026, 11, 5), "示例路12", "示例机场T3", Money(6890)),
]
TOLD = Itinerary("ride", "滴滴出行", date(2026, 11, 3), date(2026, 11, 5), 2, Money(8640))


def read(data: bytes) -> Itinerary | None:
    facts = reading.read(data, "pdf")
    return itinerary.from_plain(facts["itinerary"]) if "itinerary" in facts else None


def amap(**changed: str) -> list[Text]:
    """As Amap lays it out: days with their year, yuan behind each amount."""
    said = {
        "title": "高德地图—打车—行程单",
        "sum": "共计2单行程，合计60.00元",
        "first": "20.00元",
        "second": "40.00元",
        "heads": "上车时间",
        **changed,
    }
    heads = ["序号", "服务商", "车型", said["heads"], "城市", "起点", "终点", "金额"]
    across = [30, 60, 120, 170, 260, 310, 400, 510]
    rows = [
        f"1 示例出行 优享型 2026-01-10~07:42 甲城市 示例茶馆 甲城站 {said['first']}".split(),
        f"2 示例出行 经济型 2026-01-12~14:09 甲城市 示例公园 甲城南站 {said['second']}".split(),
    ]
    return [
        Text(30, 30, said["title"], 16),
        Text(30, 50, "AMAP ITINERARY"),
        Text(30, 70, "申请时间：2026-01-20"),
        Text(180, 70, "行程时间：2026-01-10 07:42至2026-01-12 14:09"),
        Text(30, 90, "行程人手机号：00000000000"),
        Text(220, 90, said["sum"]),
        *(Text(x, 120, word) for x, word in zip(across, heads, strict=True)),
        *(
            Text(x, 140 + 20 * place, word.replace("~", " "))
            for place, row in enumerate(rows)
            for x, word in zip(across, row, strict=True)
        ),
        Text(480, 380, "页码： 1 / 1"),
    ]


def folio(**changed: str) -> list[Text]:
    said = {
        "title": "结账单",
        "arrived": "到店日期/Arrival : 24/06/2026",
        "left": "离店日期/Departure : 25/06/2026",
        "charge": "453.05",
        "sum": "453.05",
        "paid": "453.05",
        **changed,
    }
    return [
        Text(200, 30, "甲城示例假日酒店", 14),
        Text(250, 50, said["title"]),
        Text(30, 70, said["arrived"]),
        Text(300, 70, said["left"]),
        Text(30, 90, "账单号码/Invoice No. : 0000000"),
        Text(30, 120, "日期/Date"), Text(120, 120, "账目/Item"),
        Text(300, 120, "消费/Charge"), Text(400, 120, "付款/Payment"),
        Text(30, 140, "24/06/2026"), Text(120, 140, "Accommodation"),
        Text(300, 140, said["charge"]),
        Text(30, 160, "25/06/2026"), Text(120, 160, "WeChat"), Text(400, 160, said["paid"]),
        Text(30, 180, "总计/Total"), Text(300, 180, said["sum"]), Text(400, 180, said["paid"]),
        Text(30, 200, "应付总额/Balance"), Text(400, 200, "0.00"),
    ]  # fmt: skip


def test_rides_are_counted_and_their_sum_is_known_where_the_rows_add_up():
    assert read(specimens.draw_rides(RIDES)) == TOLD


@pytest.mark.full
def test_a_list_goes_on_over_pages():
    told = read(specimens.draw_rides(RIDES * 30))
    assert told == replace(TOLD, count=60, total=Money(8640 * 30))


def test_a_printed_total_that_the_rows_do_not_make_is_not_known():
    told = read(specimens.draw_rides(RIDES, said=Money(9999)))
    assert told == replace(TOLD, total=None)


def test_days_are_those_of_the_rows_and_not_of_the_search():
    texts = amap()
    texts[3] = replace(texts[3], text="行程起止日期：2026-01-01 至 2026-01-31")
    told = read(drawn.pdf(texts))
    assert told and (told.first, told.last) == (date(2026, 1, 10), date(2026, 1, 12))


def test_amap_s_list_is_read_too():
    days = (date(2026, 1, 10), date(2026, 1, 12))
    assert read(drawn.pdf(amap())) == Itinerary("ride", "高德地图", *days, 2, Money(6000))


@pytest.mark.parametrize(
    "changed",
    [
        {"second": "41.00元"},
        {"sum": "共计3单行程，合计99.00元"},
        {"sum": "合计60.00元"},
        {"sum": "共计2单行程，合计六十元"},
    ],
)
def test_what_is_not_borne_out_stays_unknown(changed):
    told = read(drawn.pdf(amap(**changed)))
    assert told is not None and told.total is None


def test_where_no_amount_is_read_all_rows_bear_the_total_out():
    told = read(drawn.pdf(amap(first="—", second="—")))
    assert told and (told.count, told.total) == (2, Money(6000))
    one_less = read(drawn.pdf([one for one in amap(first="—", second="—") if one.text != "2"]))
    assert one_less and (one_less.count, one_less.total) == (None, None)


@pytest.mark.parametrize("changed", [{"title": "订单明细"}, {"heads": "下单时间"}])
def test_another_list_is_no_itinerary(changed):
    texts = [one for one in amap(**changed) if one.text != "AMAP ITINERARY"]
    assert read(drawn.pdf(texts)) is None


def test_an_invoice_is_none_and_neither_is_the_ticket_that_is_called_so():
    one = make.specimen()
    for texts in (sheets.bureau(one), sheets.air(one), sheets.rail(one)):
        assert "itinerary" not in reading.read(drawn.pdf(texts), "pdf")
    unread = [text for text in sheets.air(one) if text.text != one.number]
    assert read(drawn.pdf([*unread, *amap()])) is None


def test_a_stay_has_its_days_its_nights_and_its_hotel():
    made = specimens.draw_folio("北京示例酒店", date(2026, 11, 3), date(2026, 11, 6), Money(43900))
    days = (date(2026, 11, 3), date(2026, 11, 6))
    assert read(made) == Itinerary("stay", "北京示例酒店", *days, 3, Money(131700))
    days = (date(2026, 6, 24), date(2026, 6, 25))
    assert read(drawn.pdf(folio())) == Itinerary("stay", "甲城示例假日酒店", *days, 1, Money(45305))


@pytest.mark.parametrize(
    ("changed", "total"),
    [
        ({"paid": "400.00"}, Money(45305)),
        ({"charge": "400.00"}, Money(45305)),
        ({"charge": "400.00", "paid": "400.00"}, None),
    ],
)
def test_a_hotel_s_total_is_what_was_charged_or_paid(changed, total):
    told = read(drawn.pdf(folio(**changed)))
    assert told and told.total == total


@pytest.mark.parametrize(
    ("arrived", "left", "days"),
    [
        ("入住日期：2026-06-04", "离店日期：2026-06-05", (date(2026, 6, 4), date(2026, 6, 5))),
        ("Arrival Time/到店时间 2026/6/1 16:37", "Departure Time/离店时间 2026/6/3 6:26",
         (date(2026, 6, 1), date(2026, 6, 3))),
        ("Arrival: 05/06/2026", "Departure: 07/06/2026", (date(2026, 6, 5), date(2026, 6, 7))),
        ("Arrival: 05/06/2026", "Departure: 05/06/2026", (None, None)),
        ("入住日期：2026-06-05", "离店日期：2026-06-04", (None, None)),
        ("入住日期：2026-06-04", "房号：0000", (date(2026, 6, 4), None)),
    ],
)  # fmt: skip
def test_a_day_that_could_be_two_is_not_guessed(arrived, left, days):
    told = read(drawn.pdf(folio(arrived=arrived, left=left)))
    assert told and (told.first, told.last) == days


@pytest.mark.parametrize(
    "word",
    [
        "Arrival " + "a" * 8_000,
        "Arrival" * 1_200,
        "入住日期" + "/ " * 4_000,
        "Arrival" + "/到" * 4_000,
        "Check-out" + " . " * 2_700,
    ],
    ids=["letters", "heads", "strokes", "signs", "dots"],
)
def test_a_word_without_an_end_costs_no_more_than_its_length(word):
    began = time.process_time()
    assert itinerary.read([page(word)]) is None
    assert time.process_time() - began < 20


def page(word: str) -> Page:
    """A hotel's bill that says no more than this."""
    glyphs = [
        Glyph(sign, sign, place, place + 1.0, line, 1.0, (0.0, 0.0, 1.0, 1.0))
        for line, text in enumerate(("结账单", word))
        for place, sign in enumerate(text)
        if sign != " "
    ]
    return Page(SimpleNamespace(glyphs=glyphs, slack=0.1))


def test_a_bill_without_days_or_of_a_meal_is_no_stay():
    assert read(drawn.pdf(folio(arrived="桌号：8", left="人数：2"))) is None
    assert read(drawn.pdf(folio(title="点菜单"))) is None


def test_the_command_line_says_it_beside_no_invoice():
    told = make.accounted("x.pdf", specimens.draw_rides(RIDES))
    assert (told["invoices"], told["unreadable_reason"]) == ([], "no_invoice")
    assert told["itinerary"] == {
        "kind": "ride", "issuer": "滴滴出行", "first": "2026-11-03", "last": "2026-11-05",
        "count": 2, "total": "86.40",
    }  # fmt: skip
    assert "itinerary" not in make.accounted("x.xml", specimens.write_xml(make.specimen()))
