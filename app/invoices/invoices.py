"""Learn of an invoice, find it, correct it, and who holds it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import fields
from app.core.invoice import InvoiceKey
from app.documents.models import Document
from app.documents.readers.found import Grouped
from app.invoices import changes, holdings, listings, pairs, told, wallet
from app.invoices.models import Field, Holding, Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id


def visible_to(member: Member) -> Select[Invoice]:
    """All that anybody holds for those who see all, else the invoices one holds."""
    mine = select(Invoice).where(Invoice.company_id == member.company_id)
    if member.may(Power.SEE_ALL):
        return mine.where(~Invoice.is_let_go)
    held = (Holding.invoice_id == Invoice.id, Holding.member_id == member.id)
    return mine.where(exists().where(*held))


def is_gone(invoice_id: str, member: Member) -> bool:
    """Whether it was the company's and nobody holds it any more; only who sees all is told."""
    same = (Invoice.id == invoice_id, Invoice.company_id == member.company_id, Invoice.is_let_go)
    return member.may(Power.SEE_ALL) and db.session.scalar(select(exists().where(*same))) is True


def of_document(document: Document, among: Select[Invoice] | None = None) -> list[Invoice]:
    """The invoices that are held with one document, all or those ``among`` others."""
    held = select(Holding.invoice_id).where(Holding.document_id == document.id)
    query = select(Invoice) if among is None else among
    return list(db.session.scalars(query.where(Invoice.id.in_(held)).order_by(Invoice.id)))


def is_known(company_id: str, key: InvoiceKey) -> bool:
    """Whether anybody in the company holds this invoice."""
    held = select(Holding.id).join(Invoice, Invoice.id == Holding.invoice_id)
    same = (Invoice.company_id == company_id, Invoice.key == key)
    return db.session.scalar(held.where(*same).limit(1)) is not None


def learn(
    grouped: Grouped, document: Document, holder: Member, since: datetime | None = None
) -> Invoice:
    """Keep what a document says of an invoice, once per company and key, and who holds it.

    What was taken from the holder as a duplicate after ``since``, when they brought it, stays away.

    Joins the transaction in hand. Learning the same twice changes nothing; when the document was
    read anew, what it no longer says goes, and what people typed or corrected stays.
    """
    with transaction():
        invoice = _of_file(grouped, document) or _one(grouped.key, document.company_id, holder)
        if since and holdings.was_taken_away(invoice, holder, since):
            return invoice
        changed = told.note_document(invoice, grouped.said, document)
        holdings.hold(invoice, document, holder)
        if changed:
            told.settle(invoice)
            changes.tell(invoice, "learned", grouped.said[0].source, document=document.digest)
    return invoice


def number(document: Document, key: InvoiceKey, *, by: Member, slip: str = "") -> None:
    """Give the invoice that was known by its file its number; joins the transaction in hand.

    Where the company knows that number already, what is held and said goes there. ``slip`` is the
    id of the one that is meant where the file has several; without it none of several is.
    """
    with transaction():
        unread = [one for one in of_document(document) if one.key.scheme == "file"]
        meant = [one for one in unread if one.id == slip] if len(unread) > 1 else unread
        for invoice in meant:
            before = str(invoice.key)
            kept = db.session.scalar(
                select(Invoice).where(Invoice.company_id == by.company_id, Invoice.key == key)
            )
            if kept is None:
                invoice.key = key
            else:
                _pour(invoice, kept)
            facts = {"before": before, "after": str(key)}
            changes.tell(kept or invoice, "numbered", "typed", **facts)
            journal.write(
                by.company_id, "invoice-numbered", (kept or invoice).id, by=by.person, **facts
            )


def type_in(
    key: InvoiceKey, values: Mapping[str, str], *, by: Member, source: str = "typed"
) -> Invoice:
    """Keep an invoice that somebody typed from the paper, or whose code a device sent as text.

    Joins the transaction in hand; typing the same again changes nothing.
    """
    with transaction():
        invoice = _one(key, by.company_id, by)
        holdings.hold(invoice, None, by)
        if told.note_typed(invoice, values, by, source):
            told.settle(invoice)
            changes.tell(invoice, "learned", source)
            after = _masked(values)
            journal.write(by.company_id, "invoice-typed", invoice.id, by=by.person, after=after)
    return invoice


def correct(invoice: Invoice, values: Mapping[str, str], *, by: Member) -> None:
    """Put a value by hand over what was read; the old one, who and when stay.

    Joins the transaction in hand. Reading the documents again keeps it.
    """
    with transaction():
        changes.in_turn(invoice)
        best = told.best(invoice)
        old = {name: best[name].value if name in best else "" for name in values}
        new = {name: value for name, value in values.items() if value and value != old[name]}
        if new:
            told.note_corrected(invoice, new, by)
            told.settle(invoice)
            changes.tell(invoice, "corrected", "corrected", fields=sorted(new))
            facts = {"before": _masked({name: old[name] for name in new}), "after": _masked(new)}
            journal.write(by.company_id, "invoice-corrected", invoice.id, by=by.person, **facts)


def take_back(invoice: Invoice, corrections: Collection[str], *, by: Member) -> None:
    """Take corrections away, by the ids of their fields, whoever made them.

    What was known before counts again. Joins the transaction in hand.
    """
    with transaction():
        if gone := told.forget_corrected(invoice, corrections):
            told.settle(invoice)
            changes.tell(invoice, "corrected", "corrected", fields=sorted(gone))
            journal.write(
                by.company_id,
                "correction-taken-back",
                invoice.id,
                by=by.person,
                before=_masked(gone),
            )


def unlearn(document: Document, besides: list[Invoice]) -> list[Invoice]:
    """Forget what a document, read anew, no longer says of other invoices; gives what changed.

    Joins the transaction in hand. Who holds them stays.
    """
    with transaction():
        changed = told.forget_document(document, besides)
        for invoice in changed:
            changes.tell(invoice, "detached", "reading", document=document.digest)
    return changed


def fill(invoice: Invoice, values: Mapping[str, str]) -> None:
    """Take from the ledger what no document said; joins the transaction in hand."""
    with transaction():
        if told.note_ledger(invoice, values):
            told.settle(invoice)
            changes.tell(invoice, "filled", "ledger")


def set_verdict(
    invoice: Invoice, evidence: str, *, is_misaddressed: bool = False, **verdict: Any
) -> None:
    """Verification's one way to write its result here; a change of it is told to the right.

    ``evidence`` is the digest of what was found; the journal keeps it (DESIGN §9).
    """
    before = {name: getattr(invoice, name) for name in verdict if name != "checked_at"}
    for name, value in verdict.items():
        setattr(invoice, name, value)
    invoice.is_misaddressed = is_misaddressed
    invoice.has_problem = bool(wallet.problem(invoice))
    after = {name: verdict[name] for name in before}
    if before != after:
        changes.tell(invoice, "verdict", "verification", before=before, after=after)
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
    changes.tell(invoice, "money", "ledger", before=before, after=after)
    facts = {"before": before, "after": after}
    journal.write(
        invoice.company_id, "ledger-money-changed", invoice.id, by=journal.System(), **facts
    )


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


def _of_file(grouped: Grouped, document: Document) -> Invoice | None:
    """The invoice that stands for a slip without a number, whatever number it was given since."""
    if grouped.key.scheme != "file":
        return None
    mine = (Field.document_id == document.id, Field.name == "slip", Field.value == grouped.key.text)
    query = select(Invoice).join(Field, Field.invoice_id == Invoice.id).where(*mine)
    if found := db.session.scalars(query.order_by(Field.id)).first():
        return found
    held = of_document(document) if grouped.key == InvoiceKey.file(document.digest) else []
    return held[0] if len(held) == 1 else None


def _pour(invoice: Invoice, other: Invoice) -> None:
    """All that is held and said of one invoice becomes another's."""
    for holding in list(invoice.holdings):
        holdings.hold(other, holding.document, holding.member)
        db.session.delete(holding)
    for field in list(invoice.fields):
        field.invoice_id = other.id
    pairs.pour(invoice, other)
    listings.pour(invoice, other)
    db.session.flush()
    db.session.expire(invoice)
    holdings.note(invoice)
    db.session.expire(other, ["holdings", "fields"])
    told.settle(other)


def _masked(values: Mapping[str, str]) -> dict[str, str]:
    return {name: fields.masked(name, value) for name, value in values.items()}
