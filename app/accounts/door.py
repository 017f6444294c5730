"""Who is at the door: every page is closed unless its view is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import LoginManager, current_user

from app.accounts import signing
from app.accounts.models import Device, Member
from app.accounts.roles import Power
from app.core.party import TaxId
from app.plumbing.settings import settings
from app.plumbing.web import seen, wants_fragment

_YEAR = 365 * 24 * 3600


def open_door(app: Flask) -> None:
    """Ask for a sign-in before every view that is not public."""
    manager = LoginManager(app)
    manager.request_loader(_recognise)
    manager.unauthorized_handler(_turn_away)
    app.before_request(_ask)
    app.jinja_env.globals["me"] = somebody


def somebody() -> Member | None:
    """The member who is signed in, if any."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def me() -> Member:
    """The member who is signed in; 401 if nobody is."""
    member = somebody()
    if member is None:
        abort(401)
    return member


def my_device() -> Device:
    """The device this request came from."""
    device: Device = g.device
    return device


def needs(power: Power, module: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a view only to members with this power; others get 403.

    Where the company has switched ``module`` off there is nothing to find: 404.
    """

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if module and not me().company.offers(module):
                abort(404)
            if not me().may(power):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return guard


def welcome(token: str, url: str, *, mine: bool) -> Response:
    """Send somebody who has just signed in on their way, with the cookie."""
    answer = seen(url)
    answer.set_cookie(
        cookie(),
        token,
        max_age=_YEAR if mine else None,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def warn(tax_id: TaxId) -> None:
    """Say on the next page what is odd about a tax id that was taken all the same."""
    if tax_id.warning:
        flash(gettext(tax_id.warning), "warn")


def enter(seat: Member) -> None:
    """Work in another company of one's own from here on, and say so on the next page."""
    signing.use_company(my_device(), seat)
    flash(gettext("You now work in %(name)s.", name=seat.company.name), "ok")


def farewell(url: str) -> Response:
    """Take the cookie back and tell the browser to forget pages and stored data."""
    answer = seen(url)
    answer.delete_cookie(cookie(), secure=settings().is_https, httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def cookie() -> str:
    """The name of the session cookie; over https the browser guards its prefix."""
    return "__Host-sid" if settings().is_https else "sid"


def _recognise(asked: Request) -> Member | None:
    """Whose cookie this is; the device and its language are noted for the request."""
    token = asked.cookies.get(cookie())
    g.device = signing.device_of(token) if token else None
    if g.device is None:
        return None
    g.language = g.device.person.language
    found: Member = g.device.member
    return found


def _ask() -> Response | None:
    if request.endpoint is None:
        return None
    member, view = somebody(), current_app.view_functions[request.endpoint]
    if member or getattr(view, "is_public", False):
        return None
    return _turn_away()


def _turn_away() -> Response:
    """A page leads to the sign-in and back; a fragment says so with 401."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    if wants_fragment():
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = here._replace(scheme="", netloc="", fragment="").geturl() or back
        url = url_for("accounts.sign_in", next=back)
        return Response(status=401, headers={"HX-Redirect": url})
    return make_response(redirect(url_for("accounts.sign_in", next=back), 303))
