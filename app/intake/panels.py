"""What intake adds to a document's page."""

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.period import today
from app.documents import documents, parts, readings
from app.documents.models import Copy, Document
from app.documents.panels import Panel
from app.intake import intake
from app.invoices import wallet
from app.plumbing.clock import now
from app.plumbing.db import db


def document_panel(document: Document, member: Member) -> Panel:
    """What came of a document, where it went, or the way to type the number that is not read."""
    mine = documents.copies_visible_to(member).where(Copy.document_id == document.id)
    copies = db.session.scalars(mine.order_by(Copy.id.desc())).all()
    seen = intake.invoices_seen(document, member)
    facts = {
        "invoices": wallet.rows(seen, member, today(now())),
        "moved": copies[0] if copies and all(copy.moved_to for copy in copies) else None,
        "parts": parts.parts(document),
        "by_key": {invoice.key: invoice for invoice in seen},
        "are_by_hand": parts.are_by_hand(document),
        "is_waiting": bool(document.reading) and readings.wants_looking(document),
        "may_type": bool(copies) and member.may(Power.HAND_IN),
    }
    return Panel("intake/_came_of.html", facts, has_invoice=bool(seen))
