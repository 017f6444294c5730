"""A pile of files in one archive: each is taken in by itself, and its row follows its reading."""

from io import BytesIO
from typing import Any

from sqlalchemy import select

from app.core.errors import Problem
from app.documents import documents, readings
from app.documents.documents import Refused
from app.documents.models import Copy
from app.documents.models import State as Reading
from app.intake.models import Batch, Item, State, Step
from app.invoices import holdings, invoices
from app.plumbing import queue, sandbox, storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

FILE = "file"
"""What is wrong with a row of a pile is wrong with its file."""

_WORDS: dict[type[Problem], str] = {storage.TooLarge: "too_large", storage.Empty: "empty"}


def unpack(batch: Batch, *, then: str) -> bool:
    """Take the files of the archive in one by one; False when somebody has stopped it.

    It goes on behind the last that was taken. ``then`` is the worker's verb that reads a copy.

    Raises:
        Unreadable: the archive itself.
    """
    with documents.open_original(batch.document) as file:
        for answer, data in sandbox.stream("unpack", file, after=batch.line):
            if not _take(batch, answer["number"], answer["name"], data, then):
                return False
    return True


def follow(copy: Copy) -> None:
    """Give the rows of a file the end that its reading has; joins the transaction in hand."""
    with transaction():
        for item in db.session.scalars(select(Item).where(Item.copy_id == copy.id)):
            _end(item, copy)


def _take(batch: Batch, number: int, name: str, data: bytes, then: str) -> bool:
    """One file: kept first, so that a row never speaks of a file that is not there."""
    copy, reason = None, ""
    try:
        key = f"{batch.id}-{number}"
        copy = documents.take(BytesIO(data), name, by=batch.member, key=key, then=then)
    except (Refused, storage.TooLarge, storage.Empty) as problem:
        reason = getattr(problem, "reason", "") or _WORDS[type(problem)]
    with transaction():
        queue.hold_on()
        db.session.refresh(batch, with_for_update=True)
        if batch.step is not Step.WORKING:
            return False
        batch.taken += 1
        batch.line, batch.total = number, max(batch.total, batch.taken)
        item = Item(id=new_id(), batch_id=batch.id, row=batch.taken, line=number)
        item.texts, item.copy_id = {FILE: name}, copy.id if copy else None
        item.facts = {}
        if reason:
            item.state, item.reason, item.column, item.done_at = State.REFUSED, reason, FILE, now()
        db.session.add(item)
        db.session.flush()
        if copy:
            _end(item, copy)
    return True


def _end(item: Item, copy: Copy) -> None:
    """A file with several invoices leads to the first and says how many more there are."""
    document = copy.document
    if copy.moved_to or document.state is Reading.WAITING:
        return
    found = invoices.of_document(document)
    item.done_at = now()
    if found:
        item.state, item.reason, item.column = State.DONE, "", ""
        item.invoice_id, item.facts = found[0].id, _more(len(found) - 1)
        holdings.came_with([one.id for one in found], copy.member, item.batch_id)
    else:
        is_attachment = document.reason == "itinerary"
        item.state = State.DONE if is_attachment else State.REFUSED
        item.reason, item.column, item.invoice_id = document.reason or "no_code", FILE, None


def _more(count: int) -> dict[str, Any]:
    return {"more": count} if count else {}


def why(item: Item) -> str:
    """The msgid of what is wrong with a file."""
    return readings.REASONS.get(item.reason, readings.REASONS["broken"])
