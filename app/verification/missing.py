"""Not in the system: what the bureau has and nobody brought, and what was brought and it lacks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select

from app.accounts.models import Member
from app.bureau import imports, rows
from app.bureau.models import Direction, LedgerRow
from app.core.errors import N_
from app.core.period import Period, today
from app.core.verdict import Lifecycle
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing import pages
from app.plumbing.clock import now
from app.plumbing.db import db

LATE = timedelta(days=30)
NEAR = timedelta(days=3)
IN_LEDGER = ("vat", "digital")
"""The schemes of which the export has rows; slips, fiscal receipts and tickets are not in it."""

REASONS: dict[str, str] = {
    "voided": N_("Voided by the seller: nothing to hand in."),
    "struck": N_("Red-flushed by the seller: nothing to hand in."),
    "is_red": N_("A red-letter invoice: it takes back another one."),
    "twin_invoice": N_("Perhaps handed in with a wrong number: %(number)s has the same sum."),
    "late": N_("Issued %(days)s days ago: ask whoever bought it."),
    "waiting": N_("Nobody has handed it in yet."),
    "kind": N_("The bureau's export never lists this kind."),
    "undated": N_("Its day of issue is not known."),
    "uncovered": N_("The imported ledger does not cover its day."),
    "refused": N_("Its row in the export could not be read."),
    "stranger": N_("Made out to somebody else: it is in their account, not in ours."),
    "twin_row": N_("Perhaps a wrong digit: the ledger has %(number)s with the same sum."),
    "fresh": N_("Issued in the last days: the next export may have it."),
    "absent": N_("Covered and not there: call 12366, or look it up at the official site."),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One invoice that is missing on one side, and the likely reason as a word of ``REASONS``."""

    one: Any
    reason: str
    facts: dict[str, object]


Side = Callable[[Member, str], tuple[list[Gap], str]]


def how_many(member: Member) -> tuple[int, int]:
    """Rows that nobody has handed in, and invoices that the ledger lacks."""
    counts = [
        db.session.scalar(
            select(func.count()).select_from(query.with_only_columns(table.id).subquery())
        )
        for query, table in ((_not_brought(member), LedgerRow), (_not_listed(member), Invoice))
    ]
    return counts[0] or 0, counts[1] or 0


def not_brought(member: Member, before: str = "") -> tuple[list[Gap], str]:
    """Rows of received invoices that nobody has handed in, the newest first, page by page."""
    rows, older = pages.by_day(_not_brought(member), LedgerRow, before)
    return [_gap(row, _why_not_brought(row)) for row in rows], older


def not_listed(member: Member, before: str = "") -> tuple[list[Gap], str]:
    """Invoices that were handed in and have no row in the ledger, the newest first."""
    found, older = pages.by_day(_not_listed(member), Invoice, before)
    periods = imports.covered(member.company_id, Direction.RECEIVED)
    return [_gap(one, _why_not_listed(one, periods)) for one in found], older


Reason = tuple[str, dict[str, object]]


def _not_brought(member: Member) -> Select[LedgerRow]:
    same = (Invoice.company_id == LedgerRow.company_id, Invoice.key == LedgerRow.key)
    received = imports.rows_visible_to(member).where(LedgerRow.direction == Direction.RECEIVED)
    return received.where(~exists().where(*same))


def _not_listed(member: Member) -> Select[Invoice]:
    same = (LedgerRow.company_id == Invoice.company_id, LedgerRow.key == Invoice.key)
    return invoices.visible_to(member).where(~exists().where(*same))


def _gap(one: Any, why: Reason) -> Gap:
    return Gap(one, *why)


def _why_not_brought(row: LedgerRow) -> Reason:
    by_state = {
        Lifecycle.VOIDED: "voided",
        Lifecycle.RED_FULL: "struck",
        Lifecycle.IS_RED: "is_red",
    }
    if word := by_state.get(row.lifecycle):
        return word, {}
    twin = select(Invoice).where(
        Invoice.company_id == row.company_id,
        Invoice.total == row.total,
        Invoice.issued.between(row.issued - NEAR, row.issued + NEAR),
        ~exists().where(LedgerRow.company_id == row.company_id, LedgerRow.key == Invoice.key),
    )
    if other := db.session.scalars(twin.limit(1)).first():
        return "twin_invoice", {"number": other.key.number}
    days = (today(now()) - row.issued).days
    return ("late", {"days": days}) if days > LATE.days else ("waiting", {})


def _why_not_listed(invoice: Invoice, periods: list[Period]) -> Reason:
    for word, holds in _REASONS_NOT_LISTED:
        if holds(invoice, periods):
            return word, {}
    if twin := _twin_row(invoice):
        return "twin_row", {"number": twin.key.number}
    fresh = invoice.issued is not None and today(now()) - invoice.issued <= NEAR
    return ("fresh", {}) if fresh else ("absent", {})


def _twin_row(invoice: Invoice) -> LedgerRow | None:
    """A row of the same sum and nearly the same day that nobody has brought."""
    if invoice.total is None or invoice.issued is None:
        return None
    twin = select(LedgerRow).where(
        LedgerRow.company_id == invoice.company_id,
        LedgerRow.total == invoice.total,
        LedgerRow.issued.between(invoice.issued - NEAR, invoice.issued + NEAR),
        ~exists().where(Invoice.company_id == LedgerRow.company_id, Invoice.key == LedgerRow.key),
    )
    return db.session.scalars(twin.limit(1)).first()


def _is_stranger(invoice: Invoice, _periods: list[Period]) -> bool:
    ours = invoice.company.tax_id or ""
    return bool(invoice.buyer_tax_id) and invoice.buyer_tax_id != ours


def _is_uncovered(invoice: Invoice, periods: list[Period]) -> bool:
    day = invoice.issued
    return day is not None and not any(period.covers(day) for period in periods)


_REASONS_NOT_LISTED: Sequence[tuple[str, Callable[[Invoice, list[Period]], bool]]] = (
    ("kind", lambda invoice, _: invoice.key.scheme not in IN_LEDGER),
    ("stranger", _is_stranger),
    ("undated", lambda invoice, _: invoice.issued is None),
    ("refused", lambda invoice, _: bool(rows.refused(invoice.company_id, [invoice.key]))),
    ("uncovered", _is_uncovered),
)
