"""Read a document: which reader knows its kind, and what it saw."""

from typing import Any

from sqlalchemy import select

from app.documents.documents import open_original
from app.documents.models import PICTURES, Copy, Document, Reading, State
from app.plumbing import sandbox
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable

CODES = "codes"


def read(document: Document) -> dict[str, Any] | None:
    """What the readers see, kept; None where no reader knows the kind or it cannot be read.

    A second call gives the first answer. ``finish`` ends the reading.
    """
    found = of(document)
    if found is not None or document.state is not State.WAITING:
        return found.facts if found else None
    if document.kind != "pdf" and document.kind not in PICTURES:
        _end(document, State.KEPT)
        return None
    try:
        with open_original(document) as file:
            facts, _ = sandbox.ask("codes", file, media_type=document.media_type)
    except Unreadable as refusal:
        _end(document, State.FAILED, refusal.reason)
        return None
    with transaction():
        db.session.add(Reading(id=new_id(), document_id=document.id, reader=CODES, facts=facts))
    return facts


def of(document: Document) -> Reading | None:
    """What was read, if anything."""
    return db.session.scalar(select(Reading).where(Reading.document_id == document.id))


def finish(copy: Copy, *, has_invoice: bool) -> None:
    """The copy has been read; a document without an invoice is an attachment."""
    with transaction():
        copy.read_at = now()
        if copy.document.state is State.WAITING:
            copy.document.state = State.READ if has_invoice else State.NOTHING


def _end(document: Document, state: State, reason: str = "") -> None:
    with transaction():
        document.state, document.reason = state, reason
