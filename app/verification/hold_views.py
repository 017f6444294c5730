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
    form = Form(request.form)
    if request.method == "POST":
        act = holds.release if form.value("held") == "1" else holds.hold_again
        reason, shown = form.text("reason", most=200), form.value("seen")
        form.tries(partial(act, invoice, reason, by=me(), seen=shown))
        if not form.errors:
            return seen(url_for("invoices.show", invoice_id=invoice_id))
    facts = panels.invoice_panel(invoice, me()).facts
    return page("verification/decide.html", form, invoice=invoice, p=facts)
