"""Pages that are no tables of goods, and invoices whose table goes on over several pages."""

from __future__ import annotations

from app.documents.readers.found import group
from app.documents.specimens import number, tax_id
from tests import make, sheets
from tests.documents.test_pages import ONE, PARTIES, changed, read, values
from tests.drawn import Text


def test_an_itinerary_says_its_whole_its_tax_and_its_trip() -> None:
    assert values(sheets.air(ONE)) == {
        "kind_word": "air", "number": ONE.number, "issued": "2026-11-10",
        "buyer_name": PARTIES["buyer_name"], "buyer_tax_id": PARTIES["buyer_tax_id"],
        "seller_name": "样票航空股份有限公司", "check_code": "9999",
        "total": "529.60", "tax": "39.60", "fare": "400.00", "fuel": "40.00", "fund": "50.00",
        "passenger": "样某某", "passenger_id": "990000********9999",
        "departure": "样票甲AAA", "destination": "样票丙CCC",
        "travelled": "2026-03-01", "departs": "08:30", "seat_class": "V",
    }  # fmt: skip


def test_an_itinerary_whose_parts_do_not_make_its_whole_has_no_sums() -> None:
    assert "total" in values(sheets.air(ONE, fund="50.02"))
    assert not {"total", "tax"} & values(sheets.air(ONE, fund="60.00")).keys()


def test_a_label_without_a_value_never_takes_the_next_label_for_one() -> None:
    texts = changed(sheets.air(ONE), **{"样票航空股份有限公司": "_", PARTIES["buyer_name"]: "_"})
    told = values(texts)
    assert "seller_name" not in told and "buyer_name" not in told
    assert told["issued"] == "2026-11-10"


def test_a_fiscal_receipt_has_a_short_code_and_a_long_number() -> None:
    assert values(sheets.fiscal(ONE)) == {
        "kind_word": "fiscal", "code": "99000099", "number": "9900000001",
        "check_code": "99a9b9", "issued": "2026-11-10", "total": "256.30",
        "buyer_name": PARTIES["buyer_name"], "buyer_tax_id": PARTIES["buyer_tax_id"],
        "seller_name": PARTIES["seller_name"],
    }  # fmt: skip


def test_the_table_of_a_trip_is_no_goods_and_its_day_is_not_the_day_of_issue() -> None:
    trip = [
        *(Text(20 + 90 * at, 200, word) for at, word in enumerate(
            ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级"))),
        Text(20, 212, "样某某"), Text(110, 212, "990000********9999", 8),
        Text(200, 212, "2026-03-01", 8), Text(290, 212, "样票甲"), Text(380, 212, "样票乙"),
    ]  # fmt: skip
    (found,) = read([*sheets.bureau(make.specimen()), *trip])
    assert [line["name"] for line in found.lines] == ["*样票*示例服务"]
    assert found.values["issued"] == "2026-11-10"
    undated = [one for one in sheets.bureau(ONE) if one.text != ONE.day]
    assert "issued" not in values([*undated, *trip])


def test_a_ticket_whose_number_is_told_twice_and_differs_has_none() -> None:
    twice = [*sheets.rail(ONE), Text(40, 330, f"发票号码:{number(5)}")]
    told = values(twice)
    assert "number" not in told and told["buyer_tax_id"] == tax_id(1)


def test_a_table_over_two_pages_has_its_sum_on_the_last() -> None:
    sums = {"¥244.30", "¥12.00", "¥256.30", "贰佰伍拾陆圆叁角整", "合", "计"}
    whole = sheets.bureau(ONE)
    above = [one for one in whole if one.y < 175 or one.y > 200]
    first = [one for one in above if one.text not in sums]
    second = [one for one in whole if not 165 < one.y < 175]
    one, other = read([*first, Text(58, 269, "小计"), Text(400, 269, "¥45.30", 8)], second)
    assert "amount" not in one.values and other.values["amount"] == "244.30"
    assert [line["amount"] for line in one.lines] == ["45.30", "-1.00", "200.00"]


def test_sums_of_pages_are_no_contradiction() -> None:
    page = make.specimen(1, total="53.00")
    (told,) = group(read(sheets.bureau(page), sheets.bureau(make.specimen(1))))
    assert told.contradictions() == []
    assert "total" not in told.best() and told.best()["seller_name"][0] == page.seller[0]
