"""The other sheets of a workbook of which one was taken as a list."""

from sqlalchemy import select

from app.accounts.models import Member
from app.core.errors import N_, Problem
from app.intake import batches, columns
from app.intake.models import Batch
from app.plumbing.db import db, transaction


class NoSheet(Problem):
    """A sheet that is not there, or was taken already."""

    message = N_("This sheet was taken already. Please look at your lists.")


def others(batch: Batch) -> list[str]:
    """Those of the same file that hold invoices and of which the member has no list yet."""
    if len(batch.head) < 2:
        return []
    same = (Batch.document_id == batch.document_id, Batch.member_id == batch.member_id)
    taken = {one.columns.get("sheet") for one in db.session.scalars(select(Batch).where(*same))}
    open_ = [one for one in batch.head if one["name"] not in taken]
    return [one["name"] for one in open_ if "number" in columns.propose(one["lines"]).places]


def begin(batch: Batch, name: str, *, by: Member) -> Batch:
    """Another sheet as a list of its own; raises NoSheet unless it is one of ``others``."""
    with transaction():
        db.session.refresh(batch, with_for_update=True)
        if name not in others(batch) or batch.document is None:
            raise NoSheet
        proposed = columns.propose(next(one["lines"] for one in batch.head if one["name"] == name))
        return batches.start(
            batch.document, f"{batch.name} · {name}", batch.head, name, proposed, by=by
        )
