"""A list of invoices: take it in, ask about its rows in chunks, pause, go on, mend a row."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from sqlalchemy import Select, select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.core.period import SHANGHAI
from app.documents import documents
from app.documents.models import Copy, Document
from app.intake import columns
from app.intake.models import MISSING, Batch, Choice, Item, Step
from app.journal import journal
from app.plumbing import queue, sandbox
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable

RUN = "workers.batches.run"
KINDS = frozenset({"xlsx", "csv", "zip"})
LONGEST_TEXT = 1 << 20
REASONS: dict[str, str] = {
    **documents.REASONS,
    "too_large": N_("The list has more than 100,000 lines. Please hand it in in parts."),
    "no_rows": N_("There is no line with an invoice number in this file."),
    MISSING: N_("None of its files came."),
    "full": N_(
        "There was no room left on the server. What was taken in stays; hand the rest in again."
    ),
}


class NothingThere(Problem):
    """A list in which no line could be an invoice."""

    message = N_("There is no invoice number in this list. Your wallet is as it was.")


class TooLong(Problem):
    """Pasted text of which the end would be lost."""

    message = REASONS["too_large"]
    field = "text"


class NoNumberColumn(Problem):
    """Columns of which none is the number."""

    message = N_("Say which column holds the invoice number.")
    field = "number"


class Moved(Problem):
    """The batch is not where the person saw it."""

    message = N_("This list has gone on meanwhile. Please look again.")
    status = 409


def visible_to(member: Member) -> Select[Batch]:
    """All of the company for those who see all, else what one handed in oneself."""
    mine = select(Batch).where(Batch.company_id == member.company_id)
    return mine if member.may(Power.SEE_ALL) else mine.where(Batch.member_id == member.id)


def items_visible_to(member: Member) -> Select[Item]:
    """The rows of the batches that the member may see."""
    seen = visible_to(member).with_only_columns(Batch.id)
    return select(Item).where(Item.batch_id.in_(seen))


def begin(file: IO[bytes], name: str, *, by: Member, key: str = "") -> Batch:
    """Keep a list and look at its columns; it starts at once where they were chosen before.

    The same ``key`` gives the same batch.

    Raises:
        NothingThere: no line holds a number; the file is kept as a document, no more.
        documents.Refused and the storage's problems: nothing was kept.
    """
    copy = documents.take(file, name, by=by, key=key or new_id(), among=KINDS)
    if copy.document.kind == "zip":
        return _begin_pile(copy, by)
    head, sheet, proposed = _propose(copy.document)
    with transaction():
        return _begun(copy) or start(copy.document, copy.name, head, sheet, proposed, by=by)


def start(
    document: Document,
    name: str,
    head: list[dict[str, Any]],
    sheet: str,
    proposed: columns.Columns,
    *,
    by: Member,
) -> Batch:
    """A batch of one sheet, at work at once where its columns are known."""
    with transaction() as change:
        batch = Batch(id=new_id(), company_id=by.company_id, member_id=by.id, name=name)
        batch.document, batch.head, batch.step = document, head, Step.ASKED
        db.session.add(batch)
        _set(batch, sheet, proposed, proposed.places)
        known = (by.company_id, proposed.mark)
        chosen = db.session.get(Choice, known) if proposed.header else None
        if chosen or columns.TEXT in proposed.places:
            batch.columns = {**batch.columns, "places": chosen.places if chosen else {"text": 0}}
            batch.step = Step.WAITING
            queue.request(change, RUN, batch.id)
        db.session.flush()
        facts = {"digest": document.digest, "name": name, "rows": batch.total}
        journal.write(by.company_id, "batch-begun", batch.id, by=by.person, **facts)
    return batch


def begin_text(text: str, *, by: Member, key: str = "") -> Batch:
    """The same for what was pasted; it is kept as a text file.

    Raises:
        TooLong: nothing was kept.
    """
    name = f"{now().astimezone(SHANGHAI):%Y-%m-%d %H%M%S}.txt"
    if len(text) > LONGEST_TEXT:
        raise TooLong
    data = text.strip().encode(errors="replace")
    return begin(BytesIO(data), name, by=by, key=key)


def choose(batch: Batch, sheet: str, places: Mapping[str, int], *, by: Member) -> None:
    """Say which column is which, and start; the company's next list headed alike starts at once.

    A list without headings is asked about each time: nothing tells it from another.

    Raises:
        NoNumberColumn: nothing was changed.
        Moved: it has started already.
    """
    lines = next((one["lines"] for one in batch.head if one["name"] == sheet), None)
    if lines is None or "number" not in places:
        raise NoNumberColumn
    proposed = columns.propose(lines)
    with transaction() as change:
        _lock(batch, Step.ASKED)
        _set(batch, sheet, proposed, places)
        if proposed.header:
            known = Choice(company_id=by.company_id, mark=proposed.mark, places=dict(places))
            db.session.merge(known)
        batch.step = Step.WAITING
        facts = {"places": dict(places)}
        journal.write(by.company_id, "batch-columns-chosen", batch.id, by=by.person, **facts)
        queue.request(change, RUN, batch.id)


def pause(batch: Batch, *, by: Member) -> None:
    """Stop after the chunk in hand; raises Moved if nothing runs, as where files still come."""
    if batch.is_open:
        raise Moved
    _step(batch, (Step.WAITING, Step.WORKING), Step.PAUSED, by)


def resume(batch: Batch, *, by: Member) -> None:
    """Go on where it stopped; raises Moved unless it is paused or given up."""
    with transaction() as change:
        stopped = (Step.WAITING, Step.WORKING) if is_given_up(batch) else (Step.PAUSED,)
        _step(batch, stopped, Step.WAITING, by)
        queue.again(change, queue.request(change, RUN, batch.id))


def is_given_up(batch: Batch) -> bool:
    """Whether it should be at work, but no worker has it or ever will by itself."""
    if not batch.is_running or batch.document is None or queue.is_in_line(RUN, batch.id):
        return False
    # It ends before its effect does.
    db.session.refresh(batch)
    return batch.is_running


def cancel(batch: Batch, *, by: Member) -> None:
    """Leave the rest; what was answered stays. Raises Moved if nothing more can come."""
    waiting = (Step.DONE, Step.FAILED) if batch.is_open else ()
    going = (Step.ASKED, Step.WAITING, Step.WORKING, Step.PAUSED, *waiting)
    _step(batch, going, Step.CANCELLED, by)


def _begin_pile(copy: Copy, by: Member) -> Batch:
    with transaction() as change:
        if begun := _begun(copy):
            return begun
        batch = Batch(id=new_id(), company_id=by.company_id, member_id=by.id, name=copy.name)
        batch.document = copy.document
        db.session.add(batch)
        db.session.flush()
        facts = {"digest": copy.document.digest, "name": batch.name}
        journal.write(by.company_id, "batch-begun", batch.id, by=by.person, **facts)
        queue.request(change, RUN, batch.id)
    return batch


def _begun(copy: Copy) -> Batch | None:
    """What came of a copy whose first answer was lost, or is still on its way."""
    db.session.execute(select(Copy.id).where(Copy.id == copy.id).with_for_update())
    same = (Batch.document_id == copy.document_id, Batch.member_id == copy.member_id)
    later = select(Batch).where(*same, Batch.made_at >= copy.made_at).order_by(Batch.id)
    return db.session.scalar(later.limit(1))


def _propose(document: Document) -> tuple[list[dict[str, Any]], str, columns.Columns]:
    """The first lines of each sheet, and the first sheet with a number, and its columns."""
    try:
        with documents.open_original(document) as opened:
            told, _ = sandbox.ask("list_head", opened, kind=document.kind)
    except Unreadable as refusal:
        raise documents.Refused(refusal.reason, REASONS) from refusal
    head = [sheet for sheet in told["sheets"] if sheet["lines"]]
    for sheet in head:
        proposed = columns.propose(sheet["lines"])
        if proposed.places:
            return head, sheet["name"], proposed
    raise NothingThere


def _set(batch: Batch, sheet: str, proposed: columns.Columns, places: Mapping[str, int]) -> None:
    count = next(one["count"] for one in batch.head if one["name"] == sheet)
    above = sum(1 for one in batch.head if one["name"] == sheet
                for line, _ in one["lines"] if line <= proposed.header)  # fmt: skip
    batch.columns = {
        "sheet": sheet,
        "header": proposed.header,
        "mark": proposed.mark,
        "places": dict(places),
    }
    batch.total = count - above


def _lock(batch: Batch, *steps: Step) -> None:
    db.session.refresh(batch, with_for_update=True)
    if batch.step not in steps:
        raise Moved


def _step(batch: Batch, before: tuple[Step, ...], after: Step, by: Member) -> None:
    with transaction():
        _lock(batch, *before)
        batch.step = after
        if batch.is_over:
            batch.ended_at = now()
        journal.write(by.company_id, f"batch-{after.value}", batch.id, by=by.person)
