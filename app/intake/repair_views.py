"""Mending an invoice: its fields by hand, its files, a second reading, a word to finance."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, request, url_for

from app.accounts.door import enter, me, needs
from app.accounts.roles import Power
from app.core.errors import Problem
from app.core.fields import MONEY, masked
from app.documents import documents
from app.documents.models import Document
from app.intake import moving, panels, repair
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import fragment, page, seen, wants_fragment

bp = Blueprint("repair", __name__)


@bp.route("/invoices/<invoice_id>/correct", methods=["GET", "POST"])
@needs(Power.HAND_IN)
def correct(invoice_id: str) -> Any:
    invoice, form = _invoice(invoice_id), Form(request.form)
    if request.method == "POST":
        form.tries(partial(repair.correct, invoice, request.form, by=me()))
        if not form.errors:
            return seen(url_for("invoices.show", invoice_id=invoice_id))
    facts = {"money": MONEY, "masked": masked}
    return page("intake/correct.html", form, invoice=invoice, names=repair.FIELDS, **facts)


@bp.post("/invoices/<invoice_id>/files")
@needs(Power.HAND_IN)
def attach(invoice_id: str) -> Any:
    invoice, file = _invoice(invoice_id), request.files["file"]
    key = request.headers.get("Idempotency-Key", "")[:64] or request.form.get("key", "")[:64]
    try:
        repair.attach(invoice, file.stream, file.filename or "", by=me(), key=key)
    except Problem as problem:
        if not wants_fragment():
            raise
        facts = {"name": file.filename or "", "problem": problem}
        return fragment("intake/_refused.html", "", problem.status, **facts)
    return seen(url_for("invoices.show", invoice_id=invoice_id))


@bp.post("/invoices/<invoice_id>/files/<document_id>/detach")
@needs(Power.HAND_IN)
def detach(invoice_id: str, document_id: str) -> Any:
    invoice = _invoice(invoice_id)
    mine = {holding.document for holding in invoice.holdings if holding.member_id == me().id}
    document = _document(document_id)
    if document not in mine:
        abort(404)
    repair.detach(invoice, document, by=me())
    return seen(url_for("invoices.show", invoice_id=invoice_id))


@bp.post("/invoices/<invoice_id>/move")
@needs(Power.HAND_IN)
def move(invoice_id: str) -> Any:
    seat, there = moving.move(_invoice(invoice_id), by=me())
    enter(seat)
    return seen(url_for("invoices.show", invoice_id=there.id))


@bp.post("/invoices/<invoice_id>/report")
@needs(Power.HAND_IN)
def report(invoice_id: str) -> Any:
    repair.report(_invoice(invoice_id), by=me())
    return seen(url_for("invoices.show", invoice_id=invoice_id))


@bp.post("/documents/<document_id>/again")
@needs(Power.HAND_IN)
def read_again(document_id: str) -> Any:
    repair.read_again(_document(document_id), by=me())
    return seen(url_for("documents.show", document_id=document_id))


@bp.get("/documents/<document_id>/looking")
def looking(document_id: str) -> Any:
    """The word that a picture is being looked at; once it was, the page comes anew."""
    document = _document(document_id)
    facts = panels.document_panel(document, me()).facts
    answer = fragment("intake/_parts.html", document=document, p=facts)
    if not facts["is_waiting"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/documents/<document_id>/parts")
@needs(Power.HAND_IN)
def merge_parts(document_id: str) -> Any:
    numbers, shown = request.form.getlist("part", type=int), request.form.get("seen", "")
    repair.merge_parts(_document(document_id), numbers, by=me(), seen=shown)
    return seen(url_for("documents.show", document_id=document_id))


@bp.post("/documents/<document_id>/parts/split")
@needs(Power.HAND_IN)
def split_part(document_id: str) -> Any:
    number, shown = request.form.get("split", 0, type=int), request.form.get("seen", "")
    repair.split_part(_document(document_id), number, by=me(), seen=shown)
    return seen(url_for("documents.show", document_id=document_id))


@bp.post("/documents/<document_id>/parts/again")
@needs(Power.HAND_IN)
def part_again(document_id: str) -> Any:
    repair.part_again(_document(document_id), by=me())
    return seen(url_for("documents.show", document_id=document_id))


def _invoice(invoice_id: str) -> Invoice:
    found: Invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    return found


def _document(document_id: str) -> Document:
    found: Document = db.one_or_404(documents.visible_to(me()).where(Document.id == document_id))
    return found
