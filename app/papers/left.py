"""The rows of a list that led to no invoice of their own: what is wrong with each."""

from collections.abc import Iterator

from app.intake import batch_rows, batches
from app.intake.models import FILE, Batch
from app.papers.making import Making
from app.plumbing.db import db


def left(work: Making) -> Iterator[tuple[int, str, str]]:
    """Line, number or file as it stood there, and why; nothing unless a whole list is asked for."""
    asked = work.asked.get("state", {}).get("batch", "")
    batch = db.session.scalar(batches.visible_to(work.member).where(Batch.id == asked))
    after = 0
    while batch:
        page, after = batch_rows.a_page(batch, work.member, "left", after)
        for row in page:
            texts = row.item.texts
            said = texts.get("number") or texts.get("text") or texts.get(FILE) or ""
            yield row.item.line, said, row.why
        if not after:
            return
