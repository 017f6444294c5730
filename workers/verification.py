"""Asking again."""

from app.verification import checks
from workers.jobs import job


@job
def check_after_import(import_id: str) -> None:
    """Look again at the invoices that an import speaks of."""
    checks.check_after_import(import_id)
