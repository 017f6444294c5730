"""Held money: released with a reason, or held again."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import page, seen
from app.verification import holds, panels

bp = Blueprint("holds", __name__, url_prefix="/invoices")


@bp.route("/<invoice_id>/decision", methods=["GET", "POST"])
@needs(Power.DECIDE)
def decide(invoice_id: str) -> Any:
    invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    form, is_held = Form(request.form), request.form.get("held", invoice.is_held) in (True, "1")
    if request.method == "POST":
        act, reason = holds.release if is_held else holds.hold_again, form.text("reason", most=200)
        form.tries(partial(act, invoice, reason, by=me()))
        if not form.errors:
            return seen(url_for("invoices.show", invoice_id=invoice_id))
    facts = panels.invoice_panel(invoice, me()).facts
    return page("verification/decide.html", form, invoice=invoice, p=facts, is_held=is_held)
