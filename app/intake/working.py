"""Work rows of a batch off: what is new all at once, what the company knows one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import Member
from app.core.invoice import InvoiceKey
from app.intake import lists
from app.intake.models import Batch, Item, State
from app.invoices import holdings, invoices, many, matching, pairs
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db
from app.verification import checks
from app.verification import many as answers

End = dict[str, Any]
"""What became of a row, by the columns of ``Item``."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a batch as it is asked about."""

    id: str
    row: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class First:
    """The row of a batch that names an invoice first."""

    row: int
    values: Mapping[str, str]


def work_off(batch: Batch, lines: Sequence[Line]) -> dict[str, End]:
    """The end of each row: an invoice with a verdict, an earlier row of the same, or a reason.

    By the row's id. Joins the transaction in hand. Doing it twice changes nothing.
    """
    ends: dict[str, End] = {}
    told: dict[str, lists.Told] = {}
    for line in lines:
        try:
            told[line.id] = lists.read(line.texts)
        except lists.Wrong as wrong:
            ends[line.id] = _end(State.REFUSED, wrong.word, column=wrong.column, facts=wrong.facts)
    known = many.ids(batch.company_id, {one.key for one in told.values()})
    firsts = _firsts(batch, lines, known)
    single: dict[str, lists.Told] = {}
    for line in lines:
        if (one := told.get(line.id)) is None:
            continue
        if first := firsts.get(one.key):
            reason = "" if first.values == one.values else "other"
            ends[line.id] = _end(State.REPEATED, reason, twin=first.row)
        else:
            firsts[one.key] = First(line.row, one.values)
            single[line.id] = one
    known |= _take(list(single.values()), known, batch)
    for line_id in told:
        ends[line_id] = ends.get(line_id, _end(State.DONE))
        ends[line_id]["invoice_id"] = known[told[line_id].key]
    return ends


def _firsts(
    batch: Batch, lines: Sequence[Line], known: Mapping[InvoiceKey, str]
) -> dict[InvoiceKey, First]:
    """Of the invoices that other rows of the batch have named, which row was the first."""
    keys = {invoice_id: key for key, invoice_id in known.items()}
    own = {line.id for line in lines}
    mine = (Item.batch_id == batch.id, Item.state == State.DONE, Item.invoice_id.in_(keys))
    earlier = db.session.scalars(select(Item).where(*mine))
    return {
        keys[one.invoice_id]: First(one.row, lists.read(one.texts).values)
        for one in earlier
        if one.id not in own and one.invoice_id
    }


def _take(
    told: Sequence[lists.Told], known: Mapping[InvoiceKey, str], batch: Batch
) -> dict[InvoiceKey, str]:
    """What is new as plain values; of what is known only what somebody says differently now."""
    fresh = [(one.key, one.values) for one in told if one.key not in known]
    made = answers.take(fresh, by=batch.member, batch_id=batch.id) if fresh else {}
    paired = Invoice.purpose.in_(set(matching.PURPOSES.values()))
    for invoice in db.session.scalars(
        select(Invoice).where(Invoice.id.in_(made.values()), paired)
    ).all():
        pairs.seek(invoice)
    again = {known[one.key]: one for one in told if one.key in known}
    said = many.typed(again, batch.member)
    held = holdings.came_with(again, batch.member, batch.id)
    for invoice_id, one in again.items():
        if invoice_id not in held or said.get(invoice_id) != one.values:
            _again(one, batch.member, batch.id)
    return made


def _again(one: lists.Told, by: Member, batch_id: str) -> None:
    invoice = invoices.type_in(one.key, one.values, by=by)
    holdings.came_with([invoice.id], by, batch_id)
    checks.check(invoice)
    pairs.seek(invoice)


def _end(state: State, reason: str = "", **more: Any) -> End:
    nothing: End = {"column": "", "facts": {}, "twin": None, "invoice_id": None}
    return nothing | {"state": state, "reason": reason, "done_at": now()} | more
