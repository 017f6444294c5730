"""What goes with what: which itineraries fit an invoice, and which ticket a fee is for.

An itinerary fits an invoice of the same company, brought by somebody who holds the invoice, of the
same sum to the fen, issued on the day of the last ride or departure or up to ``SPAN`` later.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Member
from app.core import platforms
from app.core.invoice import InvoiceKey, NotAnInvoiceKey, kind
from app.core.verdict import Lifecycle
from app.documents.models import Copy, Itinerary
from app.invoices import told
from app.invoices.models import Field, Holding, Invoice, Pair
from app.plumbing.db import db

SPAN = timedelta(days=90)
"""How long after the last ride an invoice may be issued and still be found by itself."""

PURPOSES = {"ride": "taxi", "stay": "hotel"}
ENDED = frozenset(Lifecycle) - {Lifecycle.UNKNOWN, Lifecycle.NORMAL}
"""What became of an invoice that is worth its sum no longer."""

_TRIP = ("business", "passenger", "train", "travelled", "departure", "destination")


def wanted(invoice: Invoice) -> str:
    """The kind of itinerary that goes with an invoice, ``ride`` or ``stay``; empty where none does.

    A slip of a taxi is its own; that of a hailed ride is known by its goods or its seller. What is
    red, or was taken back since, was for no ride that anybody lists.
    """
    if kind(invoice.kind_word).purpose or invoice.key.scheme == "file":
        return ""
    amount = invoice.shown_amount
    if invoice.lifecycle in ENDED or (amount is not None and amount.fen <= 0):
        return ""
    found = (word for word, purpose in PURPOSES.items() if purpose == invoice.purpose)
    return next(found, "")


def is_fee(business: str) -> bool:
    """Whether a rail invoice is for giving a ticket back or changing it (FORMATS §7.2: 售, 退, 改).

    As the business of the accounting data, or as its page says.
    """
    return "退" in business or "改" in business


def is_rail_fee(invoice: Invoice) -> bool:
    """Whether an invoice is the fee for giving a ticket back or changing it."""
    return invoice.purpose == "train" and is_fee(_business(invoice))


def is_ticket(invoice: Invoice) -> bool:
    """Whether an invoice of the railway is for a ticket, and not such a fee."""
    return invoice.purpose == "train" and not is_fee(_business(invoice))


def itineraries_of(invoice: Invoice, elsewhere: Sequence[Member] = ()) -> list[Itinerary]:
    """The itineraries that fit an invoice and go with none yet; those taken apart are left out.

    ``elsewhere`` are seats of its holder: what those have brought in their companies instead.
    """
    sort = wanted(invoice)
    if not sort or invoice.issued is None or invoice.total is None:
        return []
    held = select(Holding.member_id).where(Holding.invoice_id == invoice.id)
    seats = select(Member.id).where(Member.id.in_([seat.id for seat in elsewhere]))
    companies = [seat.company_id for seat in elsewhere] or [invoice.company_id]
    query = select(Itinerary).where(
        Itinerary.company_id.in_(companies),
        Itinerary.kind == sort,
        Itinerary.total == invoice.total,
        Itinerary.last.between(invoice.issued - SPAN, invoice.issued),
        Itinerary.document_id.in_(_brought(seats if elsewhere else held)),
        ~exists().where(Pair.document_id == Itinerary.document_id, _counts(invoice.id)),
        ~is_paired(invoice.id),
    )
    found = db.session.scalars(query.order_by(Itinerary.id))
    return [one for one in found if platforms.may_be_of(one.issuer, invoice.seller_name)]


def invoices_of(itinerary: Itinerary, elsewhere: Sequence[Member] = ()) -> list[Invoice]:
    """The invoices that fit an itinerary and have none yet; those taken apart are left out.

    ``elsewhere`` are seats of whoever brought it: what those hold in their companies instead.
    """
    if itinerary.last is None or itinerary.total is None:
        return []
    brought = select(Copy.member_id).where(
        Copy.document_id == itinerary.document_id, Copy.moved_to.is_(None)
    )
    seats = select(Member.id).where(Member.id.in_([seat.id for seat in elsewhere]))
    companies = [seat.company_id for seat in elsewhere] or [itinerary.company_id]
    holders = Holding.member_id.in_(seats if elsewhere else brought)
    held = select(Holding.invoice_id).where(holders)
    apart = Pair.document_id == itinerary.document_id
    query = select(Invoice).where(
        Invoice.company_id.in_(companies),
        Invoice.purpose == PURPOSES[itinerary.kind],
        Invoice.total == itinerary.total,
        Invoice.issued.between(itinerary.last, itinerary.last + SPAN),
        Invoice.id.in_(held),
        ~exists().where(Pair.invoice_id == Invoice.id, or_(Pair.parted_at.is_(None), apart)),
    )
    return [
        one
        for one in db.session.scalars(query.order_by(Invoice.id))
        if wanted(one) and platforms.may_be_of(itinerary.issuer, one.seller_name)
    ]


def fees_of(invoice: Invoice) -> list[tuple[Invoice, Invoice]]:
    """Fees with the ticket that each is for, one of the two being ``invoice``, where that is sure.

    The fee names the ticket's invoice, or both are of the same passenger, train, day and way.
    """
    if invoice.purpose != "train":
        return []
    best = told.best(invoice)
    said = {name: best[name].value for name in (*_TRIP, "blue_number") if name in best}
    if not is_fee(said.get("business", "")):
        named = _naming(invoice)
        found = named or [one for one in _same_trip(invoice, said) if one[1]]
        return [(fee, invoice) for fee, _ in found] if named or len(found) == 1 else []
    if "blue_number" in said:
        numbered = _beside(invoice).where(Invoice.key == _digital(said["blue_number"]))
        return [(invoice, ticket) for ticket in db.session.scalars(numbered)]
    same = [one for one, is_other_fee in _same_trip(invoice, said) if not is_other_fee]
    return [(invoice, same[0])] if len(same) == 1 else []


def is_paired(invoice_id: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether an invoice goes with something now."""
    return exists().where(Pair.invoice_id == invoice_id, Pair.parted_at.is_(None))


def _business(invoice: Invoice) -> str:
    best = told.best(invoice)
    return best["business"].value if "business" in best else ""


def _naming(invoice: Invoice) -> list[tuple[Invoice, bool]]:
    """The fees that name this ticket's invoice; what only takes it back is none."""
    named = (Field.name == "blue_number", Field.value == invoice.key.number)
    query = _beside(invoice).join(Field, Field.invoice_id == Invoice.id).where(*named).distinct()
    return [one for one in _sorted_out(list(db.session.scalars(query)), {}) if one[1]]


def _same_trip(invoice: Invoice, said: dict[str, str]) -> list[tuple[Invoice, bool]]:
    """Others of the same trip that name no ticket, and whether each is a fee."""
    trip = {name: said[name] for name in _TRIP[1:] if name in said}
    if len(trip) < len(_TRIP) - 1:
        return []
    day = (Field.name == "travelled", Field.value == said["travelled"])
    query = _beside(invoice).join(Field, Field.invoice_id == Invoice.id)
    rows = query.where(Invoice.purpose == "train", *day).distinct()
    return _sorted_out(list(db.session.scalars(rows)), trip)


def _sorted_out(found: list[Invoice], trip: dict[str, str]) -> list[tuple[Invoice, bool]]:
    facts = told.values(found, (*_TRIP, "blue_number")) if found else {}
    return [
        (one, is_fee(facts[one.id].get("business", "")))
        for one in found
        if not trip or trip.items() <= facts[one.id].items() and "blue_number" not in facts[one.id]
    ]


def _beside(invoice: Invoice) -> Select[Invoice]:
    """Other invoices of those who hold this one."""
    holders = select(Holding.member_id).where(Holding.invoice_id == invoice.id)
    held = select(Holding.invoice_id).where(Holding.member_id.in_(holders))
    mine = (Invoice.company_id == invoice.company_id, Invoice.id != invoice.id)
    return select(Invoice).where(*mine, Invoice.id.in_(held))


def _brought(members: Select[str]) -> ScalarSelect[str]:
    copies = select(Copy.document_id).where(Copy.member_id.in_(members), Copy.moved_to.is_(None))
    return copies.scalar_subquery()


def _counts(invoice_id: str) -> ColumnElement[bool]:
    """A pair that holds, or one of this invoice that was taken apart."""
    return or_(Pair.parted_at.is_(None), Pair.invoice_id == invoice_id)


def _digital(number: str) -> InvoiceKey | None:
    try:
        return InvoiceKey("digital", number)
    except NotAnInvoiceKey:
        return None
