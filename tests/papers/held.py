"""Invoices with their files, held as if they had been read."""

from io import BytesIO

from sqlalchemy import select

from app.accounts.models import Member
from app.documents.models import Copy, Document, Itinerary, Reading, State
from app.invoices.models import Holding, Invoice, Pair
from app.plumbing import storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from tests import make


def invoice(by: Member, sequence: int, data: bytes, kind: str = "pdf", **facts) -> Invoice:
    """An invoice that ``by`` brought as this file."""
    made = make.invoice(by, sequence, **facts)
    hold(made, document(by, data, kind), by)
    return made


def hold(made: Invoice, file: Document, by: Member) -> None:
    """One more file of it."""
    with transaction():
        known = {"invoice_id": made.id, "member_id": by.id, "document_id": file.id}
        db.session.add(Holding(id=new_id(), **known))


def document(by: Member, data: bytes, kind: str = "pdf", **facts) -> Document:
    """A file that ``by`` brought, with what was read in it."""
    kept = storage.keep(BytesIO(data), 50)
    same = {"company_id": by.company_id, "digest": kept.digest}
    if known := db.session.scalar(select(Document).filter_by(**same)):
        return known
    about = {"name": f"file.{kind}", "kind": kind, "size": kept.size}
    made = Document(id=new_id(), state=State.READ, **same, **about)
    read = {"found": [], "codes": [], **facts}
    with transaction():
        db.session.add(made)
        db.session.flush()
        db.session.add(Reading(id=new_id(), document=made, reader=kind, facts=read))
        copy = {"company_id": by.company_id, "name": made.name, "key": made.digest}
        db.session.add(Copy(id=new_id(), document=made, member=by, read_at=now(), **copy))
    return made


def itinerary(made: Invoice, by: Member, data: bytes) -> Document:
    """A file that goes with an invoice."""
    file = document(by, data)
    with transaction():
        known = {"company_id": by.company_id, "document_id": file.id}
        db.session.add(Itinerary(id=new_id(), kind="ride", **known))
        db.session.add(Pair(id=new_id(), invoice_id=made.id, **known))
    return file
