"""The other sheets of a workbook of which one was taken as a list."""

from sqlalchemy import Select, select

from app.accounts.models import Member
from app.intake import batches, columns
from app.intake.models import Batch
from app.plumbing.db import db, transaction


def others(batch: Batch) -> list[str]:
    """Those of the same file that hold invoices and of which the member has no list yet."""
    if len(batch.head) < 2:
        return []
    taken = {one.columns.get("sheet") for one in db.session.scalars(_lists(batch))}
    left = [one for one in batch.head if one["name"] not in taken]
    return [one["name"] for one in left if "number" in columns.propose(one["lines"]).places]


def begin(batch: Batch, name: str, *, by: Member) -> Batch | None:
    """Another sheet as a list of its own; the list that there is of it, None without such a sheet.

    The file has one list a sheet, however often it is asked for.
    """
    with transaction():
        db.session.refresh(batch, with_for_update=True)
        found = {one.columns.get("sheet"): one for one in db.session.scalars(_lists(batch))}
        if name in found or name not in others(batch) or batch.document is None:
            return found.get(name)
        lines = next(one["lines"] for one in batch.head if one["name"] == name)
        proposed, title = columns.propose(lines), f"{batch.name} · {name}"
        return batches.start(batch.document, title, batch.head, name, proposed, by=by)


def _lists(batch: Batch) -> Select[Batch]:
    same = (Batch.document_id == batch.document_id, Batch.member_id == batch.member_id)
    return select(Batch).where(*same).order_by(Batch.id)
