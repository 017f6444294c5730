"""Hand a file in, and lead it on: document → reading → invoice → checks (DESIGN §4)."""

from typing import IO

from app.accounts.models import Member
from app.documents import documents, readings
from app.documents.models import Copy, Document
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
    found = readings.read(copy.document)
    with transaction():
        learned = [invoices.learn(one, copy.document, copy.member) for one in found]
        for invoice in [*learned, *invoices.unlearn(copy.document, learned)]:
            checks.check(invoice)
        readings.finish(copy, has_invoice=bool(found))


def invoices_of(document: Document) -> list[Invoice]:
    """What came of a document."""
    return invoices.of_document(document)
