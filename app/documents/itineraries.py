"""What is kept of a document that goes with an invoice."""

from sqlalchemy import select

from app.documents.models import Document, Itinerary
from app.documents.readers import itinerary
from app.plumbing.db import db
from app.plumbing.ids import new_id

KINDS = frozenset({"pdf"})
"""Kinds of files that can be one."""


def is_one(document: Document) -> bool:
    """Whether its reading says so now."""
    return document.reading is not None and "itinerary" in document.reading.facts


def note(document: Document) -> Itinerary | None:
    """Make the row what the document's reading says now; joins the transaction in hand.

    Gives None of a document that is no itinerary, or no longer.
    """
    if document.kind not in KINDS:
        return None
    facts = document.reading.facts.get("itinerary") if document.reading else None
    if facts:
        db.session.scalar(select(Document.id).where(Document.id == document.id).with_for_update())
    kept = db.session.scalar(select(Itinerary).where(Itinerary.document_id == document.id))
    if not facts:
        if kept:
            db.session.delete(kept)
            db.session.flush()
        return None
    if kept is None:
        kept = Itinerary(id=new_id(), company_id=document.company_id, document=document)
        db.session.add(kept)
    said = itinerary.from_plain(facts)
    kept.kind, kept.issuer, kept.total = said.kind, said.issuer, said.total
    kept.first, kept.last, kept.count = said.first, said.last, said.count
    db.session.flush()
    return kept
