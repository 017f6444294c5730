"""Lists of invoices, page by page."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import func, tuple_

from app.accounts.models import Member
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing.db import db

PAGE = 50
_DAY = func.coalesce(Invoice.issued, date(1, 1, 1))


def newest(member: Member, before: str = "") -> tuple[Sequence[Invoice], str]:
    """A page by day of issue, the newest first, and the mark of the next page if there is one.

    ``before`` is such a mark (``2026-11-18~<id>``); an unreadable one is the first page.
    """
    query = invoices.visible_to(member).order_by(_DAY.desc(), Invoice.id.desc())
    day, _, row_id = before.partition("~")
    try:
        mark = (date.fromisoformat(day), row_id) if before else None
    except ValueError:
        mark = None
    if mark:
        query = query.where(tuple_(_DAY, Invoice.id) < tuple_(*mark))
    found = db.session.scalars(query.limit(PAGE + 1)).all()
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], f"{last.issued or date(1, 1, 1)}~{last.id}"


def by_month(found: Sequence[Invoice]) -> list[tuple[str, list[Invoice]]]:
    """The page in months of issue, ``2026-11`` first; invoices without a day come last."""
    return [(month, list(group)) for month, group in groupby(found, key=_month)]


def _month(invoice: Invoice) -> str:
    return f"{invoice.issued:%Y-%m}" if invoice.issued else "—"
