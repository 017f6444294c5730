"""The page where an administrator confirms certificates."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import page, seen
from app.verification import trust
from app.verification.models import Trusted

bp = Blueprint("trust", __name__, url_prefix="/certificates")


@bp.route("", methods=["GET", "POST"])
@needs(Power.MANAGE_COMPANY)
def index() -> Any:
    form = Form()
    if request.method == "POST":
        file = request.files.get("file")
        form.tries(partial(trust.pin, file.stream, by=me())) if file else form.text("file")
        if not form.errors:
            return seen(url_for("trust.index"))
    confirmed = db.session.scalars(trust.visible_to(me())).all()
    return page("verification/trust.html", form, confirmed=confirmed, moment=now())


@bp.post("/<certificate_id>/withdrawal")
@needs(Power.MANAGE_COMPANY)
def withdraw(certificate_id: str) -> Any:
    found = db.one_or_404(trust.visible_to(me()).where(Trusted.id == certificate_id))
    trust.remove(found, by=me())
    return seen(url_for("trust.index"))
