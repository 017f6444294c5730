"""Asking again."""

from app.verification import watch
from workers.jobs import job


@job
def check_after_import(import_id: str) -> None:
    """Look again at the invoices that an import speaks of."""
    watch.check_after_import(import_id)
