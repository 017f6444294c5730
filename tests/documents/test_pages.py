"""What the text of PDF pages says, by where it stands, and what it must never be made to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.core.money import Money
from app.documents import specimens
from app.documents.readers import pages, pdftext, reading
from app.documents.readers.found import Found, Grouped, group
from app.documents.readers.page import open_pdf
from app.documents.specimens import Line, Specimen
from app.documents.specimens.older import CHECK_CODE, OLD_CODE
from tests import drawn, make, sheets
from tests.drawn import Text

LINES = (
    Line("*样票*印刷品", Money(4530), Money(0), "免税", "本", "1", "45.30"),
    Line("*样票*印刷品", Money(-100), Money(0), "免税"),
    Line("*样票*咨询服务", Money(20000), Money(1200), "6%", "次", "2", "100.00"),
)
ONE = make.specimen(
    lines=LINES, buyer=("样票茶叶（北京）有限公司", specimens.tax_id(1)), drawer="样某某"
)
PARTIES = {
    "buyer_name": "样票茶叶（北京）有限公司", "buyer_tax_id": specimens.tax_id(1),
    "seller_name": "北京示例酒店有限公司", "seller_tax_id": specimens.tax_id(8),
}  # fmt: skip
MONEY = {
    "issued": "2026-11-10", "amount": "244.30", "tax": "12.00", "total": "256.30",
    "total_words": "贰佰伍拾陆圆叁角整", "drawer": "样某某",
}  # fmt: skip
NEW = PARTIES | MONEY | {"number": ONE.number, "kind_word": "digital_ordinary"}
OLD = PARTIES | MONEY | {
    "code": OLD_CODE, "number": "00000001", "check_code": CHECK_CODE, "machine": "990000000000",
    "kind_word": "vat_e_ordinary", "remark": "订单号:990000000001",
}  # fmt: skip
DIGITAL = (sheets.bureau, sheets.gp_template, sheets.flowing, sheets.reprint)


def read(*texts: drawn.Page, **how: Any) -> list[Found]:
    """What the pages of a PDF say."""
    with open_pdf(drawn.pdf(*texts, **how)) as pdf:
        return pages.read(pdftext.sheet(pdf, number) for number in range(1, len(pdf) + 1))


def values(*texts: drawn.Page, **how: Any) -> dict[str, str]:
    """The same of the one invoice on it."""
    (found,) = read(*texts, **how)
    return found.values


def changed(texts: drawn.Page, **words: str) -> list[Text]:
    """With other words in the place of some; ``_`` stands for nothing."""
    told = {old: "" if new == "_" else new for old, new in words.items()}
    texts = [replace(one, text=told.get(one.text, one.text)) for one in texts]
    return [one for one in texts if one.text]


@pytest.mark.parametrize("layout", DIGITAL)
def test_the_four_makers_of_digital_invoices_say_the_same(
    layout: Callable[[Specimen], list[Text]],
) -> None:
    (found,) = read(layout(ONE))
    assert {name: found.values.get(name) for name in NEW} == NEW
    assert "code" not in found.values and "check_code" not in found.values
    assert found.values["remark"] == ONE.remark
    first, discount, last = found.lines
    assert first == {
        "name": "*样票*印刷品", "unit": "本", "quantity": "1", "price": "45.30",
        "amount": "45.30", "rate": "免税",
    }  # fmt: skip
    assert (discount["amount"], "quantity" in discount) == ("-1.00", False)
    assert (last["rate"], last["tax"], last["unit"]) == ("6%", "12.00", "次")


def test_the_order_of_a_file_says_nothing() -> None:
    texts = sheets.bureau(ONE)
    assert values(texts[::-1]) == values(texts)
    assert values(sorted(texts, key=lambda one: one.text)) == values(texts)
    assert values(sheets.tax_control(ONE)[::-1]) == values(sheets.tax_control(ONE))


def test_a_tax_control_invoice_has_its_buyer_above_its_seller() -> None:
    (found,) = read(sheets.tax_control(ONE))
    assert found.values == OLD
    assert [line["amount"] for line in found.lines] == ["45.30", "-1.00", "200.00"]


def test_a_toll_invoice_has_a_plate_and_its_kind_from_its_code() -> None:
    told = values(sheets.toll(make.specimen()))
    assert (told["kind_word"], told["plate"]) == ("toll_e_ordinary", "京A99999")
    assert (told["number"], told["code"]) == ("00000001", "000009900112")
    assert told["total"] == "106.00"


@pytest.mark.parametrize("price", ["票价", "退票费"])
def test_the_day_of_travel_is_not_the_day_of_issue(price: str) -> None:
    told = values(sheets.rail(ONE, price=price))
    refund = {"business": "退"} if price == "退票费" else {}
    assert told == refund | {
        "kind_word": "rail", "number": ONE.number, "issued": "2026-11-10", "total": "256.30",
        "buyer_name": PARTIES["buyer_name"], "buyer_tax_id": PARTIES["buyer_tax_id"],
        "train": "G99", "departure": "样票东", "destination": "样票北",
        "travelled": "2026-03-01", "departs": "09:30", "carriage": "05车", "seat": "10F号",
        "seat_class": "二等座", "passenger_id": "9900001999****9999", "passenger": "样某某",
    }  # fmt: skip
    nobody = [one for one in sheets.rail(ONE) if PARTIES["buyer_name"] not in one.text]
    assert "buyer_name" not in values([*nobody, Text(60, 280, "购买方名称:")])


def test_a_tax_of_stars_is_nothing_and_a_tax_not_printed_is_unknown() -> None:
    free = make.specimen(lines=LINES[:2])
    told = values(sheets.tax_control(free, tax="***"))
    assert (told["amount"], told["tax"], told["total"]) == ("44.30", "0.00", "44.30")
    told = values(changed(sheets.tax_control(free), **{"¥0.00": "_"}))
    assert "tax" not in told and told["total"] == "44.30"


def test_a_red_invoice_is_negative_and_names_the_blue_one() -> None:
    red = make.specimen(lines=(Line("*样票*咨询服务", Money(-20000), Money(-1200), "6%"),))
    blue = specimens.number(77)
    remark = {red.remark: f"被红冲蓝字数电发票号码：{blue} 红字发票信息确认单编号：{'9' * 20}"}
    told = values(changed(sheets.bureau(red), **remark))
    assert (told["amount"], told["tax"], told["total"]) == ("-200.00", "-12.00", "-212.00")
    assert (told["number"], told["blue_number"], told["is_red"]) == (red.number, blue, "Y")


def test_every_value_says_where_it_stands_also_on_a_turned_page() -> None:
    (found,) = read(sheets.bureau(ONE))
    left, top, right, bottom = found.places["number"]["box"]
    assert found.places["number"]["page"] == 1
    assert abs(left - 482 / drawn.WIDTH) < 0.01 and abs(bottom - 40 / drawn.HEIGHT) < 0.01
    assert left < right < 1 and 0 < top < bottom
    (turned,) = read(sheets.bureau(ONE), turned=90)
    assert turned.values == found.values
    assert turned.places["number"]["box"][0] > 1 - bottom - 0.01


def test_a_total_is_kept_only_where_something_else_says_the_same() -> None:
    texts = sheets.bureau(ONE)
    told = values(changed(texts, **{"¥256.30": "¥956.30"}))
    assert not {"total", "amount", "tax"} & told.keys()
    told = values(changed(texts, **{"¥244.30": "¥944.30"}))
    assert told["total"] == "256.30" and not {"amount", "tax"} & told.keys()
    assert "lines" not in told


def test_figures_written_over_others_are_unknown() -> None:
    over = [*sheets.bureau(ONE), Text(442, 287, "¥956.30", 8)]
    assert not {"total", "amount", "tax"} & values(over).keys()


def test_text_that_nobody_sees_is_not_read() -> None:
    hidden = [replace(one, mode=3) for one in sheets.bureau(ONE)]
    assert read(hidden) == []
    scanned = sheets.tax_control(ONE) + [replace(one, mode=3) for one in sheets.bureau(ONE)]
    assert values(scanned) == OLD


def test_what_is_no_invoice_says_nothing() -> None:
    letter = [Text(60, 60, "样票对账单", 16), Text(60, 90, f"发票号码：{ONE.number}")]
    assert read(letter) == [] == read([Text(60, 60, "电子发票（普通发票）", 16)]) == read([])


def test_two_invoices_printed_on_one_page_are_not_mixed() -> None:
    other = sheets.bureau(make.specimen(2))
    half = [replace(one, y=one.y / 2, size=one.size / 2) for one in sheets.bureau(ONE)]
    both = half + [replace(one, y=one.y / 2 + 198, size=one.size / 2) for one in other]
    assert not any(found.key for found in read(both))


def test_a_name_that_leaves_its_part_of_the_page_is_unknown() -> None:
    long = make.specimen(buyer=("样票" * 18 + "有限公司", specimens.tax_id(1)))
    assert "buyer_name" not in values(sheets.bureau(long))
    folded = sheets.bureau(make.specimen(buyer=("", specimens.tax_id(1))))
    two = [Text(57, 98, "样票" * 10), Text(57, 108, "茶叶有限公司")]
    assert values([*(one for one in folded if one.text), *two])["buyer_name"] == (
        "样票" * 10 + "茶叶有限公司"
    )


def test_empty_boxes_stay_empty() -> None:
    nobody = make.specimen(buyer=("个人", ""), drawer="")
    for layout in (*DIGITAL, sheets.tax_control):
        told = values([one for one in layout(nobody) if one.text])
        assert told["buyer_name"] == "个人"
        assert "buyer_tax_id" not in told and "drawer" not in told
        assert told["seller_name"] == "北京示例酒店有限公司"


def test_headings_that_stand_on_the_wrong_side_leave_the_parties_unknown() -> None:
    words = {"购": "销", "买": "售", "销": "购", "售": "买"}
    told = values(changed(sheets.bureau(ONE), **words))
    assert not PARTIES.keys() & told.keys() and told["number"] == ONE.number


def test_a_code_and_a_title_that_disagree_have_no_kind() -> None:
    told = values(sheets.tax_control(ONE, code="000009900113"))
    assert "kind_word" not in told and told["number"] == "00000001"
    assert "number" not in values(changed(sheets.tax_control(ONE), **{OLD_CODE: "_"}))


def test_lines_that_do_not_make_the_amount_are_unknown() -> None:
    (found,) = read(changed(sheets.bureau(ONE), **{"-1.00": "-2.00"}))
    assert found.lines == [] and found.values["amount"] == "244.30"


def test_a_folded_name_is_one_name() -> None:
    one = make.specimen()
    more = Text(13, 180, "之续", 9)
    (found,) = read([*sheets.bureau(one), more])
    assert [line["name"] for line in found.lines] == ["*样票*示例服务之续"]


def test_several_invoices_in_a_file_stay_apart() -> None:
    other = make.specimen(2, total="212.00")
    told = group(read(sheets.bureau(ONE), sheets.tax_control(other), sheets.rail(make.specimen(3))))
    assert [one.key.number for one in told] == [ONE.number, "00000002", specimens.number(3)]
    assert [one.best()["total"][0] for one in told] == ["256.30", "212.00", "106.00"]


def test_pages_with_the_same_number_are_one_invoice() -> None:
    (told,) = group(read(sheets.bureau(ONE), sheets.bureau(ONE)))
    assert told.contradictions() == [] and len(told.said) == 2
    forged = changed(sheets.bureau(ONE), **{ONE.seller[0]: "样票另一家有限公司"})
    (told,) = group(read(sheets.bureau(ONE), forged))
    assert [one.name for one in told.contradictions()] == ["seller_name"]


def test_a_list_of_goods_belongs_to_the_invoice_before_it() -> None:
    first = changed(sheets.tax_control(make.specimen()), **{"*样票*示例服务": "(详见销货清单)"})
    table = [one for one in sheets.tax_control(make.specimen()) if 150 < one.y < 265]
    halves = [Text(27, 182, "*样票*示例服务二", 9), Text(441, 182, "60.00", 8)]
    halves += [Text(484, 182, "6%", 8), Text(545, 182, "3.60", 8)]
    words = {"100.00": "40.00", "6.00": "2.40"}
    listed = [Text(150, 40, "销售货物或者提供应税劳务清单", 16), *changed(table, **words), *halves]
    (found,) = read(first, [*listed, Text(27, 262, "小计")])
    assert [line["amount"] for line in found.lines] == ["40.00", "60.00"]
    (found,) = read(first, [*listed, Text(60, 60, "发票号码：99999999")])
    assert [line["name"] for line in found.lines] == ["(详见销货清单)"]


def with_code(one: Specimen) -> list[Grouped]:
    """The specimen as it is drawn, with its code: the page's text and the code say the same."""
    return group(Found(**said) for said in reading.read(specimens.draw_pdf(one), "pdf")["found"])


def test_the_text_and_the_code_of_a_page_agree() -> None:
    (told,) = with_code(ONE)
    assert [one.source for one in told.said] == ["pdf", "qr"]
    assert told.contradictions() == []
    assert told.best()["seller_name"] == (ONE.seller[0], "pdf")
    assert len(told.lines()) == len(LINES)


def test_a_page_with_the_code_of_another_invoice_contradicts_itself() -> None:
    page = Found("pdf", {"number": ONE.number, "total": "256.30"}, body=1)
    code = Found("qr", {"number": specimens.number(2)}, {"number": {"page": 2}}, body=1)
    (told,) = group([page, code])
    assert [one.name for one in told.contradictions()] == ["number"]


def test_days_are_read_as_each_maker_writes_them() -> None:
    one = make.specimen(issued=date(2026, 3, 5))
    for day in ("2026年3月5日", "2026-03-05", "2026/3/5", "2026 年 03 月 05 日"):
        assert values(changed(sheets.bureau(one), **{one.day: day}))["issued"] == "2026-03-05"
    assert "issued" not in values(changed(sheets.bureau(one), **{one.day: "2026年13月05日"}))
