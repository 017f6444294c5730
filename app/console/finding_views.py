"""One box over everything: what each room finds, on one page."""

from typing import Any

from flask import Blueprint, current_app, request

from app.accounts.door import me
from app.accounts.finding import Finder
from app.invoices.search import clean
from app.plumbing.web import fragment, page, wants_fragment

bp = Blueprint("finding", __name__, url_prefix="/search")


@bp.get("")
def index() -> Any:
    words = clean(request.args.get("q", ""))
    finders: tuple[Finder, ...] = current_app.extensions["finders"]
    found = [hits for find in finders if (hits := find(me(), words)).found] if words else []
    if wants_fragment():
        return fragment("console/_hits.html", words=words, found=found)
    return page("console/search.html", words=words, found=found)


@bp.get("/box")
def box() -> Any:
    return fragment("console/_search_box.html", words="", found=[])
