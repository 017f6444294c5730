"""A pile of files, in one archive or one by one: each has a row, which follows its reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from sqlalchemy import Select, select

from app.accounts import people
from app.accounts.models import Member, Person
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.core.period import SHANGHAI
from app.documents import documents, readings
from app.documents.documents import Refused
from app.documents.models import Copy, Document
from app.documents.models import State as Reading
from app.intake import ending
from app.intake.models import FILE, Batch, Item, State, Step
from app.invoices import invoices, listings
from app.journal import journal
from app.plumbing import queue, sandbox, storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

MOST = 2000
"""Files of one pile (DESIGN §9)."""

REASONS: dict[str, str] = {
    **readings.REASONS,
    "unopened": N_(
        "Your device could not open this file: it is damaged, or was moved away. Choose it again."
    ),
    "moved": N_("This file is made out to another company of yours, and is kept there."),
}
FAULTS = frozenset({"too_large", "unopened"})
"""Why a file comes without its bytes."""

_WORDS: dict[type[Problem], str] = {storage.TooLarge: "too_large", storage.Empty: "empty"}


class TooMany(Problem):
    """More files at once than a pile holds."""

    message = N_("These are more than 2,000 files. Please hand them in in parts.")


class Answered(Problem):
    """The file of a row was read meanwhile."""

    message = N_("This row has its answer by now. Your file was handed in by itself.")
    status = 409


class Over(Problem):
    """A file for a pile that was ended."""

    message = N_("This pile was ended before the file came. Please hand it in by itself.")
    status = 410


@dataclass(frozen=True, slots=True)
class Brought:
    """A file under its name; one that could not be brought has a word of ``FAULTS`` instead."""

    name: str
    file: IO[bytes]
    fault: str = ""


def begin(name: str, count: int, *, by: Member) -> Batch:
    """Open a pile for ``count`` files that come one by one; without a name it is named by the time.

    Raises:
        TooMany: nothing was begun.
    """
    if not 0 < count <= MOST:
        raise TooMany
    with transaction():
        batch = Batch(id=new_id(), company_id=by.company_id, member_id=by.id, member=by)
        batch.name = _shown(name) or f"{now().astimezone(SHANGHAI):%Y-%m-%d %H%M%S}"
        batch.step, batch.total, batch.began_at = Step.WORKING, count, now()
        db.session.add(batch)
        db.session.flush()
        facts = {"name": batch.name, "rows": count}
        journal.write(by.company_id, "batch-begun", batch.id, by=by.person, **facts)
    return batch


def begun_by(person: Person) -> Select[Batch]:
    """The piles that somebody may add files to, in each company in which they hand in."""
    seats = [one.id for one in people.memberships(person) if one.may(Power.HAND_IN)]
    return select(Batch).where(Batch.member_id.in_(seats), Batch.document_id.is_(None))


def with_any(keys: Sequence[str], member: Member) -> Batch | None:
    """The pile of the member in which a file with one of these keys is."""
    mine = (Copy.member_id == member.id, Copy.key.in_(keys))
    rows = select(Item.batch_id).join(Copy, Copy.id == Item.copy_id).where(*mine)
    return db.session.scalar(select(Batch).where(Batch.id.in_(rows), Batch.document_id.is_(None)))


def add(batch: Batch, one: Brought, place: int, *, key: str, then: str) -> Item:
    """Take a file of an open pile in as its row number ``place``; the same place again is harmless.

    ``then`` is the worker's verb that reads a copy. A file that is refused has a row that says why.

    Raises:
        Over: nobody waits for it any more.
        storage.DiskFull: try again later.
    """
    there = select(Item).where(Item.batch_id == batch.id, Item.row == place)
    if found := db.session.scalar(there):
        return found
    if not (batch.is_open and 0 < place <= batch.total):
        raise Over
    copy, reason = _keep(batch, one, key, then)
    with transaction():
        queue.hold_on()
        db.session.refresh(batch, with_for_update=True)
        if found := db.session.scalar(there):
            return found
        if not batch.is_open:
            raise Over
        if batch.is_over:
            batch.step, batch.reason, batch.ended_at = Step.WORKING, "", None
            journal.write(batch.company_id, "batch-waiting", batch.id, by=batch.member.person)
        item = _put(batch, Item(row=place, line=place), one.name, copy, reason)
        if batch.taken == batch.total:
            ending.end(batch, Step.DONE)
    return item


def replace(item: Item, one: Brought, *, key: str, then: str) -> None:
    """Put another file into the place of one that was refused, which stays among the documents.

    Raises:
        Answered: the row keeps what it has.
        documents.Refused, storage.Empty, storage.TooLarge, storage.DiskFull: nothing was kept.
    """
    batch = db.session.get_one(Batch, item.batch_id)
    copy = documents.take(one.file, one.name, by=batch.member, key=key, then=then)
    with transaction():
        queue.hold_on()
        db.session.refresh(batch, with_for_update=True)
        db.session.refresh(item, with_for_update=True)
        if item.copy_id == copy.id:
            return
        if item.state is not State.REFUSED:
            raise Answered
        before, after = dict(item.texts), {FILE: _shown(one.name)}
        item.texts, item.copy_id = after, copy.id
        item.state, item.reason, item.column, item.done_at = State.WAITING, "", "", None
        told: dict[str, Any] = {"row": item.row, "before": before, "after": after}
        who = batch.member.person
        journal.write(batch.company_id, "batch-row-mended", batch.id, by=who, **told)
        db.session.flush()
        _settle(item, copy)


def unpack(batch: Batch, file: IO[bytes], *, then: str) -> bool:
    """Take the files of the archive in one by one; False when somebody has stopped it.

    It goes on behind the last that was taken. ``then`` is the worker's verb that reads a copy.

    Raises:
        Unreadable: the archive itself.
        GivenWay: somebody else's list or paper has waited for a while.
    """
    turn = queue.Turn()
    for answer, data in sandbox.stream("unpack", file, after=batch.line):
        number, name = answer["number"], answer["name"]
        one = Brought(name, BytesIO(data), "too_large" if answer["is_too_large"] else "")
        copy, reason = _keep(batch, one, f"{batch.id}-{number}", then)
        with transaction():
            queue.hold_on()
            db.session.refresh(batch, with_for_update=True)
            if batch.step is not Step.WORKING:
                return False
            batch.line, batch.total = number, max(batch.total, batch.taken + 1)
            _put(batch, Item(row=batch.taken + 1, line=number), name, copy, reason)
        if turn.is_over():
            raise queue.GivenWay
    return True


def follow(copy: Copy) -> None:
    """Give the rows of a file the end that its reading has; joins the transaction in hand."""
    with transaction():
        for item in db.session.scalars(select(Item).where(Item.copy_id == copy.id)):
            _end(item, copy)


def tell(copy: Copy) -> None:
    """Tell of the piles whose last file this was; after the transaction that ended its row."""
    mine = select(Item.batch_id).where(Item.copy_id == copy.id)
    for batch in db.session.scalars(select(Batch).where(Batch.id.in_(mine))):
        ending.tell(batch)


def _keep(batch: Batch, one: Brought, key: str, then: str) -> tuple[Copy | None, str]:
    """The bytes come first, so that a row never speaks of a file that is not there."""
    if one.fault:
        return None, one.fault
    try:
        return documents.take(one.file, one.name, by=batch.member, key=key, then=then), ""
    except (Refused, storage.TooLarge, storage.Empty) as problem:
        return None, getattr(problem, "reason", "") or _WORDS[type(problem)]


def _put(batch: Batch, item: Item, name: str, copy: Copy | None, reason: str) -> Item:
    batch.taken += 1
    item.id, item.batch_id, item.state, item.facts = new_id(), batch.id, State.WAITING, {}
    item.texts, item.copy_id = {FILE: _shown(name)}, copy.id if copy else None
    if reason:
        item.state, item.reason, item.column, item.done_at = State.REFUSED, reason, FILE, now()
    db.session.add(item)
    db.session.flush()
    if copy:
        _settle(item, copy)
    return item


def _settle(item: Item, copy: Copy) -> None:
    """A worker that has just read the file comes before the row, or finds the row."""
    db.session.refresh(copy.document, with_for_update={"of": Document})
    _end(item, copy)


def _end(item: Item, copy: Copy) -> None:
    """A file with several invoices leads to the first and says how many more there are."""
    document = copy.document
    if copy.moved_to:
        item.state, item.reason, item.column, item.done_at = State.DONE, "moved", FILE, now()
    if copy.moved_to or document.state is Reading.WAITING:
        return
    found = invoices.of_document(document)
    item.done_at = now()
    if found:
        item.state, item.reason, item.column = State.DONE, "", ""
        item.invoice_id, item.facts = found[0].id, _more(len(found) - 1)
        listings.note(item.batch_id, [one.id for one in found])
    else:
        is_attachment = document.reason == "itinerary"
        item.state = State.DONE if is_attachment else State.REFUSED
        item.reason, item.column, item.invoice_id = document.reason or "no_code", FILE, None


def _shown(name: str) -> str:
    """With its folders, the end of a long one."""
    return "".join(sign for sign in name if sign.isprintable())[-200:]


def _more(count: int) -> dict[str, Any]:
    return {"more": count} if count else {}
