"""What the ledger has of invoices, by their keys: rows, and rows that could not be taken."""

from collections.abc import Collection

from sqlalchemy import select

from app.bureau import ledger
from app.bureau.models import Import, LedgerRow, Refusal
from app.core.invoice import InvoiceKey
from app.plumbing.db import db


def of(company_id: str, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, LedgerRow]:
    """What the bureau knows of each, as far as it knows them."""
    same = (LedgerRow.company_id == company_id, LedgerRow.key.in_(keys))
    return {row.key: row for row in db.session.scalars(select(LedgerRow).where(*same))}


def refused(company_id: str, keys: Collection[InvoiceKey]) -> set[InvoiceKey]:
    """Those of which a row could not be taken: then their absence says nothing.

    A number that Excel has rounded is known by the digits that were left.
    """
    if not keys:
        return set()
    spelt = {key: set(ledger.roundings(key.number)) for key in keys}
    query = select(Refusal.number).join(Import, Import.id == Refusal.import_id)
    mine = (Import.company_id == company_id, Refusal.reason.not_in(ledger.ELSEWHERE))
    texts = set().union(*spelt.values())
    found = set(db.session.scalars(query.where(*mine, Refusal.number.in_(texts))))
    return {key for key, texts in spelt.items() if texts & found}
