"""The rows of a batch as its page shows them: how many of each sort, a page of them, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.accounts.models import Member
from app.core.errors import N_
from app.core.verdict import Authenticity, Outcome
from app.intake import columns, lists, piles
from app.intake.models import FILE, MISSING, Batch, Item, State
from app.invoices import invoices
from app.invoices.models import Invoice
from app.invoices.words import NAMES
from app.plumbing.db import db
from app.plumbing.pages import PAGE
from app.verification import checks, lines
from app.verification.models import Check

_OURS = and_(Item.state == State.DONE, Invoice.id.is_not(None))
SORTS: dict[str, ColumnElement[bool]] = {
    "problem": or_(Item.state == State.REFUSED, and_(_OURS, Invoice.has_problem)),
    "genuine": and_(_OURS, ~Invoice.has_problem, Invoice.authenticity == Authenticity.GENUINE),
    "waiting": Item.state == State.WAITING,
}
SORTS["look"] = ~or_(*(func.coalesce(one, False) for one in SORTS.values()))
"""What a row asks of a person, as conditions on a row and its invoice."""

_ONLY = SORTS | {"left": Item.state.in_((State.REFUSED, State.REPEATED))}

_ENDS = {
    "done": N_("Done"),
    MISSING: N_("Files missing"),
    "cancelled": N_("Ended early"),
    "failed": N_("Failed"),
}
_GRAVEST = (Outcome.STOPPED, Outcome.LOOK, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its invoice if the reader may see it, why it is as it is, and how to mend it.

    ``mending`` are values that would agree with the tax bureau, by field.
    """

    item: Item
    invoice: Invoice | None
    why: str
    mending: Mapping[str, str]

    @property
    def is_mendable(self) -> bool:
        """Whether other texts may help it; a file says what it says."""
        is_wrong = self.item.state in (State.REFUSED, State.REPEATED)
        is_wrong |= bool(self.invoice and self.invoice.has_problem)
        return FILE not in self.item.texts and (is_wrong or bool(self.mending))

    @property
    def is_replaceable(self) -> bool:
        """Whether another file may take its place."""
        return FILE in self.item.texts and self.item.state is State.REFUSED


def counts(batch: Batch) -> dict[str, int]:
    """How many rows there are of each of ``SORTS``."""
    told = [func.sum(case((one, 1), else_=0)).label(name) for name, one in SORTS.items()]
    query = select(*told).select_from(Item).outerjoin(Invoice, Invoice.id == Item.invoice_id)
    found = db.session.execute(query.where(Item.batch_id == batch.id)).mappings().one()
    return {name: int(found[name] or 0) for name in SORTS}


def said(batch: Batch, done: int) -> str:
    """What is read aloud: each quarter once, and what the page says at the end."""
    if batch.is_over and done >= batch.taken:
        word = MISSING if batch.is_open else batch.step.value
        return str(_(_ENDS[word]))
    return str(_("%(share)s %% checked", share=done * 4 // max(batch.total, 1) * 25))


def has_invoices(batch: Batch) -> bool:
    """Whether any row led to one."""
    some = select(Item.id).where(Item.batch_id == batch.id, Item.invoice_id.is_not(None))
    return db.session.scalar(some.limit(1)) is not None


def count_left(batch: Batch) -> int:
    """How many rows have no invoice of their own."""
    query = select(func.count()).select_from(Item).where(Item.batch_id == batch.id, _ONLY["left"])
    return db.session.scalar(query) or 0


def a_page(
    batch: Batch, member: Member, only: str = "", after: int = 0, item_id: str = ""
) -> tuple[list[Row], int]:
    """The next rows behind row ``after``, and behind which the next page begins; 0 for the last.

    ``only`` is one of ``SORTS``, or ``left`` for those without an invoice of their own.
    """
    query = select(Item).outerjoin(Invoice, Invoice.id == Item.invoice_id)
    query = query.where(Item.batch_id == batch.id, Item.row > after)
    if only in _ONLY:
        query = query.where(_ONLY[only])
    if item_id:
        query = query.where(Item.id == item_id)
    found = list(db.session.scalars(query.order_by(Item.row).limit(PAGE + 1)))
    rows = _rows(found[:PAGE], member)
    return rows, found[PAGE - 1].row if len(found) > PAGE else 0


def _rows(found: Sequence[Item], member: Member) -> list[Row]:
    ids = {item.invoice_id for item in found if item.invoice_id}
    seen = invoices.visible_to(member).where(Invoice.id.in_(ids))
    mine = {invoice.id: invoice for invoice in db.session.scalars(seen)} if ids else {}
    answers = _answers(mine)
    rows = []
    for item in found:
        invoice = mine.get(item.invoice_id or "")
        check = answers.get(item.invoice_id or "") if item.state is State.DONE else None
        rows.append(Row(item, invoice, _why(item, check), _mending(item, check)))
    return rows


def _answers(ids: Iterable[str]) -> dict[str, Check]:
    """Of each invoice the answer that matters most."""
    query = select(Check).where(Check.invoice_id.in_(list(ids))).order_by(Check.id)
    kept: dict[str, list[Check]] = {}
    for check in db.session.scalars(query):
        kept.setdefault(check.invoice_id, []).append(check)
    found = {}
    for invoice_id, said in kept.items():
        shown = checks.shown(said)
        fitting = (one for grave in _GRAVEST for one in shown if one.outcome is grave)
        if first := next(fitting, None):
            found[invoice_id] = first
    return found


def _why(item: Item, check: Check | None) -> str:
    if item.column == FILE:
        return str(_(piles.REASONS.get(item.reason, piles.REASONS["broken"])))
    if item.state is State.REFUSED:
        return str(_(lists.REASONS[item.reason], **item.facts))
    if item.state is State.REPEATED:
        return str(_(lists.REASONS[item.reason], twin=item.twin))
    if check is None:
        return ""
    if differing := _differing(item, check):
        return " · ".join(map(_differs, differing))
    return lines.line(check, ()).title


def _differs(one: Mapping[str, str]) -> str:
    facts = {"name": _(NAMES[one["name"]])}
    facts |= {side: lines.shown(one["name"], one[side]) for side in ("ours", "theirs")}
    return str(_("%(name)s: %(ours)s in the list, %(theirs)s at the tax bureau", **facts))


def _mending(item: Item, check: Check | None) -> dict[str, str]:
    differing = _differing(item, check) if check and columns.TEXT not in item.texts else []
    return {one["name"]: one["theirs"] for one in differing}


def _differing(item: Item, check: Check) -> list[Mapping[str, str]]:
    """Where the bureau differs from what stands in the list itself."""
    told: Sequence[Mapping[str, str]] = check.evidence.get("differing", ())
    own = lists.read(item.texts).values if told else {}
    return [one for one in told if own.get(one["name"]) == one["ours"].replace(",", "")]
