"""Each rule by itself: what is known goes in, a line of the card comes out."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle, Outcome
from app.verification import rules
from app.verification.rules import RULES, Known, Ledger, Row
from app.verification.words import FIELDS, NEXT, SOURCES, TITLES

DAY = date(2026, 11, 10)
OURS, SELLER = "91110000000000001A", "91110000000000002B"
KNOWN = Known(
    key=InvoiceKey("digital", "26112000000012345678"), kind_word="other", issued=DAY,
    amount=None, total=Money(10600), seller_tax_id="", check_code="", crc="fits",
    today=date(2026, 11, 21), holders=1,
)  # fmt: skip
ROW = Row(
    total=Money(10600), amount=Money(10000), issued=DAY, seller_name="卖方", seller_tax_id=SELLER,
    buyer_name="买方", buyer_tax_id=OURS, lifecycle=Lifecycle.NORMAL,
    evidence={"digest": "d", "uploader": "方", "exported_on": "2026-11-20", "line": 2},
)  # fmt: skip
WITH = Ledger(row=ROW, is_covered=True, covered_to=DAY, company_tax_id=OURS)
WITHOUT = replace(WITH, row=None)


def row(**changed) -> Ledger:
    return replace(WITH, row=replace(ROW, **changed))


@pytest.mark.parametrize(("known", "bureau", "words", "outcome", "verdict"), [
    ({}, WITH, "agrees", Outcome.PASSED, Authenticity.GENUINE),
    ({"total": None}, WITH, "agrees", Outcome.PASSED, Authenticity.GENUINE),
    ({"issued": None}, WITH, "agrees", Outcome.PASSED, Authenticity.GENUINE),
    ({"total": Money(10601)}, WITH, "differs", Outcome.STOPPED, Authenticity.MISMATCH),
    ({"total": None, "amount": Money(9999)}, WITH, "differs", Outcome.STOPPED,
     Authenticity.MISMATCH),
    ({"issued": date(2026, 11, 11)}, WITH, "differs", Outcome.STOPPED, Authenticity.MISMATCH),
    ({"seller_tax_id": OURS}, WITH, "differs", Outcome.STOPPED, Authenticity.MISMATCH),
    ({"seller_tax_id": SELLER}, WITH, "agrees", Outcome.PASSED, Authenticity.GENUINE),
    ({"amount": Money(1)}, row(amount=None), "agrees", Outcome.PASSED, Authenticity.GENUINE),
    ({}, row(lifecycle=Lifecycle.IS_RED), "agrees", Outcome.PASSED, Authenticity.GENUINE),
    ({}, row(lifecycle=Lifecycle.VOIDED), "voided", Outcome.STOPPED, Authenticity.GENUINE),
    ({}, row(lifecycle=Lifecycle.RED_FULL), "red", Outcome.STOPPED, Authenticity.GENUINE),
    ({}, row(lifecycle=Lifecycle.RED_PARTIAL), "red", Outcome.STOPPED, Authenticity.GENUINE),
    ({}, row(lifecycle=Lifecycle.RED_UNKNOWN), "red", Outcome.STOPPED, Authenticity.GENUINE),
    ({}, row(lifecycle=Lifecycle.VOIDED, total=Money(1)), "differs", Outcome.STOPPED,
     Authenticity.MISMATCH),
    ({}, WITHOUT, "absent", Outcome.STOPPED, Authenticity.NOT_FOUND),
    ({}, replace(WITHOUT, is_covered=False), "uncovered", Outcome.UNKNOWN, None),
    ({}, replace(WITHOUT, is_covered=False, covered_to=None), "none", Outcome.UNKNOWN, None),
])  # fmt: skip
def test_the_ledger(known, bureau, words, outcome, verdict):
    answer = rules.ledger(replace(KNOWN, **known), bureau)
    assert (answer.words, answer.outcome, answer.authenticity) == (words, outcome, verdict)
    assert answer.source == "ledger"
    if bureau.row:
        assert answer.lifecycle is bureau.row.lifecycle
        assert answer.evidence["digest"] == "d" and answer.evidence["line"] == 2
    else:
        assert answer.lifecycle is None


def test_what_differs_is_named_with_both_values():
    known = replace(KNOWN, total=Money(68200), issued=date(2026, 11, 12), seller_tax_id=OURS)
    assert rules.compare(known, ROW) == [
        {"name": "issued", "ours": "2026-11-12", "theirs": "2026-11-10"},
        {"name": "total", "ours": "682.00", "theirs": "106.00"},
        {"name": "seller_tax_id", "ours": OURS, "theirs": SELLER},
    ]


@pytest.mark.parametrize(("rule", "known", "bureau", "words", "outcome"), [
    (rules.buyer, {}, WITHOUT, "unknown", Outcome.UNKNOWN),
    (rules.buyer, {}, WITH, "ours", Outcome.PASSED),
    (rules.buyer, {}, row(buyer_tax_id=SELLER), "other", Outcome.LOOK),
    (rules.buyer, {}, row(buyer_tax_id=""), "other", Outcome.LOOK),
    (rules.buyer, {}, replace(row(buyer_tax_id=""), company_tax_id=""), "other", Outcome.LOOK),
    (rules.form, {}, WITHOUT, "fits", Outcome.PASSED),
    (rules.form, {"issued": None}, WITHOUT, "fits", Outcome.PASSED),
    (rules.form, {"issued": date(2026, 11, 21)}, WITHOUT, "fits", Outcome.PASSED),
    (rules.form, {"issued": date(2026, 11, 22)}, WITHOUT, "future", Outcome.STOPPED),
    (rules.form, {"issued": date(2025, 11, 10)}, WITHOUT, "year", Outcome.LOOK),
    (rules.form, {"key": InvoiceKey("digital", "99112000000012345678")}, WITHOUT, "specimen",
     Outcome.UNKNOWN),
    (rules.crc, {"crc": ""}, WITHOUT, "absent", Outcome.UNKNOWN),
    (rules.crc, {"crc": "absent"}, WITHOUT, "absent", Outcome.UNKNOWN),
    (rules.crc, {"crc": "unmatched"}, WITHOUT, "unmatched", Outcome.LOOK),
    (rules.crc, {}, WITHOUT, "fits", Outcome.PASSED),
    (rules.holders, {}, WITHOUT, "one", Outcome.PASSED),
    (rules.holders, {"holders": 2}, WITHOUT, "several", Outcome.LOOK),
    (rules.provider, {}, WITH, "none", Outcome.UNKNOWN),
])  # fmt: skip
def test_every_other_rule_and_none_of_them_speaks_for_the_bureau(
    rule, known, bureau, words, outcome
):
    answer = rule(replace(KNOWN, **known), bureau)
    assert (answer.words, answer.outcome) == (words, outcome)
    assert (answer.source, answer.authenticity, answer.lifecycle) == ("rule", None, None)
    title, detail = TITLES[f"{answer.rule}.{answer.words}"]
    assert title and detail % answer.evidence


def test_a_code_of_one_kind_with_the_name_of_another_is_looked_at():
    key = InvoiceKey.of("011002600111", "12345678", issued=DAY)
    fits = rules.form(replace(KNOWN, key=key, kind_word="other"), WITHOUT)
    expected = rules.kind_of_code(key.code)
    assert fits.words == "fits" and expected is not None
    other = "vat_special" if expected.word != "vat_special" else "vat_ordinary"
    wrong = rules.form(replace(KNOWN, key=key, kind_word=other), WITHOUT)
    assert (wrong.words, wrong.outcome) == ("kind", Outcome.LOOK)
    assert wrong.evidence["expected"] == expected.zh


def test_every_line_has_words_and_every_verdict_a_next_step():
    assert [rule.__name__ for rule in RULES] == [
        "ledger", "buyer", "form", "crc", "holders", "provider"]  # fmt: skip
    assert {name.partition(".")[0] for name in TITLES} == {rule.__name__ for rule in RULES}
    assert {Authenticity.MISMATCH, Authenticity.NOT_FOUND, Authenticity.NOT_CHECKED} <= set(NEXT)
    assert {"ledger", "rule"} <= set(SOURCES)
    assert {"issued", "total", "amount", "seller_tax_id"} <= set(FIELDS)
