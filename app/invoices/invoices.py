"""Learn of an invoice, find it, settle which value of each field is the best known."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import fields
from app.core.fields import Contradiction, Said, trust
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import readings
from app.documents.models import Document
from app.documents.readers.found import Found, Grouped
from app.invoices.models import Change, Field, Holding, Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

_READ: Mapping[str, Any] = {
    "kind_word": str,
    "issued": date.fromisoformat,
    "amount": Money.parse,
    "tax": Money.parse,
    "total": Money.parse,
    "seller_name": str,
    "seller_tax_id": str,
    "buyer_name": str,
    "buyer_tax_id": str,
    "check_code": str,
}


def visible_to(member: Member) -> Select[Invoice]:
    """All of the company for those who see all, else the invoices one holds."""
    mine = select(Invoice).where(Invoice.company_id == member.company_id)
    if member.may(Power.SEE_ALL):
        return mine
    held = select(Holding.invoice_id).where(Holding.member_id == member.id)
    return mine.where(Invoice.id.in_(held))


def of_document(document: Document) -> list[Invoice]:
    """The invoices that were read in one document."""
    held = select(Holding.invoice_id).where(Holding.document_id == document.id)
    query = select(Invoice).where(Invoice.id.in_(held)).order_by(Invoice.id)
    return list(db.session.scalars(query))


def learn(grouped: Grouped, document: Document, holder: Member) -> Invoice:
    """Keep what a document says of an invoice, once per company and key, and who holds it.

    Joins the transaction in hand. Learning the same twice changes nothing; when the document was
    read anew, what it no longer says goes, and what people typed or corrected stays.
    """
    with transaction():
        invoice = _one(grouped.key, document.company_id, holder)
        changed = _note_all(invoice, grouped.said, document)
        _hold(invoice, document, holder)
        if changed:
            settle(invoice)
            _tell(invoice, "learned", grouped.said[0].source, document=document.digest)
    return invoice


def fill(invoice: Invoice, values: Mapping[str, str]) -> None:
    """Take from the ledger what no document said; joins the transaction in hand."""
    with transaction():
        if _fill(invoice, values):
            settle(invoice)
            _tell(invoice, "filled", "ledger")


def settle(invoice: Invoice) -> None:
    """Set each column to the value of the most trusted source."""
    best = best_fields(invoice)
    for name, read in _READ.items():
        if name in best:
            setattr(invoice, name, read(best[name].value))


def best_fields(invoice: Invoice, *, besides: str = "") -> dict[str, Field]:
    """The most trusted field of each name, sources named ``besides`` left out."""
    rows = _fields(Field.invoice_id == invoice.id, Field.source != besides)
    best: dict[str, Field] = {}
    for row in sorted(db.session.scalars(rows), key=lambda row: trust(row.source)):
        if row.name not in best or row.member_id and row.source == best[row.name].source:
            best[row.name] = row
    return best


def contradictions(invoice: Invoice) -> list[Contradiction]:
    """Where the documents and the people of an invoice say different things; the ledger apart."""
    rows = db.session.scalars(_fields(Field.invoice_id == invoice.id, Field.source != "ledger"))
    said = [
        Said(row.name, row.value, row.source, row.document.digest if row.document else "")
        for row in rows
    ]
    return fields.contradictions(said)


def lines(invoice: Invoice) -> list[dict[str, str]]:
    """The goods, from the most trusted source of any document that names them."""
    told = [
        one
        for holding in invoice.holdings
        if holding.document and (reading := readings.of(holding.document))
        for grouped in readings.invoices_in(reading.facts)
        if grouped.key == invoice.key
        for one in grouped.said
        if one.lines
    ]
    return min(told, key=lambda one: trust(one.source)).lines if told else []


def set_verdict(invoice: Invoice, evidence: str, **verdict: Any) -> None:
    """Verification's one way to write its result here; a change of it is told to the right.

    ``evidence`` is the digest of what was found; the journal keeps it (DESIGN §9).
    """
    before = {name: getattr(invoice, name) for name in verdict if name != "checked_at"}
    for name, value in verdict.items():
        setattr(invoice, name, value)
    after = {name: verdict[name] for name in before}
    if before != after:
        _tell(invoice, "verdict", "verification", before=before, after=after)
        journal.write(
            invoice.company_id,
            "verdict-changed",
            invoice.id,
            by=journal.System(),
            before=list(before.values()),
            after=list(after.values()),
            evidence=evidence,
        )


def _one(key: InvoiceKey, company_id: str, holder: Member) -> Invoice:
    same = (Invoice.company_id == company_id, Invoice.key == key)
    invoice = db.session.scalar(select(Invoice).where(*same).with_for_update())
    if invoice is None:
        invoice = Invoice(id=new_id(), company_id=company_id, key=key)
        db.session.add(invoice)
        db.session.flush()
        journal.write(company_id, "invoice-learned", invoice.id, by=holder.person, key=str(key))
    return invoice


def _note_all(invoice: Invoice, said: list[Found], document: Document) -> bool:
    """Make the document's fields what it says now; True if that changed any."""
    mine = (Field.invoice_id == invoice.id, Field.document_id == document.id)
    old = {(row.source, row.name, row.value): row for row in db.session.scalars(_fields(*mine))}
    places = {
        (one.source, name, value): one.places.get(name)
        for one in said
        for name, value in one.values.items()
    }
    for mark in old.keys() - places.keys():
        db.session.delete(old[mark])
    for mark in [mark for mark in places if mark not in old]:
        source, name, value = mark
        place = places[mark] or {}
        _add(invoice, name, value, source=source, document_id=document.id, place=place)
    db.session.flush()
    return old.keys() != places.keys()


def _fill(invoice: Invoice, values: Mapping[str, str]) -> bool:
    """The ledger's fields: one per name, following the ledger."""
    mine = (Field.invoice_id == invoice.id, Field.source == "ledger")
    known = {row.name: row for row in db.session.scalars(_fields(*mine))}
    changed = False
    for name, value in values.items():
        if name not in known:
            _add(invoice, name, value, source="ledger")
        elif known[name].value == value:
            continue
        else:
            known[name].value = value
        changed = True
    db.session.flush()
    return changed


def _fields(*conditions: ColumnElement[bool]) -> Select[Field]:
    return select(Field).where(*conditions).order_by(Field.id)


def _add(invoice: Invoice, name: str, value: str, **facts: Any) -> None:
    db.session.add(Field(id=new_id(), invoice_id=invoice.id, name=name, value=value, **facts))


def _hold(invoice: Invoice, document: Document, holder: Member) -> None:
    same = (
        Holding.invoice_id == invoice.id,
        Holding.member_id == holder.id,
        Holding.document_id == document.id,
    )
    if db.session.scalar(select(Holding.id).where(*same)) is None:
        db.session.add(
            Holding(
                id=new_id(), invoice_id=invoice.id, member_id=holder.id, document_id=document.id
            )
        )
        db.session.flush()


def _tell(invoice: Invoice, what: str, source: str, **facts: Any) -> None:
    db.session.add(
        Change(
            id=new_id(),
            company_id=invoice.company_id,
            invoice_id=invoice.id,
            what=what,
            source=source,
            facts=facts,
        )
    )
