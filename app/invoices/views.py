"""The wallet and one invoice."""

from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, abort, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.door import me
from app.accounts.roles import Power
from app.core.fields import masked
from app.core.invoice import KINDS
from app.core.period import today
from app.documents import documents
from app.documents.models import Document
from app.invoices import holdings, invoices, offers, queries, saved, spots, tags, told, wallet
from app.invoices.asked_views import span_title
from app.invoices.filters import BROUGHT, FILTERS, STATES
from app.invoices.models import Field, Holding, Invoice
from app.invoices.panels import list_name, panels, wallet_panels
from app.invoices.spots import spot
from app.invoices.words import NAMES
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.ids import new_id
from app.plumbing.web import fragment, page, seen, wants_fragment

ORDER = list(NAMES)
POINTED_AT = [name for name in NAMES if not name.startswith(("qr", "crc", "kind", "is_"))]
bp = Blueprint("invoices", __name__, url_prefix="/invoices")


@bp.get("")
def index() -> Any:
    before = request.args.get("before", "")
    asked = queries.Asked.of(request.args)
    if not wants_fragment() and "" in request.args.values():
        return seen(_address(asked, before=before))
    shown = queries.look(me(), asked, before)
    facts = {
        "asked": asked,
        "shown": shown,
        "rows": wallet.rows(shown.found, me(), asked.on),
        "month_title": partial(_month_title, on=asked.on),
        "address": partial(_address, asked),
        "most": queries.MOST,
        "summed": queries.SUMMED,
        "labels": {name: one.label for name, one in FILTERS.items()},
        "terms": {**STATES, **BROUGHT},
        "kind_titles": {kind.word: kind.zh for kind in KINDS},
        "span_title": span_title,
        "list_name": list_name(asked.filters.get("batch", ""), me()),
        "views": [(view, view.state == asked.state()) for view in saved.listed(me())],
        "is_part": wants_fragment(),
    }
    if not wants_fragment():
        return page("invoices/index.html", panels=wallet_panels(me()), **facts)
    if before:
        return fragment("invoices/_months.html", **facts)
    answer = fragment("invoices/_found.html", **facts)
    answer.headers["HX-Replace-Url"] = _address(asked)
    return answer


@bp.get("/<invoice_id>")
def show(invoice_id: str) -> Any:
    invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    best, held = told.best(invoice), _documents(invoice)
    facts = {
        "fields": best,
        "everything": sorted(filter(_is_shown, told.everything(invoice)), key=_rank),
        "kind_titles": {kind.word: kind.zh for kind in KINDS},
        "lines": told.lines(invoice),
        "documents": held,
        "paper": next((one for one in held if one.has_preview), held[0] if held else None),
        "age": wallet.unused_days(invoice, today(now())),
        "long": wallet.LONG_DAYS,
        "others": holdings.others_with(invoice, me()),
        "mine": {holding.document_id for holding in invoice.holdings if holding.member is me()},
        "spots": {name: row for name, row in best.items() if row.document in held and spot(row)},
        "names": NAMES,
        "masked": masked,
        "tags": tags.of([invoice]).get(invoice.id, []),
        "known": tags.known(me()),
        "side": offers.of_invoice(invoice, me()),
        "powers": Power,
        "key": new_id(),
    }
    return page("invoices/show.html", invoice=invoice, panels=panels(invoice, me()), **facts)


@bp.get("/<invoice_id>/originals/<document_id>")
def original(invoice_id: str, document_id: str) -> Any:
    invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    document = next((one for one in _documents(invoice) if one.id == document_id), None)
    if document is None:
        abort(404)
    found = spots.on(invoice, document, POINTED_AT)
    facts = {"pages": documents.count_pages(document), "names": NAMES, "spots": found}
    facts["spot"] = spots.find(invoice, document, request.args)
    return page("invoices/original.html", invoice=invoice, document=document, **facts)


def _address(asked: queries.Asked, **other: str) -> str:
    """The wallet as it is asked for now, but for what is other."""
    state = {**asked.state(), **other}
    if state.get("only") == queries.ONLY[0]:
        state["only"] = ""
    said: dict[str, Any] = {name: text for name, text in state.items() if text}
    return url_for("invoices.index", **said)


def _month_title(month: queries.Month, on: date) -> str:
    """The year is said only where it is not this one."""
    if month is None:
        return str(_("No date yet"))
    skeleton = "MMM" if month[0] == on.year else "yMMM"
    return str(format_skeleton(skeleton, date(*month, 1), locale=get_locale()))


def _is_shown(field: Field) -> bool:
    """By what a slip was known first is nothing that anybody reads."""
    return field.name != "slip"


def _rank(field: Field) -> int:
    """Fields in the order in which an invoice is read; those without a name come last."""
    return ORDER.index(field.name) if field.name in ORDER else len(ORDER)


def _documents(invoice: Invoice) -> list[Document]:
    held = select(Holding.document_id).where(Holding.invoice_id == invoice.id)
    seen = documents.visible_to(me()).where(Document.id.in_(held)).order_by(Document.id)
    return list(db.session.scalars(seen))
