"""What nobody will end any more says so, instead of waiting for ever: a file, or a pile."""

from datetime import timedelta

from sqlalchemy import exists, or_, select

from app.documents import readings
from app.documents.models import Copy, Document, State
from app.intake import ending, piles
from app.intake.intake import LOOK, READ
from app.intake.models import MISSING, Batch, Item, Step
from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import oldest_id

IDLE = timedelta(days=1)


def give_up() -> None:
    """End the reading of what nobody will read by itself any more; rows of lists end with it."""
    copies = select(Copy.document_id).where(Copy.id.in_(queue.given_up(READ)))
    lost = or_(Document.id.in_(queue.given_up(LOOK)), Document.id.in_(copies))
    waiting = select(Document.id).where(Document.state == State.WAITING, lost)
    for document_id in db.session.scalars(waiting).all():
        document = db.session.get_one(Document, document_id)
        with transaction():
            db.session.refresh(document, with_for_update=True)
            if document.state is not State.WAITING or _is_in_line(document):
                continue
            readings.give_up(document)
            for copy in document.copies:
                piles.follow(copy)
        for copy in document.copies:
            piles.tell(copy)


def end_idle(patience: timedelta = IDLE) -> None:
    """End the piles to which no file has come for so long, wherever their device is."""
    since = now() - patience
    came = exists().where(Item.batch_id == Batch.id, Item.id >= oldest_id(since))
    one_by_one = (Batch.document_id.is_(None), Batch.step == Step.WORKING)
    idle = select(Batch).where(*one_by_one, Batch.began_at < since, ~came)
    for batch in db.session.scalars(idle).all():
        ending.end(batch, Step.DONE, MISSING)


def _is_in_line(document: Document) -> bool:
    """Whether somebody else's copy is still read, or somebody asked for another look."""
    waits = queue.is_in_line(LOOK, document.id)
    return waits or any(queue.is_in_line(READ, copy.id) for copy in document.copies)
