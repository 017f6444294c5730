"""A file at which every worker has failed says so, instead of waiting for ever."""

from sqlalchemy import or_, select

from app.documents import readings
from app.documents.models import Copy, Document, State
from app.intake import piles
from app.intake.intake import LOOK, READ
from app.plumbing import queue
from app.plumbing.db import db, transaction


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


def _is_in_line(document: Document) -> bool:
    """Whether somebody else's copy is still read, or somebody asked for another look."""
    waits = queue.is_in_line(LOOK, document.id)
    return waits or any(queue.is_in_line(READ, copy.id) for copy in document.copies)
