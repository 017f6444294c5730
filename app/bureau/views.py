"""The tax-bureau data: coverage, import with progress, rows that changed."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.bureau import imports, ledger, reds
from app.bureau.models import Direction, Import, LedgerRow, Refusal, RowChange
from app.core.errors import N_, NotAValue
from app.core.period import NotAPeriod, Period, month, today
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import fragment, page, repeatable, seen, wants_fragment

bp = Blueprint("bureau", __name__, url_prefix="/bureau")
NEWEST, MODULE = 20, "ledger"
CHANGED = {"amount": N_("Amount"), "tax": N_("Tax"), "total": N_("Total"), "lifecycle": N_("State")}


@bp.get("")
@needs(Power.SEE_ALL, MODULE)
def index() -> Any:
    return _index(Form())


@bp.post("/imports")
@needs(Power.IMPORT_LEDGER, MODULE)
@repeatable
def request_import() -> Any:
    form, refused = Form(request.form), []
    if export := form.tries(partial(_export, form)):
        for file in request.files.getlist("file"):
            one, name = Form(), file.filename or ""
            one.tries(partial(imports.request, file.stream, name, export, by=me()))
            refused += [(name, one.error(field)) for field in one.errors if not field]
            form.errors |= one.errors
    return _index(form, refused) if form.errors else seen(url_for("bureau.index"))


@bp.get("/imports/<import_id>")
@needs(Power.SEE_ALL, MODULE)
def show(import_id: str) -> Any:
    found = db.one_or_404(imports.visible_to(me()).where(Import.id == import_id))
    if wants_fragment():
        fact = "import-ended" if found.is_over else ""
        return fragment("bureau/_import.html", fact, found=found, why=imports.why)
    refusals = select(Refusal).where(Refusal.import_id == found.id).order_by(Refusal.line)
    return page(
        "bureau/show.html",
        found=found,
        why=imports.why,
        words=ledger.REASONS,
        refusals=db.session.scalars(refusals.limit(500)).all(),
    )


@bp.post("/changes/<change_id>/seen")
@needs(Power.IMPORT_LEDGER, MODULE)
def see(change_id: str) -> Any:
    change = db.one_or_404(imports.changes_visible_to(me()).where(RowChange.id == change_id))
    imports.see(change, by=me())
    return seen(url_for("bureau.index"))


def _export(form: Form) -> imports.Export | None:
    starts, ends = form.read("starts", _day), form.read("ends", _day)
    exported_on = form.read("exported_on", _day)
    direction = form.choice("direction", Direction.__members__)
    if form.errors:
        return None
    try:
        return imports.Export(Direction[direction], Period(starts, ends), exported_on)
    except NotAPeriod as wrong:
        form.errors["ends"] = wrong
    return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAValue(ledger.REASONS["issued"]) from None


def _index(form: Form, refused: Sequence[tuple[str, str | None]] = ()) -> Any:
    newest = imports.visible_to(me()).order_by(Import.id.desc()).limit(NEWEST)
    changes = imports.changes_visible_to(me()).order_by(RowChange.id.desc()).limit(100)
    struck = imports.rows_visible_to(me()).where(LedgerRow.blue_key.is_not(None))
    taking = db.session.scalars(struck.order_by(LedgerRow.issued.desc()).limit(50)).all()
    day, direction = today(now()), _direction()
    count, total = imports.counts(me(), direction)
    covered = imports.covered(me().company_id, direction)
    return page(
        "bureau/index.html",
        form,
        imports=db.session.scalars(newest).all(),
        changes=db.session.scalars(changes).all(),
        covered=covered,
        count=count,
        total=total,
        day=day,
        first=day.replace(day=1),
        why=imports.why,
        powers=Power,
        months=_months(covered, day),
        words=CHANGED,
        refused=refused,
        direction=direction,
        taking=taking,
        blues=reds.blues(taking),
    )


def _direction() -> Direction:
    asked = request.args.get("direction", "")
    return Direction(asked) if asked in set(Direction) else Direction.RECEIVED


def _months(covered: list[Period], day: date) -> list[tuple[int, str, str]]:
    """Each month of the year: its number, and whether all, part or none of it is covered."""
    return [(number, *_coverage(covered, month(day.year, number))) for number in range(1, 13)]


def _coverage(covered: list[Period], one: Period) -> tuple[str, str]:
    days = sum(any(period.covers(day) for period in covered) for day in one)
    if days == one.days:
        return "all", _("%(month)s: all days", month=f"{one.start:%Y-%m}")
    if days:
        return "part", _("%(month)s: %(days)s days", month=f"{one.start:%Y-%m}", days=days)
    return "none", _("%(month)s: nothing", month=f"{one.start:%Y-%m}")
