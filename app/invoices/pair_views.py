"""Putting an invoice together with what belongs to it by hand, and taking it apart."""

from typing import Any

from flask import Blueprint, request, url_for

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.documents import documents
from app.documents.models import Document
from app.invoices import invoices, pairs
from app.invoices.models import Invoice, Pair
from app.plumbing.db import db
from app.plumbing.web import seen

bp = Blueprint("pairs", __name__)


@bp.post("/invoices/<invoice_id>/pair")
@needs(Power.HAND_IN)
def pair(invoice_id: str) -> Any:
    invoice = _invoice(invoice_id)
    if chosen := request.form.get("ticket", ""):
        pairs.pair(invoice, ticket=_invoice(chosen), by=me())
    else:
        wanted = documents.visible_to(me()).where(Document.id == request.form.get("document", ""))
        pairs.pair(invoice, document=db.one_or_404(wanted), by=me())
    return _back(invoice)


@bp.post("/pairs/<pair_id>/part")
@needs(Power.HAND_IN)
def part(pair_id: str) -> Any:
    one = db.one_or_404(pairs.visible_to(invoices.visible_to(me())).where(Pair.id == pair_id))
    pairs.part(one, by=me())
    return _back(one.invoice)


def _back(invoice: Invoice) -> Any:
    """To the page on which the button was pressed: the invoice's, or that of the document."""
    if place := request.form.get("from", ""):
        wanted = documents.visible_to(me()).where(Document.id == place)
        if found := db.session.scalar(wanted):
            return seen(url_for("documents.show", document_id=found.id))
    return seen(url_for("invoices.show", invoice_id=invoice.id))


def _invoice(invoice_id: str) -> Invoice:
    found: Invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    return found
