"""The wallet: what it is asked for, page by page, with the sums of months and the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, extract, func, select, tuple_

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import period
from app.core.money import Money
from app.invoices import invoices, search
from app.invoices.models import Holding, Invoice
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.pages import PAGE

ONLY = ("unused", "month", "problems")
MOST = 1_000
FEW = 500
"""Up to so many holdings are looked up one by one; beyond, it is quicker to walk all by day."""

Month = tuple[int, int] | None
"""Year and month of issue; None for invoices without a day."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Invoices of one month: ``total`` is of those whose total is known.

    ``net`` is without tax, of the ``net_count`` others of which only that is known; of
    ``unknown_count`` nothing is.
    """

    count: int
    total: Money
    net: Money
    net_count: int
    unknown_count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the wallet: words, one of ``ONLY``, and today's business day."""

    words: str = ""
    only: str = ""
    on: date = date.max

    def __post_init__(self) -> None:
        """What is none of ``ONLY`` is the first of them."""
        if self.only not in ONLY:
            object.__setattr__(self, "only", ONLY[0])

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Asked":
        """As an address says it, of today; what cannot be read is ignored."""
        day = period.today(now())
        return cls(search.clean(args.get("q", "")), args.get("only", ""), day)

    def state(self) -> dict[str, str]:
        """What ``of`` reads, without what is usual."""
        only = "" if self.only == ONLY[0] else self.only
        return {name: text for name, text in (("q", self.words), ("only", only)) if text}

    def seen_by(self, member: Member) -> Select[Invoice]:
        """What the member may see of it."""
        return _fitting(_seen(member), self)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the wallet: ``months`` in turn, each with how many of ``found`` are of it.

    ``is_continued`` says that the first month began on the page before. ``counts`` is empty on all
    pages but the first.
    """

    found: list[Invoice]
    older: str
    months: list[tuple[Month, int]]
    is_continued: bool
    sums: Mapping[Month, Sum]
    counts: Mapping[str, int]


def look(member: Member, asked: Asked, before: str = "") -> Shown:
    """A page with all that is said on it; ``before`` as for ``a_page``."""
    query = asked.seen_by(member)
    found, older = a_page(query, before)
    months = [(month, len(list(some))) for month, some in groupby(found, key=_month)]
    day, last = mark(before)
    is_continued = bool(last and months and months[0][0] == _month_of(day))
    tally: dict[str, int] = {} if before else counts(member, asked, None if older else len(found))
    return Shown(found, older, months, is_continued, sums(query, found), tally)


def counts(member: Member, asked: Asked, known: int | None = None) -> dict[str, int]:
    """How many there are of each of ``ONLY`` but the month's unless asked for, in one question.

    Exact up to ``MOST``, else one more: counting on would read all of a large company (DESIGN §7).
    ``known`` is how many are shown, if that is all.
    """
    wanted = {ONLY[0], ONLY[-1], asked.only}
    told = {} if known is None else {asked.only: known}
    seen = _seen(member)
    open_ = {
        only: _count(_fitting(seen, replace(asked, only=only))) for only in wanted - told.keys()
    }
    counted = db.session.execute(select(*(one.label(only) for only, one in open_.items())))
    return {**told, **counted.mappings().one()}


def a_page(query: Select[Invoice], before: str = "") -> tuple[list[Invoice], str]:
    """Those without a day first, then the newest day first, and the mark of the next page.

    ``before`` is such a mark (``2026-11-18~<id>``, ``~<id>``); an unreadable one is the first page.
    Nothing is skipped or doubled when invoices arrive meanwhile.
    """
    day, last = mark(before)
    found: list[Invoice] = []
    if day is None:
        undated = query.where(Invoice.issued.is_(None))
        if last:
            undated = undated.where(Invoice.id < last)
        found += db.session.scalars(undated.order_by(Invoice.id.desc()).limit(PAGE + 1))
    if len(found) <= PAGE:
        dated = query.where(Invoice.issued.is_not(None))
        if day is not None:
            dated = dated.where(tuple_(Invoice.issued, Invoice.id) < tuple_(day, last))
        newest = dated.order_by(Invoice.issued.desc(), Invoice.id.desc())
        found += db.session.scalars(newest.limit(PAGE + 1 - len(found)))
    if len(found) <= PAGE:
        return found, ""
    final = found[PAGE - 1]
    return found[:PAGE], f"{final.issued or ''}~{final.id}"


def mark(text: str) -> tuple[date | None, str]:
    """The day and the id of a mark; of an unreadable one neither."""
    day, _, row_id = text.partition("~")
    try:
        return (date.fromisoformat(day) if day else None), row_id
    except ValueError:
        return None, ""


def sums(query: Select[Invoice], found: Sequence[Invoice]) -> dict[Month, Sum]:
    """Of each month on the page all that the question finds, not only the page."""
    days = [one.issued for one in found if one.issued]
    made: dict[Month, Sum] = {}
    if days:
        first, last = min(days), max(days)
        span = period.month(first.year, first.month).start, period.month(last.year, last.month).end
        year, month = extract("year", Invoice.issued), extract("month", Invoice.issued)
        rows = query.with_only_columns(year, month, *_FIGURES).group_by(year, month)
        for one in db.session.execute(rows.where(Invoice.issued.between(*span))):
            made[int(one[0]), int(one[1])] = _sum(one[2:])
    if len(days) < len(found):
        undated = query.with_only_columns(*_FIGURES).where(Invoice.issued.is_(None))
        made[None] = _sum(tuple(db.session.execute(undated).one()))
    return made


_NET_ONLY = Invoice.total.is_(None) & Invoice.amount.is_not(None)
_NEITHER = Invoice.total.is_(None) & Invoice.amount.is_(None)
_FIGURES = (
    func.count(),
    func.sum(Invoice.total),
    func.sum(case((_NET_ONLY, Invoice.amount))),
    func.count(case((_NET_ONLY, 1))),
    func.count(case((_NEITHER, 1))),
)


def _sum(figures: Sequence[object]) -> Sum:
    count, total, net, net_count, unknown_count = figures
    nothing = Money(0)
    return Sum(count, total or nothing, net or nothing, net_count, unknown_count)  # type: ignore[arg-type]


def _month_of(day: date | None) -> Month:
    return (day.year, day.month) if day else None


def _month(invoice: Invoice) -> Month:
    return _month_of(invoice.issued)


def _fitting(seen: Select[Invoice], asked: Asked) -> Select[Invoice]:
    return seen.where(search.matching(asked.words), _only(asked.only, asked.on))


def _seen(member: Member) -> Select[Invoice]:
    """The wall; what a member with few invoices holds is not looked for among all of a company."""
    query = invoices.visible_to(member)
    if member.may(Power.SEE_ALL):
        return query
    held = select(Holding.invoice_id).distinct().where(Holding.member_id == member.id)
    some = query.with_only_columns(Invoice.id).where(Invoice.id.in_(held.limit(FEW + 1)))
    ids = db.session.scalars(some).all()
    return select(Invoice).where(Invoice.id.in_(ids)) if len(ids) <= FEW else query


def _only(only: str, on: date) -> ColumnElement[bool]:
    this = period.month(on.year, on.month)
    among: dict[str, ColumnElement[bool]] = {
        "month": Invoice.issued.between(this.start, this.end),
        "problems": Invoice.has_problem.expression,
    }
    return among.get(only, ~Invoice.is_used)


def _count(query: Select[Invoice]) -> ScalarSelect[int]:
    some = query.with_only_columns(Invoice.id).limit(MOST + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
