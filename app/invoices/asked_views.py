"""More ways to ask of the wallet: the sheet of filters, saved views, tags."""

from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, request, url_for
from flask_babel import get_locale

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.core.invoice import KINDS
from app.core.period import today
from app.core.verdict import Authenticity, Lifecycle
from app.invoices import filters, invoices, saved, tags
from app.invoices.models import Invoice, View
from app.invoices.queries import Asked
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import fragment, page, seen, wants_fragment

bp = Blueprint("asked", __name__)
_SKELETONS = {4: "y", 7: "yMMM"}


@bp.get("/filters")
def choose() -> Any:
    asked = Asked.of(request.args)
    facts = {
        "asked": asked,
        "kinds": KINDS,
        "verdicts": Authenticity,
        "lifecycles": Lifecycle,
        "states": filters.STATES,
        "sources": filters.BROUGHT,
        "tags": tags.known(me()),
        "periods": _periods(today(now()), asked.filters.get("period", "")),
        "powers": Power,
    }
    if wants_fragment():
        return fragment("invoices/_filters.html", **facts)
    return page("invoices/filters.html", **facts)


@bp.route("/views", methods=["GET", "POST"])
def views() -> Any:
    asked = Asked.of(request.args)
    form = Form(request.form)
    if request.method == "POST":
        name = form.text("name", most=saved.LONGEST)
        shared = form.value("shared") == "on"
        form.tries(partial(saved.save, name, asked.state(), is_shared=shared, by=me()))
        if not form.errors:
            state: dict[str, Any] = {**asked.state()}
            return seen(url_for("invoices.index", **state))
    facts = {"asked": asked, "views": saved.listed(me()), "powers": Power}
    may_change = partial(saved.may_change, member=me())
    return page("invoices/views.html", form, may_change=may_change, **facts)


@bp.post("/views/<view_id>/name")
def rename_view(view_id: str) -> Any:
    form = Form(request.form)
    name = form.text("name", most=saved.LONGEST)
    form.tries(partial(saved.rename, _view(view_id), name, by=me()))
    return seen(url_for("asked.views"))


@bp.post("/views/<view_id>/removal")
def delete_view(view_id: str) -> Any:
    saved.delete(_view(view_id), by=me())
    return seen(url_for("asked.views"))


@bp.post("/invoices/<invoice_id>/tags")
@needs(Power.HAND_IN)
def tag(invoice_id: str) -> Any:
    invoice = _invoice(invoice_id)
    tags.put([invoice], request.form.get("word", ""), by=me())
    return _tagged(invoice)


@bp.post("/invoices/<invoice_id>/tags/removal")
@needs(Power.HAND_IN)
def untag(invoice_id: str) -> Any:
    invoice = _invoice(invoice_id)
    tags.take_off([invoice], request.form.get("word", ""), by=me())
    return _tagged(invoice)


def span_title(text: str) -> str:
    """A year, a quarter or a month as the reader says it."""
    start = filters.span(text).start
    skeleton = "yQQQ" if "Q" in text else _SKELETONS[len(text)]
    return str(format_skeleton(skeleton, start, locale=get_locale()))


def _periods(on: date, asked: str) -> list[tuple[str, str]]:
    """The last months, quarters and years, and the one that is asked for."""
    at, quarter = on.year * 12 + on.month - 1, on.year * 4 + (on.month - 1) // 3
    every = [f"{month // 12}-{month % 12 + 1:02}" for month in range(at, at - 6, -1)]
    every += [f"{one // 4}-Q{one % 4 + 1}" for one in range(quarter, quarter - 4, -1)]
    every += [str(year) for year in range(on.year, on.year - 3, -1)]
    if asked and asked not in every:
        every.append(asked)
    return [(text, span_title(text)) for text in every]


def _tagged(invoice: Invoice) -> Any:
    if not wants_fragment():
        return seen(url_for("invoices.show", invoice_id=invoice.id))
    facts = {"tags": tags.of([invoice]).get(invoice.id, []), "known": tags.known(me())}
    return fragment("invoices/_tags.html", invoice=invoice, powers=Power, **facts)


def _invoice(invoice_id: str) -> Invoice:
    found: Invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    return found


def _view(view_id: str) -> View:
    found: View = db.one_or_404(saved.visible_to(me()).where(View.id == view_id))
    return found
