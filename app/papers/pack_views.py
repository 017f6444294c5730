"""What becomes of invoices on paper: in which order, how many on a page, what it will look like."""

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, request, url_for
from flask_babel import get_locale

from app.accounts.door import me
from app.invoices import queries
from app.papers import about, making, pack, papers
from app.papers.layout import Layout
from app.papers.models import Kind
from app.plumbing.form import Form
from app.plumbing.web import fragment, page, seen, wants_fragment

bp = Blueprint("packs", __name__, url_prefix="/papers/pack")
ORDERED = 200
"""More are not put in order by hand; they stay in the order of the list."""


@bp.route("", methods=["GET", "POST"])
def choose() -> Any:
    return _choose(Form(request.values))


@bp.post("/order")
def order() -> Any:
    form = Form(request.form)
    if wants_fragment():
        return fragment("papers/_order.html", "order-changed", **_listed(_asked()))
    return _choose(form)


@bp.post("/preview")
def preview() -> Any:
    return fragment("papers/_sheets.html", pictures=_pictures(_asked(), _layout()))


@bp.post("/making")
def ask() -> Any:
    form = Form(request.form)
    chosen = form.choice("layout", {one.value: one for one in Layout})
    asked = _asked()
    if not form.errors:
        request_it = {**asked, "layout": chosen}
        form.tries(
            lambda: papers.request(Kind.PACK, request_it, by=me(), language=str(get_locale()))
        )
    return _choose(form) if form.errors else seen(url_for("papers.index"))


def _choose(form: Form) -> Any:
    asked = _asked()
    return page(
        "papers/pack.html",
        form,
        layouts=pack.LAYOUTS,
        hints=pack.HINTS,
        chosen=_layout(),
        said=about.said(asked, about.names([asked], me())),
        most=pack.MOST,
        pictures=_pictures(asked, _layout()) if "shown" in request.form else [],
        **_listed(asked),
    )


def _layout() -> Layout:
    named = request.values.get("layout", "")
    return Layout(named) if named in set(Layout) else Layout.TWO


def _asked() -> dict[str, Any]:
    """Those that were picked, as they were moved; else a list, if it is short enough by its ids."""
    if ids := request.values.getlist("invoice"):
        return {"ids": _moved(list(dict.fromkeys(ids)))}
    sent = request.form.get("state")
    if request.method == "POST" and sent is None:
        return {"ids": []}
    given = request.args.to_dict() if sent is None else dict(parse_qsl(sent))
    asked = {"state": queries.Asked.of(given).state()}
    few = pack.in_turn(asked, me(), ORDERED + 1)
    return {"ids": [one.id for one in few]} if 0 < len(few) <= ORDERED else asked


def _moved(ids: list[str]) -> list[str]:
    """One of them goes up, down or ``out``: what cannot be done changes nothing."""
    way, _, one = request.form.get("move", "").partition("-")
    if one not in ids:
        return ids
    place = ids.index(one)
    ids.remove(one)
    to = {"up": max(place - 1, 0), "down": place + 1}.get(way)
    if to is not None:
        ids.insert(to, one)
    return ids


def _listed(asked: dict[str, Any]) -> dict[str, Any]:
    """The invoices in their order, or how many there are of a list that is too long for that."""
    query = making.found(asked, me())
    invoices = pack.in_turn(asked, me(), ORDERED) if "ids" in asked else []
    return {
        "ids": asked.get("ids", []),
        "state": urlencode(asked["state"]) if "state" in asked else None,
        "invoices": invoices,
        "count": making.count(query.limit(pack.MOST + 1)),
    }


def _pictures(asked: dict[str, Any], chosen: Layout) -> list[str]:
    """The first sheets as pictures that stand in the page itself."""
    invoices = pack.in_turn(asked, me(), pack.PREVIEWED)
    shown = pack.pictures(invoices, chosen, by=me()) if invoices else []
    return [f"data:image/webp;base64,{b64encode(one).decode()}" for one in shown]
