"""Looking at pictures, one after the other: its line is apart, because each takes seconds."""

from app.intake import intake
from workers.jobs import job


@job
def look(document_id: str) -> None:
    """Read what is written in a picture or a scan."""
    intake.look(document_id)
