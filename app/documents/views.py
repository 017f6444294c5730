"""One document: its page, its original, its preview."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request, send_file

from app.accounts.door import me
from app.accounts.roles import Power
from app.documents import documents, parts, readings
from app.documents.models import Document
from app.documents.panels import panels
from app.plumbing.db import db
from app.plumbing.sandbox import Unreadable
from app.plumbing.web import page

bp = Blueprint("documents", __name__, url_prefix="/documents")


@bp.get("/<document_id>")
def show(document_id: str) -> Any:
    document = _document(document_id)
    copies = db.session.scalars(documents.copies_of(document, me())).all()
    facts: dict[str, Any] = {"copies": copies, "reasons": readings.REASONS, "powers": Power}
    facts["pages"] = documents.count_pages(document)
    facts["parts"] = parts.parts(document)
    shown = panels(document, me())
    return page("documents/show.html", document=document, panels=shown, **facts)


@bp.get("/<document_id>/original")
def original(document_id: str) -> Any:
    document = _document(document_id)
    answer = send_file(documents.open_original(document), mimetype=document.media_type, etag=False)
    name = quote(document.name)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return _harmless(answer, "no-store")


@bp.get("/<document_id>/preview")
def preview(document_id: str) -> Any:
    document, page = _document(document_id), request.args.get("page", 1, type=int)
    if not document.has_preview:
        abort(404)
    try:
        picture = documents.preview(document, max(1, page))
    except Unreadable:
        abort(404)
    return _harmless(Response(picture, mimetype="image/webp"), "private, max-age=3600")


def _document(document_id: str) -> Document:
    found: Document = db.one_or_404(documents.visible_to(me()).where(Document.id == document_id))
    return found


def _harmless(answer: Response, caching: str) -> Response:
    """A file of somebody else is shown or saved, never run (TRUST §2.5)."""
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = caching
    return answer
