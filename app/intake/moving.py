"""Move what one holds of an invoice to the company that is its buyer."""

from app.accounts.models import Member
from app.core.errors import N_, Problem
from app.core.invoice import InvoiceKey
from app.documents import documents, readings
from app.documents.models import Copy, Document
from app.intake.intake import READ
from app.invoices import holdings, invoices, pairs, told
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.verification import checks

Taken = list[tuple[Document, Document]]
"""Documents here, each with what it is there."""


class BelongsHere(Problem):
    """The invoice is not the member's, or not of another company where they may hand in."""

    message = N_("This invoice stays here: you may hand in for no other company that bought it.")


def move(invoice: Invoice, *, by: Member) -> tuple[Member, Invoice]:
    """Move a member's own documents and typed values; gives the seat and the invoice there.

    What others hold here and what the ledger says here stay as they are.

    Raises:
        BelongsHere: nothing was moved.
    """
    with transaction():
        seat = holdings.belongs_to(invoice, by)
        if seat is None:
            raise BelongsHere
        mine = [one.document for one in invoice.holdings if one.member_id == by.id]
        typed = told.by_hand(invoice, "typed", by)
        scanned = told.by_hand(invoice, "scanned", by)
        corrected = told.by_hand(invoice, "corrected", by)
        paired = [(one.document, bool(one.member_id)) for one in pairs.of_invoice(invoice)]
        holdings.let_go(invoice, by=by)
        taken = [_hand_over(document, by, seat) for document in mine if document]
        there = _learn(invoice.key, taken, seat)
        if there is None or typed:
            there = invoices.type_in(invoice.key, typed, by=seat)
        if scanned:
            invoices.type_in(invoice.key, scanned, by=seat, source="scanned")
        invoices.correct(there, corrected, by=seat)
        for _, document in taken:
            holdings.attach(there, document, by=seat)
        for slip, is_chosen in paired:
            if slip and (along := _take_along(slip, by, seat)):
                pairs.carry(there, along, to=seat, is_chosen=is_chosen)
        checks.check(invoice)
        checks.check(there)
    return seat, there


def _hand_over(document: Document, by: Member, seat: Member) -> tuple[Document, Document]:
    """A document here and what it is there.

    With other invoices of its holder it stays here as well, and there it is not read for them.
    """
    stays = holdings.holds(by, document)
    mine = documents.copies_visible_to(by).where(Copy.document_id == document.id)
    for copy in db.session.scalars(mine).all():
        there = documents.hand_over(copy, seat, then="" if stays else READ)
        if stays:
            copy.moved_to, there.read_at = None, there.read_at or now()
    return document, there.document


def _take_along(document: Document, by: Member, seat: Member) -> Document | None:
    """The itinerary of what moves goes along, and stays as well where it goes with more here."""
    stays = holdings.holds(by, document) or bool(pairs.of_document(document))
    mine = documents.copies_visible_to(by).where(Copy.document_id == document.id)
    there = None
    for copy in db.session.scalars(mine.where(Copy.moved_to.is_(None))).all():
        there = documents.hand_over(copy, seat, then=READ)
        if stays:
            copy.moved_to = None
    return there.document if there else None


def _learn(key: InvoiceKey, taken: Taken, seat: Member) -> Invoice | None:
    """What the documents say of the invoice, as it was read here."""
    there = None
    for here, document in taken:
        for grouped in readings.invoices_in(here.reading) if here.reading else []:
            if grouped.key == key:
                there = invoices.learn(grouped, document, seat)
    return there
