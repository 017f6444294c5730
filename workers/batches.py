"""Lists of invoices."""

from app.intake import batches
from workers.jobs import job


@job
def run(batch_id: str) -> None:
    """Ask about the rows of one list."""
    batches.run(batch_id)
