"""A paper in the making: its invoices page by page, and how far it has come."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

from sqlalchemy import Select, false, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Member
from app.invoices import invoices, queries
from app.invoices.models import Invoice
from app.papers import listed
from app.papers.models import Paper
from app.plumbing import queue
from app.plumbing.db import db, transaction

PAGE = 500
GAPS = "gaps"
BREATH = 1.0
"""Seconds between two notes of how far it is."""


class Unmade(Exception):
    """It cannot be made; ``reason`` is a stable word, ``papers.REASONS`` says it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TakenBack(Exception):
    """Whoever asked for it does not want it any more."""


class Making:
    """What a maker works with. Its rows are of one moment each: a note of progress ends their view.

    ``total`` is how many invoices there were at the start, where there was none its other rows.
    """

    def __init__(self, paper: Paper) -> None:
        """Take note of what is asked; what a maker needs of the row outlives its changes."""
        self.paper_id, self.member_id = paper.id, paper.member_id
        self.kind, self.asked, self.name = paper.kind_word, paper.asked, paper.name
        self.made_at, self.total = paper.made_at, paper.total
        self._noted = time.monotonic()
        batch = listed.batch(paper.asked, paper.member)
        self.batch_id = batch.id if batch else ""

    @property
    def member(self) -> Member:
        """Who asked for it, as they are now."""
        return db.session.get_one(Member, self.member_id)

    def query(self) -> Select[Invoice]:
        """The invoices that are asked for, as far as the member may see them now."""
        return found(self.asked, self.member)

    def pages(self) -> Iterator[list[Invoice]]:
        """All of them, at most ``PAGE`` at a time; after each it is noted.

        What is of one list comes in the order of its rows, all else in the wallet's.

        Nothing is skipped or doubled when invoices arrive meanwhile. Keep no row of a page for
        longer than its turn.
        """
        done = 0
        for page in walk(self.asked, self.member):
            count = len(page)
            yield page
            done += count
            self.note(done)

    def note(self, done: int) -> None:
        """Keep how many are done, at most once in ``BREATH``; to be called often.

        Raises:
            TakenBack: there is no such paper any more.
            Lost: another worker has it.
        """
        if time.monotonic() - self._noted < BREATH:
            return
        with transaction():
            queue.hold_on()
            still_wanted(self.paper_id).done = done
        self._noted = time.monotonic()


Maker = Callable[[Making, IO[bytes]], None]
"""Writes the whole paper into an empty file.

Raises Unmade, and what a Making raises; a fault that is neither is said to be ours.
"""


def found(asked: dict[str, Any], member: Member) -> Select[Invoice]:
    """The invoices of what is asked, a list by its state or chosen ones, that a member may see.

    What is missing (``GAPS``) is no list of invoices.
    """
    if GAPS in asked:
        return invoices.visible_to(member).where(false())
    if "ids" in asked:
        return invoices.visible_to(member).where(Invoice.id.in_(asked["ids"]))
    return queries.Asked.of(asked["state"]).seen_by(member)


def count(query: Select[Invoice]) -> int:
    """How many there are, exactly."""
    some = query.with_only_columns(Invoice.id).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def still_wanted(paper_id: str) -> Paper:
    """The row, read anew in the transaction in hand and held until its end; raises TakenBack."""
    paper = db.session.get(Paper, paper_id, with_for_update={"of": Paper}, populate_existing=True)
    if paper is None:
        raise TakenBack
    return paper


def walk(asked: dict[str, Any], member: Member, size: int = 0) -> Iterator[list[Invoice]]:
    """What is ``found``, at most ``size`` (else ``PAGE``) at a time; nothing comes twice.

    What is of one list comes in the order of its rows, all else in the wallet's.
    """
    query, batch, size = found(asked, member), listed.batch(asked, member), size or PAGE
    if batch is None:
        return _by_day(query, size)
    rest = _by_day(listed.others(query, batch.id), size)
    return listed.once(chain(listed.walk(query, batch.id, size), rest))


def _by_day(query: Select[Invoice], size: int) -> Iterator[list[Invoice]]:
    """Those without a day first, then the newest day first."""
    yield from _by(query.where(Invoice.issued.is_(None)), (Invoice.id,), size)
    yield from _by(query.where(Invoice.issued.is_not(None)), (Invoice.issued, Invoice.id), size)


def _by(
    query: Select[Invoice], keys: Sequence[InstrumentedAttribute[Any]], size: int
) -> Iterator[list[Invoice]]:
    ordered = query.order_by(*(key.desc() for key in keys)).limit(size)
    after = None
    while True:
        rest = ordered if after is None else ordered.where(tuple_(*keys) < tuple_(*after))
        page = list(db.session.scalars(rest))
        if not page:
            return
        after = [getattr(page[-1], key.key) for key in keys]
        yield page
        if len(page) < size:
            return
