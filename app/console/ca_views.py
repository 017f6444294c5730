"""How a device comes to trust this installation: the root certificate, and where to tap."""

from typing import Any

from flask import Blueprint, Response, abort, g, request

from app.console import devices
from app.plumbing import reach
from app.plumbing.settings import settings
from app.plumbing.web import LANGUAGES, language, page, public

bp = Blueprint("ca", __name__, url_prefix="/ca")
OTHER = {"zh": ("en", "English"), "en": ("zh", "中文")}
"""Each language's other one, named in itself: here it is a link, not a form."""


@bp.get("")
@public
def show() -> Any:
    """Without forms and scripts: it is read by devices that trust nothing here yet."""
    wanted = request.args.get("lang")
    g.language = wanted if wanted in LANGUAGES else language()
    return page(
        "console/ca.html",
        root=reach.root(settings()),
        device=devices.device_of(request.user_agent.string),
        other=OTHER[g.language],
        secured=reach.secured(settings(), request.host),
    )


@bp.get("/yanpiao-ca.crt")
@public
def certificate() -> Any:
    return _file(_root().der, "application/x-x509-ca-cert", "yanpiao-ca.crt")


@bp.get("/yanpiao-ca.mobileconfig")
@public
def profile() -> Any:
    return _file(_root().profile, "application/x-apple-aspen-config", "yanpiao-ca.mobileconfig")


def _root() -> reach.Root:
    return reach.root(settings()) or abort(404)


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
