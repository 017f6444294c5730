"""Reading what was handed in."""

from app.intake import intake
from workers.jobs import job


@job
def read_copy(copy_id: str) -> None:
    """Read one copy and learn of its invoices."""
    intake.read(copy_id)
