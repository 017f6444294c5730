"""Plain http beside https: the root certificate for devices that do not trust it yet, no more.

Everything else is led to https; nothing here takes a form, sets a cookie or knows the database.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from app.console import ca_views
from app.plumbing import reach
from app.plumbing.assets import open_assets
from app.plumbing.settings import ROOT, Settings
from app.plumbing.web import open_pages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATHS = {"/ca", "/ca/yanpiao-ca.crt", "/ca/yanpiao-ca.mobileconfig"}


def create_doorstep(chosen: Settings | None = None) -> "WSGIApplication":
    """Build it with the settings given, or with the environment's."""
    chosen = chosen or Settings.read()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["settings"] = chosen
    open_pages(app)
    open_assets(app, chosen)
    app.register_blueprint(ca_views.bp)
    app.jinja_env.globals["theme"] = lambda: "auto"
    static = f"/static/{app.extensions['build']}/"
    is_home = chosen.has_authority

    def doorstep(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = Request(environ)
        if asked.method not in ("GET", "HEAD"):
            return Response(status=405, headers={"Allow": "GET, HEAD"})(environ, start_response)
        if is_home and (asked.path in _PATHS or asked.path.startswith(static)):
            return app(environ, start_response)
        return _led(asked, chosen)(environ, start_response)

    return doorstep


def _led(asked: Request, chosen: Settings) -> Response:
    """There for good, but not to be remembered: the way may be another one tomorrow."""
    rest = asked.full_path.rstrip("?")
    answer = redirect(f"{reach.secured(chosen, asked.host)}{rest}", 308)
    answer.headers["Cache-Control"] = "no-store"
    return answer
