"""The list behind the bell, and the choice of ways."""

from typing import Any

from flask import Blueprint, request, url_for

from app.accounts.door import me
from app.notices import notices
from app.notices.kinds import KINDS
from app.notices.models import Notice
from app.plumbing import mail
from app.plumbing.db import db
from app.plumbing.web import page, seen

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
def index() -> Any:
    newest = notices.visible_to(me()).order_by(Notice.id.desc()).limit(100)
    facts = {"notices": db.session.scalars(newest).all(), "title": notices.title}
    return page("notices/index.html", **facts)


@bp.post("/reading")
def read() -> Any:
    notices.read(me())
    return seen(url_for("notices.index"))


@bp.post("/<notice_id>/dismissal")
def dismiss(notice_id: str) -> Any:
    found = db.one_or_404(notices.visible_to(me()).where(Notice.id == notice_id))
    notices.dismiss(found, by=me())
    return seen(url_for("notices.index"))


@bp.route("/choices", methods=["GET", "POST"])
def choices() -> Any:
    if request.method == "POST":
        notices.choose(me(), set(request.form.getlist("mail")))
        return seen(url_for("notices.choices"))
    facts = {"kinds": KINDS, "mailed": notices.mailed_kinds(me()), "mail": mail.is_set_up()}
    return page("notices/choices.html", **facts)
