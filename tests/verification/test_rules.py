"""Each rule by itself: what is known goes in, a line of the card or nothing comes out."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.invoice import KINDS, InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.verification import rules
from app.verification.titles import TITLES
from tests.verification.facts import (
    DAY,
    KNOWN,
    LOOK,
    NOTHING,
    OURS,
    PASSED,
    ROW,
    SELLER,
    STOPPED,
    TODAY,
    UNKNOWN,
    WITH,
    WITHOUT,
    ask,
    row,
    said,
)  # fmt: skip

GENUINE, MISMATCH = Authenticity.GENUINE, Authenticity.MISMATCH
OLD = InvoiceKey("vat", "1100171320-12356976")


@pytest.mark.parametrize(("known", "bureau", "words", "outcome", "verdict"), [
    ({}, WITH, "agrees", PASSED, GENUINE),
    ({"total": None}, WITH, "agrees", PASSED, GENUINE),
    ({"issued": None}, WITH, "agrees", PASSED, GENUINE),
    ({"total": Money(10601)}, WITH, "differs", STOPPED, MISMATCH),
    ({"total": None, "amount": Money(9999)}, WITH, "differs", STOPPED, MISMATCH),
    ({"tax": Money(601)}, WITH, "differs", STOPPED, MISMATCH),
    ({"tax": Money(600)}, WITH, "agrees", PASSED, GENUINE),
    ({"tax": Money(601)}, row(tax=None), "agrees", PASSED, GENUINE),
    ({"issued": date(2026, 11, 11)}, WITH, "differs", STOPPED, MISMATCH),
    ({"seller_tax_id": OURS}, WITH, "differs", STOPPED, MISMATCH),
    ({"seller_tax_id": SELLER.lower()}, WITH, "agrees", PASSED, GENUINE),
    ({"buyer_tax_id": SELLER}, WITH, "differs", STOPPED, MISMATCH),
    ({"buyer_tax_id": OURS}, WITH, "agrees", PASSED, GENUINE),
    ({"buyer_tax_id": SELLER}, row(buyer_tax_id=""), "agrees", PASSED, GENUINE),
    ({"amount": Money(1)}, row(amount=None), "agrees", PASSED, GENUINE),
    ({}, row(lifecycle=Lifecycle.IS_RED), "agrees", PASSED, GENUINE),
    ({}, row(lifecycle=Lifecycle.VOIDED), "voided", STOPPED, GENUINE),
    ({}, row(lifecycle=Lifecycle.RED_FULL), "red", STOPPED, GENUINE),
    ({}, row(lifecycle=Lifecycle.RED_PARTIAL), "red", STOPPED, GENUINE),
    ({}, row(lifecycle=Lifecycle.RED_UNKNOWN), "red", STOPPED, GENUINE),
    ({}, row(lifecycle=Lifecycle.VOIDED, total=Money(1)), "differs", STOPPED, MISMATCH),
    ({}, WITHOUT, "absent", STOPPED, Authenticity.NOT_FOUND),
    ({}, replace(WITHOUT, is_covered=False), "uncovered", UNKNOWN, None),
    ({}, replace(WITHOUT, is_covered=False, covered_to=None), "none", UNKNOWN, None),
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


def old(code: str, **more: object) -> dict[str, object]:
    return {"key": InvoiceKey("vat", f"{code}-12356976"), **more}


@pytest.mark.parametrize(("known", "expected"), [
    ({}, ("fits", PASSED)),
    ({"issued": None}, ("fits", PASSED)),
    ({"issued": TODAY}, ("fits", PASSED)),
    ({"issued": date(2026, 11, 22)}, ("future", STOPPED)),
    ({"issued": date(2025, 11, 10)}, ("year", LOOK)),
    ({"key": InvoiceKey("digital", "99112000000012345678")}, ("specimen", UNKNOWN)),
    ({"key": InvoiceKey.file("ab" * 32)}, ("unread", UNKNOWN)),
    ({"key": InvoiceKey.ticket("Z12K045678")}, ("fits", PASSED)),
    # the year in an older code: never 00, at most a year ahead of the day
    (old("1100171320", issued=date(2017, 4, 25)), ("fits", PASSED)),
    (old("1100171320", issued=date(2016, 12, 31)), ("fits", PASSED)),
    (old("1100171320", issued=date(2015, 12, 31)), ("year", LOOK)),
    (old("1100171320", issued=date(2021, 1, 1)), ("fits", PASSED)),
    (old("1100001320", issued=date(2017, 4, 25)), ("year", LOOK)),
    (old("011002000111", issued=date(2020, 1, 1)), ("fits", PASSED)),
    (old("011002200111", issued=date(2020, 1, 1)), ("year", LOOK)),
    (old("1100291320", issued=None), ("year", LOOK)),
    # the region
    ({"key": InvoiceKey("digital", "26922000000012345678")}, ("fits", PASSED)),
    ({"key": InvoiceKey("digital", "26162000000012345678")}, ("region", LOOK)),
    (old("3301171320", issued=date(2017, 4, 25)), ("fits", PASSED)),
    (old("3302171320", issued=date(2017, 4, 25)), ("fits", PASSED)),
    (old("1600171320", issued=date(2017, 4, 25)), ("region", LOOK)),
    # the kind
    (old("1100171320", issued=date(2017, 4, 25), kind_word="vat_special"), ("kind", LOOK)),
    (old("1100171320", issued=date(2017, 4, 25), kind_word="vat_ordinary"), ("fits", PASSED)),
    (old("1100171320", issued=date(2017, 4, 25), kind_word="other"), ("fits", PASSED)),
])  # fmt: skip
def test_the_form(known, expected):
    assert said(ask(rules.form, **known)) == expected


def test_a_code_of_one_kind_with_the_name_of_another_names_both():
    key = InvoiceKey.of("011002600111", "12345678", issued=DAY)
    wrong = ask(rules.form, key=key, kind_word="vat_special")
    assert wrong.evidence == {"expected": "增值税电子普通发票", "found": "增值税专用发票"}


@pytest.mark.parametrize(("bureau", "known", "expected"), [
    (WITHOUT, {"issued": None}, NOTHING),
    (WITHOUT, {"issued": date(2026, 11, 22)}, NOTHING),
    (WITHOUT, {"kind_word": "taxi"}, NOTHING),
    (WITHOUT, {"kind_word": "digital_ordinary"}, ("fits", PASSED)),
    (WITHOUT, {"kind_word": "digital_ordinary", "issued": TODAY}, ("today", UNKNOWN)),
    (WITHOUT, {"kind_word": "digital_ordinary", "issued": date(2026, 11, 20)}, ("fits", PASSED)),
    (WITHOUT, {"kind_word": "vat_special", "issued": date(2021, 11, 21)}, ("fits", PASSED)),
    (WITHOUT, {"kind_word": "vat_special", "issued": date(2021, 11, 20)}, ("old", LOOK)),
    (WITH, {"kind_word": "vat_special", "issued": date(2021, 11, 20)}, NOTHING),
    (WITH, {"kind_word": "digital_ordinary", "issued": TODAY}, NOTHING),
    (WITHOUT, {"kind_word": "train_ticket", "issued": date(2025, 9, 30)}, NOTHING),
    (WITHOUT, {"kind_word": "train_ticket", "issued": date(2025, 10, 1)}, ("ended", LOOK)),
    (WITH, {"kind_word": "train_ticket", "issued": date(2025, 10, 1)}, ("ended", LOOK)),
    (WITHOUT, {"kind_word": "rail", "issued": date(2024, 10, 31)}, ("before", LOOK)),
    (WITHOUT, {"kind_word": "rail", "issued": date(2024, 11, 1)}, ("fits", PASSED)),
])  # fmt: skip
def test_the_age(bureau, known, expected):
    assert said(ask(rules.age, bureau, **known)) == expected


OLD_ORDINARY = {"key": OLD, "kind_word": "vat_ordinary", "issued": date(2024, 4, 25)}


@pytest.mark.parametrize(("bureau", "known", "words", "fields"), [
    (WITHOUT, {"kind_word": "other"}, "kind", None),
    (WITHOUT, {"kind_word": "taxi"}, None, None),
    (WITH, {"kind_word": "digital_ordinary", "total": None}, None, None),
    (WITHOUT, {"kind_word": "digital_ordinary"}, "complete", ["issued", "total"]),
    (WITHOUT, {"kind_word": "digital_ordinary", "total": None}, "missing", ["total"]),
    (WITHOUT, {"kind_word": "digital_ordinary", "total": Money(0)}, "complete",
     ["issued", "total"]),
    (WITHOUT, {"kind_word": "rail", "issued": None}, "missing", ["issued"]),
    (WITHOUT, {"kind_word": "vat_special"}, "missing", ["amount", "code"]),
    (WITHOUT, {"kind_word": "vat_special", "key": OLD, "amount": Money(1)}, "complete",
     ["amount", "code", "issued"]),
    (WITHOUT, OLD_ORDINARY, "missing", ["check_code"]),
    (WITHOUT, {**OLD_ORDINARY, "check_code": "12345"}, "missing", ["check_code"]),
    (WITHOUT, {**OLD_ORDINARY, "check_code": "123 456"}, "complete",
     ["check_code", "code", "issued"]),
])  # fmt: skip
def test_completeness_names_what_the_official_site_asks_for(bureau, known, words, fields):
    answer = ask(rules.completeness, bureau, **known)
    outcomes = {"kind": UNKNOWN, "missing": LOOK, "complete": PASSED}
    assert said(answer) == (words and (words, outcomes[words]))
    assert not answer or answer.evidence.get("fields") == fields


def test_nothing_that_is_asked_for_is_unknown_to_the_rule():
    for kind in KINDS:
        answer = ask(rules.completeness, kind_word=kind.word)
        assert bool(answer) == bool(kind.asks or kind.word == "other"), kind.word


@pytest.mark.parametrize(("rule", "known", "bureau", "words", "outcome"), [
    (rules.crc, {"crc": "", "sources": frozenset({"qr"})}, WITHOUT, "absent", UNKNOWN),
    (rules.crc, {"crc": "absent"}, WITHOUT, "absent", UNKNOWN),
    (rules.crc, {"crc": "unmatched"}, WITHOUT, "unmatched", LOOK),
    (rules.crc, {}, WITHOUT, "fits", PASSED),
    (rules.holders, {}, WITHOUT, "one", PASSED),
    (rules.holders, {"holders": 2}, WITHOUT, "several", LOOK),
    (rules.provider, {}, WITH, "none", UNKNOWN),
])  # fmt: skip
def test_the_smaller_rules(rule, known, bureau, words, outcome):
    assert said(ask(rule, bureau, **known)) == (words, outcome)


def test_without_a_code_nothing_is_said_of_its_checksum():
    assert ask(rules.crc, crc="") is None
    assert ask(rules.crc, crc="", sources=frozenset({"pdf"})) is None


def test_only_the_ledger_speaks_for_the_bureau():
    for bureau in (WITH, WITHOUT):
        for rule in rules.RULES:
            answer = rule(KNOWN, bureau)
            if answer and answer.rule != "ledger":
                assert (answer.authenticity, answer.lifecycle) == (None, None)
                assert answer.source in ("rule", "originals")


def test_the_detail_of_every_answer_can_be_filled_in():
    for bureau in (WITH, WITHOUT):
        for rule in rules.RULES:
            if answer := rule(KNOWN, bureau):
                title, detail = TITLES[f"{answer.rule}.{answer.words}"]
                assert answer.rule == rule.__name__ and title and detail % answer.evidence
