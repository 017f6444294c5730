"""Cleaning up: groups with their decisions, two papers compared, figures of the data."""

from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.documents import prints
from app.invoices import cleaning, cleaning_cards, deciding, quality
from app.invoices.cleaning_models import PAIRS, Decision, Group, Sort, State, What
from app.invoices.words import NAMES
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.sandbox import Unreadable
from app.plumbing.web import local, page, seen

bp = Blueprint("cleaning", __name__, url_prefix="/cleaning")
_FACTS = {
    "titles": cleaning_cards.TITLES,
    "reasons": cleaning_cards.REASONS,
    "version": cleaning.version,
    "names": NAMES,
    "sorts": Sort,
    "pairs": PAIRS,
}


@bp.get("")
@needs(Power.DECIDE)
def index() -> Any:
    only = request.args.get("only", "")
    state = State.DECIDED if request.args.get("state") == "decided" else State.OPEN
    shown = cleaning.look(me(), only, state, request.args.get("before", ""))
    facts = {
        "cards": [cleaning_cards.card(one, me()) for one in shown.groups],
        "older": shown.older,
        "only": only if only in cleaning.SORTS else "",
        "state": state,
        "counts": cleaning.count(me().company_id),
        "done": _done(request.args.get("done", "")),
    }
    return page("invoices/cleaning.html", **facts, **_FACTS)


@bp.get("/figures")
@needs(Power.DECIDE)
def figures() -> Any:
    facts = {"by_month": quality.by_month(me()), "by_person": quality.by_person(me())}
    return page("invoices/cleaning_figures.html", **facts)


@bp.get("/<group_id>")
@needs(Power.DECIDE)
def show(group_id: str) -> Any:
    return _page(_group(group_id), Form(request.form))


@bp.post("/<group_id>/decision")
@needs(Power.DECIDE)
def decide(group_id: str) -> Any:
    group, form = _group(group_id), Form(request.form)
    facts: dict[str, Any] = {"by": me(), "seen": form.value("seen")}
    if chosen := form.value("keep"):
        decision = deciding.keep(group, chosen, **facts)
    elif form.value("ask"):
        decision = deciding.ask(group, **facts)
    else:
        said = form.text("why", most=200, required=False)
        reason = said or form.text("reason", most=200)
        if form.errors:
            return _page(group, form)
        decision = deciding.explain(group, reason, **facts)
    only = request.args.get("only") or None
    if onward := local(request.args.get("next"), ""):
        decided = _("Decided. It can be taken back under Data cleaning.")
        was_asked = decision.what is What.ASKED
        flash(_("The holders were asked.") if was_asked else decided, "ok")
    return seen(onward or url_for("cleaning.index", only=only, done=decision.id))


@bp.post("/decisions/<decision_id>/undoing")
@needs(Power.DECIDE)
def undo(decision_id: str) -> Any:
    wanted = deciding.visible_to(me()).where(Decision.id == decision_id)
    decision: Decision = db.one_or_404(wanted)
    deciding.undo(decision, by=me())
    return seen(url_for("cleaning.show", group_id=decision.group_id))


@bp.get("/<group_id>/papers/<invoice_id>")
@needs(Power.DECIDE)
def paper(group_id: str, invoice_id: str) -> Any:
    group = _group(group_id)
    invoice = next((one for one in group.invoices if one.id == invoice_id), None)
    found = cleaning_cards.paper(invoice) if invoice else None
    if found is None:
        abort(404)
    try:
        picture = prints.laid_flat(*found)
    except Unreadable:
        abort(404)
    answer = Response(picture, mimetype="image/webp")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _page(group: Group, form: Form) -> Any:
    facts = {
        "card": cleaning_cards.card(group, me()),
        "both": group.pair,
        "compared": cleaning_cards.compared(*group.pair) if group.pair else [],
        "papers": cleaning_cards.papers(group),
        "what": What,
        "onward": local(request.args.get("next"), ""),
    }
    return page("invoices/cleaning_group.html", form, **facts, **_FACTS)


def _done(decision_id: str) -> Decision | None:
    """What was decided just now, as long as it can be taken back or told."""
    wanted = deciding.visible_to(me()).where(Decision.id == decision_id)
    found: Decision | None = db.session.scalar(wanted.where(Decision.undone_at.is_(None)))
    return found


def _group(group_id: str) -> Group:
    found: Group = db.one_or_404(cleaning.visible_to(me()).where(Group.id == group_id))
    return found
