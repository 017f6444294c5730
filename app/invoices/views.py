"""The wallet and one invoice."""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.accounts.door import me
from app.accounts.roles import Power
from app.core.fields import masked
from app.core.invoice import KINDS
from app.documents import documents
from app.documents.models import Document
from app.invoices import holdings, invoices, queries, told
from app.invoices.models import Field, Holding, Invoice
from app.invoices.panels import panels
from app.invoices.words import NAMES
from app.plumbing.db import db
from app.plumbing.ids import new_id
from app.plumbing.web import page

ORDER = list(NAMES)
bp = Blueprint("invoices", __name__, url_prefix="/invoices")


@bp.get("")
def index() -> Any:
    found, older = queries.newest(me(), request.args.get("before", ""))
    return page("invoices/index.html", months=queries.by_month(found), older=older)


@bp.get("/<invoice_id>")
def show(invoice_id: str) -> Any:
    invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    facts = {
        "fields": told.best(invoice),
        "everything": sorted(told.everything(invoice), key=_rank),
        "kind_titles": {kind.word: kind.zh for kind in KINDS},
        "lines": told.lines(invoice),
        "documents": _documents(invoice),
        "others": holdings.others_with(invoice, me()),
        "mine": {holding.document_id for holding in invoice.holdings if holding.member is me()},
        "names": NAMES,
        "masked": masked,
        "powers": Power,
        "key": new_id(),
    }
    return page("invoices/show.html", invoice=invoice, panels=panels(invoice, me()), **facts)


def _rank(field: Field) -> int:
    """Fields in the order in which an invoice is read; those without a name come last."""
    return ORDER.index(field.name) if field.name in ORDER else len(ORDER)


def _documents(invoice: Invoice) -> list[Document]:
    held = select(Holding.document_id).where(Holding.invoice_id == invoice.id)
    seen = documents.visible_to(me()).where(Document.id.in_(held)).order_by(Document.id)
    return list(db.session.scalars(seen))
