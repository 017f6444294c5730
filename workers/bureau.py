"""The ledger's imports."""

from app.bureau import imports
from workers.jobs import job


@job
def import_ledger(import_id: str) -> None:
    """Take the rows of one export file in."""
    imports.run(import_id)
