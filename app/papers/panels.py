"""What papers offer in the wallet."""

from app.accounts.models import Member
from app.invoices.panels import Panel


def wallet_panel(_member: Member) -> Panel:
    """The way from the rows that were picked to a file."""
    return Panel("papers/_picked.html")
