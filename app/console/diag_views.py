"""The self-check of a device: what its browser can do here, and how far the server is."""

import hashlib
import time
from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from app.accounts.door import me
from app.documents.readers import glance
from app.plumbing.assets import SOURCE
from app.plumbing.web import page

bp = Blueprint("diag", __name__, url_prefix="/diag")
SAMPLE = "diag/sample.jpg"
"""The page of a specimen, numbered 99…, as a camera might see it."""

_LARGEST = 250_000


@bp.get("")
def show() -> Any:
    return page("console/diag.html", build=current_app.extensions["build"], sample=SAMPLE)


@bp.get("/clock")
def clock() -> Any:
    return _at(heard=0)


@bp.post("/echo")
def echo() -> Any:
    """Takes up to 250 KB and throws them away."""
    return _at(heard=len(_body()))


@bp.post("/decode")
def decode() -> Any:
    """Reads our own sample and nothing else: ``same`` is false when it came changed."""
    me()
    sent, begun = _body(), time.perf_counter()
    if hashlib.sha256(sent).digest() != _sample_digest():
        return jsonify(same=False, text="", ms=0)
    texts = [code.text for code in glance.in_frame(sent)]
    took = round((time.perf_counter() - begun) * 1000)
    return jsonify(same=True, text=texts[0] if texts else "", ms=took)


def _body() -> bytes:
    if (request.content_length or 0) > _LARGEST:
        abort(413)
    return request.get_data()


def _at(**facts: Any) -> Response:
    me()
    answer = jsonify(now=round(time.time() * 1000), **facts)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@cache
def _sample_digest() -> bytes:
    return hashlib.sha256((SOURCE / SAMPLE).read_bytes()).digest()
