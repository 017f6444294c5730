"""Static files under one address per build, cached for ever, compressed beforehand."""

import gzip
import hashlib
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, current_app
from whitenoise import WhiteNoise

from app.plumbing.settings import ROOT, Settings

SOURCE = ROOT / "static"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMPRESSED = {".css", ".js", ".svg", ".txt", ".json"}
_ASKED_FOR = {"decoder.js", "zxing-reader.js", "zip-core.min.js"}
"""Only a phone that scans, or a page that opens an archive, fetches these."""
_DECODER = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


def build(chosen: Settings) -> str:
    """Lay the files out under ``var/static/<build>`` and give the build's name.

    The style sheets become one ``css/app.css`` in the order of their names; it and our scripts lose
    indentation and comments. Doing it twice changes nothing; builds older than the previous one
    are removed.
    """
    name = _fingerprint()
    place = chosen.var / "static" / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=place.parent))
        fresh.chmod(0o755)
        shutil.copytree(SOURCE, fresh, dirs_exist_ok=True)
        (fresh / "css" / "app.css").write_bytes(_styles())
        for script in (fresh / "js").glob("*.js"):
            script.write_text(lean(script.read_text()))
        for file in fresh.rglob("*"):
            if file.suffix in _COMPRESSED:
                _compress(file)
        _settle(fresh, place)
    _forget_old(place)
    return name


def _settle(fresh: Path, place: Path) -> None:
    """Where several processes begin at once, the first one's build counts."""
    try:
        fresh.rename(place)
    except OSError:
        if not place.exists():
            raise
        shutil.rmtree(fresh, ignore_errors=True)


def open_assets(app: Flask, chosen: Settings) -> None:
    """Serve the build and teach templates ``asset("css/app.css")``."""
    name = build(chosen)
    app.extensions["build"] = name
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(chosen.var / "static" / name),
        prefix=f"static/{name}/",
        max_age=31536000,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_harden,
    )
    app.jinja_env.globals["asset"] = asset


def asset(path: str) -> str:
    """The address of a static file in this build."""
    return f"/static/{current_app.extensions['build']}/{path}"


def shell_assets() -> list[str]:
    """What the service worker keeps: styles, scripts and icons of this build."""
    paths = ["css/app.css"]
    for folder in ("js", "vendor", "icons"):
        files = sorted((SOURCE / folder).glob("*"))
        paths += [f"{folder}/{file.name}" for file in files if file.suffix in {".js", ".svg"}]
    paths = [path for path in paths if path.rpartition("/")[2] not in _ASKED_FOR]
    return [asset(path) for path in paths]


def lean(script: str) -> str:
    """A script without indentation, empty lines and lines of comment."""
    lines = (line.strip() for line in script.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(("//", "/**")))


def lean_style(sheet: str) -> str:
    """A style sheet without comments, indentation and empty lines: a twelfth of what is sent."""
    lines = (line.strip() for line in _COMMENT.sub("", sheet).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _harden(headers: dict[str, str], _path: str, url: str) -> None:
    """The decoder's worker has rules of its own: nowhere else may WebAssembly run."""
    if url.endswith("/js/decoder.js"):
        headers["Content-Security-Policy"] = _DECODER
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


@cache
def _styles() -> bytes:
    files = sorted((SOURCE / "css").glob("*.css"))
    return "".join(lean_style(file.read_text()) for file in files).encode()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted(SOURCE.rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(SOURCE)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _compress(file: Path) -> None:
    raw = file.read_bytes()
    Path(f"{file}.br").write_bytes(brotli.compress(raw))
    Path(f"{file}.gz").write_bytes(gzip.compress(raw, mtime=0))


def _forget_old(current: Path) -> None:
    places = [one for one in current.parent.iterdir() if not one.name.startswith("new-")]
    builds = sorted(places, key=lambda place: place.stat().st_mtime)
    for old in builds[:-3]:
        if old != current:
            shutil.rmtree(old, ignore_errors=True)
