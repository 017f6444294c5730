"""Hand a file in, and lead it on: document → reading → invoice → checks (DESIGN §4)."""

from collections.abc import Mapping
from typing import IO, Any

from app.accounts.models import Member
from app.documents import documents, readings
from app.documents.models import Copy, Document
from app.documents.readers import qr
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing.db import db, transaction
from app.verification import checks

READ = "workers.reading.read_copy"


def hand_in(file: IO[bytes], name: str, *, by: Member, key: str = "") -> Copy:
    """Keep one file and put its reading in line; raises what ``documents.take`` raises."""
    return documents.take(file, name, by=by, key=key, then=READ)


def read(copy_id: str) -> None:
    """Read one copy and learn of its invoices, in one change; a second call changes nothing."""
    copy = db.session.get_one(Copy, copy_id)
    facts = readings.read(copy.document) or {}
    said = [found for code in facts.get("codes", ()) if (found := _said(code))]
    with transaction():
        for one in said:
            checks.check(invoices.learn(one, copy.document, copy.member))
        readings.finish(copy, has_invoice=bool(said))


def invoices_of(document: Document) -> list[Invoice]:
    """What came of a document."""
    return invoices.of_document(document)


def _said(code: Mapping[str, Any]) -> invoices.Said | None:
    """What a code says, or None when it is no invoice's."""
    place = {"page": code["page"], "box": code["box"]}
    try:
        return invoices.said_by_code(qr.read(code["text"]), place)
    except qr.Unreadable:
        return None
