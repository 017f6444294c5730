"""Lists of invoices."""

from app.intake import running
from workers.jobs import job


@job
def run(batch_id: str) -> None:
    """Ask about the rows of one list."""
    running.run(batch_id)
