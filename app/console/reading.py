"""``flask read``: what files say, without an installation: no database, no Redis, no folder."""

import json
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import click
from PIL import Image, ImageDraw

from app.documents.readers import account
from app.documents.readers.found import sides
from app.documents.readers.limits import MEDIA_TYPES
from app.plumbing import sandbox
from app.plumbing.sandbox import Unreadable

_BLUE = "#0b57d0"


def read(paths: tuple[Path, ...], *, as_json: bool, page: Path | None) -> None:
    """Say what is in files, or in every file of a folder; nothing is kept.

    The first page of the first file is drawn to ``page`` with a box around each value.
    """
    for place, path in enumerate(_files(paths)):
        told = _account(path, None if place else page)
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _sentence(told))


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else []
        yield from inside or [path]


def _account(path: Path, page: Path | None) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            facts = sandbox.ask("account", file, path=str(path))[0]
            seen = _seen(file, facts)
            if page and "read" in facts:
                _draw(file, facts, seen, page)
            return account.tell(str(path), facts, seen)
    except OSError as fault:
        reason = (fault.strerror or "unreadable").lower()
    except Unreadable as refusal:
        reason = refusal.reason
    nothing: dict[str, Any] = {
        "kind": None,
        "reader": None,
        "invoices": [],
        "unreadable_reason": reason,
    }
    return {"path": str(path), **nothing, "ms": None}


def _draw(file: IO[bytes], facts: dict[str, Any], seen: dict[str, Any], target: Path) -> None:
    """Page 1 with a box around each value that has a place there; what is not drawn is said."""
    media_type = MEDIA_TYPES[facts["kind"]]
    try:
        picture = sandbox.ask("preview", file, media_type=media_type, page=1)[1]
    except Unreadable:
        click.echo(f"{target}: not written, the file has no page that can be drawn", err=True)
        return
    page = Image.open(BytesIO(picture), formats=("WEBP",)).convert("RGB")
    pen = ImageDraw.Draw(page)
    for found in (*facts["read"]["found"], *seen.get("found", ())):
        for name, place in found["places"].items():
            if place and "box" in place and place["page"] == 1:
                left, top, right, bottom = sides(place["box"])
                start = (left * page.width, top * page.height)
                pen.rectangle((start, (right * page.width, bottom * page.height)), outline=_BLUE)
                pen.text((start[0], start[1] - 11), name, fill=_BLUE)
    page.save(target, "PNG")


def _seen(file: IO[bytes], facts: dict[str, Any]) -> dict[str, Any]:
    """What eyes see in a picture; nothing where they cannot."""
    if not facts.get("read", {}).get("is_picture"):
        return {}
    begun = time.perf_counter()
    try:
        seen = sandbox.ask(sandbox.EYES, file, kind=facts["kind"])[0]
    except Unreadable:
        seen = {}
    return seen | {"ms": (time.perf_counter() - begun) * 1000}


def _sentence(told: dict[str, Any]) -> str:
    """For people: a line a document, or a line an invoice."""
    lines = [
        " ".join(str(one[name] or "?") for name in ("type", "code", "number", "date", "total"))
        for one in told["invoices"]
    ]
    if trip := told.get("itinerary"):
        names = ("kind", "issuer", "first", "last", "count", "total")
        lines = [f"itinerary {' '.join(str(trip[name] or '?') for name in names)}"]
    return "\n".join(f"{told['path']}: {line}" for line in lines or [told["unreadable_reason"]])
