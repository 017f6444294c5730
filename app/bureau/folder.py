"""The watched folder: exports that are put under ``<tax id>/`` are imported without a person.

A file moves to ``working/`` under the id of its import, and from there to ``done/`` or
``refused/``, each with a text that says how it went. So none is taken twice, and a restart finds
everything where it was.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask_babel import force_locale, gettext
from sqlalchemy import select

from app.accounts.models import Company
from app.bureau import imports
from app.bureau.models import Import, Step
from app.core.errors import N_, Problem
from app.core.period import today
from app.documents import documents
from app.plumbing import storage
from app.plumbing.db import db
from app.plumbing.say import say
from app.plumbing.settings import settings
from app.plumbing.web import LANGUAGES

QUIET_SECONDS = 10.0
"""A file that nobody has written to or renamed for so long has stopped growing."""

AT_ONCE = 3
DONE = N_("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused")
SPAN = N_("It counts for the days of its own rows, %(starts)s to %(ends)s.")
_log = logging.getLogger(__name__)


class NoCompany(Problem):
    """The folder's name is no tax id of a company that keeps a ledger here."""

    message = N_("No company with a ledger here has the tax id %(tax_id)s.")


def look() -> None:
    """Take in what has come, and put away what is over; a folder that cannot be used is logged."""
    root = settings().watch
    if root is None:
        return
    try:
        for place in sorted(root.glob("*/*.xlsx"))[:AT_ONCE]:
            if _is_whole(place):
                _take(place)
        for place in sorted(root.glob("*/working/*.xlsx")):
            _put_away(place)
    except OSError as fault:
        _log.warning("the watched folder: %s", fault)


def _is_whole(place: Path) -> bool:
    found = place.lstat()
    rests = time.time() - max(found.st_mtime, found.st_ctime) >= QUIET_SECONDS
    return rests and place.is_file() and not place.is_symlink()


def _take(place: Path) -> None:
    try:
        found = _request(place, _company(place.parent.name))
    except (NoCompany, documents.Refused, storage.Empty, storage.TooLarge) as refusal:
        _move(place, place.parent / "refused", place.name, [partial(say, refusal)])
        return
    working = place.parent / "working"
    working.mkdir(exist_ok=True)
    place.rename(working / f"{found.id}.xlsx")


def _request(place: Path, company: Company) -> Import:
    with place.open("rb") as file:
        exported_on = today(datetime.fromtimestamp(place.stat().st_mtime, UTC))
        return imports.request_watched(file, place.name, company, exported_on)


def _company(tax_id: str) -> Company:
    company = db.session.scalar(select(Company).where(Company.tax_id == tax_id))
    if company is None or not company.offers("ledger"):
        raise NoCompany(tax_id=tax_id)
    return company


def _put_away(place: Path) -> None:
    found = db.session.get(Import, place.stem)
    if found is None or not found.is_over:
        return
    name = found.document.name
    if found.step is Step.FAILED:
        message, why = imports.why(found)
        _move(place, place.parent.parent / "refused", name, [partial(gettext, message, **why)])
        return
    counts = {one: getattr(found, one) for one in ("new", "changed", "unchanged", "refused")}
    days = {"starts": found.starts, "ends": found.ends}
    said = [partial(gettext, DONE, **counts), partial(gettext, SPAN, **days)]
    _move(place, place.parent.parent / "done", name, said)


def _move(place: Path, folder: Path, name: str, said: Sequence[Callable[[], str]]) -> None:
    """Beside the file a text of the same name, in both languages."""
    folder.mkdir(exist_ok=True)
    target = folder / name
    if target.exists():
        target = folder / f"{target.stem}-{time.time_ns()}{target.suffix}"
    paragraphs = []
    for language in LANGUAGES:
        with force_locale(language):
            paragraphs.append("\n".join(sentence() for sentence in said))
    target.with_name(f"{target.name}.txt").write_text("\n\n".join(paragraphs) + "\n")
    place.rename(target)
