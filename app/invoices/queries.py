"""Lists of invoices, page by page."""

from collections.abc import Sequence
from itertools import groupby

from app.accounts.models import Member
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing import pages


def newest(member: Member, before: str = "") -> tuple[list[Invoice], str]:
    """What the member may see, and the mark of the next page if there is one."""
    return pages.by_day(invoices.visible_to(member), Invoice, before)


def by_month(found: Sequence[Invoice]) -> list[tuple[str, list[Invoice]]]:
    """The page in months of issue, ``2026-11`` first; invoices without a day come last."""
    return [(month, list(group)) for month, group in groupby(found, key=_month)]


def _month(invoice: Invoice) -> str:
    return f"{invoice.issued:%Y-%m}" if invoice.issued else "—"
