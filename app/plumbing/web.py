"""The front door's rules: headers, cross-site refusal, languages, pages, fragments, problems."""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from htmx_flask import Htmx
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.errors import N_, Problem
from app.plumbing import reach, storage, trace
from app.plumbing.form import Form
from app.plumbing.gate import Busy
from app.plumbing.ids import new_id
from app.plumbing.say import say
from app.plumbing.settings import ROOT, Settings, settings

LANGUAGES = ("zh", "en")
HTML_LANG = {"zh": "zh-CN", "en": "en"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
_TOLD = {408, 409, 412}
"""Refusals by which a script decides what to do next."""

_LATER = {409: "1", 503: "5"}
"""After how many seconds another try makes sense."""

_log = logging.getLogger(__name__)


class CrossSite(Problem):
    """A form of another site asked us to change something."""

    message = N_("This request came from another site, so nothing was done.")
    status = 403


def open_web(app: Flask, chosen: Settings) -> None:
    """Hang the rules on the application."""
    if chosen.proxy_hops:
        hops = dict.fromkeys(("x_for", "x_proto", "x_host"), chosen.proxy_hops)
        app.wsgi_app = ProxyFix(app.wsgi_app, **hops)  # type: ignore[method-assign]
    app.config["MAX_CONTENT_LENGTH"] = (chosen.max_file_mib + 1) * 20 << 20
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 << 20
    app.config["MAX_FORM_PARTS"] = 500
    Htmx(app)
    open_pages(app)
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_SECURE"] = chosen.is_https
    facts = {"say": say, "choices": choices, "new_key": new_id, "is_secure_place": is_secure_place}
    app.jinja_env.globals.update(facts)
    app.before_request(_begin)
    app.register_error_handler(Problem, _explain)
    app.register_error_handler(HTTPException, _explain_http)
    app.register_error_handler(OperationalError, _explain_database)
    app.register_error_handler(IntegrityError, _explain_twins)
    app.register_error_handler(Exception, _explain_bug)


def open_pages(app: Flask) -> None:
    """Two languages and the strict headers: what every page has, also on the doorstep."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, default_locale="en", locale_selector=language)
    app.jinja_env.globals.update(get_locale=get_locale, html_lang=html_lang)
    app.after_request(_finish)


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open one view to people who are not signed in; every other view is closed."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def shared_to(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the device's own share sheet post to one view: the browser says that no site asked."""
    view.takes_shares = True  # type: ignore[attr-defined]
    return view


def repeatable(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that finds what it did before by itself: asked again when its answer was lost."""
    view.is_repeatable = True  # type: ignore[attr-defined]
    return view


def view_is(mark: str) -> bool:
    """Whether the view that is asked for carries a mark, such as ``is_public``."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), mark, False))


def language() -> str:
    """The person's choice, else the cookie's, else the browser's, else Chinese."""
    chosen = g.get("language") or request.cookies.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def html_lang() -> str:
    """The language of the page as HTML wants it."""
    return HTML_LANG.get(str(get_locale()), "zh-CN")


def is_secure_place() -> bool:
    """True where browsers give a page the camera: https, by whichever proxy, or this machine."""
    if request.is_secure or reach.is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        return True
    return settings().is_https and request.host == urlsplit(settings().url).netloc


def choices(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Rows with an id and a name as options of a select, none of them first."""
    return [("", _("None")), *((row.id, row.name) for row in rows)]


def wants_fragment() -> bool:
    """True when htmx will put the answer into a page that is already there."""
    asked: Any = request.htmx  # type: ignore[attr-defined]
    return bool(asked) and not (asked.boosted or asked.history_restore_request)


def page(template: str, form: Form | None = None, /, **context: Any) -> Response:
    """A whole page; 422 when ``form`` has errors, or what is our own fault among them."""
    errors = form.errors.values() if form else ()
    status = max((max(422, getattr(one, "status", 422)) for one in errors), default=200)
    return make_response(render_template(template, form=form, **context), status)


def fragment(template: str, tell: str = "", status: int = 200, /, **context: Any) -> Response:
    """A partial for htmx; ``tell`` is a past-tense fact that other regions listen for."""
    answer = make_response(render_template(template, **context), status)
    if tell:
        answer.headers["HX-Trigger"] = tell
    return answer


def unkept(answer: Response) -> Response:
    """An answer with a secret in it: neither the browser nor we keep it."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def seen(url: str) -> Response:
    """After a change: go and look at ``url``, with or without htmx."""
    url = quote(url, safe="/:?#[]@!$&'()*+,;=%~-._")
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))


def local(url: str | None, otherwise: str) -> str:
    """``url`` if it is a path of our own, else ``otherwise`` (TRUST §2.9, open redirect)."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(url)
    clean = not (parts.scheme or parts.netloc) and url.isprintable() and "\\" not in url
    return url if clean else otherwise


def _begin() -> None:
    trace.begin()
    if "\0" in request.path or b"%00" in request.query_string:
        abort(404)
    if request.method not in SAFE_METHODS and not _is_same_site():
        raise CrossSite


def _is_same_site() -> bool:
    """The browser's own word for it, else its Origin; a request with neither is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" or (site == "none" and view_is("takes_shares"))
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def _finish(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if is_secure_place():
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if settings().is_https and not settings().has_authority:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    answer.vary.update(["HX-Request", "Cookie", "Accept-Language"])
    answer.headers["X-Reference"] = trace.reference()
    answer.headers["Content-Language"] = html_lang()
    if request.method == "GET" and answer.status_code == 200 and not answer.direct_passthrough:
        answer.add_etag()
        answer.make_conditional(request)
    return answer


def _explain(problem: Problem) -> Response:
    """A rule said no: in a fragment as an alert, else as a page."""
    return _say(problem.status, _("This did not work"), say(problem))


def _explain_http(fault: HTTPException) -> Response:
    if fault.response is not None and isinstance(fault.response, Response):
        return fault.response
    title, text = _words(fault.code or 500)
    return _say(fault.code or 500, title, text)


def _explain_database(fault: OperationalError) -> Response:
    words = str(fault.orig).lower()
    if "full" in words or "no space" in words:
        return _explain(storage.DiskFull())
    if any(word in words for word in ("locked", "i/o", "connection", "deadlock")):
        _log.warning("database: %s (reference %s)", fault.orig, trace.reference())
        return _explain(Busy())
    return _explain_bug(fault)


def _explain_twins(fault: IntegrityError) -> Response:
    """Two requests made the same new thing at once; the other was first, a retry finds it."""
    _log.warning("database: %s (reference %s)", fault.orig, trace.reference())
    return _explain(Busy())


def _explain_bug(fault: Exception) -> Response:
    if isinstance(fault, OSError) and fault.errno in storage.NO_ROOM:
        return _explain(storage.DiskFull())
    _log.error("reference %s", trace.reference(), exc_info=fault)
    title, text = _words(500)
    return _say(500, title, text)


def _words(code: int) -> tuple[str, str]:
    """What happened, whether the data is safe, what to do next."""
    known = {
        403: (
            _("You may not do this"),
            _("Nothing was changed. Ask an administrator of your company if you need it."),
        ),
        404: (
            _("Nothing is here"),
            _("The address is old, or belongs to somebody else."),
        ),
        413: (
            _("That was too much at once"),
            _("Nothing was kept. Please hand in fewer or smaller files."),
        ),
    }
    broken = (
        _("Something broke on our side"),
        _(
            "What you had saved is safe. Please try again; if it happens again, tell your "
            "administrator the reference below."
        ),
    )
    return known.get(404 if code == 405 else code, broken)


def _say(status: int, title: str, text: str) -> Response:
    """``g.status`` keeps the true one: a fragment is told most of them as 422, which htmx shows."""
    facts = {"title": title, "text": text, "reference": trace.reference(), "status": status}
    g.status = status
    if wants_fragment():
        is_told = status >= 500 or status in _TOLD
        shown = status if is_told else 422
        answer = make_response(render_template("shared/_alert.html", **facts), shown)
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#alerts", "innerHTML"
        if status in _TOLD:
            answer.headers["HX-Trigger"] = json.dumps({"toast": {"tone": "warn", "text": text}})
    else:
        answer = make_response(render_template("shared/problem.html", **facts), status)
    if status in _LATER:
        answer.headers["Retry-After"] = _LATER[status]
    return answer
