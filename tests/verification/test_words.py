"""Everything a rule can say has words, and every verdict something to do next."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from app.core.verdict import Authenticity, Lifecycle, Outcome
from app.invoices.words import NAMES
from app.plumbing.settings import ROOT
from app.verification import checks
from app.verification.lines import line, shown
from app.verification.models import Check
from app.verification.titles import BASIS, TITLES
from app.verification.words import AFTER, AUTHENTICITY, HELD, NEXT, SOURCES, next_step

RULES = ROOT / "app" / "verification" / "rules"


def spoken(place: Path) -> set[str]:
    """Every ``rule.words`` whose two words stand as text in an ``Answer(…)`` of the file."""
    found = set()
    for node in ast.walk(ast.parse(place.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Answer":
            words = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
            if len(words) == 2:
                found.add(".".join(words))
    return found


def test_chinese_verdicts_are_the_words_of_the_trade():
    with (ROOT / "translations" / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        words = read_po(file, locale="zh")
    told = {one: words.get(title).string for one, title in AUTHENTICITY.items()}
    assert told == {
        Authenticity.GENUINE: "真票",
        Authenticity.MISMATCH: "信息不符",
        Authenticity.NOT_FOUND: "未查到",
        Authenticity.INCOMPLETE: "信息不全",
        Authenticity.LIMIT_EXCEEDED: "今日查验次数已满",
        Authenticity.UNAVAILABLE: "暂时无法查验",
        Authenticity.NOT_CHECKED: "未查验",
    }


def test_every_rule_has_titles_and_a_basis_and_nothing_else_has():
    assert {name.partition(".")[0] for name in TITLES} == set(checks.ORDER) == set(BASIS)
    said = set().union(*(spoken(place) for place in RULES.glob("*.py")))
    assert len(said) > 30 and said <= set(TITLES)
    assert {"ledger", "rule", "originals"} <= set(SOURCES)
    assert {"issued", "total", "amount", "tax", "seller_tax_id", "buyer_tax_id"} <= set(NAMES)


def test_no_detail_asks_for_what_nobody_gives():
    given = set(re.findall(r'"(\w+)"', "".join(one.read_text() for one in RULES.glob("*.py"))))
    given |= {"exported_on", "line", "uploader", "by", "reason"}
    for name, (_, detail) in TITLES.items():
        assert set(re.findall(r"%\((\w+)\)s", detail)) <= given, name


@pytest.mark.parametrize("authenticity", Authenticity)
@pytest.mark.parametrize("is_held", [True, False])
def test_what_became_of_it_outweighs_a_hold_and_a_hold_the_answer(authenticity, is_held):
    for lifecycle in Lifecycle:
        step = next_step(authenticity, lifecycle, is_held=is_held)
        quiet = lifecycle in (Lifecycle.UNKNOWN, Lifecycle.NORMAL)
        assert (lifecycle in AFTER) is not quiet
        expected = (HELD if is_held else NEXT[authenticity]) if quiet else AFTER[lifecycle]
        assert step == expected and all(step)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_evidence_is_read_as_people_read_it(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert shown("total", "-106.00") == "-¥106.00" and shown("tax", "6.00") == "¥6.00"
        assert shown("fields", ["issued", "total"]) == "Date of issue and Total with tax"
        assert shown("uploader", "方") == "方"
        contradiction = {"name": "total", "values": [
            {"source": "pdf", "value": "106.00", "file": "a.pdf"},
            {"source": "qr", "value": "107.00", "file": ""},
            {"source": "corrected", "value": "1.00"},
        ]}  # fmt: skip
        said = line(kept("originals", "contradict", Outcome.STOPPED, source="originals",
                         fields=["total"], contradictions=[contradiction]), {"a.pdf"})  # fmt: skip
        assert said.detail.startswith("Total with tax: one of the files may have been changed")
        assert said.facts == [
            ("Total with tax · PDF · a.pdf", "¥106.00"),
            ("Total with tax · QR", "¥107.00"),
            ("Total with tax · Corrected by hand", "¥1.00"),
        ]

        item = {"name": "*住宿*房费", "rate": "6%", "amount": "100.00", "tax": ""}
        said = line(kept("tax_rates", "other_time", Outcome.LOOK, rates="6%", lines=[item],
                         issued="2026-11-10", law="增值税法"), ())  # fmt: skip
        assert said.facts == [("Date of issue", "2026-11-10"), ("Source of the rule", "增值税法"),
                              ("*住宿*房费", "¥100.00 × 6% → —")]  # fmt: skip
        assert said.detail.startswith("6% on 2026-11-10") and said.basis


def kept(rule: str, words: str, outcome: Outcome, *, source: str = "rule", **evidence) -> Check:
    """An answer as it lies in the database."""
    return Check(rule=rule, words=words, outcome=outcome, source=source, evidence=evidence)
