"""How what is asked is found quickly: by the rarest of its demands, or by walking day by day.

What few invoices have is found by an index and then put in order; what many have, by going from
the newest to the oldest and testing each. Which is which is counted, up to ``SOME``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, false, func, or_, select, union

from app.invoices.models import Invoice
from app.plumbing.db import db
from app.plumbing.search import among, unguessed

SOME = 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """One demand: a test of an invoice, and ids by an index, which may be a few too many.

    ``is_in_order`` says that whoever walks day by day meets nothing else. ``count`` is how many ids
    there are, at most ``SOME`` and one; None until they are counted.
    """

    test: ColumnElement[bool]
    ids: Select[str] | None = None
    is_in_order: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """``is_many`` says that more than ``SOME`` fit each demand, ``is_known`` that all of them do.

    There is then one demand, and nothing has to be counted any more.
    """

    query: Select[Invoice]
    is_many: bool
    is_known: bool = False


def either(parts: Sequence[Part]) -> Part:
    """What fits one of them at least; what none fits is left out."""
    left = [part for part in map(_counted, parts) if part.count]
    if len(left) < 2:
        return left[0] if left else Part(false(), count=0)
    test = or_(*(part.test for part in left))
    every = [part.ids for part in left if part.ids is not None]
    if len(every) < len(left):
        return Part(test)
    cut = (ids.limit(SOME + 1).subquery() for ids in every)
    together = union(*(select(one.c[0]) for one in cut)).subquery()
    count = min(SOME + 1, sum(part.count or 0 for part in left))
    return Part(test, select(together.c[0]), count=count)


def narrow(seen: Select[Invoice], parts: Sequence[Part]) -> Narrowed:
    """What of ``seen`` fits every part. The wall is tested last: it is the dearest test."""
    wall = [] if seen.whereclause is None else [seen.whereclause]
    query = select(Invoice).where(*(part.test for part in parts), *wall)
    counted = [_counted(part) for part in parts]
    rarest = min(counted, key=lambda part: part.count or 0, default=None)
    if rarest is None or rarest.count == 0:
        return Narrowed(query if rarest is None else query.where(false()), is_many=False)
    if rarest.count is None or rarest.count > SOME:
        walked = (
            part.test if part.ids is None else unguessed(part.test, Invoice) for part in parts
        )
        query = select(Invoice).where(*walked, *wall)
        return Narrowed(query, is_many=True, is_known=len(parts) == 1 and rarest.ids is not None)
    if rarest.ids is None or rarest.is_in_order:
        return Narrowed(query, is_many=False)
    return Narrowed(query.where(among(Invoice.id, rarest.ids)), is_many=False)


def _counted(part: Part) -> Part:
    """Without ids nobody knows: it may be many."""
    if part.count is not None or part.ids is None:
        return part if part.count is not None else replace(part, count=SOME + 1)
    some = part.ids.limit(SOME + 1).subquery()
    count = db.session.scalar(select(func.count()).select_from(some))
    return replace(part, count=count or 0)
