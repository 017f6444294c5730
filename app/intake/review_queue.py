"""The invoices that need a person's eyes, the oldest first, and where in the line one stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true

from app.accounts import members
from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.period import today
from app.intake import batches
from app.intake.models import Batch
from app.invoices import doubts, filters, holdings, invoices, wallet
from app.invoices.models import Invoice
from app.invoices.narrowing import Part, narrow
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.pages import PAGE

MOST = 999
ON_BADGE = 100
LOOKED = 2_000
BEHIND = 5
"""How many of those before are shown above the one in hand."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which list, and for what; empty for all. ``sort`` is a word of ``doubts.SORTS``."""

    batch: str = ""
    sort: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Asked":
        """What an address says; whatever cannot be read is ignored."""
        sort = args.get("sort", "")
        return cls(filters.read(args).get("batch", ""), sort if sort in doubts.SORTS else "")

    def state(self, **other: str) -> dict[str, str]:
        """The same as an address says it, but for what is other."""
        every = {"batch": self.batch, "sort": self.sort, **other}
        return {name: text for name, text in every.items() if text}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an invoice stands: ``number`` is 0 for one that is not in the line (any more).

    ``of`` is how many there are, up to ``MOST`` and one; the neighbours are ids.
    """

    number: int
    of: int
    before: str
    after: str


def waiting(member: Member, asked: Asked) -> Select[Invoice]:
    """The line of a member as far as it is asked for, in no order yet."""
    return _all(member, asked).where(_is_for(member))


def left_to_others(member: Member, asked: Asked) -> int:
    """How many more wait that the member brought: a colleague looks at them."""
    return count(_all(member, asked).where(not_(_is_for(member))))


def _is_for(member: Member) -> ColumnElement[bool]:
    """What others brought, and what all brought who decide (``alarms.has_to_leave`` of rows)."""
    deciding = [one.id for one in members.holding(member.company_id, Power.DECIDE)]
    if deciding == [member.id]:
        return true()
    are_all = and_(*(holdings.once_held(one) for one in deciding))
    return or_(not_(holdings.once_held(member.id)), are_all)


def _all(member: Member, asked: Asked) -> Select[Invoice]:
    column = Invoice.review_for
    test = column == asked.sort if asked.sort else column.is_not(None)
    seen = invoices.visible_to(member)
    if not asked.batch:
        return seen.where(test)
    ids = select(Invoice.id).where(Invoice.company_id == member.company_id, test)
    listed = filters.demands({"batch": asked.batch}, member)
    return narrow(seen, [Part(test, ids), *listed]).query


def batch(member: Member, asked: Asked) -> Batch | None:
    """The list that is asked for, if the member may see it."""
    found = batches.visible_to(member).where(Batch.id == asked.batch)
    return db.session.scalar(found) if asked.batch else None


def count(query: Select[Invoice], most: int = MOST) -> int:
    """How many wait; counted to ``most`` and one."""
    some = query.with_only_columns(Invoice.id).limit(most + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def badge(member: Member) -> int:
    """How many wait, for the navigation; of the ``LOOKED`` that have waited longest."""
    ids = _all(member, Asked()).with_only_columns(Invoice.id).order_by(Invoice.id).limit(LOOKED)
    return count(select(Invoice).where(Invoice.id.in_(ids), _is_for(member)), ON_BADGE)


def first(query: Select[Invoice]) -> Invoice | None:
    """The one that waits longest."""
    return db.session.scalar(query.order_by(Invoice.id).limit(1))


def next_after(query: Select[Invoice], invoice_id: str) -> str:
    """The one behind it, else the one that waits longest; empty when nobody waits."""
    later = query.where(Invoice.id > invoice_id)
    found = first(later) or first(query)
    return found.id if found else ""


def place(query: Select[Invoice], invoice_id: str) -> Place:
    """Where an invoice stands in the line, or would stand."""
    ids = query.with_only_columns(Invoice.id)
    earlier, later = ids.where(Invoice.id < invoice_id), ids.where(Invoice.id > invoice_id)
    is_in = db.session.scalar(ids.where(Invoice.id == invoice_id)) is not None
    return Place(
        number=count(query.where(Invoice.id < invoice_id)) + 1 if is_in else 0,
        of=count(query),
        before=db.session.scalar(earlier.order_by(Invoice.id.desc()).limit(1)) or "",
        after=db.session.scalar(later.order_by(Invoice.id).limit(1)) or "",
    )


def rows(query: Select[Invoice], member: Member, at: str = "") -> list[wallet.Row]:
    """A page of the line: a few before ``at``, then from there on."""
    earlier = query.where(Invoice.id < at).order_by(Invoice.id.desc()).limit(BEHIND)
    found = list(reversed(db.session.scalars(earlier).all())) if at else []
    later = query.where(Invoice.id >= at).order_by(Invoice.id).limit(PAGE - len(found))
    found += db.session.scalars(later)
    return wallet.rows(found, member, today(now()))
