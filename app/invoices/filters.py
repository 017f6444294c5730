"""By what the wallet is narrowed besides words; each filter is a text of the address."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Member, Person
from app.accounts.roles import Power
from app.core import period
from app.core.errors import N_
from app.core.invoice import KINDS
from app.core.money import Money
from app.core.period import Period
from app.core.verdict import Authenticity, Lifecycle
from app.invoices import parties
from app.invoices.models import Holding, Invoice, Listing, Tag
from app.invoices.narrowing import Part
from app.plumbing.db import db
from app.plumbing.search import aside, one_of

STATES = {
    "problem": N_("Needs somebody"),
    "held": N_("Held: the file was changed"),
    "title": N_("Not made out to the company"),
}
BROUGHT = {
    "pdf": N_("PDF file"),
    "ofd": N_("OFD file"),
    "xml": N_("XML file"),
    "picture": N_("Photo or picture"),
    "scanned": N_("Scanned code"),
    "typed": N_("Typed by hand"),
}
LONGEST = 60
_WORDED: dict[str, tuple[InstrumentedAttribute[Any], tuple[str, ...]]] = {
    "kind": (Invoice.kind_word, tuple(kind.word for kind in KINDS)),
    "verdict": (Invoice.authenticity, tuple(Authenticity)),
    "lifecycle": (Invoice.lifecycle, tuple(Lifecycle)),
    "source": (Invoice.brought_as, tuple(BROUGHT)),
}
"""Filters by a column of few words, with all of them, in the order of the index they share."""

_SPAN = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])))?")
_ID = re.compile(r"[0-9a-z]{26}")
_PROBLEM = Invoice.has_problem.expression

Read = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Filter:
    """``read`` tidies what the address says, and raises ValueError if that is no value.

    ``part`` makes it a demand of what the member sees; without one it is part of a demand that
    several make together.
    """

    label: str
    read: Read
    part: Callable[[str, Member], Part] | None = None
    power: Power | None = None


def read(args: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address names; what cannot be read is left out."""
    found: dict[str, str] = {}
    for name, one in FILTERS.items():
        try:
            found[name] = one.read(args.get(name, "").strip())
        except ValueError:
            continue
    return found


def demands(filters: Mapping[str, str], member: Member) -> list[Part]:
    """Each filter that the member may use; a range of amounts is one demand, all words another."""
    parts = [
        one.part(filters[name], member)
        for name, one in FILTERS.items()
        if name in filters and one.part and (one.power is None or member.may(one.power))
    ]
    if {"least", "most"} & filters.keys():
        parts.append(_amounts(member, filters.get("least"), filters.get("most")))
    if words := {name: word for name, word in filters.items() if name in _WORDED}:
        parts.append(_worded(member, words))
    return parts


def span(text: str) -> Period:
    """A year, a quarter or a month: ``2026``, ``2026-Q4``, ``2026-11``; ValueError for others."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, quarter = int(found[1]), found[2], found[3]
    first, last = (int(month),) * 2 if month else (1, 12)
    if quarter:
        first, last = int(quarter) * 3 - 2, int(quarter) * 3
    return Period(period.month(year, first).start, period.month(year, last).end)


def _words(text: str) -> str:
    tidy = " ".join(text.split())[:LONGEST]
    if not parties.plain(tidy):
        raise ValueError(text)
    return tidy


def _among(words: Iterable[str]) -> Read:
    known = frozenset(words)

    def reads(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return reads


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _span(text: str) -> str:
    span(text)
    return text


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(text)
    return text


def _money(text: str) -> str:
    return Money.parse(text).yuan


def _worded(member: Member, asked: Mapping[str, str]) -> Part:
    """The index is asked for every word of a column that is not asked for but before one that is.

    Red is also what may be red in part.
    """
    tests, sought, passed = [], [], []
    for name, (column, words) in _WORDED.items():
        if name not in asked:
            passed.append(column.in_(words))
            continue
        meant = [asked[name]]
        if meant == [Lifecycle.RED_FULL]:
            meant.append(Lifecycle.RED_UNKNOWN)
        tests.append(column.in_(meant))
        sought += [*passed, tests[-1]]
        passed = []
    of_company = select(Invoice.id).where(Invoice.company_id == member.company_id)
    return Part(aside(and_(*tests)), of_company.where(*sought))


def _state(word: str, _member: Member) -> Part:
    more = {"held": Invoice.is_held, "title": Invoice.is_misaddressed}
    return Part(and_(_PROBLEM, more[word]) if word in more else _PROBLEM)


def _who(name: str, member: Member) -> Part:
    like = Person.name.icontains(name, autoescape=True)
    people = select(Member.id).join(Person).where(Member.company_id == member.company_id, like)
    held = one_of(Holding.member_id, db.session.scalars(people).all())
    test = exists().where(Holding.invoice_id == Invoice.id, held).correlate(Invoice)
    return Part(test, select(Holding.invoice_id).distinct().where(held))


def _tag(word: str, member: Member) -> Part:
    same = (Tag.company_id == member.company_id, Tag.word == word)
    test = exists().where(Tag.invoice_id == Invoice.id, *same).correlate(Invoice)
    return Part(test, select(Tag.invoice_id).where(*same))


def _batch(batch_id: str, _member: Member) -> Part:
    same = Listing.batch_id == batch_id
    test = exists().where(Listing.invoice_id == Invoice.id, same).correlate(Invoice)
    return Part(test, select(Listing.invoice_id).where(same))


def _amounts(member: Member, least: str | None, most: str | None) -> Part:
    """With tax, or without it where only that is known."""
    known, net = Invoice.total, Invoice.amount
    tests = []
    for column, unless in ((known, []), (net, [known.is_(None)])):
        limits = [column >= Money.parse(least)] if least else []
        limits += [column <= Money.parse(most)] if most else []
        tests.append(and_(column.is_not(None), *limits, *unless))
    of_company = select(Invoice.id).where(Invoice.company_id == member.company_id)
    return Part(tests[0] | tests[1], _either(of_company.where(test) for test in tests))


def _either(every: Iterable[Select[str]]) -> Select[str]:
    together = union_all(*every).subquery()
    return select(together.c[0])


FILTERS: dict[str, Filter] = {
    "kind": Filter(N_("Kind"), _among(_WORDED["kind"][1])),
    "period": Filter(
        N_("Period"),
        _span,
        lambda text, _: Part(Invoice.issued.between(span(text).start, span(text).end)),
    ),
    "from": Filter(
        N_("Issued from"), _day, lambda day, _: Part(Invoice.issued >= date.fromisoformat(day))
    ),
    "to": Filter(
        N_("Issued until"), _day, lambda day, _: Part(Invoice.issued <= date.fromisoformat(day))
    ),
    "least": Filter(N_("Amount from"), _money),
    "most": Filter(N_("Amount up to"), _money),
    "seller": Filter(N_("Seller"), _words, lambda text, one: parties.sold_by(one.company_id, text)),
    "buyer": Filter(N_("Buyer"), _words, lambda text, one: parties.bought_by(one.company_id, text)),
    "tax_id": Filter(
        N_("Tax id"), _words, lambda text, one: parties.taxed_as(one.company_id, text)
    ),
    "verdict": Filter(N_("Verdict"), _among(_WORDED["verdict"][1])),
    "lifecycle": Filter(N_("Validity"), _among(_WORDED["lifecycle"][1])),
    "state": Filter(N_("State"), _among(STATES), _state),
    "who": Filter(N_("Brought by"), _words, _who, Power.SEE_ALL),
    "source": Filter(N_("Came as"), _among(_WORDED["source"][1])),
    "tag": Filter(N_("Tag"), _words, _tag),
    "batch": Filter(N_("From one list"), _id, _batch),
}
"""By their names in the address, in the order in which they are offered."""
