"""Lists of invoices by their names: on their own page and in the box that finds everything."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.accounts.finding import FEW, Hit, Hits
from app.accounts.models import Member
from app.core.errors import N_
from app.intake import batches
from app.intake.models import Batch, Item, State
from app.invoices.models import Invoice
from app.plumbing.db import db
from app.plumbing.search import aside

NEWEST = 20


def lists(member: Member, words: str) -> Hits:
    """The newest whose name has the words in it."""
    found = db.session.scalars(_named(member, words).limit(FEW + 1)).all()
    more = url_for("batches.index", q=words) if len(found) > FEW else ""
    return Hits(N_("Lists"), [_hit(one) for one in found[:FEW]], more)


def newest(
    member: Member, words: str, before: str
) -> tuple[list[tuple[Batch, dict[str, int]]], str]:
    """The newest of that name, or those older than ``before``, and the id of the last one.

    With each how many rows wait and in how many there is a problem. The id is empty where there
    are no older ones.
    """
    known = _named(member, words).options(joinedload(Batch.document), joinedload(Batch.member))
    if before:
        known = known.where(Batch.id < before)
    found = db.session.scalars(known.limit(NEWEST + 1)).all()
    shown = found[:NEWEST]
    told = _counts(member, [one.id for one in shown])
    return [(one, told[one.id]) for one in shown], shown[-1].id if len(found) > NEWEST else ""


def names(batch_ids: Iterable[str], member: Member) -> dict[str, str]:
    """Of those lists that the member may see, by their ids."""
    seen = batches.visible_to(member).where(Batch.id.in_(wanted := [*batch_ids]))
    named = seen.with_only_columns(Batch.id, Batch.name)
    return {one.id: one.name for one in db.session.execute(named)} if wanted else {}


def _named(member: Member, words: str) -> Select[Batch]:
    known = batches.visible_to(member).order_by(Batch.id.desc())
    return known.where(Batch.name.icontains(words, autoescape=True)) if words else known


def _counts(member: Member, ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
    """Not by all rows of the lists, but by those that wait and the company's open problems."""
    told = {batch_id: {"waiting": 0, "problem": 0} for batch_id in ids}
    columns = (Item.batch_id, Item.state, func.count())
    unread = Item.state.in_((State.WAITING, State.REFUSED))
    some = select(*columns).where(Item.batch_id.in_(ids), unread).group_by(*columns[:2])
    wrong = select(*columns).join(Invoice).group_by(*columns[:2])
    wrong = wrong.where(Invoice.company_id == member.company_id, Invoice.has_problem)
    wrong = wrong.where(aside(Item.batch_id.in_(ids)), aside(Item.state == State.DONE))
    for query in (some, wrong):
        for batch_id, state, count in db.session.execute(query):
            told[batch_id]["waiting" if state is State.WAITING else "problem"] += count
    return told


def _hit(one: Batch) -> Hit:
    rows = ngettext("%(num)s row", "%(num)s rows", one.total)
    return Hit(url_for("batches.show", batch_id=one.id), one.name, rows, "batch")
