"""Learn of an invoice, find it, correct it, and who holds it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from app.accounts import people
from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import fields
from app.core.invoice import InvoiceKey
from app.documents.models import Document
from app.documents.readers.found import Grouped
from app.invoices import told
from app.invoices.models import Change, Holding, Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id


def visible_to(member: Member) -> Select[Invoice]:
    """All of the company for those who see all, else the invoices one holds."""
    mine = select(Invoice).where(Invoice.company_id == member.company_id)
    if member.may(Power.SEE_ALL):
        return mine
    held = select(Holding.invoice_id).where(Holding.member_id == member.id)
    return mine.where(Invoice.id.in_(held))


def of_document(document: Document, among: Select[Invoice] | None = None) -> list[Invoice]:
    """The invoices that are held with one document, all or those ``among`` others."""
    held = select(Holding.invoice_id).where(Holding.document_id == document.id)
    query = select(Invoice) if among is None else among
    return list(db.session.scalars(query.where(Invoice.id.in_(held)).order_by(Invoice.id)))


def holds(member: Member, document: Document) -> bool:
    """Whether the member holds any invoice with this document."""
    same = (Holding.member_id == member.id, Holding.document_id == document.id)
    return db.session.scalar(select(Holding.id).where(*same).limit(1)) is not None


def is_known(company_id: str, key: InvoiceKey) -> bool:
    """Whether anybody in the company has brought this invoice."""
    same = (Invoice.company_id == company_id, Invoice.key == key)
    return db.session.scalar(select(Invoice.id).where(*same)) is not None


def learn(grouped: Grouped, document: Document, holder: Member) -> Invoice:
    """Keep what a document says of an invoice, once per company and key, and who holds it.

    Joins the transaction in hand. Learning the same twice changes nothing; when the document was
    read anew, what it no longer says goes, and what people typed or corrected stays.
    """
    with transaction():
        invoice = _one(grouped.key, document.company_id, holder)
        changed = told.note_document(invoice, grouped.said, document)
        _hold(invoice, document, holder)
        if changed:
            told.settle(invoice)
            _tell(invoice, "learned", grouped.said[0].source, document=document.digest)
    return invoice


def type_in(key: InvoiceKey, values: Mapping[str, str], *, by: Member) -> Invoice:
    """Keep an invoice that somebody typed from the paper, under the source "typed".

    Joins the transaction in hand; typing the same again changes nothing.
    """
    with transaction():
        invoice = _one(key, by.company_id, by)
        _hold(invoice, None, by)
        if told.note_typed(invoice, values, by):
            told.settle(invoice)
            _tell(invoice, "learned", "typed")
            after = _masked(values)
            journal.write(by.company_id, "invoice-typed", invoice.id, by=by.person, after=after)
    return invoice


def correct(invoice: Invoice, values: Mapping[str, str], *, by: Member) -> None:
    """Put a value by hand over what was read; the old one, who and when stay.

    Joins the transaction in hand. Reading the documents again keeps it.
    """
    with transaction():
        _wait_for(invoice)
        best = told.best(invoice)
        old = {name: best[name].value if name in best else "" for name in values}
        new = {name: value for name, value in values.items() if value and value != old[name]}
        if new:
            told.note_corrected(invoice, new, by)
            told.settle(invoice)
            _tell(invoice, "corrected", "corrected", fields=sorted(new))
            facts = {"before": _masked({name: old[name] for name in new}), "after": _masked(new)}
            journal.write(by.company_id, "invoice-corrected", invoice.id, by=by.person, **facts)


def unlearn(document: Document, besides: list[Invoice]) -> list[Invoice]:
    """Forget what a document, read anew, no longer says of other invoices; gives what changed.

    Joins the transaction in hand. Who holds them stays.
    """
    with transaction():
        changed = told.forget_document(document, besides)
        for invoice in changed:
            _tell(invoice, "detached", "reading", document=document.digest)
    return changed


def attach(invoice: Invoice, document: Document, *, by: Member) -> None:
    """Put a document with an invoice, whatever can be read in it; joins the transaction in hand."""
    with transaction():
        if _hold(invoice, document, by):
            digest = document.digest
            journal.write(
                by.company_id, "document-attached", invoice.id, by=by.person, digest=digest
            )


def detach(invoice: Invoice, document: Document, *, by: Member) -> None:
    """Take one's own document away from an invoice, with what it said; the file itself is kept.

    Joins the transaction in hand. What others hold stays, and of a file that ``by`` does not hold
    here nothing is taken.
    """
    same = (Holding.invoice_id == invoice.id, Holding.document_id == document.id)
    with transaction():
        _wait_for(invoice)
        own = db.session.scalar(select(Holding).where(*same, Holding.member_id == by.id))
        if own is None:
            return
        db.session.delete(own)
        _hold(invoice, None, by)
        if db.session.scalar(select(Holding.id).where(*same).limit(1)) is None:
            told.note_document(invoice, [], document)
            told.settle(invoice)
        _tell(invoice, "detached", "person", document=document.digest)
        journal.write(
            by.company_id, "document-detached", invoice.id, by=by.person, digest=document.digest
        )


def belongs_to(invoice: Invoice, member: Member) -> Member | None:
    """A holder's seat in the company that is the buyer, when that is another one than this."""
    is_mine = any(holding.member_id == member.id for holding in invoice.holdings)
    return people.seat_elsewhere(member, invoice.buyer_tax_id) if is_mine else None


def let_go(invoice: Invoice, *, by: Member) -> None:
    """Take away all that one holds of an invoice; joins the transaction in hand.

    What others hold stays. What was said of an invoice that nobody holds any more stays too.
    """
    with transaction():
        for holding in [one for one in invoice.holdings if one.member_id == by.id]:
            db.session.delete(holding)
        db.session.flush()
        db.session.expire(invoice, ["holdings"])
        if invoice.holdings:
            told.forget_unheld(invoice)
            told.settle(invoice)
        _tell(invoice, "let_go", "person")
        journal.write(by.company_id, "invoice-moved", invoice.id, by=by.person)


def fill(invoice: Invoice, values: Mapping[str, str]) -> None:
    """Take from the ledger what no document said; joins the transaction in hand."""
    with transaction():
        if told.note_ledger(invoice, values):
            told.settle(invoice)
            _tell(invoice, "filled", "ledger")


def others_with(invoice: Invoice, member: Member) -> list[Holding]:
    """The first holding of everybody else who has brought the same invoice, the earliest first."""
    query = select(Holding).where(Holding.invoice_id == invoice.id).order_by(Holding.id.desc())
    newest_last = {holding.member_id: holding for holding in db.session.scalars(query)}
    return [one for one in reversed(newest_last.values()) if one.member_id != member.id]


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


def money_changed(invoice: Invoice, *, before: str, after: str) -> None:
    """Tell the right that the bureau now states another amount (yuan as text) than it did."""
    _tell(invoice, "money", "ledger", before=before, after=after)
    facts = {"before": before, "after": after}
    journal.write(
        invoice.company_id, "ledger-money-changed", invoice.id, by=journal.System(), **facts
    )


def holders(invoice: Invoice) -> list[Member]:
    """Whoever holds it, each once."""
    return list({one.member_id: one.member for one in invoice.holdings}.values())


def _one(key: InvoiceKey, company_id: str, holder: Member) -> Invoice:
    """Once per company and key, also where two files of it are learned of at the same moment."""
    same = select(Invoice).where(Invoice.company_id == company_id, Invoice.key == key)
    if known := db.session.scalar(same.with_for_update()):
        return known
    invoice = Invoice(id=new_id(), company_id=company_id, key=key)
    try:
        with db.session.begin_nested():
            db.session.add(invoice)
    except IntegrityError:
        return db.session.scalars(same.with_for_update()).one()
    journal.write(company_id, "invoice-learned", invoice.id, by=holder.person, key=str(key))
    return invoice


def _wait_for(invoice: Invoice) -> None:
    """Whoever else changes this invoice comes before or after, never between."""
    db.session.scalar(select(Invoice.id).where(Invoice.id == invoice.id).with_for_update())


def _masked(values: Mapping[str, str]) -> dict[str, str]:
    return {name: fields.masked(name, value) for name, value in values.items()}


def _hold(invoice: Invoice, document: Document | None, holder: Member) -> bool:
    """Note who holds it; False when that was known."""
    same = (
        Holding.invoice_id == invoice.id,
        Holding.member_id == holder.id,
        Holding.document_id == (document.id if document else None),
    )
    if db.session.scalar(select(Holding.id).where(*same)) is None:
        db.session.add(
            Holding(
                id=new_id(),
                invoice_id=invoice.id,
                member_id=holder.id,
                document_id=document.id if document else None,
            )
        )
        db.session.flush()
        return True
    return False


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
