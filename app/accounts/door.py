"""Who is at the door: every page is closed unless its view is public."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Request,
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import LoginManager, current_user
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import signing
from app.accounts.models import Device, Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.core.party import TaxId
from app.plumbing import once
from app.plumbing.db import seal
from app.plumbing.settings import settings
from app.plumbing.web import SAFE_METHODS, local, seen, view_is, wants_fragment

WHO = "who"
"""The cookie that scripts read: the id of the person, nothing more."""

_YEAR = 365 * 24 * 3600
_GIVEN = (
    "Content-Type",
    "Location",
    "HX-Redirect",
    "HX-Trigger",
    "HX-Retarget",
    "HX-Reswap",
    "HX-Refresh",
)
"""Headers of an answer that belong to it; the others are made for each request."""

_log = logging.getLogger(__name__)


class CutShort(Problem):
    """The connection broke before all of the body had come."""

    message = N_("Only a part of this has arrived, so nothing was done. Please send it again.")
    status = 408


class OtherPerson(Problem):
    """A script sends what somebody else has collected on the same device."""

    message = N_("Somebody else is signed in here now. Nothing was done.")
    status = 412


def open_door(app: Flask) -> None:
    """Ask for a sign-in before every view that is not public."""
    manager = LoginManager(app)
    manager.request_loader(_recognise)
    manager.unauthorized_handler(_turn_away)
    app.before_request(_ask)
    app.before_request(_once)
    app.after_request(_keep)
    app.after_request(_say_who)
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
    answer.delete_cookie(WHO, secure=settings().is_https, samesite="Lax")
    g.who = None
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
    g.who = g.device.person_id
    g.language = g.device.person.language
    found: Member = g.device.member
    return found


def _ask() -> Response | None:
    """Closed unless public; what a script sent for somebody else is refused before it is read."""
    if request.endpoint is None:
        return None
    member, expected = somebody(), request.headers.get("X-Expect-User")
    if member is None:
        if expected is not None:
            return Response(status=401)
        return None if view_is("is_public") else _turn_away()
    if expected not in (None, member.person_id):
        raise OtherPerson
    return None


def _once() -> Response | None:
    """What comes with a key is done once, and its answer given again to whoever sends it again."""
    member = somebody()
    if member is None or request.method in SAFE_METHODS:
        return None
    is_whole = _is_whole()
    key = request.headers.get("Idempotency-Key", request.form.get("_key"))
    if key is None:
        return None
    if not is_whole:
        raise CutShort
    turn = once.take(member.person_id, key, _fingerprint())
    if not turn.is_done or (turn.kept is None and view_is("is_repeatable")):
        g.turn = turn
        seal(turn.seal)
        return None
    answer = _lost() if turn.kept is None else _again(turn.kept)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _is_whole() -> bool:
    """Whether all of the body has come; of a form that was cut, its reader says nothing."""
    if request.mimetype == "multipart/form-data":
        return bool(request.form or request.files)
    if request.mimetype == "application/x-www-form-urlencoded":
        return len(request.get_data(parse_form_data=False)) == (request.content_length or 0)
    return True


def _fingerprint() -> str:
    fields = [one for one in request.form.items(multi=True) if one[0] != "_key"]
    if not request.form and not request.files:
        fields = [("", request.get_data(as_text=True))]
    files = [(name, one.stream) for name, one in request.files.items(multi=True)]
    return once.fingerprint(f"{request.method} {request.full_path}", fields, files)


def _again(kept: once.Kept) -> Response:
    answer = make_response(kept.body, kept.status)
    answer.headers.update(kept.headers)
    return answer


def _lost() -> Response:
    """The change is kept and its answer is not known: lead back to where it can be seen."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Refresh": "true"})
    flash(gettext("This was done before. Here is how it stands now."), "ok")
    here = urlsplit(request.referrer or "")
    back = here._replace(scheme="", netloc="", fragment="").geturl()
    return make_response(redirect(local(back, "/"), 303))


def _keep(answer: Response) -> Response:
    """Keep the answer of what came with a key; what may go otherwise next time is let go."""
    turn: once.Turn | None = g.pop("turn", None)
    if turn is None:
        return answer
    seal(None)
    status = g.get("status", answer.status_code)
    try:
        if status >= 500 or status in once.UNSETTLED:
            turn.release()
        elif not (_may_be_mended(status) and turn.release()):
            turn.keep(_kept(answer))
    except (Problem, SQLAlchemyError) as fault:
        _log.warning("an answer was not kept: %s", fault)
    return answer


def _kept(answer: Response) -> once.Kept | None:
    """What of an answer is kept; not a file that is sent on the fly, and nothing secret."""
    if answer.direct_passthrough or answer.is_streamed or answer.cache_control.no_store:
        return None
    headers = {name: answer.headers[name] for name in _GIVEN if name in answer.headers}
    return once.Kept(answer.status_code, headers, answer.get_data(as_text=True))


def _say_who(answer: Response) -> Response:
    """Tell scripts who is signed in: pages that are kept on the device do not say it."""
    who = g.get("who")
    if who and request.cookies.get(WHO) != who:
        answer.set_cookie(WHO, who, max_age=_YEAR, samesite="Lax", secure=settings().is_https)
    return answer


def _may_be_mended(status: int) -> bool:
    """A refused form is corrected and sent again, maybe with the same key in it."""
    return status >= 400 and "Idempotency-Key" not in request.headers


def _turn_away() -> Response:
    """A page leads to the sign-in and back; a fragment says so with 401."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    if wants_fragment():
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = here._replace(scheme="", netloc="", fragment="").geturl() or back
        url = url_for("accounts.sign_in", next=back)
        return Response(status=401, headers={"HX-Redirect": url})
    return make_response(redirect(url_for("accounts.sign_in", next=back), 303))
