"""The pile is gone through: one invoice after the other, by keys or by buttons."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.intake import review_page, review_queue, reviews
from app.intake.models import Decision, Review
from app.intake.repair import FIELDS
from app.intake.review_queue import Asked
from app.intake.reviews import AlreadyDecided, Said
from app.invoices import invoices
from app.invoices.models import Invoice
from app.invoices.words import NAMES
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.say import say
from app.plumbing.web import fragment, page, seen, wants_fragment
from app.verification import alarms

bp = Blueprint("reviews", __name__, url_prefix="/review")


@bp.get("")
@needs(Power.DECIDE)
def index() -> Any:
    asked = Asked.of(request.args)
    return _page(asked, review_queue.first(review_queue.waiting(me(), asked)))


@bp.get("/<invoice_id>")
@needs(Power.DECIDE)
def show(invoice_id: str) -> Any:
    """One invoice; if somebody has let it go meanwhile, the line goes on with the next."""
    asked = Asked.of(request.args)
    if invoices.is_gone(invoice_id, me()) and not wants_fragment():
        flash(_("Nobody holds that invoice any more. Here is the next one."), "warn")
        return seen(_address(asked))
    invoice = _invoice(invoice_id)
    if wants_fragment():
        return fragment("intake/_review.html", **_facts(asked, invoice, Form()))
    return _page(asked, invoice)


@bp.get("/line")
@needs(Power.DECIDE)
def line() -> Any:
    """The invoices that wait, around the one with the id ``at``."""
    asked = Asked.of(request.args)
    return fragment("intake/_review_line.html", **_line(asked, request.args.get("at", "")))


@bp.post("/<invoice_id>")
@needs(Power.DECIDE)
def decide(invoice_id: str) -> Any:
    """Keep the decision, and go on with the next one; whoever comes second goes on as well."""
    invoice, form = _invoice(invoice_id), Form(request.form)
    asked = Asked.of(form.typed)
    made = form.tries(partial(reviews.decide, invoice, _said(invoice, form), by=me(),
                              seen=form.value("seen")))  # fmt: skip
    problem = next(iter(form.errors.values()), None)
    if problem and not isinstance(problem, AlreadyDecided):
        return _refuse(asked, invoice, form)
    told = _told(made) if made else say(problem) if problem else ""
    if not wants_fragment():
        flash(told, "ok" if made else "warn")
        after = review_queue.next_after(review_queue.waiting(me(), asked), invoice.id)
        return seen(_address(asked, after))
    answer = fragment("intake/_review_line.html", **_line(asked, form.value("at")), said=told,
                      made=made)  # fmt: skip
    answer.status_code = 200 if made else AlreadyDecided.status
    return answer


@bp.post("/undone")
@needs(Power.DECIDE)
def undo() -> Any:
    """Take a decision back, one's last unless another is named, and look at that invoice again."""
    asked, named = Asked.of(request.form), request.form.get("review")
    last = _review(named) if named else reviews.last_of(me())
    if last is None:
        return seen(_address(asked))
    reviews.undo(last, by=me())
    if not wants_fragment():
        flash(_("Taken back. Please look at it once more."), "ok")
    return seen(_address(asked, last.invoice_id))


def _page(asked: Asked, invoice: Invoice | None, form: Form | None = None) -> Response:
    facts = _line(asked, invoice.id if invoice else "")
    if invoice:
        facts |= _facts(asked, invoice, form or Form())
    facts["others"] = 0 if invoice else review_queue.left_to_others(me(), asked)
    facts["batch"] = review_queue.batch(me(), asked)
    facts["last"] = reviews.last_of(me())
    return page("intake/review.html", form, **facts)


def _refuse(asked: Asked, invoice: Invoice, form: Form) -> Response:
    """What was typed stays in the fields."""
    if wants_fragment():
        return fragment("intake/_review.html", "", 422, **_facts(asked, invoice, form))
    return _page(asked, invoice, form)


def _facts(asked: Asked, invoice: Invoice, form: Form) -> dict[str, Any]:
    query = review_queue.waiting(me(), asked)
    last = reviews.newest(invoice)
    looked = review_page.look(invoice, me())
    return {
        "looked": looked,
        "invoice": invoice,
        "place": review_queue.place(query, invoice.id),
        "decided": last if last and last.mark == looked.mark else None,
        "is_own": alarms.has_to_leave(invoice, me()),
        "typed": form,
        "asked": asked,
        "names": {**NAMES, **FIELDS},
        "reasons": reviews.REASONS,
        "other": reviews.OTHER,
        "powers": Power,
    }


def _line(asked: Asked, at: str) -> dict[str, Any]:
    query = review_queue.waiting(me(), asked)
    rows = review_queue.rows(query, me(), at)
    return {
        "rows": rows,
        "first": review_queue.place(query, rows[0].invoice.id).number if rows else 1,
        "spot": review_queue.place(query, at),
        "at": at,
        "asked": asked,
        "most": review_queue.MOST,
        "every": review_queue.badge(me()),
        "names": {**NAMES, **FIELDS},
    }


def _said(invoice: Invoice, form: Form) -> Said:
    """A reason sends it back, whatever else was typed."""
    if reason := form.value("reason"):
        return Said(Decision.SENT_BACK, reason, form.text("words", most=200, required=False))
    return Said(Decision.RIGHT, typed=review_page.typed(invoice, form.typed))


def _told(made: Review) -> str:
    who = made.invoice.seller_name or made.invoice.kind_title
    if made.decision is Decision.RIGHT:
        return str(_("Right as it stands: %(name)s", name=who))
    return str(_("Sent back: %(name)s", name=who))


def _address(asked: Asked, invoice_id: str = "") -> str:
    state: dict[str, Any] = asked.state()
    if invoice_id:
        return url_for("reviews.show", invoice_id=invoice_id, **state)
    return url_for("reviews.index", **state)


def _review(review_id: str) -> Review:
    found: Review = db.one_or_404(reviews.visible_to(me()).where(Review.id == review_id))
    return found


def _invoice(invoice_id: str) -> Invoice:
    found: Invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    return found
