"""What the bureau's ledger adds to an invoice's page."""

from app.accounts.models import Member
from app.bureau import details, reds, rows
from app.core.invoice import InvoiceKey
from app.invoices import invoices
from app.invoices.models import Invoice
from app.invoices.panels import Panel
from app.plumbing.db import db


def invoice_panel(invoice: Invoice, member: Member) -> Panel:
    """The invoice that it takes back or that takes it back, and its lines at the bureau."""
    row = rows.of(invoice.company_id, [invoice.key]).get(invoice.key)
    struck = reds.of(invoice.company_id, [invoice.key]).get(invoice.key, [])
    blue = row.blue_key if row else None
    facts = {
        "blue": blue,
        "blue_row": reds.blues([row]).get(row.id) if row else None,
        "reds": struck,
        "lines": details.of(row) if row else [],
        "known": _known([*(red.key for red in struck), *([blue] if blue else [])], member),
    }
    return Panel("bureau/_panel.html", facts)


def _known(keys: list[InvoiceKey], member: Member) -> dict[InvoiceKey, Invoice]:
    """Those of the invoices that the member may open."""
    if not keys:
        return {}
    query = invoices.visible_to(member).where(Invoice.key.in_(keys))
    return {invoice.key: invoice for invoice in db.session.scalars(query)}
