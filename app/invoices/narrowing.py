"""How what is asked is found quickly: by the rarest of its demands, or by walking day by day.

What few invoices have is found by an index and then put in order; what many have, by going from
the newest to the oldest and testing each. Which is which is counted, up to ``SOME``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, union

from app.invoices.models import Invoice
from app.plumbing.db import db
from app.plumbing.search import among

FEW, SOME = 500, 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """One demand: a test of an invoice, and ids by an index, which may be a few too many."""

    test: ColumnElement[bool]
    ids: Select[str] | None = None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """``is_many`` says that more than ``SOME`` fit each demand, ``is_known`` that all of them do.

    There is then one demand, and nothing has to be counted any more.
    """

    query: Select[Invoice]
    is_many: bool
    is_known: bool = False


def either(parts: Sequence[Part]) -> Part:
    """What fits one of them at least."""
    test = or_(*(part.test for part in parts))
    every = [part.ids for part in parts if part.ids is not None]
    if len(every) < len(parts) or len(parts) == 1:
        return parts[0] if len(parts) == 1 else Part(test)
    cut = (ids.limit(SOME + 1).subquery() for ids in every)
    together = union(*(select(one.c[0]) for one in cut)).subquery()
    return Part(test, select(together.c[0]))


def narrow(seen: Select[Invoice], parts: Sequence[Part]) -> Narrowed:
    """What of ``seen`` fits every part. The wall is tested last: it is the dearest test."""
    wall = [] if seen.whereclause is None else [seen.whereclause]
    query = select(Invoice).where(*(part.test for part in parts), *wall)
    least, rarest = SOME + 1, None
    for part in parts:
        count = _count(part)
        if count < least:
            least, rarest = count, part
        if least <= FEW:
            break
    if rarest is None or rarest.ids is None:
        is_known = len(parts) == 1 and parts[0].ids is not None
        return Narrowed(query, is_many=bool(parts), is_known=is_known)
    return Narrowed(query.where(among(Invoice.id, rarest.ids)), is_many=False)


def _count(part: Part) -> int:
    if part.ids is None:
        return SOME + 1
    some = part.ids.limit(SOME + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0
