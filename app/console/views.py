"""Health for people and machines, and the journal."""

from typing import Any

from flask import Blueprint, jsonify, request
from sqlalchemy import select

from app.accounts.door import me, needs
from app.accounts.roles import ROLE_NAMES, Power
from app.console import health as healths
from app.console.words import ACTIONS, FACTS, REASONS
from app.journal import journal as journals
from app.journal.models import Entry
from app.notices.kinds import KINDS
from app.plumbing.db import db
from app.plumbing.web import page, public

bp = Blueprint("console", __name__)
PAGE = 100


@bp.get("/livez")
@public
def livez() -> Any:
    return jsonify(alive=True)


@bp.get("/readyz")
@public
def readyz() -> Any:
    ready, parts = healths.is_ready()
    return jsonify(ready=ready, **parts), 200 if ready else 503


@bp.get("/health")
@needs(Power.SEE_HEALTH)
def health() -> Any:
    return page("console/health.html", parts=healths.report())


@bp.get("/journal")
@needs(Power.READ_JOURNAL)
def journal() -> Any:
    query = select(Entry).where(Entry.company_id == me().company_id)
    if before := request.args.get("before", type=int):
        query = query.where(Entry.seq < before)
    entries = db.session.scalars(query.order_by(Entry.seq.desc()).limit(PAGE)).all()
    return page(
        "console/journal.html",
        entries=entries,
        actions=ACTIONS,
        reasons=REASONS,
        wrong=journals.verify(me().company_id),
        facts=FACTS,
        named={**ROLE_NAMES, **{word: kind.name for word, kind in KINDS.items()}},
        older=entries[-1].seq if len(entries) == PAGE else None,
    )
