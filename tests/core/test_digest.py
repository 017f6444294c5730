"""The digest tells whether an answer was about the facts as they are now."""

from __future__ import annotations

from datetime import date

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import facts_digest


def test_any_changed_fact_changes_the_digest() -> None:
    key = InvoiceKey.of("", "99002000000000000001")
    facts = {
        "issued": date(2026, 3, 1),
        "amount": Money(100),
        "total": Money(106),
        "seller": "91000000MA0000001R",
        "check_code": "12345678901234567890",
    }
    others = {
        "issued": date(2026, 3, 2),
        "amount": Money(101),
        "total": Money(107),
        "seller": "91000000MA0000002W",
        "check_code": "12345678901234567891",
    }
    digests = {facts_digest(key), facts_digest(key, **facts)}  # type: ignore[arg-type]
    for name in facts:
        digests.add(facts_digest(key, **facts | {name: others[name]}))  # type: ignore[arg-type]
        left = {other: value for other, value in facts.items() if other != name}
        digests.add(facts_digest(key, **left))  # type: ignore[arg-type]
    digests.add(facts_digest(InvoiceKey.of("", "99002000000000000002"), **facts))  # type: ignore[arg-type]
    assert len(digests) == 3 + 2 * len(facts)


def test_writing_the_same_fact_otherwise_does_not_change_the_digest() -> None:
    key = InvoiceKey.of("", "99002000000000000001")
    assert facts_digest(key, seller="91000000MA0000001R") == facts_digest(
        key, seller=" 91000000ｍａ0000001r"
    )
    assert facts_digest(key, check_code="12345 67890 12345 67890") == facts_digest(
        key, check_code="567890"
    )
    assert facts_digest(key, total=Money(0)) != facts_digest(key)
    assert facts_digest(key, amount=Money(5)) != facts_digest(key, total=Money(5))
