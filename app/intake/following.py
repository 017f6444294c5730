"""An itinerary goes where its invoice went, for somebody who works for several companies."""

from collections.abc import Sequence
from datetime import timedelta

from app.accounts import people
from app.accounts.models import Member
from app.accounts.roles import Power
from app.documents import documents, itineraries, moves
from app.documents.models import Copy, Itinerary
from app.invoices import matching, pairs
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db

JUST = timedelta(hours=1)
"""An invoice that went away no longer ago than this takes its itinerary along."""


def bring_together(copy: Copy, learned: Sequence[Invoice], *, then: str) -> None:
    """Hand an itinerary over to the company to which its invoice has just gone.

    Whichever of the two was read first. The invoice went there by hand or because it names that
    company as its buyer; that sums agree is not enough. Only where nothing fits in its own company,
    never back, and never from or to somebody's own space. Joins the transaction in hand. ``then``
    names the worker's verb that reads it there.
    """
    if copy.member.company.is_personal:
        return
    if copy.document.kind in itineraries.KINDS and copy.document.itinerary:
        _send(copy, copy.document.itinerary, then)
    for invoice in learned:
        if matching.wanted(invoice) and invoice.buyer_tax_id == copy.member.company.tax_id:
            _fetch(invoice, copy, then)


def _send(copy: Copy, itinerary: Itinerary, then: str) -> None:
    if pairs.of_document(copy.document) or matching.invoices_of(itinerary):
        return
    gone = moves.went_since(copy.member, now() - JUST)
    seats = _seats(copy.member, {there.member_id for there in gone})
    fitting = matching.invoices_of(itinerary, seats) if seats else []
    went = {there.document_id for there in gone}
    if len(fitting) != 1 or not went & {one.document_id for one in fitting[0].holdings}:
        return
    for seat in seats:
        if seat.company.tax_id == fitting[0].buyer_tax_id:
            _hand_over(copy, seat, then)


def _fetch(invoice: Invoice, there: Copy, then: str) -> None:
    if pairs.of_invoice(invoice) or matching.itineraries_of(invoice):
        return
    seats = _seats(there.member, moves.came_from(there, now() - JUST))
    fitting = matching.itineraries_of(invoice, seats) if seats else []
    if len(fitting) != 1 or matching.invoices_of(fitting[0]):
        return
    for seat in seats:
        theirs = documents.copies_visible_to(seat).where(
            Copy.document_id == fitting[0].document_id, Copy.moved_to.is_(None)
        )
        for copy in db.session.scalars(theirs).all():
            _hand_over(copy, there.member, then)


def _seats(member: Member, ids: set[str]) -> list[Member]:
    """Those of the same person's other seats in companies where they may hand in."""
    own = people.seats_visible_to(member).where(Member.id != member.id, Member.id.in_(ids))
    return [
        seat
        for seat in db.session.scalars(own)
        if seat.may(Power.HAND_IN) and not seat.company.is_personal
    ]


def _hand_over(copy: Copy, seat: Member, then: str) -> None:
    """What came from elsewhere, or is there already, was put where it is by a person."""
    if not documents.came_by_moving(copy) and not moves.has_brought(seat, copy.document.digest):
        documents.hand_over(copy, seat, then=then)
