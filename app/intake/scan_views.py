"""The camera's page, what it sends, and the tray below it."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, request

from app.accounts.door import me, my_device, needs
from app.accounts.roles import Power
from app.documents.readers import glance
from app.documents.readers.limits import MOST_FRAMES, Refused
from app.intake import scanning
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing import rate
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.ids import new_id
from app.plumbing.web import fragment, page

bp = Blueprint("scanning", __name__, url_prefix="/scan")
FRAMES, BURSTS, PER_SECONDS = 30, 2, 5
ALL_BURSTS = max(2, os.cpu_count() or 2), 2
"""A burst may take 1.5 s of a core, and the sandbox reads as many files at once as there are."""
_HEAD = 1024


@bp.get("")
def index() -> Any:
    answer = page("intake/scan.html")
    answer.headers["X-Shell-Safe"] = "1"
    return answer


@bp.post("/frame")
def frame() -> Any:
    if not rate.allows(f"frame:{my_device().id}", FRAMES, PER_SECONDS):
        return Response(status=429, headers={"Retry-After": "1"})
    if (request.content_length or 0) > glance.MOST_BYTES:
        abort(413)
    return _seen(scanning.look, request.get_data(cache=False))


@bp.post("/burst")
def burst() -> Any:
    """Some frames at once; all phones together get as many as the sandbox can read."""
    own = rate.allows(f"burst:{my_device().id}", BURSTS, PER_SECONDS)
    if not (own and rate.allows("burst", *ALL_BURSTS)):
        return Response(status=429, headers={"Retry-After": str(PER_SECONDS)})
    if (request.content_length or 0) > MOST_FRAMES * (glance.MOST_BYTES + _HEAD):
        abort(413)
    return _seen(scanning.look_at_all, [one.read() for one in request.files.getlist("frame")])


@bp.post("/hits")
def hits() -> Any:
    file, key = request.files.get("file"), request.headers.get("Idempotency-Key", "")[:64]
    texts, picture = request.form.getlist("text"), file.read() if file else b""
    try:
        sight = scanning.hit(texts, picture, by=me(), since=_since(), key=key or new_id())
    except Refused as refusal:
        return _refused(refusal)
    return fragment("intake/_seen.html", sight=sight, powers=Power)


@bp.get("/tray")
def tray() -> Any:
    since = _since()
    sight = scanning.Sight(scanning.tray(me(), since))
    answer = fragment("intake/_seen.html", sight=sight, powers=Power)
    answer.headers["X-Since"] = since.isoformat()
    return answer


@bp.post("/undo/<invoice_id>")
@needs(Power.HAND_IN)
def undo(invoice_id: str) -> Any:
    invoice = db.one_or_404(invoices.visible_to(me()).where(Invoice.id == invoice_id))
    scanning.take_back(invoice, by=me(), since=_since())
    return Response("", mimetype="text/html")


def _since() -> datetime:
    """When this round of scanning began, as the tray told the page; now, if it never did."""
    try:
        told = datetime.fromisoformat(request.headers.get("X-Since") or request.form["since"])
        return told if told.tzinfo else now()
    except (KeyError, ValueError):
        return now()


def _seen(look: Callable[..., scanning.Sight], shown: bytes | list[bytes]) -> Any:
    besides = request.headers.get("X-Undone", "").split(",")
    try:
        sight = look(shown, by=me(), since=_since(), besides=besides)
    except Refused as refusal:
        return _refused(refusal)
    if not (sight.cards or sight.answers or sight.others):
        return Response(status=204)
    return fragment("intake/_seen.html", sight=sight, powers=Power)


def _refused(refusal: Refused) -> Response:
    return fragment("intake/_refused.html", "", 422, name="", problem=refusal)
