"""Who holds an invoice, and in which documents."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select

from app.accounts import people
from app.accounts.models import Member
from app.documents.models import Document
from app.invoices import changes, pairs, told
from app.invoices.cleaning_models import Decision, Part
from app.invoices.models import Change, Holding, Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id


def hold(invoice: Invoice, document: Document | None, holder: Member) -> bool:
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
        note(invoice)
        return True
    return False


def held_by(holder: Member, invoice_ids: Collection[str]) -> set[str]:
    """Those among these invoices that the member holds."""
    mine = (Holding.invoice_id.in_(invoice_ids), Holding.member_id == holder.id)
    return set(db.session.scalars(select(Holding.invoice_id).where(*mine)))


def note(invoice: Invoice) -> None:
    """Look anew who holds it, after a holding came or went: what nobody holds, nobody sees."""
    db.session.flush()
    db.session.expire(invoice, ["holdings"])
    invoice.is_let_go = not invoice.holdings


def holds(member: Member, document: Document) -> bool:
    """Whether the member holds any invoice with this document."""
    same = (Holding.member_id == member.id, Holding.document_id == document.id)
    return db.session.scalar(select(Holding.id).where(*same).limit(1)) is not None


def attach(invoice: Invoice, document: Document, *, by: Member) -> None:
    """Put a document with an invoice, whatever can be read in it; joins the transaction in hand."""
    with transaction():
        if hold(invoice, document, by):
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
        changes.in_turn(invoice)
        own = db.session.scalar(select(Holding).where(*same, Holding.member_id == by.id))
        if own is None:
            return
        db.session.delete(own)
        hold(invoice, None, by)
        if db.session.scalar(select(Holding.id).where(*same).limit(1)) is None:
            told.note_document(invoice, [], document)
            told.settle(invoice)
        changes.tell(invoice, "detached", "person", document=document.digest)
        journal.write(
            by.company_id, "document-detached", invoice.id, by=by.person, digest=document.digest
        )


def belongs_to(invoice: Invoice, member: Member) -> Member | None:
    """A holder's seat in the company that is the buyer, when that is another one than this."""
    is_mine = any(holding.member_id == member.id for holding in invoice.holdings)
    return people.seat_elsewhere(member, invoice.buyer_tax_id) if is_mine else None


def let_go(invoice: Invoice, *, by: Member) -> None:
    """Take away all that one holds of an invoice; joins the transaction in hand.

    What others hold stays. What was said of an invoice that nobody holds any more stays too, and
    so does that ``by`` once brought it (``has_let_go``).
    """
    with transaction():
        _drop(invoice, by)
        journal.write(by.company_id, "invoice-moved", invoice.id, by=by.person)


def take_away(invoice: Invoice, holder: Member, *, by: Member) -> list[dict[str, Any]]:
    """Take from a member what is a duplicate, or was never meant; gives it for ``give_back``.

    Joins the transaction in hand. The invoice and its files stay, and so does what was said of an
    invoice that nobody holds any more.
    """
    with transaction():
        changes.in_turn(invoice)
        mine = [one for one in invoice.holdings if one.member_id == holder.id]
        taken = [
            {name: getattr(one, name) for name in ("invoice_id", "member_id", "document_id")}
            for one in mine
        ]
        _drop(invoice, holder)
        journal.write(by.company_id, "invoice-let-go", invoice.id, by=by.person, holder=holder.name)
    return taken


def was_taken_away(invoice: Invoice, holder: Member, since: datetime) -> bool:
    """Whether a decision that stands, made after ``since``, took it from the holder."""
    standing = (Decision.undone_at.is_(None), Decision.made_at > since)
    query = select(Decision.let_go).join(Part, Part.group_id == Decision.group_id)
    mine = {"invoice_id": invoice.id, "member_id": holder.id}.items()
    found = db.session.scalars(query.where(Part.invoice_id == invoice.id, *standing))
    return any(mine <= row.items() for let_go in found for row in let_go)


def give_back(taken: Iterable[dict[str, Any]], *, by: Member) -> list[Invoice]:
    """Let people hold again what ``take_away`` took, with what their files say of it.

    Joins the transaction in hand; gives the invoices. What somebody brought anew since stays.
    """
    found: dict[str, Invoice] = {}
    with transaction():
        for one in taken:
            invoice = db.session.get_one(Invoice, one["invoice_id"])
            holder = db.session.get_one(Member, one["member_id"])
            document = db.session.get(Document, one["document_id"] or "")
            hold(invoice, document, holder)
            if document:
                told.note_again(invoice, document)
            found[invoice.id] = invoice
        for invoice in found.values():
            told.settle(invoice)
            changes.tell(invoice, "given_back", "person")
            journal.write(by.company_id, "invoice-given-back", invoice.id, by=by.person)
    return [*found.values()]


def has_let_go(invoice: Invoice, member: Member) -> bool:
    """Whether the member brought it once and took it away again."""
    mine = select(Change).where(Change.invoice_id == invoice.id)
    gone = mine.where(Change.what == literal_column("'let_go'"))
    return any(one.facts.get("member") == member.id for one in db.session.scalars(gone))


def once_held(member_id: str) -> ColumnElement[bool]:
    """The same of many invoices, as a test of rows: that the member holds it or has let it go."""
    holds = exists().where(Holding.invoice_id == Invoice.id, Holding.member_id == member_id)
    gone = exists().where(
        Change.invoice_id == Invoice.id,
        Change.what == literal_column("'let_go'"),
        Change.facts["member"].as_string() == member_id,
    )
    return or_(holds.correlate(Invoice), gone.correlate(Invoice))


def forget(document: Document) -> list[Invoice]:
    """Nobody holds with a document any more what it spoke of; gives what was held so.

    Joins the transaction in hand. What people put it with stays, and so does what was said by hand.
    Whose money is held stays with those who brought it: they may not decide about it.
    """
    with transaction():
        spoken = told.forget_document(document, [], besides="slip")
        for invoice in spoken:
            for holding in [one for one in invoice.holdings if one.document_id == document.id]:
                db.session.delete(holding)
                if invoice.is_held:
                    hold(invoice, None, holding.member)
            note(invoice)
            pairs.tidy(invoice)
            changes.tell(invoice, "detached", "reading", document=document.digest)
    return spoken


def others_with(invoice: Invoice, member: Member) -> list[Holding]:
    """The first holding of everybody else who has brought the same invoice, the earliest first."""
    query = select(Holding).where(Holding.invoice_id == invoice.id).order_by(Holding.id.desc())
    newest_last = {holding.member_id: holding for holding in db.session.scalars(query)}
    return [one for one in reversed(newest_last.values()) if one.member_id != member.id]


def before(invoice: Invoice, member: Member, since: datetime) -> Holding | None:
    """Who had it first: a colleague, or the member before ``since``; None when it is new."""
    query = select(Holding).where(Holding.invoice_id == invoice.id).order_by(Holding.id)
    earlier = (
        one
        for one in db.session.scalars(query)
        if one.member_id != member.id or one.made_at < since
    )
    return next(earlier, None)


def came_in(member: Member, since: datetime) -> list[Invoice]:
    """The invoices that a member began to hold since then, the newest first."""
    first = func.min(Holding.made_at)
    mine = select(Holding.invoice_id, first.label("first")).where(Holding.member_id == member.id)
    begun = mine.group_by(Holding.invoice_id).having(first >= since).subquery()
    query = select(Invoice).join(begun, begun.c.invoice_id == Invoice.id)
    return list(db.session.scalars(query.order_by(begun.c.first.desc())))


def holders(invoice: Invoice) -> list[Member]:
    """Whoever holds it, each once."""
    return list({one.member_id: one.member for one in invoice.holdings}.values())


def _drop(invoice: Invoice, holder: Member) -> None:
    for holding in [one for one in invoice.holdings if one.member_id == holder.id]:
        db.session.delete(holding)
    note(invoice)
    pairs.tidy(invoice)
    if invoice.holdings:
        told.forget_unheld(invoice)
        told.settle(invoice)
    changes.tell(invoice, "let_go", "person", member=holder.id)
