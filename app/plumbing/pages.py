"""Long lists page by page, by a mark of the last row seen: nothing is skipped when rows arrive."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, tuple_

from app.plumbing.db import db

PAGE = 50
_NO_DAY = date(1, 1, 1)


def by_day(query: Select[Any], table: Any, before: str = "") -> tuple[list[Any], str]:
    """A page by day of issue, the newest first, and the mark of the next page if there is one.

    ``before`` is such a mark (``2026-11-18~<id>``); an unreadable one is the first page. Rows
    without a day come last.
    """
    day = func.coalesce(table.issued, _NO_DAY)
    if mark := _mark(before):
        query = query.where(tuple_(day, table.id) < tuple_(*mark))
    ordered = query.order_by(day.desc(), table.id.desc()).limit(PAGE + 1)
    found = list(db.session.scalars(ordered))
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], f"{last.issued or _NO_DAY}~{last.id}"


def _mark(text: str) -> tuple[date, str] | None:
    day, _, row_id = text.partition("~")
    try:
        return (date.fromisoformat(day), row_id) if text else None
    except ValueError:
        return None
