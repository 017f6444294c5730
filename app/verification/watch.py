"""The watch: what the bureau takes back or changes is said to whoever holds it."""

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts import members
from app.accounts.models import Member, Standing
from app.accounts.roles import Power
from app.bureau import imports
from app.bureau.models import Import, LedgerRow, RowChange
from app.core.invoice import InvoiceKey
from app.core.verdict import Lifecycle
from app.invoices import holdings, invoices
from app.invoices.models import Invoice
from app.notices import notices
from app.plumbing import queue
from app.plumbing.db import db, transaction
from app.verification import checks
from app.verification.models import Check

CHUNK = 200
STRUCK = {
    Lifecycle.VOIDED: "invoice_voided",
    Lifecycle.RED_FULL: "invoice_red",
    Lifecycle.RED_PARTIAL: "invoice_red",
    Lifecycle.RED_UNKNOWN: "invoice_red",
}
_MONEY = ("total", "amount", "tax")


def check_after_import(import_id: str) -> None:
    """Ask again about the invoices that an import names, takes back, or whose day it covers."""
    found = db.session.get_one(Import, import_id)
    ours = LedgerRow.import_id == found.id
    touched = (Invoice.company_id == found.company_id) & (
        Invoice.key.in_(select(LedgerRow.key).where(ours))
        | Invoice.key.in_(select(LedgerRow.blue_key).where(ours, LedgerRow.blue_key.is_not(None)))
        | Invoice.issued.between(found.starts, found.ends)
    )
    ids = list(db.session.scalars(select(Invoice.id).where(touched).order_by(Invoice.id)))
    for start in range(0, len(ids), CHUNK):
        with transaction():
            queue.hold_on()
            chunk = Invoice.id.in_(ids[start : start + CHUNK])
            _look(found, db.session.scalars(select(Invoice).where(chunk)).all())


def check_seals(company_id: str) -> None:
    """Ask again about every invoice with a seal: what is confirmed by certificates has changed."""
    sealed = select(Check.invoice_id).where(Check.rule == "seal")
    ours = Invoice.id.in_(sealed) & (Invoice.company_id == company_id)
    ids = list(db.session.scalars(select(Invoice.id).where(ours).order_by(Invoice.id)))
    for start in range(0, len(ids), CHUNK):
        with transaction():
            queue.hold_on()
            chunk = Invoice.id.in_(ids[start : start + CHUNK])
            for invoice in db.session.scalars(select(Invoice).where(chunk)).all():
                checks.check(invoice)


def check_invoice(invoice_id: str) -> None:
    """Ask again about one invoice, such as one that somebody let go."""
    with transaction():
        checks.check(db.session.get_one(Invoice, invoice_id))


def _look(found: Import, chunk: Iterable[Invoice]) -> None:
    """Check each, and tell of those that were struck or changed since they were last looked at."""
    money = _money_changes(found, [invoice.key for invoice in chunk])
    for invoice in chunk:
        before = invoice.lifecycle
        checks.check(invoice)
        kind = STRUCK.get(invoice.lifecycle)
        if kind and invoice.lifecycle is not before:
            _tell(found, invoice, kind)
        if change := money.get(invoice.key):
            name = next(name for name in _MONEY if name in change.before)
            facts = {"before": change.before[name], "after": change.after[name]}
            invoices.money_changed(invoice, **facts)
            _tell(found, invoice, "invoice_money", **facts)


def _money_changes(found: Import, keys: list[InvoiceKey]) -> dict[InvoiceKey, RowChange]:
    query = select(RowChange).join(LedgerRow, LedgerRow.id == RowChange.row_id)
    listed = db.session.scalars(
        query.where(RowChange.import_id == found.id, LedgerRow.key.in_(keys))
    )
    return {one.row.key: one for one in listed if any(name in one.before for name in _MONEY)}


def _tell(found: Import, invoice: Invoice, kind: str, **more: str) -> None:
    """The holders are told; finance, who decide, get a task."""
    facts = {
        "seller": invoice.seller_name or invoice.kind_title,
        "amount": str(invoice.shown_amount or "—"),
        **more,
    }
    about = imports.task_about(invoice.company_id, invoice.key)
    where = {"about": f"{about}:{found.id}", "path": f"/invoices/{invoice.id}"}
    finance = members.holding(invoice.company_id, Power.IMPORT_LEDGER)
    notices.tell(_others(invoice, finance), kind, **where, **facts)
    notices.tell(finance, "invoice_watched", **where, **facts)


def _others(invoice: Invoice, finance: list[Member]) -> list[Member]:
    told = {member.id for member in finance}
    return [
        member
        for member in holdings.holders(invoice)
        if member.standing is Standing.ACTIVE and member.id not in told
    ]
