"""Groups of invoices to be cleaned up: found by following what changed, kept until decided."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Select, func, select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.documents.models import Print
from app.invoices import alike, grouping
from app.invoices.cleaning_models import PAIRS, Cursor, Group, Part, Sort, State, What
from app.invoices.grouping import Found
from app.invoices.models import Change, Holding, Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id, oldest_id

CHUNK, MOST_ROWS = 500, 10_000
"""So many invoices are looked at together, and so many rows followed in one go."""

_FOLLOWED: Mapping[str, tuple[Any, Any]] = {
    "holdings": (Holding.id, Holding.invoice_id),
    "changes": (Change.id, Change.invoice_id),
    "prints": (Print.id, Print.document_id),
}
"""Each row that is new, and whom it is about."""

OVERLAP = timedelta(minutes=1)
"""Cursors stay behind the rows of the last minute: one begun earlier may be kept later."""

SORTS: Mapping[str, frozenset[Sort]] = {
    "same": frozenset({Sort.KEY, Sort.FILE}),
    "alike": frozenset({Sort.TWICE, Sort.ALTERED}),
    "split": frozenset({Sort.SPLIT}),
    "run": frozenset({Sort.RUN}),
}
"""The filters of the page, in their order."""

PAGE = 20
MOST = 999


def visible_to(member: Member) -> Select[Group]:
    """The groups of the company for those who may decide about all invoices, else none."""
    mine = select(Group).where(Group.company_id == member.company_id, Group.state != State.GONE)
    return mine if member.may(Power.DECIDE) else mine.where(Group.id.is_(None))


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of groups, the newest first, and the mark of the next."""

    groups: list[Group]
    older: str


def look(member: Member, only: str, state: State, before: str = "") -> Shown:
    """A page of one filter of ``SORTS`` or of all."""
    query = visible_to(member).where(Group.state == state)
    if only in SORTS:
        query = query.where(Group.sort.in_(SORTS[only]))
    if before:
        query = query.where(Group.id < before)
    found = list(db.session.scalars(query.order_by(Group.id.desc()).limit(PAGE + 1)))
    older = found[PAGE - 1].id if len(found) > PAGE else ""
    return Shown(found[:PAGE], older)


def pairs(invoice: Invoice, member: Member) -> list[Group]:
    """The open groups in which its paper looks like another one's."""
    mine = visible_to(member).join(Part).where(Part.invoice_id == invoice.id)
    open_ = (Group.state == State.OPEN, Group.sort.in_(PAIRS))
    return list(db.session.scalars(mine.where(*open_).order_by(Group.id)))


def count(company_id: str) -> dict[str, int]:
    """How many open groups there are of each filter."""
    open_ = (Group.company_id == company_id, Group.state == State.OPEN)
    query = select(Group.sort, func.count()).where(*open_).group_by(Group.sort)
    told = {row[0]: row[1] for row in db.session.execute(query)}
    return {name: sum(told.get(sort, 0) for sort in sorts) for name, sorts in SORTS.items()}


def catch_up(looked: set[str] | None = None) -> int:
    """Follow what was held, changed or printed since the last time; gives how many invoices.

    The cursors stay behind by ``OVERLAP``; ``looked`` keeps in mind, from one call to the next,
    which rows of that time need no second look.
    """
    known = set[str]() if looked is None else looked
    fresh = {name: _fresh(name) for name in _FOLLOWED}
    told = (_invoices(name, rows.items(), known) for name, rows in fresh.items())
    ids = list(dict.fromkeys(chain.from_iterable(told)))
    for start in range(0, len(ids), CHUNK):
        look_at(ids[start : start + CHUNK])
    edge = oldest_id(now() - OVERLAP)
    for name, rows in fresh.items():
        _settle(name, [one for one in rows if one < edge])
    known.update(*fresh.values())
    known.intersection_update([one for one in known if one >= edge])
    return len(ids)


def look_at(invoice_ids: Sequence[str]) -> None:
    """Find the groups in which some invoices are now, and forget those in which they were.

    What somebody decides meanwhile stands: it leaves changes behind, which are looked at next.
    """
    began = now()
    query = select(Invoice).where(Invoice.id.in_(invoice_ids))
    found = {one.mark: one for one in _find(list(db.session.scalars(query)))}
    known = select(Group.id).join(Part).where(Part.invoice_id.in_(invoice_ids))
    before = set(db.session.scalars(known.where(Group.state == State.OPEN)))
    if found or before:
        with transaction():
            kept = {_keep(one, began).id for one in found.values()}
            gone = select(Group).where(Group.id.in_(before - kept), Group.state == State.OPEN)
            for group in db.session.scalars(gone.with_for_update()):
                _forget(group)


def version(group: Group) -> str:
    """Changes whenever what a person saw of a group does."""
    decided = sum(one.undone_at is None for one in group.decisions)
    members = hashlib.sha256(" ".join(sorted(group.members)).encode()).hexdigest()[:16]
    return f"{group.state}-{members}-{len(group.decisions)}-{decided}"


def _fresh(name: str) -> dict[str, str]:
    """What each row behind the cursor is about, by the row's id."""
    cursor, (row_id, subject) = db.session.get(Cursor, name), _FOLLOWED[name]
    query = select(row_id, subject).where(row_id > (cursor.last if cursor else ""))
    return {row[0]: row[1] for row in db.session.execute(query.order_by(row_id).limit(MOST_ROWS))}


def _settle(name: str, rows: Sequence[str]) -> None:
    if rows:
        with transaction():
            kept = db.session.get(Cursor, name) or Cursor(name=name)
            kept.last = rows[-1]
            db.session.add(kept)


def _invoices(name: str, rows: Iterable[tuple[str, str]], known: set[str]) -> list[str]:
    every = list(dict.fromkeys(subject for row_id, subject in rows if row_id not in known))
    if name != "prints":
        return every
    found: list[str] = []
    for start in range(0, len(every), CHUNK):
        some = every[start : start + CHUNK]
        held = select(Holding.invoice_id).where(Holding.document_id.in_(some)).distinct()
        found += db.session.scalars(held)
    return found


def _find(invoices: list[Invoice]) -> Iterable[Found]:
    """A look-alike or a row of numbers says more than that totals are the same."""
    twins = grouping.twins(invoices)
    pairs = {one.mark: one for one in [*alike.by_fields(twins), *alike.by_prints(invoices)]}
    rows = list(grouping.rows(invoices))
    told = [{*one.invoice_ids} for one in [*pairs.values(), *rows]]
    bills = (one for one in grouping.split(twins) if not any({*one.invoice_ids} <= t for t in told))
    return [*grouping.brought_twice(invoices), *pairs.values(), *rows, *bills]


def _keep(found: Found, began: datetime) -> Group:
    """One more member, or one that was let go and is back, opens a decided group again."""
    group = _known(found)
    if group is None:
        facts = {"company_id": found.company_id, "mark": found.mark, "holder_id": found.holder_id}
        group = Group(id=new_id(), sort=found.sort, members=[*found.members], **facts)
        db.session.add(group)
    elif group.state is State.DECIDED:
        is_new = bool({*found.members} - {*group.members}) or _was_kept(group)
        if not is_new or any(one.made_at >= began for one in group.decisions):
            return group
    if group.state is not State.OPEN:
        group.state, group.found_at = State.OPEN, now()
    group.sort, group.members = found.sort, [*found.members]
    known = {part.invoice_id: part for part in group.parts}
    group.parts = [known.get(one) or Part(invoice_id=one) for one in found.invoice_ids]
    db.session.flush()
    return group


def _known(found: Found) -> Group | None:
    same = select(Group).where(Group.company_id == found.company_id).with_for_update()
    if group := db.session.scalar(same.where(Group.mark == found.mark)):
        return group
    if found.sort is not Sort.RUN:
        return None
    shared = select(Part.group_id).where(Part.invoice_id.in_(found.invoice_ids))
    mine = (Group.sort == Sort.RUN, Group.holder_id == found.holder_id, Group.id.in_(shared))
    return db.session.scalars(same.where(*mine).order_by(Group.id)).first()


def _was_kept(group: Group) -> bool:
    """Whether the others were let go by the last decision: being found, they are back."""
    standing = [one for one in group.decisions if one.undone_at is None]
    return bool(standing) and standing[-1].what is What.KEPT


def _forget(group: Group) -> None:
    if group.decisions:
        group.state = State.GONE
    else:
        db.session.delete(group)
    db.session.flush()
