"""A file of which a list was made, once more: another of its sheets, or with other columns."""

from sqlalchemy import Select, select

from app.accounts.models import Member
from app.intake import batches, columns
from app.intake.models import Batch, Step
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id


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


def may_ask_again(batch: Batch) -> bool:
    """Whether its columns were taken by their headings, and the next list's would be."""
    return bool(batch.columns.get("header")) and batch.step is not Step.ASKED


def ask_again(batch: Batch, *, by: Member) -> Batch:
    """The same sheet as a list whose columns are asked for; what this one still had to do is left.

    What is chosen there is remembered instead. A sheet is asked about once, however often this is.

    Raises:
        batches.Moved: its columns are asked for already, or it has none.
    """
    with transaction():
        db.session.refresh(batch, with_for_update=True)
        if not may_ask_again(batch):
            raise batches.Moved
        asked = db.session.scalars(_lists(batch).where(Batch.step == Step.ASKED))
        same = [one for one in asked if one.columns["sheet"] == batch.columns["sheet"]]
        if same:
            return same[0]
        if not batch.is_over:
            batches.cancel(batch, by=by)
        made = Batch(id=new_id(), company_id=by.company_id, member_id=by.id, name=batch.name)
        made.document, made.head, made.step = batch.document, batch.head, Step.ASKED
        made.columns = dict(batch.columns)
        made.total = next(
            one["count"] for one in batch.head if one["name"] == made.columns["sheet"]
        )
        db.session.add(made)
        db.session.flush()
        facts = {"name": made.name, "rows": made.total}
        journal.write(by.company_id, "batch-begun", made.id, by=by.person, **facts)
    return made


def _lists(batch: Batch) -> Select[Batch]:
    same = (Batch.document_id == batch.document_id, Batch.member_id == batch.member_id)
    return select(Batch).where(*same).order_by(Batch.id)
