"""Put together what belongs together: an invoice and its itinerary, a fee and its ticket."""

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Member
from app.core.errors import N_, Problem
from app.core.money import Money
from app.documents import itineraries
from app.documents.models import Copy, Document, Itinerary
from app.invoices import changes, matching
from app.invoices.models import Holding, Invoice, Pair
from app.journal import journal
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id


class NotTogether(Problem):
    """A pair across people, or of things of which one has no use for the other."""

    message = N_("These two do not go together: nobody here brought both.")


class HasOne(Problem):
    """Only one at a time."""

    message = N_("This invoice has its document already. Take that one away first.")


def of_invoice(invoice: Invoice) -> list[Pair]:
    """What an invoice goes with now, the oldest first: itineraries, its ticket, and its fees."""
    mine = or_(Pair.invoice_id == invoice.id, Pair.ticket_id == invoice.id)
    query = select(Pair).where(mine, Pair.parted_at.is_(None))
    return list(db.session.scalars(query.order_by(Pair.id)))


def of_document(document: Document) -> list[Pair]:
    """The invoices with which a document goes now."""
    query = select(Pair).where(Pair.document_id == document.id, Pair.parted_at.is_(None))
    return list(db.session.scalars(query.order_by(Pair.id)))


def seek(invoice: Invoice) -> None:
    """Pair an invoice with the one thing that fits it, if that fits nothing else.

    Joins the transaction in hand; asks nothing for an invoice that goes with nothing.
    """
    with transaction():
        fitting = matching.itineraries_of(invoice)
        if len(fitting) == 1 and matching.invoices_of(fitting[0]) == [invoice]:
            _find(invoice, document_id=fitting[0].document_id)
        for fee, ticket in matching.fees_of(invoice):
            _find(fee, ticket_id=ticket.id)


def seek_for(itinerary: Itinerary) -> None:
    """The same from the side of an itinerary; one that goes with an invoice already stays there."""
    with transaction():
        fitting = matching.invoices_of(itinerary)
        if len(fitting) == 1 and not of_document(itinerary.document):
            seek(fitting[0])


def follow(document: Document) -> None:
    """Take note of what a document that was read goes with; joins the transaction in hand.

    One that is no itinerary any more goes with nothing; one that could not be read now stays.
    """
    if document.kind not in itineraries.KINDS or document.reading is None:
        return
    with transaction():
        before = document.itinerary
        itinerary = itineraries.note(document)
        if itinerary:
            seek_for(itinerary)
        elif before:
            db.session.expire(document, ["itinerary"])
            _forget_all(document)


def pair(
    invoice: Invoice,
    *,
    by: Member,
    document: Document | None = None,
    ticket: Invoice | None = None,
) -> None:
    """Put an invoice with a document, or a fee with its ticket; their sums may differ.

    Doing it twice changes nothing. Joins the transaction in hand.

    Raises:
        NotTogether: nobody brought both, or the document is no itinerary.
        HasOne: the invoice goes with something else.
    """
    with transaction():
        changes.in_turn(invoice)
        is_fit = _is_fit(invoice, document, by) if document else _is_for(invoice, ticket, by)
        if not is_fit:
            raise NotTogether
        theirs = {"document_id": document.id if document else None}
        theirs["ticket_id"] = ticket.id if ticket else None
        before = _now(invoice)
        if before and (before.document_id, before.ticket_id) != tuple(theirs.values()):
            raise HasOne
        if before is None:
            kept = _known(invoice, **theirs) or _new(invoice, **theirs)
            kept.parted_at, kept.member_id = None, by.id
            db.session.flush()
            journal.write(by.company_id, "invoice-paired", invoice.id, by=by.person, **_facts(kept))


def part(one: Pair, *, by: Member) -> None:
    """Take a pair apart; it is not found again by itself. Joins the transaction in hand."""
    with transaction():
        changes.in_turn(one.invoice)
        db.session.refresh(one)
        if one.parted_at is None:
            one.parted_at = now()
            journal.write(
                by.company_id, "invoice-parted", one.invoice_id, by=by.person, **_facts(one)
            )


def tidy(invoice: Invoice) -> None:
    """Forget the pairs of which nobody here has both any more; joins the transaction in hand."""
    with transaction():
        for one in of_invoice(invoice):
            if not _holders(one.invoice_id) & _havers(one):
                _forget(one)


def carry(invoice: Invoice, document: Document, *, to: Member, is_chosen: bool) -> None:
    """Make a pair anew where ``to``, who has moved both halves, works now.

    Joins the transaction in hand. ``is_chosen`` says that a person had made it; the document may
    not have been read there yet.
    """
    with transaction():
        if _now(invoice) is None and _known(invoice, document_id=document.id) is None:
            made = _new(invoice, document_id=document.id)
            made.member_id = to.id if is_chosen else None
            db.session.flush()
            facts = _facts(made)
            journal.write(to.company_id, "invoice-paired", invoice.id, by=to.person, **facts)


def pour(invoice: Invoice, other: Invoice) -> None:
    """What one invoice goes with becomes another's, as far as that has nothing yet.

    What somebody took apart from the other stays apart, unless a person put it with this one.
    """
    for one in of_invoice(invoice):
        is_first = one.invoice_id == invoice.id
        first, ticket_id = (other, one.ticket_id) if is_first else (one.invoice, other.id)
        if ticket_id == first.id or (is_first and _now(other)):
            _forget(one)
            continue
        apart = _known(first, document_id=one.document_id, ticket_id=ticket_id)
        if apart and not one.member_id:
            _forget(one)
            continue
        if apart:
            db.session.delete(apart)
            db.session.flush()
        one.invoice_id, one.ticket_id = first.id, ticket_id
        db.session.flush()


def visible_to(seen: Select[Invoice]) -> Select[Pair]:
    """The pairs of invoices that somebody may see."""
    return select(Pair).where(Pair.invoice_id.in_(seen.with_only_columns(Invoice.id)))


def sums(one: Pair) -> tuple[Money, Money] | None:
    """What the invoices say and what their itinerary says, where both are known and differ."""
    listed = one.document.itinerary.total if one.document and one.document.itinerary else None
    if listed is None or one.document is None:
        return None
    totals = [other.invoice.total for other in of_document(one.document)]
    known = [total for total in totals if total is not None]
    said = Money.sum(known)
    return (said, listed) if len(known) == len(totals) and said != listed else None


def _find(invoice: Invoice, **theirs: str | None) -> None:
    """Keep what was found, unless somebody was quicker or took it apart before."""
    if _now(invoice) or _known(invoice, **theirs):
        return
    try:
        with db.session.begin_nested():
            kept = _new(invoice, **theirs)
    except IntegrityError:
        return
    journal.write(
        invoice.company_id, "invoice-paired", invoice.id, by=journal.System(), **_facts(kept)
    )


def _forget_all(document: Document) -> None:
    for one in db.session.scalars(select(Pair).where(Pair.document_id == document.id)).all():
        _forget(one)


def _new(invoice: Invoice, **theirs: str | None) -> Pair:
    made = Pair(id=new_id(), company_id=invoice.company_id, invoice_id=invoice.id, **theirs)
    db.session.add(made)
    db.session.flush()
    return made


def _now(invoice: Invoice) -> Pair | None:
    query = select(Pair).where(Pair.invoice_id == invoice.id, Pair.parted_at.is_(None))
    return db.session.scalar(query)


def _known(invoice: Invoice, **theirs: str | None) -> Pair | None:
    """The same pair, together or apart."""
    return db.session.scalar(select(Pair).filter_by(invoice_id=invoice.id, **theirs))


def _forget(one: Pair) -> None:
    facts = _facts(one)
    journal.write(one.company_id, "invoice-parted", one.invoice_id, by=journal.System(), **facts)
    db.session.delete(one)
    db.session.flush()


def _facts(one: Pair) -> dict[str, str]:
    if one.document_id:
        return {"digest": db.session.get_one(Document, one.document_id).digest}
    return {"key": str(db.session.get_one(Invoice, one.ticket_id).key)}


def _is_fit(invoice: Invoice, document: Document, by: Member) -> bool:
    itinerary = document.itinerary
    if itinerary is None or itinerary.kind != matching.wanted(invoice):
        return False
    return bool((_holders(invoice.id) | {by.id}) & _bringers(document.id))


def _is_for(invoice: Invoice, ticket: Invoice | None, by: Member) -> bool:
    if ticket is None or not matching.is_rail_fee(invoice) or not matching.is_ticket(ticket):
        return False
    return bool((_holders(invoice.id) | {by.id}) & _holders(ticket.id))


def _havers(one: Pair) -> set[str]:
    """Whoever has the other half; of a pair made by hand also who made it."""
    theirs = _bringers(one.document_id) if one.document_id else _holders(one.ticket_id or "")
    if one.member_id in theirs:
        theirs |= _holders(one.invoice_id)
    return theirs


def _holders(invoice_id: str) -> set[str]:
    query = select(Holding.member_id).where(Holding.invoice_id == invoice_id)
    return set(db.session.scalars(query))


def _bringers(document_id: str) -> set[str]:
    brought = (Copy.document_id == document_id, Copy.moved_to.is_(None))
    return set(db.session.scalars(select(Copy.member_id).where(*brought)))
