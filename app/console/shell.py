"""What surrounds every page: language, theme, manifest, service worker, style guide."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, current_app, g, jsonify, request, url_for
from flask_babel import gettext as _

from app.accounts import people
from app.accounts.door import somebody
from app.console.devices import device_of
from app.console.kinds import ROWS
from app.core.money import Money
from app.plumbing.assets import asset, shell_assets
from app.plumbing.settings import settings
from app.plumbing.web import HTML_LANG, LANGUAGES, html_lang, language, local, page, public, seen

bp = Blueprint("shell", __name__)
THEMES = ("auto", "light", "dark")
SHELLS = ("/scan", "/outbox", "/offline")
"""Pages that open without a network, once each says that nobody's data is in it."""

SHARED = ("image/*", "application/pdf", ".pdf", ".ofd", ".xml")
"""What other apps may hand over."""

OPENED = {
    "application/pdf": [".pdf"],
    "application/ofd": [".ofd"],
    "text/xml": [".xml"],
    "image/jpeg": [".jpg", ".jpeg"],
    "image/png": [".png"],
}
"""Files that a computer may open with the app."""

SHOTS = {"narrow": "720x1560", "wide": "1440x900"}
"""The pictures by which a browser offers the app; made of the specimen company."""

SAMPLE = {
    "total": Money.parse("2260.35"),
    "amount": Money.parse("628.00"),
    "negative": Money.parse("-12.50"),
    "day": date(2026, 11, 18),
    "moment": datetime(2026, 11, 20, 3, 5, tzinfo=UTC),
    "ago": datetime(2026, 11, 20, 3, 3, tzinfo=UTC),
}
"""What the style guide shows; made up."""

_YEAR = 365 * 24 * 3600


@bp.post("/language", endpoint="language")
@public
def change_language() -> Any:
    """One tap, kept per member and in a cookie for the pages before sign-in."""
    wanted = request.form.get("to", "")
    answer = seen(local(request.form.get("next"), "/"))
    if wanted in LANGUAGES:
        if member := somebody():
            people.speak(member.person, wanted)
        answer.set_cookie("lang", wanted, max_age=_YEAR, samesite="Lax", secure=settings().is_https)
    return answer


@bp.post("/theme", endpoint="theme")
@public
def change_theme() -> Any:
    answer = seen(local(request.form.get("next"), "/"))
    if (wanted := request.form.get("theme", "")) in THEMES:
        answer.set_cookie(
            "theme", wanted, max_age=_YEAR, samesite="Lax", secure=settings().is_https
        )
    return answer


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Any:
    """The app's card for the device; ``lang`` in the address chooses the language."""
    wanted = request.args.get("lang")
    g.language = wanted if wanted in LANGUAGES else language()
    answer = jsonify(
        id="/?app=yanpiao",
        name=_("Yanpiao · check invoices"),
        short_name=_("Yanpiao"),
        lang=HTML_LANG[g.language],
        dir="ltr",
        start_url=url_for("scanning.index", src="pwa"),
        scope="/",
        display="standalone",
        display_override=["standalone", "minimal-ui"],
        launch_handler={"client_mode": ["navigate-existing", "auto"]},
        orientation="any",
        theme_color="#f5f6f8",
        background_color="#f5f6f8",
        categories=["finance", "business", "productivity"],
        prefer_related_applications=False,
        icons=[
            _icon("192"),
            _icon("512"),
            _icon("maskable-512", "maskable"),
            _icon("mono-512", "monochrome"),
        ],
        screenshots=[_shot("narrow", _("Scan one after the other")), _shot("wide", _("Invoices"))],
        shortcuts=[
            _shortcut(_("Scan"), "scanning.index"),
            _shortcut(_("Hand in"), "intake.index"),
            _shortcut(_("Invoices"), "invoices.index"),
        ],
        file_handlers=[
            {"action": url_for("intake.index"), "accept": OPENED, "launch_type": "single-client"}
        ],
        share_target={
            "action": url_for("intake.share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "files", "accept": list(SHARED)}],
            },
        },
    )
    answer.mimetype = "application/manifest+json"
    return answer


@bp.get("/sw.js")
@public
def worker() -> Any:
    """The service worker; YANPIAO_SW_DISABLED=1 makes it take itself away (kill switch)."""
    there = {rule.rule for rule in current_app.url_map.iter_rules()}
    answer = page(
        "sw.js",
        build=current_app.extensions["build"],
        assets=shell_assets(),
        shells=[path for path in SHELLS if path in there],
        disabled=settings().sw_disabled,
    )
    answer.mimetype = "text/javascript"
    return answer


@bp.get("/offline")
@public
def offline() -> Any:
    return shell("offline.html")


@bp.get("/outbox")
@public
def outbox() -> Any:
    """What waits on the device; a script of the page fills it in."""
    return shell("outbox.html")


@bp.get("/install")
def install() -> Any:
    """How the app comes to the home screen of each sort of device."""
    return page("install.html", device=device_of(request.user_agent.string))


@bp.get("/help/kinds")
def kinds() -> Any:
    """What can be read, and how well."""
    return page("kinds.html", rows=ROWS)


@bp.get("/_ui")
@public
def guide() -> Any:
    return page("ui.html", sample=SAMPLE)


def shell(template: str) -> Any:
    """A page without a name, an amount or an id: the service worker may keep it (UX §2.2)."""
    answer = page(template)
    answer.headers["X-Shell-Safe"] = "1"
    return answer


def theme() -> str:
    """The theme this browser chose."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def language_switch() -> dict[str, str]:
    """The other language, named in itself."""
    to = "en" if html_lang() == "zh-CN" else "zh"
    return {"to": to, "label": {"en": "English", "zh": "中文"}[to]}


def _icon(name: str, purpose: str = "any") -> dict[str, str]:
    size = name.split("-")[-1]
    return {
        "src": asset(f"icons/icon-{name}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


def _shot(form: str, label: str) -> dict[str, str]:
    return {
        "src": asset(f"shots/{form}-{g.language}.webp"),
        "sizes": SHOTS[form],
        "type": "image/webp",
        "form_factor": form,
        "label": label,
    }


def _shortcut(name: str, endpoint: str) -> dict[str, Any]:
    return {"name": name, "url": url_for(endpoint, src="shortcut"), "icons": [_icon("192")]}
