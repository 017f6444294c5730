"""With which lists of many, or piles of files, an invoice came: several may name the same."""

from collections.abc import Collection

from sqlalchemy import delete, select, text

from app.invoices.models import Invoice, Listing
from app.plumbing.db import db

_ADD = text(
    "INSERT INTO invoice_batches (batch_id, invoice_id) VALUES (:batch_id, :invoice_id)"
    " ON CONFLICT DO NOTHING"
)


def note(batch_id: str, invoice_ids: Collection[str]) -> None:
    """Say that these came with it; joins the transaction in hand, and twice is once."""
    if invoice_ids:
        rows = [{"batch_id": batch_id, "invoice_id": one} for one in sorted(invoice_ids)]
        db.session.execute(_ADD, rows)


def forget(batch_id: str, invoice_id: str) -> None:
    """Say that it did not come with it after all; joins the transaction in hand."""
    same = (Listing.batch_id == batch_id, Listing.invoice_id == invoice_id)
    db.session.execute(delete(Listing).where(*same))


def pour(invoice: Invoice, other: Invoice) -> None:
    """What one came with the other came with; joins the transaction in hand."""
    mine = Listing.invoice_id == invoice.id
    for batch_id in db.session.scalars(select(Listing.batch_id).where(mine)).all():
        note(batch_id, [other.id])
    db.session.execute(delete(Listing).where(mine))
