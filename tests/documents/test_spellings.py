"""The same value in other spellings is the same, and what can be read two ways is not read."""

from __future__ import annotations

import pytest

from app.core import fields
from app.core.fields import Said
from app.documents.readers import qr
from app.documents.readers.tidy import tidy, tidy_line


@pytest.mark.parametrize(
    "text", ["NaN", "1e5", "1_000", "9" * 26, "Infinity", "１２３４５６７８９０１２"]
)
def test_a_line_never_holds_money_that_the_rules_cannot_read(text):
    assert tidy_line("amount", text) == ""


@pytest.mark.parametrize(
    ("text", "rate"),
    [("NaN", "NaN"), ("1e-9999", "1e-9999"), ("1E+999999", "1E+999999"), ("-sNaN", "-sNaN"),
     ("0.060000", "6%"), ("6", "6%"), ("13.00%", "13%"), ("免税", "免税"), ("0.015", "1.5%")],
)  # fmt: skip
def test_a_rate_that_is_no_number_stays_as_it_is_written(text, rate):
    assert tidy_line("rate", text) == rate


@pytest.mark.parametrize("day", ["2026113", "202611", "0001-01-01", "9999-12-31", "20261131"])
def test_a_day_that_could_be_two_or_none_is_unknown(day):
    assert tidy("issued", day) == ""


@pytest.mark.parametrize(
    "day",
    ["2026年11月08日", "2026 年 11 月 8 日", "2026-11-08 10:08:05", "2026-11-08T10:08:05",
     "20261108", "2026/11/8", "２０２６－１１－０８", "2026.11.08", "2026 11 08",
     "2026年11月08日 10:08:05"],
)  # fmt: skip
def test_a_day_is_read_as_makers_write_it(day):
    assert tidy("issued", day) == "2026-11-08"


def test_what_cannot_be_kept_is_taken_out_of_every_text():
    for name in ("qr", "remark", "seller_name", "total_words"):
        assert tidy(name, "样\0票\u200b1\ufeff") == "样票1"
    assert "\0" not in tidy_line("name", "样\0票")
    (found,) = qr.found(["\0发票代码161001718100发票号码52410626"])
    assert "\0" not in found.values["qr"]


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("seller_name", "北京示例（集团）有限公司", "北京示例(集团) 有限公司"),
        ("seller_name", "北京示例〔集团〕有限公司", "北京示例【集团】有限公司"),
        ("seller_name", "示例·茶叶", "示例•茶叶"),
        ("seller_name", "示例\u200b公司", "示例公司"),
        ("seller_name", "示例“好茶”店", '示例"好茶"店'),
        ("seller_tax_id", "91000000ma00000010", "91000000MA00000010"),
        ("check_code", "99999 99999 99999 12345", "99999999999999912345"),
        ("check_code", "99999999999999912345", "912345"),
        ("tax", "0", "0.00"),
    ],
)
def test_spellings_of_the_same_are_no_contradiction(name, one, other):
    assert fields.contradictions([Said(name, one, "xml"), Said(name, other, "typed")]) == []


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [("check_code", "99999999999999912345", "912346"), ("check_code", "123456", "45"),
     ("seller_name", "北京示例有限公司", "北京示例公司")],
)  # fmt: skip
def test_what_differs_is_one(name, one, other):
    assert len(fields.contradictions([Said(name, one, "xml"), Said(name, other, "typed")])) == 1


@pytest.mark.parametrize("text", ["样票", "1234****", "😀", "9" * 21, "12-34", "１２３４５６７８a"])
def test_what_is_no_number_is_not_kept_as_one(text):
    assert tidy("number", text) == tidy("code", text) == tidy("blue_number", text) == ""


def test_a_number_of_any_width_and_with_spaces_is_read():
    assert tidy("number", " ２６ 1234 ") == "261234"
    assert tidy("check_code", "99999 99999 99999 12345") == "99999999999999912345"
    assert tidy("check_code", "a1B2c3") == "a1B2c3"
