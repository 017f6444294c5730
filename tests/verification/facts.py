"""An invoice that is right in every way a test does not name."""

from dataclasses import replace
from datetime import date
from typing import Any

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Lifecycle, Outcome
from app.verification.rules import Answer, Known, Ledger, LineItem, Row, Rule

DAY = date(2026, 11, 10)
TODAY = date(2026, 11, 21)
OURS, SELLER = "91110000000000001A", "91110000000000002B"
KNOWN = Known(
    key=InvoiceKey("digital", "26112000000012345678"), kind_word="other", issued=DAY,
    amount=None, total=Money(10600), seller_tax_id="", check_code="", crc="fits",
    today=TODAY, holders=1,
)  # fmt: skip
ROW = Row(
    total=Money(10600), amount=Money(10000), issued=DAY, seller_name="卖方", seller_tax_id=SELLER,
    buyer_name="买方", buyer_tax_id=OURS, lifecycle=Lifecycle.NORMAL,
    evidence={"digest": "d", "uploader": "方", "exported_on": "2026-11-20", "line": 2},
    tax=Money(600),
)  # fmt: skip
WITH = Ledger(row=ROW, is_covered=True, covered_to=DAY, company_tax_id=OURS, company_name="买方")
WITHOUT = replace(WITH, row=None)

PASSED, LOOK, STOPPED, UNKNOWN = Outcome.PASSED, Outcome.LOOK, Outcome.STOPPED, Outcome.UNKNOWN
NOTHING = None
"""What is expected of a rule that does not apply."""


def row(**changed: Any) -> Ledger:
    """A ledger whose row differs in this."""
    return replace(WITH, row=replace(ROW, **changed))


def yuan(text: str | None) -> Money | None:
    """Money, or none."""
    return None if text is None else Money.parse(text)


def item(rate: str, amount: str | None, tax: str | None, name: str = "*住宿服务*房费") -> LineItem:
    """A line with amounts in yuan."""
    return LineItem(name, rate, yuan(amount), yuan(tax))


def ask(rule: Rule, bureau: Ledger = WITHOUT, **known: Any) -> Answer | None:
    """What the rule says of an invoice that differs in this."""
    return rule(replace(KNOWN, **known), bureau)


def said(answer: Answer | None) -> tuple[str, Outcome] | None:
    """The words and the outcome; None where the rule does not apply."""
    return (answer.words, answer.outcome) if answer else None
