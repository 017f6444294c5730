"""The verdict is derived in one place; this table is the rule (DESIGN §3, rules 1–5)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from app.core.verdict import (
    Authenticity,
    Finding,
    Lifecycle,
    Outcome,
    Source,
    Verdict,
    derive,
)

NOW, BEFORE = "the facts as they are", "the facts before a correction"
START = datetime(2026, 3, 1, tzinfo=UTC)
BUREAU = {"ledger", "official", "provider"}


def said(hour: int, source: str, *words: str, about: str = NOW) -> Finding:
    """A finding; ``words`` may hold an authenticity, a lifecycle and an outcome in any order."""
    outcome = next((Outcome(w) for w in words if w in ("passed", "look", "stopped")), None)
    return Finding(
        source=source,
        speaks_for_bureau=source in BUREAU,
        facts=about,
        answered_at=START + timedelta(hours=hour),
        authenticity=next((Authenticity(w) for w in words if w in set(Authenticity)), None),
        lifecycle=next((Lifecycle(w) for w in words if w in set(Lifecycle)), None),
        outcome=outcome or Outcome.UNKNOWN,
    )


CASES: list[tuple[str, list[Finding], str, str, bool]] = [
    ("nothing was asked", [], "not_checked", "unknown", False),
    # 1 only the bureau makes genuine
    (
        "a ledger row makes genuine",
        [said(1, "ledger", "genuine", "normal")],
        "genuine", "normal", False,
    ),
    ("a provider makes genuine", [said(1, "provider", "genuine")], "genuine", "unknown", False),
    (
        "a person at the official site makes genuine",
        [said(1, "official", "genuine", "normal")],
        "genuine", "normal", False,
    ),
    (
        "a rule never makes genuine",
        [said(1, "rule", "genuine", "normal", "passed")],
        "not_checked", "unknown", False,
    ),
    (
        "an intact seal never makes genuine",
        [said(1, "seal", "genuine", "passed")],
        "not_checked", "unknown", False,
    ),
    (
        "a person's opinion never makes genuine",
        [said(1, "person", "genuine", "passed")],
        "not_checked", "unknown", False,
    ),
    (
        "a rule never makes a mismatch either",
        [said(1, "ledger", "genuine", "normal"), said(2, "rule", "mismatch", "stopped")],
        "genuine", "normal", False,
    ),
    # 2 the newest answer for the same facts decides
    (
        "newer mismatch over older genuine",
        [said(1, "provider", "genuine", "normal"), said(2, "ledger", "mismatch")],
        "mismatch", "normal", False,
    ),
    (
        "newer genuine over older not found",
        [said(1, "official", "not_found"), said(2, "provider", "genuine", "normal")],
        "genuine", "normal", False,
    ),
    (
        "newer not found over older genuine",
        [said(1, "provider", "genuine"), said(2, "official", "not_found")],
        "not_found", "unknown", False,
    ),
    (
        "the order in which they are kept does not count",
        [said(2, "provider", "genuine"), said(1, "official", "not_found")],
        "genuine", "unknown", False,
    ),
    (
        "of one moment the graver decides",
        [said(1, "official", "mismatch"), said(1, "provider", "genuine")],
        "mismatch", "unknown", False,
    ),
    (
        "an answer about other facts does not count",
        [said(1, "provider", "mismatch", about=BEFORE)],
        "not_checked", "unknown", False,
    ),
    (
        "nor does a genuine about other facts, however new",
        [said(1, "provider", "mismatch"), said(2, "ledger", "genuine", "normal", about=BEFORE)],
        "mismatch", "normal", False,
    ),
    (
        "being cut off is no answer",
        [said(1, "ledger", "genuine", "normal"), said(2, "provider", "unavailable")],
        "genuine", "normal", False,
    ),
    (
        "nor is the daily limit",
        [said(1, "provider", "mismatch"), said(2, "official", "limit_exceeded")],
        "mismatch", "unknown", False,
    ),
    (
        "without an answer the newest refusal shows",
        [said(1, "provider", "unavailable"), said(2, "official", "limit_exceeded")],
        "limit_exceeded", "unknown", False,
    ),
    (
        "missing facts show, though only a rule noticed",
        [said(1, "rule", "incomplete", "look")],
        "incomplete", "unknown", False,
    ),
    (
        "an answer outweighs a refusal that came before",
        [said(1, "provider", "unavailable"), said(2, "official", "not_found")],
        "not_found", "unknown", False,
    ),
    # 3 the gravest lifecycle ever reported
    (
        "voided stays after a newer normal",
        [said(1, "provider", "genuine", "voided"), said(2, "ledger", "genuine", "normal")],
        "genuine", "voided", False,
    ),
    (
        "red in full over red in part",
        [said(1, "ledger", "genuine", "red_full"), said(2, "ledger", "genuine", "red_partial")],
        "genuine", "red_full", False,
    ),
    (
        "red of unknown extent over red in part",
        [said(1, "ledger", "genuine", "red_partial"), said(2, "provider", "red_unknown")],
        "genuine", "red_unknown", False,
    ),
    (
        "red in full over red of unknown extent",
        [said(1, "ledger", "genuine", "red_full"), said(2, "provider", "red_unknown")],
        "genuine", "red_full", False,
    ),
    (
        "a rule can tell that it is a red invoice",
        [said(1, "ledger", "genuine", "normal"), said(2, "rule", "is_red", "stopped")],
        "genuine", "is_red", False,
    ),
    ("a rule cannot tell that nothing happened", [said(1, "rule", "normal")],
     "not_checked", "unknown", False),
    (
        "it is remembered through a correction of the facts",
        [said(1, "provider", "genuine", "voided", about=BEFORE), said(2, "ledger", "genuine")],
        "genuine", "voided", False,
    ),
    (
        "a person with a reason goes back",
        [said(1, "provider", "genuine", "red_unknown"), said(2, "person", "normal", "passed")],
        "genuine", "normal", False,
    ),
    (
        "a person may go back part of the way",
        [said(1, "provider", "genuine", "red_unknown"), said(2, "person", "red_partial")],
        "genuine", "red_partial", False,
    ),
    (
        "what is reported after that counts again",
        [said(1, "provider", "genuine", "red_full"), said(2, "person", "normal"),
         said(3, "ledger", "genuine", "voided")],
        "genuine", "voided", False,
    ),
    (
        "an older voided stays forgotten after a person went back",
        [said(3, "person", "normal"), said(1, "ledger", "genuine", "voided"),
         said(4, "ledger", "genuine", "red_partial")],
        "genuine", "red_partial", False,
    ),
    # 4 an altered file holds the money and leaves authenticity alone
    (
        "an altered seal holds",
        [said(1, "ledger", "genuine", "normal"), said(2, "seal", "stopped")],
        "genuine", "normal", True,
    ),
    (
        "contradicting originals hold",
        [said(1, "originals", "stopped")],
        "not_checked", "unknown", True,
    ),
    (
        "a second, intact file does not lift it",
        [said(1, "seal", "stopped"), said(2, "seal", "passed")],
        "not_checked", "unknown", True,
    ),
    (
        "nor does the bureau",
        [said(1, "seal", "stopped"), said(2, "ledger", "genuine", "normal", "passed")],
        "genuine", "normal", True,
    ),
    (
        "a person with a reason lifts it",
        [said(1, "seal", "stopped"), said(2, "person", "passed")],
        "not_checked", "unknown", False,
    ),
    (
        "a new alarm holds again",
        [said(1, "seal", "stopped"), said(2, "person", "passed"), said(3, "originals", "stopped")],
        "not_checked", "unknown", True,
    ),
    (
        "a person's word on the lifecycle lifts nothing",
        [said(1, "seal", "stopped"), said(2, "person", "normal", "passed")],
        "not_checked", "normal", True,
    ),
    ("an amber seal does not hold", [said(1, "seal", "look")], "not_checked", "unknown", False),
    ("another red line does not hold", [said(1, "rule", "stopped")],
     "not_checked", "unknown", False),
    # 5 not covered by the ledger is not absent from it
    (
        "covered but absent is not found",
        [said(1, "ledger", "not_found", "look")],
        "not_found", "unknown", False,
    ),
    (
        "not covered is not checked",
        [said(1, "ledger", "not_checked")],
        "not_checked", "unknown", False,
    ),
    (
        "not covered outdates no answer",
        [said(1, "provider", "genuine", "normal"), said(2, "ledger", "not_checked")],
        "genuine", "normal", False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("findings", "authenticity", "lifecycle", "held"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_verdict(
    findings: list[Finding], authenticity: str, lifecycle: str, held: bool
) -> None:
    expected = Verdict(Authenticity(authenticity), Lifecycle(lifecycle), held)
    assert derive(findings, NOW) == expected
    assert derive(reversed(findings), NOW) == expected


def test_whatever_is_found_genuine_needs_the_bureau() -> None:
    chance = random.Random(7)
    words = [*Authenticity, *Lifecycle, "passed", "look", "stopped"]
    for _ in range(2000):
        findings = [
            said(
                chance.randrange(5),
                chance.choice(list(Source)),
                *chance.sample(words, 3),
                about=chance.choice([NOW, BEFORE]),
            )
            for _ in range(chance.randrange(6))
        ]
        spoken = [f for f in findings if f.source in BUREAU and f.facts == NOW]
        verdict = derive(findings, NOW)
        if verdict.authenticity is Authenticity.GENUINE:
            newest = max(f.answered_at for f in spoken if f.authenticity in _ANSWERS)
            assert any(
                f.answered_at == newest and f.authenticity is Authenticity.GENUINE for f in spoken
            )
        assert derive(findings, "other facts").authenticity is Authenticity.NOT_CHECKED


_ANSWERS = (Authenticity.GENUINE, Authenticity.MISMATCH, Authenticity.NOT_FOUND)


def test_a_finding_needs_a_moment_with_a_time_zone() -> None:
    with pytest.raises(TypeError):
        Finding("ledger", True, NOW, datetime(2026, 3, 1))
