"""The end of a batch, and who is told of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.intake import batch_rows
from app.intake.models import MISSING, Batch, Item, Step
from app.journal import journal
from app.notices import notices
from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.db import db, transaction

PATIENCE = timedelta(seconds=20)
"""Who has waited so long is told by a notice as well."""


def end(batch: Batch, step: Step, reason: str = "") -> None:
    """Nothing more comes by itself; without a row it has failed. Only of one that is at work.

    Files that are ``MISSING`` stay counted in ``total``.
    """
    with transaction():
        queue.hold_on()
        db.session.refresh(batch, with_for_update=True)
        if batch.step is not Step.WORKING:
            return
        count = select(func.count()).select_from(Item).where(Item.batch_id == batch.id)
        rows = db.session.scalar(count) or 0
        if reason != MISSING:
            batch.total = rows
        if step is Step.DONE and not rows:
            step, reason = Step.FAILED, reason or "no_rows"
        batch.step, batch.reason, batch.ended_at = step, reason, now()
        facts = {"rows": rows, "reason": reason}
        who = batch.member.person
        journal.write(batch.company_id, f"batch-{step.value}", batch.id, by=who, **facts)
        tell(batch)


def tell(batch: Batch) -> None:
    """Whoever handed it in may look elsewhere by now; told once, when no row waits any more."""
    if batch.step not in (Step.DONE, Step.FAILED) or now() - batch.made_at < PATIENCE:
        return
    counts = batch_rows.counts(batch)
    if counts["waiting"]:
        return
    kind = "batch_ended" if batch.step is Step.DONE else "batch_failed"
    facts: dict[str, Any] = {"name": batch.name, "rows": batch.total, "problems": counts["problem"]}
    if batch.reason == MISSING:
        kind, facts["missing"] = "batch_missing", batch.total - batch.taken
    notices.tell([batch.member], kind, about=batch.id, path=f"/batches/{batch.id}", **facts)
