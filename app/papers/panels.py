"""What papers offer in the wallet and on an invoice's page."""

from app.accounts.models import Member
from app.invoices.models import Invoice
from app.invoices.panels import Panel


def wallet_panel(_member: Member) -> Panel:
    """The way from the rows that were picked to a file."""
    return Panel("papers/_picked.html")


def invoice_panel(_invoice: Invoice, _member: Member) -> Panel:
    """The way to the printer."""
    return Panel("papers/_print.html")
