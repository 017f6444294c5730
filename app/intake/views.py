"""The page where files are handed in, and the row of each."""

from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.accounts import people
from app.accounts.door import enter, me, needs, somebody
from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import Problem
from app.documents import documents, readings
from app.documents.models import Copy, Document
from app.intake import intake
from app.plumbing.db import db
from app.plumbing.ids import new_id
from app.plumbing.web import (
    fragment,
    page,
    public,
    repeatable,
    seen,
    shared_to,
    wants_fragment,
)

bp = Blueprint("intake", __name__)
NEWEST = 30

Refused = list[tuple[str | None, Problem]]
"""Names of files that were not taken, and why."""


@bp.get("/")
def index() -> Any:
    return _index([])


@bp.post("/files")
@needs(Power.HAND_IN)
@repeatable
def hand_in() -> Any:
    if wants_fragment():
        return _one_row()
    sent = request.files.getlist("file")
    refused = _take([file for file in sent if file.filename] or sent[:1])
    return _index(refused) if refused else seen(url_for("intake.index"))


@bp.post("/share-target")
@public
@shared_to
def share() -> Any:
    """What another app shares before the service worker is there to take it (UX §2.2)."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if somebody() is None:
        flash(_("Please sign in, then share the files again."), "warn")
        return seen(url_for("accounts.sign_in"))
    if not files:
        words = (request.form.get(name, "").strip() for name in ("url", "text", "title"))
        return seen(url_for("asking.ask", q=next(filter(None, words), "")))
    if not me().may(Power.HAND_IN):
        abort(403)
    refused = _take(files)
    return _index(refused) if refused else seen(url_for("intake.index"))


@bp.get("/files/<copy_id>")
def show(copy_id: str) -> Any:
    copy = db.one_or_404(documents.copies_visible_to(me()).where(Copy.id == copy_id))
    if not wants_fragment():
        return seen(url_for("intake.index") + f"#copy-{copy.id}")
    return _row(copy)


@bp.post("/files/<copy_id>/follow")
def follow(copy_id: str) -> Any:
    """Work in the company to which a file went, and look at it there."""
    copy = db.one_or_404(documents.copies_visible_to(me()).where(Copy.id == copy_id))
    seat = db.one_or_404(people.seats_visible_to(me()).where(Member.id == copy.moved_to))
    there = documents.copy_there(copy)
    enter(seat)
    found = intake.invoices_seen(there.document, seat) if there else []
    if len(found) == 1:
        return seen(url_for("invoices.show", invoice_id=found[0].id))
    return seen(url_for("intake.index") + (f"#copy-{there.id}" if there else ""))


def _take(files: list[FileStorage]) -> Refused:
    """Each file by itself, so that one refusal does not stop the others; a retry doubles none."""
    refused, batch = [], request.form.get("_key") or new_id()
    for place, file in enumerate(files):
        try:
            intake.hand_in(file.stream, file.filename or "", by=me(), key=f"{batch}-{place}")
        except Problem as problem:
            refused.append((file.filename, problem))
    return refused


def _one_row() -> Response:
    """One file per request, as the page's script sends it; its key makes a retry harmless."""
    file, key = request.files["file"], request.headers.get("Idempotency-Key", "")
    try:
        copy = intake.hand_in(file.stream, file.filename or "", by=me(), key=key)
    except Problem as problem:
        name = file.filename or ""
        return fragment("intake/_refused.html", "", problem.status, name=name, problem=problem)
    return _row(copy)


def _row(copy: Copy) -> Response:
    facts = {"copy": copy, "invoices": intake.invoices_seen(copy.document, me()), "powers": Power}
    return fragment("intake/_file.html", reasons=readings.REASONS, **facts)


def _index(refused: Refused) -> Response:
    """The newest files; an export for the ledger was not handed in here and waits for nobody."""
    mine = documents.copies_visible_to(me()).join(Copy.document)
    invoices_only = mine.where(Document.kind.in_(documents.INVOICE_KINDS))
    newest = invoices_only.order_by(Copy.id.desc()).limit(NEWEST)
    copies = db.session.scalars(newest).all()
    rows = [(copy, intake.invoices_seen(copy.document, me())) for copy in copies]
    answer = page(
        "intake/index.html",
        rows=rows,
        refused=refused,
        reasons=readings.REASONS,
        powers=Power,
    )
    answer.status_code = 422 if refused else 200
    return answer
