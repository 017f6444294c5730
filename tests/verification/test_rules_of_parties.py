"""Buyers, tax ids, and originals that contradict each other."""

from dataclasses import replace

import pytest

from app.core.verdict import Finding, Outcome, derive
from app.documents.specimens import tax_id
from app.plumbing.clock import now
from app.verification import rules
from tests.verification.facts import (
    LOOK,
    NOTHING,
    OURS,
    PASSED,
    SELLER,
    STOPPED,
    UNKNOWN,
    WITH,
    WITHOUT,
    ask,
    row,
    said,
)  # fmt: skip

TEA = replace(WITHOUT, company_name="北京示例（集团）茶叶有限公司")


def made_out(name: str = "", tax: str = "") -> dict[str, str]:
    return {"buyer_name": name, "buyer_tax_id": tax}


@pytest.mark.parametrize(("bureau", "known", "expected"), [
    (WITHOUT, {}, ("unknown", UNKNOWN)),
    (WITH, {}, ("ours", PASSED)),
    (row(buyer_tax_id=SELLER), {}, ("name", LOOK)),
    (row(buyer_tax_id=tax_id(3)), {}, ("other", LOOK)),
    (row(buyer_tax_id=SELLER, buyer_name="别人"), {}, ("other", LOOK)),
    (row(buyer_tax_id="", buyer_name="别人"), {}, ("other", LOOK)),
    (row(buyer_tax_id=""), {}, ("name", LOOK)),
    (replace(row(buyer_tax_id="", buyer_name=""), company_tax_id="", company_name=""), {},
     ("other", LOOK)),
    # the document's own buyer comes before the ledger's
    (WITH, made_out("别人", tax_id(3)), ("other", LOOK)),
    (row(buyer_tax_id=SELLER), made_out("买方", OURS.lower()), ("ours", PASSED)),
    (TEA, made_out("随便", OURS), ("ours", PASSED)),
    # the name alone, whatever its brackets, spaces and width
    (TEA, made_out("北京示例(集团) 茶叶有限公司"), ("name", LOOK)),
    (TEA, made_out("北京示例集团茶叶有限公司"), ("name", LOOK)),
    (TEA, made_out("北京示例（集团）茶业有限公司"), ("other", LOOK)),
    (TEA, made_out("北京示例（集团）茶叶有限公司", tax_id(3)), ("other", LOOK)),
    (TEA, made_out("北京示例（集团）茶叶有限公司", "91110000000000001Z"), ("name", LOOK)),
    (TEA, made_out("", tax_id(3)), ("other", LOOK)),
    # a person's own space
    (replace(WITH, is_personal=True), {}, ("personal", UNKNOWN)),
])  # fmt: skip
def test_the_buyer(bureau, known, expected):
    assert said(ask(rules.buyer, bureau, **known)) == expected


@pytest.mark.parametrize(("seller", "buyer", "expected", "fields"), [
    ("", "", NOTHING, None),
    (tax_id(1), "", ("fit", PASSED), ["seller_tax_id"]),
    (tax_id(1), tax_id(2).lower(), ("fit", PASSED), ["buyer_tax_id", "seller_tax_id"]),
    (tax_id(1), OURS, ("wrong", LOOK), ["buyer_tax_id"]),
    (OURS, SELLER, ("wrong", LOOK), ["buyer_tax_id", "seller_tax_id"]),
    ("9111000000000000", tax_id(2), ("wrong", LOOK), ["seller_tax_id"]),
    ("110108400010945", tax_id(2), ("older", PASSED), ["seller_tax_id"]),
    (tax_id(2), "11010519491231002X01", ("older", PASSED), ["buyer_tax_id"]),
    (OURS, "110108400010945", ("wrong", LOOK), ["seller_tax_id"]),
])  # fmt: skip
def test_the_tax_ids(seller, buyer, expected, fields):
    answer = ask(rules.tax_ids, seller_tax_id=seller, buyer_tax_id=buyer)
    assert said(answer) == expected
    if answer:
        assert answer.evidence == {"fields": fields}, "the ids themselves are not repeated"


def differ(name: str, **by_source: str) -> dict:
    values = [{"source": source, "value": value, "file": f"{source}.bin"}
              for source, value in by_source.items()]  # fmt: skip
    return {"name": name, "values": values}


@pytest.mark.parametrize(("known", "expected", "fields"), [
    ({}, NOTHING, None),
    ({"sources": frozenset({"qr", "ocr"})}, NOTHING, None),
    ({"sources": frozenset({"qr", "pdf"})}, ("agree", PASSED), None),
    ({"contradictions": (differ("total", pdf="106.00", qr="107.00"),)}, ("contradict", STOPPED),
     ["total"]),
    ({"contradictions": (differ("total", xml="106.00", ofd="107.00", ocr="106.00"),)},
     ("contradict", STOPPED), ["total"]),
    ({"contradictions": (differ("total", pdf="106.00", ocr="107.00"),)}, ("reading", LOOK),
     ["total"]),
    ({"contradictions": (differ("tax", typed="6.00", ocr="6.60"),)}, ("reading", LOOK), ["tax"]),
    ({"contradictions": (differ("tax", qr="6.00", corrected="6.60"),)}, ("reading", LOOK),
     ["tax"]),
    ({"contradictions": (differ("tax", qr="6.00", typed="6.60"),
                         differ("issued", xml="2026-11-10", pdf="2026-11-11"))},
     ("contradict", STOPPED), ["issued"]),
    ({"corrected": ("total", "issued")}, ("corrected", LOOK), ["issued", "total"]),
    ({"corrected": ("total",), "contradictions": (differ("tax", pdf="1", qr="2"),)},
     ("contradict", STOPPED), ["tax"]),
])  # fmt: skip
def test_the_originals(known, expected, fields):
    answer = ask(rules.originals, **known)
    assert said(answer) == expected
    assert not answer or answer.evidence.get("fields") == fields


def test_originals_that_contradict_each_other_hold_the_reimbursement():
    for value, is_held in (("107.00", True), ("106.00", False)):
        differing = (differ("total", pdf="106.00", qr=value, ocr="1.00"),)
        answer = ask(rules.originals, contradictions=differing)
        finding = Finding(source=answer.source, speaks_for_bureau=False, facts="f",
                          answered_at=now(), outcome=answer.outcome)  # fmt: skip
        assert derive([finding], "f").held is is_held
        assert answer.outcome in (Outcome.STOPPED, Outcome.LOOK)
