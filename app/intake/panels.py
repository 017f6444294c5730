"""What intake adds to the pages of a document and of an invoice."""

from collections.abc import Sequence

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.invoice import InvoiceKey
from app.core.period import today
from app.documents import documents, parts, readings
from app.documents.models import Copy, Document
from app.documents.panels import Panel
from app.intake import intake, reviews
from app.invoices import wallet
from app.invoices.models import Invoice
from app.invoices.panels import Panel as InvoicePanel
from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.settings import settings


def invoice_panel(invoice: Invoice, member: Member) -> InvoicePanel:
    """What was decided by somebody who looked at it, and the way there for who may decide."""
    facts = {
        "review": reviews.newest(invoice),
        "reasons": reviews.REASONS,
        "other": reviews.OTHER,
        "is_due": bool(invoice.review_for) and member.may(Power.DECIDE),
    }
    return InvoicePanel("", facts, lead="intake/_reviewed.html")


def document_panel(document: Document, member: Member) -> Panel:
    """What came of a document, where it went, or the way to type the number that is not read."""
    mine = documents.copies_visible_to(member).where(Copy.document_id == document.id)
    copies = db.session.scalars(mine.order_by(Copy.id.desc())).all()
    seen = intake.invoices_seen(document, member)
    facts = {
        "invoices": wallet.rows(seen, member, today(now())),
        "moved": copies[0] if copies and all(copy.moved_to for copy in copies) else None,
        "parts": parts.parts(document) if settings().has_eyes else [],
        "version": parts.version(document),
        "by_key": _by_key(document, seen),
        "are_by_hand": settings().has_eyes and parts.are_by_hand(document),
        "is_waiting": readings.wants_looking(document)
        and queue.is_in_line(intake.LOOK, document.id),
        "may_type": bool(copies) and member.may(Power.HAND_IN),
    }
    return Panel("intake/_came_of.html", facts, has_invoice=bool(seen))


def _by_key(document: Document, seen: Sequence[Invoice]) -> dict[InvoiceKey, Invoice]:
    """By what each is known, and by what it was while it had no number."""
    slips = {
        InvoiceKey.file(row.value): invoice
        for invoice in seen
        for row in invoice.fields
        if row.name == "slip" and row.document_id == document.id
    }
    return slips | {invoice.key: invoice for invoice in seen}
