"""Papers that people asked for."""

from app.papers import papers
from workers.jobs import job


@job
def make(paper_id: str) -> None:
    """Make one paper."""
    papers.run(paper_id)
