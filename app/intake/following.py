"""An itinerary goes where its invoice is, for somebody who works for several companies."""

from collections.abc import Sequence

from app.accounts import people
from app.accounts.models import Member
from app.accounts.roles import Power
from app.documents import documents, itineraries
from app.documents.models import Copy, Itinerary
from app.invoices import matching, pairs
from app.invoices.models import Invoice
from app.plumbing.db import db


def bring_together(copy: Copy, learned: Sequence[Invoice], *, then: str) -> None:
    """Hand an itinerary over to the seat that holds the one invoice it fits, whichever came first.

    Only where nothing fits in its own company, and never back. Joins the transaction in hand.
    ``then`` names the worker's verb that reads it there.
    """
    document = copy.document
    itinerary = document.itinerary if document.kind in itineraries.KINDS else None
    wanting = [one for one in learned if matching.wanted(one)]
    seats = _elsewhere(copy.member) if itinerary or wanting else []
    if itinerary and seats:
        _send(copy, itinerary, seats, then)
    for invoice in wanting if seats else ():
        _fetch(invoice, copy.member, seats, then)


def _elsewhere(member: Member) -> list[Member]:
    own = people.seats_visible_to(member).where(Member.id != member.id)
    return [seat for seat in db.session.scalars(own) if seat.may(Power.HAND_IN)]


def _send(copy: Copy, itinerary: Itinerary, seats: list[Member], then: str) -> None:
    if pairs.of_document(copy.document) or matching.invoices_of(itinerary):
        return
    fitting = matching.invoices_of(itinerary, seats)
    if len(fitting) == 1 and not documents.came_by_moving(copy):
        seat = next(one for one in seats if one.company_id == fitting[0].company_id)
        documents.hand_over(copy, seat, then=then)


def _fetch(invoice: Invoice, member: Member, seats: list[Member], then: str) -> None:
    if pairs.of_invoice(invoice) or matching.itineraries_of(invoice):
        return
    fitting = matching.itineraries_of(invoice, seats)
    if len(fitting) != 1 or matching.invoices_of(fitting[0]):
        return
    for seat in seats:
        theirs = documents.copies_visible_to(seat).where(
            Copy.document_id == fitting[0].document_id, Copy.moved_to.is_(None)
        )
        for copy in db.session.scalars(theirs).all():
            if not documents.came_by_moving(copy):
                documents.hand_over(copy, member, then=then)
