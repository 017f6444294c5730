"""What of a pair one reader sees, and what is offered: of the same sum, else by the nearest day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists, or_, select

from app.accounts.models import Member
from app.core.money import Money
from app.documents import documents
from app.documents.models import Copy, Document, Itinerary
from app.invoices import invoices, matching, pairs, told
from app.invoices.models import Holding, Invoice, Pair
from app.plumbing.db import db

MOST = 8
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One pair as a reader sees it: ``may_open`` the other half, and sums that differ.

    Of what they may not open they are told no facts, and so no sum in which it counts.
    """

    pair: Pair
    may_open: bool
    sums: tuple[Money, Money] | None


@dataclass(frozen=True, slots=True)
class Side:
    """What goes with an invoice or a document, and what could; ``wanted`` is what is missing."""

    shown: Sequence[Shown]
    offered: Sequence[Itinerary | Invoice] = ()
    wanted: str = ""


def of_invoice(invoice: Invoice, member: Member) -> Side:
    """The itinerary or the ticket of an invoice, its fees, and what it could go with."""
    found = pairs.of_invoice(invoice)
    shown = [_shown(one, invoice, member) for one in found]
    if any(one.invoice_id == invoice.id for one in found):
        return Side(shown)
    if sort := matching.wanted(invoice):
        return Side(shown, _itineraries(invoice, sort, member), sort)
    if matching.is_rail_fee(invoice):
        return Side(shown, _tickets(invoice, member), "ticket")
    return Side(shown)


def of_document(document: Document, member: Member) -> Side | None:
    """The invoices of an itinerary, or those that it could wait for; None of other documents."""
    itinerary = document.itinerary
    if itinerary is None:
        return None
    seen = invoices.visible_to(member)
    found = pairs.of_document(document)
    ids = set(db.session.scalars(_ids(seen, [one.invoice_id for one in found]))) if found else set()
    are_all = all(one.invoice_id in ids for one in found)
    shown = [
        Shown(one, one.invoice_id in ids, pairs.sums(one) if are_all else None) for one in found
    ]
    return Side(shown, () if found else _invoices(itinerary, seen, member), itinerary.kind)


def _shown(one: Pair, invoice: Invoice, member: Member) -> Shown:
    if one.document_id:
        query = documents.visible_to(member).where(Document.id == one.document_id)
        document = db.session.scalar(query)
        side = of_document(document, member) if document else None
        sums = next((said.sums for said in side.shown), None) if side else None
        return Shown(one, document is not None, sums)
    other = one.ticket_id if one.invoice_id == invoice.id else one.invoice_id
    may_open = db.session.scalar(_ids(invoices.visible_to(member), [str(other)])) is not None
    return Shown(one, may_open, None)


def _itineraries(invoice: Invoice, sort: str, member: Member) -> list[Itinerary]:
    people = select(Holding.member_id).where(Holding.invoice_id == invoice.id)
    brought = select(Copy.document_id).where(
        or_(Copy.member_id.in_(people), Copy.member_id == member.id), Copy.moved_to.is_(None)
    )
    seen = documents.visible_to(member).with_only_columns(Document.id)
    query = select(Itinerary).where(
        Itinerary.company_id == invoice.company_id,
        Itinerary.kind == sort,
        Itinerary.document_id.in_(brought),
        Itinerary.document_id.in_(seen),
        ~exists().where(Pair.document_id == Itinerary.document_id, Pair.parted_at.is_(None)),
    )
    newest = db.session.scalars(query.order_by(Itinerary.id.desc()).limit(_LOOKED_AT))
    found = [one for one in newest if _could_be(one, invoice)]
    exact = [one for one in found if one.total == invoice.total is not None]
    goal = invoice.total, invoice.issued
    return sorted(exact or found, key=lambda one: _rank(one.total, one.last, *goal))[:MOST]


def _invoices(itinerary: Itinerary, seen: Select[Invoice], member: Member) -> list[Invoice]:
    people = select(Copy.member_id).where(
        Copy.document_id == itinerary.document_id, Copy.moved_to.is_(None)
    )
    held = select(Holding.invoice_id).where(
        or_(Holding.member_id.in_(people), Holding.member_id == member.id)
    )
    query = seen.where(
        Invoice.purpose == matching.PURPOSES[itinerary.kind],
        Invoice.id.in_(held),
        ~matching.is_paired(Invoice.id),
    )
    found = db.session.scalars(query.order_by(Invoice.id.desc()).limit(_LOOKED_AT))
    fitting = [one for one in found if matching.wanted(one) and _could_be(itinerary, one)]
    exact = [one for one in fitting if one.total == itinerary.total is not None]
    goal = itinerary.total, itinerary.last
    return sorted(exact or fitting, key=lambda one: _rank(one.total, one.issued, *goal))[:MOST]


def _tickets(invoice: Invoice, member: Member) -> list[Invoice]:
    people = select(Holding.member_id).where(Holding.invoice_id == invoice.id)
    held = select(Holding.invoice_id).where(
        or_(Holding.member_id.in_(people), Holding.member_id == member.id)
    )
    query = invoices.visible_to(member).where(
        Invoice.purpose == "train", Invoice.id.in_(held), Invoice.id != invoice.id
    )
    found = db.session.scalars(query.order_by(Invoice.id.desc()).limit(_LOOKED_AT)).all()
    said = told.values(found, ["business"])
    kinds = {one.id: said.get(one.id, {}).get("business", "") for one in found}
    tickets = [one for one in found if not matching.is_fee(kinds[one.id])]
    return sorted(tickets, key=lambda one: _rank(None, one.issued, None, invoice.issued))[:MOST]


def _could_be(itinerary: Itinerary, invoice: Invoice) -> bool:
    """Whether the sum is the same, or the days leave it open."""
    if itinerary.last is None or invoice.issued is None:
        return True
    gap = invoice.issued - itinerary.last
    return itinerary.total == invoice.total or timedelta(0) <= gap <= matching.SPAN


def _rank(
    total: Money | None, day: date | None, wanted: Money | None, near: date | None
) -> tuple[bool, int]:
    """The same sum comes first, then the nearest day."""
    gap = abs((day - near).days) if day and near else _LOOKED_AT * 1_000
    return total is None or total != wanted, gap


def _ids(seen: Select[Invoice], ids: Sequence[str]) -> Select[str]:
    return seen.with_only_columns(Invoice.id).where(Invoice.id.in_(ids))
