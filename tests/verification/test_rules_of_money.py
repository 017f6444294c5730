"""Amounts, capitals and rates: both sides of every boundary."""

from datetime import date

import pytest

from app.core.money import Money
from app.verification import rules
from tests.verification.facts import (
    LOOK,
    NOTHING,
    PASSED,
    STOPPED,
    UNKNOWN,
    ask,
    item,
    said,
    yuan,
)  # fmt: skip

PDF, OCR = frozenset({"pdf"}), frozenset({"ocr"})


def sums(amount: str | None, tax: str | None, total: str | None, **more: object) -> dict:
    return {"amount": yuan(amount), "tax": yuan(tax), "total": yuan(total), **more}


@pytest.mark.parametrize(("known", "expected"), [
    (sums(None, "6.00", "106.00"), NOTHING),
    (sums("100.00", "6.00", None), NOTHING),
    (sums("100.00", None, "106.00"), NOTHING),
    (sums("100.00", "6.00", "106.00"), ("fits", PASSED)),
    (sums("-100.00", "-6.00", "-106.00"), ("fits", PASSED)),
    (sums("100.00", "6.00", "106.01"), ("differs", LOOK)),
    (sums("100.00", "6.00", "106.01", sources=OCR), ("differs", LOOK)),
    (sums("100.00", "6.00", "106.01", sources=PDF), ("differs", STOPPED)),
    (sums("100.00", "6.00", "105.99", sources=frozenset({"xml", "ocr"})), ("differs", STOPPED)),
    (sums("100.00", "6.00", "106.01", sources=PDF, corrected=("tax",)), ("differs", LOOK)),
    # *** counts as 0
    (sums("100.00", None, "100.00"), ("fits", PASSED)),
    (sums("100.00", None, "106.00", lines=(item("免税", "100.00", None),)), ("differs", LOOK)),
    (sums("100.00", None, "100.00", lines=(item("***", "100.00", None),)), ("fits", PASSED)),
    (sums("100.00", None, "106.00", lines=(item("6%", "100.00", None),)), NOTHING),
    # air: fund and fees without VAT, and its rounding (FORMATS §7.3)
    (sums("522.93", "47.07", "620.00", kind_word="air"), ("fees", PASSED)),
    (sums("522.93", "47.07", "570.03", kind_word="air"), ("fees", PASSED)),
    (sums("522.93", "47.07", "570.02", kind_word="air"), ("fits", PASSED)),
    (sums("522.93", "47.07", "569.98", kind_word="air"), ("fits", PASSED)),
    (sums("522.93", "47.07", "569.97", kind_word="air"), ("differs", LOOK)),
    (sums("12.84", "1.16", "14.00", kind_word="rail"), ("fits", PASSED)),
    (sums("12.84", "1.16", "14.01", kind_word="rail"), ("differs", LOOK)),
    # the lines
    (sums("100.00", "6.00", "106.00", lines=(item("6%", "60.00", "3.60"),
                                             item("6%", "40.00", "2.40"))), ("fits", PASSED)),
    (sums("100.00", "6.00", "106.00", lines=(item("6%", "110.00", "6.60"),
                                             item("6%", "-10.00", "-0.60"))), ("fits", PASSED)),
    (sums("100.00", "6.00", "106.00", lines=(item("6%", "60.00", "3.59"),
                                             item("6%", "40.00", "2.39"))), ("fits", PASSED)),
    (sums("100.00", "6.00", "106.00", lines=(item("6%", "60.00", "3.59"),
                                             item("6%", "40.00", "2.38"))), ("lines", LOOK)),
    (sums("100.00", "6.00", "106.00", lines=(item("6%", "99.99", "6.00"),)), ("lines", LOOK)),
    (sums("100.00", "6.00", "106.00", lines=(item("6%", "60.00", None),
                                             item("6%", "40.00", "2.40"))), ("fits", PASSED)),
    (sums("100.00", "6.00", "106.00", lines=(item("6%", None, None),)), ("fits", PASSED)),
])  # fmt: skip
def test_the_arithmetic(known, expected):
    assert said(ask(rules.arithmetic, **known)) == expected


def words(text: str, total: str | None = "106.00", **more: object) -> dict:
    return {"total_words": text, "total": yuan(total), **more}


@pytest.mark.parametrize(("known", "expected"), [
    (words(""), NOTHING),
    (words("壹佰零陆圆整", None), NOTHING),
    (words("⊗壹佰零陆圆整"), ("fits", PASSED)),
    (words("壹佰零陆元正"), ("fits", PASSED)),
    (words("（负数）壹佰零陆圆整", "-106.00"), ("fits", PASSED)),
    (words("壹佰零陆圆整", "-106.00"), ("fits", PASSED)),
    (words("（负数）壹佰零陆圆整"), ("differs", LOOK)),
    (words("壹佰零陆圆零壹分"), ("differs", LOOK)),
    (words("壹仟零陆拾圆整", sources=OCR), ("differs", LOOK)),
    (words("壹仟零陆拾圆整", sources=frozenset({"typed", "qr"})), ("differs", LOOK)),
    (words("壹仟零陆拾圆整", sources=PDF), ("differs", STOPPED)),
    (words("壹仟零陆拾圆整", sources=frozenset({"ofd"})), ("differs", STOPPED)),
    (words("壹仟零陆拾圆整", sources=PDF, corrected=("total",)), ("differs", LOOK)),
    (words("壹佰零六块", sources=PDF), ("unread", UNKNOWN)),
])  # fmt: skip
def test_the_amount_in_capitals(known, expected):
    assert said(ask(rules.capitals, **known)) == expected


def rated(*lines, issued: date | None = date(2026, 11, 10), kind: str = "digital_ordinary"):
    return {"lines": lines, "issued": issued, "kind_word": kind}


@pytest.mark.parametrize(("known", "expected"), [
    (rated(), NOTHING),
    (rated(item("6%", "100.00", "6.00"), issued=None), NOTHING),
    (rated(item("6%", "100.00", "6.00"), item("0.130000", "100.00", "13.00")), ("fits", PASSED)),
    (rated(item("1%", "100.00", "1.00")), ("fits", PASSED)),
    (rated(item("免税", "100.00", None), item("不征税", "5.00", "0.00")), ("fits", PASSED)),
    (rated(item("***", "100.00", "1.23")), ("fits", PASSED)),
    (rated(item("6%", None, "6.00")), ("fits", PASSED)),
    # the tax of a line, to 0.06
    (rated(item("6%", "100.00", "6.06")), ("fits", PASSED)),
    (rated(item("6%", "100.00", "6.07")), ("tax", LOOK)),
    (rated(item("6%", "100.00", "5.93")), ("tax", LOOK)),
    (rated(item("6%", "-100.00", "-6.00")), ("fits", PASSED)),
    (rated(item("6%", "-100.00", "6.00")), ("tax", LOOK)),
    (rated(item("免税", "100.00", "6.00")), ("tax", LOOK)),
    # the day
    (rated(item("16%", "100.00", "16.00"), issued=date(2019, 3, 31)), ("fits", PASSED)),
    (rated(item("16%", "100.00", "16.00"), issued=date(2019, 4, 1)), ("other_time", LOOK)),
    (rated(item("13%", "100.00", "13.00"), issued=date(2019, 3, 31)), ("other_time", LOOK)),
    # the kind
    (rated(item("9%", "12.84", "1.16"), kind="rail"), ("fits", PASSED)),
    (rated(item("13%", "100.00", "13.00"), kind="rail"), ("other_kind", LOOK)),
    # what the table does not know
    (rated(item("7%", "100.00", "7.00")), ("unlisted", UNKNOWN)),
    (rated(item("税率", "100.00", "7.00")), ("unlisted", UNKNOWN)),
    (rated(item("6%", "100.00", "6.00"), issued=date(2016, 4, 30)), ("unlisted", UNKNOWN)),
    # the gravest speaks
    (rated(item("7%", "1.00", "0.07"), item("6%", "100.00", "9.00")), ("tax", LOOK)),
])  # fmt: skip
def test_the_rates(known, expected):
    assert said(ask(rules.tax_rates, **known)) == expected


def test_the_lines_at_fault_are_named_with_the_law():
    known = rated(item("6%", "100.00", "6.00"), item("16%", "100.00", "16.00", "*电器*水壶"))
    evidence = ask(rules.tax_rates, **known).evidence
    assert [line["name"] for line in evidence["lines"]] == ["*电器*水壶"]
    assert evidence["rates"] == "16%" and "财税〔2018〕32号" in evidence["law"]


def test_evidence_of_money_is_kept_as_yuan():
    evidence = ask(rules.arithmetic, amount=Money(123456), tax=Money(0), total=Money(1)).evidence
    assert evidence == {"amount": "1234.56", "tax": "0.00", "total": "0.01"}
