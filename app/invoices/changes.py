"""What became different about invoices; rooms to the right catch up from here (DESIGN §2)."""

from typing import Any

from sqlalchemy import select

from app.invoices.models import Change, Invoice
from app.plumbing.db import db
from app.plumbing.ids import new_id


def tell(invoice: Invoice, what: str, source: str, **facts: Any) -> None:
    """Add one change, inside the transaction in hand."""
    db.session.add(
        Change(
            id=new_id(),
            company_id=invoice.company_id,
            invoice_id=invoice.id,
            what=what,
            source=source,
            facts=facts,
        )
    )


def in_turn(invoice: Invoice) -> None:
    """Whoever else changes this invoice comes before or after, never between."""
    db.session.scalar(select(Invoice.id).where(Invoice.id == invoice.id).with_for_update())
