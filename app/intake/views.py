"""The page where files are handed in, and the row of each."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from app.accounts import people
from app.accounts.door import enter, me, needs
from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import Problem
from app.documents import documents, readings
from app.documents.models import Copy, Document
from app.intake import intake
from app.plumbing.db import db
from app.plumbing.ids import new_id
from app.plumbing.web import fragment, page, seen, wants_fragment

bp = Blueprint("intake", __name__)
NEWEST = 30


@bp.get("/")
def index() -> Any:
    return _index([])


@bp.post("/files")
@needs(Power.HAND_IN)
def hand_in() -> Any:
    if wants_fragment():
        return _one_row()
    refused, batch = [], request.form.get("key") or new_id()
    sent = request.files.getlist("file")
    chosen = [file for file in sent if file.filename] or sent[:1]
    for place, file in enumerate(chosen):
        try:
            intake.hand_in(file.stream, file.filename or "", by=me(), key=f"{batch}-{place}")
        except Problem as problem:
            refused.append((file.filename, problem))
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


def _one_row() -> Response:
    """One file per request, as the page's script sends it; its key makes a retry harmless."""
    file, key = request.files["file"], request.headers.get("Idempotency-Key", "")[:64]
    try:
        copy = intake.hand_in(file.stream, file.filename or "", by=me(), key=key)
    except Problem as problem:
        name = file.filename or ""
        return fragment("intake/_refused.html", "", problem.status, name=name, problem=problem)
    return _row(copy)


def _row(copy: Copy) -> Response:
    facts = {"copy": copy, "invoices": intake.invoices_seen(copy.document, me()), "powers": Power}
    return fragment("intake/_file.html", reasons=readings.REASONS, **facts)


def _index(refused: list[tuple[str | None, Problem]]) -> Response:
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
        key=new_id(),
        reasons=readings.REASONS,
        powers=Power,
    )
    answer.status_code = 422 if refused else 200
    return answer
