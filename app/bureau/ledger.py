"""Make a ledger row of the named cells of one line, or say why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.bureau.models import Direction
from app.core.errors import N_
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Lifecycle

STATES = {
    "正常": Lifecycle.NORMAL,
    "已作废": Lifecycle.VOIDED,
    "作废": Lifecycle.VOIDED,
    "已红冲-全额": Lifecycle.RED_FULL,
    "已红冲-部分": Lifecycle.RED_PARTIAL,
    "已红冲": Lifecycle.RED_UNKNOWN,
}
REASONS = {
    "number": N_("The invoice number is missing or is not a number an invoice can have."),
    "number_lost": N_("Excel has rounded the invoice number. Export the file again."),
    "issued": N_("The date cannot be read."),
    "money": N_("An amount cannot be read."),
    "state": N_("The state of the invoice is a word that is not known here."),
    "stranger": N_("Neither buyer nor seller is this company."),
    "side": N_("This invoice belongs to the other direction (received or issued)."),
    "outside": N_("The date lies outside the days that you said this file covers."),
    "twice": N_("The same invoice stands twice in this file, with different values."),
}
ELSEWHERE = ("stranger", "side", "outside")
"""Refusals of rows that were read well but belong to somebody or somewhere else."""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")


class Refused(ValueError):
    """A line that cannot be taken; the message is a word of ``REASONS``."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one ledger row; money in yuan, ``amount`` without tax."""

    key: InvoiceKey
    kind_title: str
    issued: date
    amount: Money | None
    tax: Money | None
    total: Money
    seller_name: str
    seller_tax_id: str
    buyer_name: str
    buyer_tax_id: str
    lifecycle: Lifecycle


def values(cells: Mapping[str, str]) -> Values:
    """Read one line (FORMATS §8.1); raises Refused with the reason's word."""
    issued = _issued(cells.get("issued", ""))
    return Values(
        key=_key(cells, issued),
        kind_title=cells.get("kind_title", ""),
        issued=issued,
        amount=_money(cells.get("amount", "")),
        tax=_money(cells.get("tax", "")),
        total=_total(cells),
        seller_name=cells.get("seller_name", ""),
        seller_tax_id=cells.get("seller_tax_id", "").upper(),
        buyer_name=cells.get("buyer_name", ""),
        buyer_tax_id=cells.get("buyer_tax_id", "").upper(),
        lifecycle=_lifecycle(cells),
    )


def place(found: Values, tax_id: str | None, direction: Direction) -> None:
    """Refuse a row in which the company has no part, or the other part."""
    sides = {Direction.RECEIVED: found.buyer_tax_id, Direction.ISSUED: found.seller_tax_id}
    if not tax_id or tax_id not in sides.values():
        raise Refused("stranger")
    if sides[direction] != tax_id:
        raise Refused("side")


def _key(cells: Mapping[str, str], issued: date) -> InvoiceKey:
    digital, number = cells.get("digital_number", ""), cells.get("number", "")
    code = "" if digital else cells.get("code", "")
    text = digital or number
    if "e+" in text.lower():
        raise Refused("number_lost")
    try:
        return InvoiceKey.of(code, text, issued=issued)
    except ValueError as fault:
        raise Refused("number") from fault


def _issued(text: str) -> date:
    found = _DAY.match(text.strip())
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text[:10])
    except ValueError as fault:
        raise Refused("issued") from fault


def _money(text: str) -> Money | None:
    """``***`` is 免税 in old invoices and counts as nothing stated (FORMATS §0.5)."""
    if not text.strip() or "*" in text:
        return None
    try:
        return Money.parse(text)
    except ValueError as fault:
        raise Refused("money") from fault


def _total(cells: Mapping[str, str]) -> Money:
    total = _money(cells.get("total", ""))
    if total is None:
        raise Refused("money")
    return total


def _lifecycle(cells: Mapping[str, str]) -> Lifecycle:
    state = STATES.get(re.sub(r"[\s]", "", cells.get("state", "")).replace("－", "-"))
    if state is None:
        raise Refused("state")
    if state is Lifecycle.NORMAL and cells.get("is_positive") == "否":
        return Lifecycle.IS_RED
    return state
