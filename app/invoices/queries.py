"""The wallet: what it is asked for, page by page, with the sums of months and the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, select, true, tuple_

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import period
from app.core.money import Money
from app.core.period import today
from app.invoices import filters, invoices, search
from app.invoices.models import Holding, Invoice
from app.invoices.narrowing import SOME, Narrowed, Part, narrow
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.pages import PAGE

ONLY = ("unused", "month", "problems")
MOST = 1_000
SUMMED = 3_000
"""Months are summed as long as the page's have no more invoices together."""

FEW, MANY = 500, 20_000
"""Up to so few holdings are looked up one by one; of very many it is quicker to walk all."""

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
    """What is asked of the wallet: words, one of ``ONLY``, filters, and today's business day."""

    words: str = ""
    only: str = ""
    on: date = date.max
    filters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What is none of ``ONLY`` is the first of them."""
        if self.only not in ONLY:
            object.__setattr__(self, "only", ONLY[0])

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Asked":
        """What an address says, today; whatever cannot be read is ignored."""
        words = search.clean(args.get("q", ""))
        return cls(words, args.get("only", ""), today(now()), filters.read(args))

    def state(self) -> dict[str, str]:
        """The same as the address says it, without what goes without saying."""
        only = self.only if self.only != ONLY[0] else ""
        every = {"q": self.words, "only": only, **self.filters}
        return {name: text for name, text in every.items() if text}

    @property
    def is_narrowed(self) -> bool:
        """Whether there are words or filters."""
        return bool(self.words or self.filters)

    def seen_by(self, member: Member) -> Select[Invoice]:
        """What the member may see of it."""
        return _narrowed(self, member).query.where(_only(self.only, self.on))


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
    narrowed = _narrowed(asked, member)
    query = narrowed.query.where(_only(asked.only, asked.on))
    found, older = a_page(query, before)
    months = [(month, len(list(some))) for month, some in groupby(found, key=_month)]
    day, last = mark(before)
    is_continued = bool(last and months and months[0][0] == _month_of(day))
    known = None if older else len(found)
    tally: dict[str, int] = {} if before else _counts(narrowed, asked, known)
    return Shown(found, older, months, is_continued, sums(query, found), tally)


def _counts(narrowed: Narrowed, asked: Asked, known: int | None) -> dict[str, int]:
    """How many there are of each of ``ONLY`` but the month's unless asked for, in one question.

    Exact up to ``MOST``, else one more: counting on would read all of a large company (DESIGN §7).
    Of what many fit only what is asked for is counted. ``known`` is how many are shown, if that is
    all.
    """
    wanted = {asked.only} if narrowed.is_many else {ONLY[0], ONLY[-1], asked.only}
    told = {} if known is None else {asked.only: known}
    if narrowed.is_known and asked.only == ONLY[0]:
        told = told or {asked.only: MOST + 1}
    open_ = {
        only: _count(narrowed.query.where(_only(only, asked.on))) for only in wanted - told.keys()
    }
    if not open_:
        return told
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
    """Of each month on the page all that the question finds, not only the page.

    Months that have more than ``SUMMED`` are left out.
    """
    days = [one.issued for one in found if one.issued]
    made: dict[Month, Sum] = {}
    if days:
        first, last = min(days), max(days)
        span = period.month(first.year, first.month).start, period.month(last.year, last.month).end
        made |= _sums(query.where(Invoice.issued.between(*span)).order_by(Invoice.issued.desc()))
    if len(days) < len(found):
        made |= _sums(query.where(Invoice.issued.is_(None)))
    return made


def _sums(query: Select[Invoice]) -> dict[Month, Sum]:
    columns = (Invoice.issued, Invoice.total, Invoice.amount)
    some = query.with_only_columns(*columns).limit(SUMMED + 1).subquery()
    day, total, net = some.c
    net_only = total.is_(None) & net.is_not(None)
    figures = (
        func.count(),
        func.sum(total),
        func.sum(case((net_only, net))),
        func.count(case((net_only, 1))),
        func.count(case((total.is_(None) & net.is_(None), 1))),
    )
    rows = db.session.execute(select(day, *figures).group_by(day).order_by(day.desc())).all()
    made = {
        month: _sum(list(some)) for month, some in groupby(rows, key=lambda row: _month_of(row[0]))
    }
    if sum(one.count for one in made.values()) > SUMMED:
        made.popitem()
    return made


def _sum(days: Sequence[Sequence[Any]]) -> Sum:
    figures = [[figure for figure in column if figure] for column in zip(*days, strict=True)]
    count, totals, nets, net_count, unknown_count = figures[1:]
    total, net = Money.sum(totals), Money.sum(nets)
    return Sum(sum(count), total, net, sum(net_count), sum(unknown_count))


def _month_of(day: date | None) -> Month:
    return (day.year, day.month) if day else None


def _month(invoice: Invoice) -> Month:
    return _month_of(invoice.issued)


def _narrowed(asked: Asked, member: Member) -> Narrowed:
    """The wall; what a member with few invoices holds is not looked for among all of a company.

    How many of a company's fit says nothing of a member who sees only some of them.
    """
    parts = search.demands(member.company_id, asked.words)
    parts += filters.demands(asked.filters, member)
    if member.may(Power.SEE_ALL):
        return narrow(invoices.visible_to(member), parts)
    return _own(parts, member)


def _own(parts: Sequence[Part], member: Member) -> Narrowed:
    query = invoices.visible_to(member)
    held = select(Holding.invoice_id).distinct().where(Holding.member_id == member.id)
    some = query.with_only_columns(Invoice.id).where(Invoice.id.in_(held.limit(FEW + 1)))
    ids = db.session.scalars(some).all()
    if len(ids) <= FEW:
        few = select(Invoice).where(Invoice.id.in_(ids), *(part.test for part in parts))
        return Narrowed(few, is_many=False)
    count = select(func.count()).select_from(held.limit(MANY + 1).subquery())
    mine = [Part(true(), held, count=SOME)] if db.session.scalars(count).one() <= MANY else []
    return replace(narrow(query, [*parts, *mine]), is_known=False)


def _only(only: str, on: date) -> ColumnElement[bool]:
    if only == "month":
        this = period.month(on.year, on.month)
        return Invoice.issued.between(this.start, this.end)
    return Invoice.has_problem.expression if only == "problems" else ~Invoice.is_used


def _count(query: Select[Invoice]) -> ScalarSelect[int]:
    some = query.with_only_columns(Invoice.id).limit(MOST + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
