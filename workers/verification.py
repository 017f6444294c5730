"""Asking again."""

from app.verification import watch
from workers.jobs import job


@job
def check_after_import(import_id: str) -> None:
    """Look again at the invoices that an import speaks of."""
    watch.check_after_import(import_id)


@job
def check_seals(company_id: str) -> None:
    """Look again at every seal of a company."""
    watch.check_seals(company_id)


@job
def check_invoice(invoice_id: str) -> None:
    """Ask again about one invoice that others hold now."""
    watch.check_invoice(invoice_id)
