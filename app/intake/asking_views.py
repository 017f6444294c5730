"""Asking by what stands on the paper, with hints while it is typed; keeping what was asked."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.core.fields import MONEY
from app.core.invoice import InvoiceKey
from app.core.period import today
from app.core.verdict import Authenticity, Lifecycle
from app.documents import documents
from app.documents.models import Document
from app.intake import asking
from app.intake.repair import FIELDS
from app.invoices import wallet
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.form import Form, Missing
from app.plumbing.web import fragment, page, seen, wants_fragment
from app.verification.titles import TITLES
from app.verification.words import next_step

bp = Blueprint("asking", __name__)


@bp.get("/ask")
def ask() -> Any:
    told: dict[str, Any] = asking.of_code(request.args.get("q", ""))
    if told:
        return seen(url_for("asking.ask", **told, ask="1"))
    form = Form(request.args)
    facts = _facts(form)
    key = facts["key"]
    if key and "ask" in request.args and _is_filled(form):
        facts["answer"] = form.tries(partial(asking.answer, key, form.typed, by=me()))
    if wants_fragment():
        return fragment("intake/_asked.html", form=form, **facts)
    return page("intake/ask.html", form, **facts)


@bp.post("/ask")
@needs(Power.HAND_IN)
def keep() -> Any:
    form = Form(request.form)
    facts = _facts(form)
    key: InvoiceKey | None = facts["key"]
    if key is None:
        form.errors["code" if "code" in facts["wanted"] else "q"] = Missing()
    if _is_filled(form) and key:
        document = facts["document"]
        meant = {"document": document, "slip": form.value("slip")}
        invoice = form.tries(partial(asking.keep, key, form.typed, by=me(), **meant))
        if invoice:
            return seen(url_for("invoices.show", invoice_id=invoice.id))
    return page("intake/ask.html", form, **facts)


def _facts(form: Form) -> dict[str, Any]:
    text, code = form.value("q").strip()[:100], form.value("code")[:20]
    key, matches = asking.key_of(text, code), asking.find(text, me())
    return {
        "key": key,
        "document": _document(form.value("document")),
        "slip": form.value("slip"),
        "wanted": asking.wanted(text, code),
        "hint": asking.hint(text, code),
        "matches": matches,
        "held": wallet.rows(matches.invoices, me(), today(now())),
        "is_elsewhere": asking.held_by_others(key, me()) if key else False,
        "answer": None,
        "titles": TITLES,
        "next_step": next_step,
        "names": FIELDS,
        "money": MONEY,
        "powers": Power,
        "not_checked": Authenticity.NOT_CHECKED,
        "no_state": Lifecycle.UNKNOWN,
    }


def _document(document_id: str) -> Document | None:
    """The file whose number is typed, if it is one of the member's own."""
    if not document_id:
        return None
    found: Document = db.one_or_404(documents.brought_by(me()).where(Document.id == document_id))
    return found


def _is_filled(form: Form) -> bool:
    """Every field that this kind is asked for by; what is missing is named."""
    for name in asking.wanted(form.value("q"), form.value("code")):
        if not form.value(name).strip():
            form.errors[name] = Missing()
    return not form.errors
