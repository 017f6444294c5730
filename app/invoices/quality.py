"""How clean the data is: by month and by person, counted ahead, so that a view only adds up.

Ids are in the order of time, so the holdings, copies and corrections of a month are a range of
their keys: a month costs what the month has, whatever the company has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    delete,
    exists,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Member
from app.core import period
from app.core.period import today
from app.documents.models import Copy, Document
from app.documents.models import State as Read
from app.invoices.cleaning_models import Cursor, Figures
from app.invoices.models import Field, Holding, Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import oldest_id

MONTHS = 12
COUNTED = ("brought", "typed", "whole", "corrected", "unreadable", "doubled", "misaddressed")
"""Of ``brought`` those that were ``typed`` or stood in a list, so that nothing was to be read, and
of the others those that were read ``whole`` without a hand; the rest are troubles."""

COUNTED_TO = "figures"
_OF_HOLDINGS = ("brought", "typed", "whole", "corrected", "doubled", "misaddressed")

NOT_INVOICES = ("itinerary", "other_xml", "other_code")
"""Attachments that are no invoices and were never meant to be."""


_CORRECTED: ColumnElement[str] = literal_column("'corrected'")
"""Written out, for SQLite takes a partial index only where it sees that it fits."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one month or one person, named as in ``COUNTED``; ``name`` says of which."""

    name: str
    figures: Mapping[str, int]

    @property
    def share(self) -> int | None:
        """How many of 100 were read whole; None where there was nothing to read."""
        read = self.figures["brought"] - self.figures["typed"]
        return round(100 * self.figures["whole"] / read) if read else None


def by_month(member: Member) -> list[Line]:
    """The company's last twelve months that have any, the newest first."""
    query = _mine(member, Figures.month).group_by(Figures.month).order_by(Figures.month.desc())
    return [_line(row) for row in db.session.execute(query)]


def by_person(member: Member) -> list[Line]:
    """Whoever brought anything in these months, the most first."""
    query = _mine(member, Figures.member_id).group_by(Figures.member_id)
    lines = [_line(row) for row in db.session.execute(query)]
    found = select(Member).where(Member.id.in_([one.name for one in lines]))
    names = {one.id: one.name for one in db.session.scalars(found)}
    named = [Line(names[one.name], one.figures) for one in lines]
    return sorted(named, key=lambda one: (-one.figures["brought"], one.name))


def count() -> None:
    """Count this month and the last anew, and once each of the ten before."""
    months = _months()
    cursor = db.session.get(Cursor, COUNTED_TO)
    last = cursor.last if cursor else ""
    for place, month in enumerate(months):
        if place < 2 or month > last:
            count_month(month)
    if last != months[0]:
        with transaction():
            db.session.merge(Cursor(name=COUNTED_TO, last=months[0]))


def count_month(month: str) -> None:
    """Put every company's figures of one month in place of the old.

    The month is ``2026-11``, by the clock of Shanghai.
    """
    first, end = _span(month)
    made: dict[tuple[str, str], dict[str, int]] = {}
    for company_id, member_id, *counts in db.session.execute(_brought(first, end)):
        made[company_id, member_id] = dict(zip(_OF_HOLDINGS, map(int, counts), strict=True))
    for company_id, member_id, number in db.session.execute(_unreadable(first, end)):
        made.setdefault((company_id, member_id), {})["unreadable"] = number
    with transaction():
        db.session.execute(delete(Figures).where(Figures.month == month))
        for (company_id, member_id), figures in made.items():
            who = {"company_id": company_id, "member_id": member_id}
            db.session.add(Figures(month=month, **who, **figures))


def _brought(first: str, end: str) -> Any:
    """Each invoice once per person, in the month in which it was brought first."""
    earlier, other = aliased(Holding), aliased(Holding)
    again = exists().where(
        earlier.invoice_id == Holding.invoice_id,
        earlier.member_id == Holding.member_id,
        earlier.id < Holding.id,
    )
    doubled = exists().where(
        other.invoice_id == Holding.invoice_id,
        other.member_id != Holding.member_id,
        other.id < Holding.id,
    )
    hands = (
        select(func.count())
        .where(Field.invoice_id == Invoice.id, Field.source == _CORRECTED)
        .correlate(Invoice)
        .scalar_subquery()
    )
    return (
        select(
            Invoice.company_id,
            Holding.member_id,
            func.count(),
            _sum(Invoice.brought_as == "typed"),
            _sum(and_(_is_whole(), hands == 0)),
            func.sum(hands),
            _sum(doubled),
            _sum(Invoice.is_misaddressed.expression),
        )
        .join(Invoice, Invoice.id == Holding.invoice_id)
        .where(Holding.id >= first, Holding.id < end, ~again)
        .group_by(Invoice.company_id, Holding.member_id)
    )


def _is_whole() -> ColumnElement[bool]:
    return and_(
        type_coerce(Invoice.key, String).not_like("file:%"),
        Invoice.total.is_not(None),
        Invoice.issued.is_not(None),
        Invoice.seller_name != "",
        Invoice.brought_as != "typed",
    )


def _unreadable(first: str, end: str) -> Any:
    read = (Document.state.in_((Read.NOTHING, Read.FAILED)), Document.reason.not_in(NOT_INVOICES))
    return (
        select(Copy.company_id, Copy.member_id, func.count())
        .join(Document, Document.id == Copy.document_id)
        .where(Copy.id >= first, Copy.id < end, *read)
        .group_by(Copy.company_id, Copy.member_id)
    )


def _sum(test: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((test, 1), else_=0))


def _mine(member: Member, by: Any) -> Select[Any]:
    sums = (func.sum(getattr(Figures, name)).label(name) for name in COUNTED)
    mine = (Figures.company_id == member.company_id, Figures.month.in_(_months()))
    return select(by.label("name"), *sums).where(*mine)


def _line(row: Any) -> Line:
    return Line(row.name, {name: int(getattr(row, name)) for name in COUNTED})


def _months() -> list[str]:
    day = today(now())
    last = day.year * 12 + day.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(last, last - MONTHS, -1)]


def _span(month: str) -> tuple[str, str]:
    year, number = map(int, month.split("-"))
    first, end = period.month(year, number).moments()
    return oldest_id(first), oldest_id(end)
