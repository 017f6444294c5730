"""Work rows of a batch off: what is new all at once, what the company knows one by one.

To ask changes nothing, so one chunk is asked about while the one before it is kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core.invoice import InvoiceKey
from app.intake import lists
from app.intake.models import Batch, Item, State
from app.invoices import holdings, invoices, listings, many, matching, pairs
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db
from app.verification import checks
from app.verification import many as answers
from app.verification.many import Answered

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


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of a batch and what is found about them, of which nothing is kept.

    ``told`` is what each row names and ``ends`` what became of those that need no more, by the
    row's id; ``firsts`` are the invoices that these rows are the first to name.
    """

    lines: Sequence[Line]
    told: Mapping[str, lists.Told]
    ends: Mapping[str, End]
    firsts: Mapping[InvoiceKey, First]
    answered: Answered


def ask(batch: Batch, lines: Sequence[Line], before: Asked | None = None) -> Asked:
    """Read the rows and ask about what is new; ``before`` are rows that may not be kept yet."""
    told: dict[str, lists.Told] = {}
    ends: dict[str, End] = {}
    for line in lines:
        try:
            told[line.id] = lists.read(line.texts)
        except lists.Wrong as wrong:
            ends[line.id] = _end(State.REFUSED, wrong.word, column=wrong.column, facts=wrong.facts)
    known = many.ids(batch.company_id, {one.key for one in told.values()})
    named = {**_firsts(batch, lines, known), **(before.firsts if before else {})}
    firsts: dict[InvoiceKey, First] = {}
    for line in lines:
        if (one := told.get(line.id)) is None:
            continue
        if first := named.get(one.key):
            reason = "" if first.values == one.values else "other"
            ends[line.id] = _end(State.REPEATED, reason, twin=first.row)
        else:
            firsts[one.key] = named[one.key] = First(line.row, one.values)
    fresh = [(key, first.values) for key, first in firsts.items() if key not in known]
    answered = answers.ask(fresh, by=batch.member, batch_id=batch.id)
    return Asked(lines, told, ends, firsts, answered)


def keep(batch: Batch, asked: Asked) -> dict[str, End]:
    """The end of each row: an invoice with a verdict, an earlier row of the same, or a reason.

    By the row's id. Joins the transaction in hand; what is found is asked again if it is no longer
    true. Doing it twice changes nothing.
    """
    known = many.ids(batch.company_id, {one.key for one in asked.told.values()})
    if answers.is_outdated(asked.answered, batch.company_id, known) or _is_stale(
        asked, batch, known
    ):
        asked = ask(batch, asked.lines)
        known = many.ids(batch.company_id, {one.key for one in asked.told.values()})
    made = answers.keep(asked.answered, by=batch.member, batch_id=batch.id)
    _pair(made.values())
    again = [lists.Told(key, first.values) for key, first in asked.firsts.items()]
    _bring_again({known[one.key]: one for one in again if one.key in known}, batch)
    ends = {line.id: asked.ends.get(line.id) or _end(State.DONE) for line in asked.lines}
    for line_id, one in asked.told.items():
        ends[line_id]["invoice_id"] = known.get(one.key) or made[one.key]
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


def _is_stale(asked: Asked, batch: Batch, known: Mapping[InvoiceKey, str]) -> bool:
    """Whether an earlier row does not name an invoice any more that these only repeat."""
    repeated = {one.key for one in asked.told.values()} - asked.firsts.keys()
    return bool(repeated) and not repeated <= _firsts(batch, asked.lines, known).keys()


def _pair(invoice_ids: Collection[str]) -> None:
    paired = Invoice.purpose.in_(set(matching.PURPOSES.values()))
    for invoice in db.session.scalars(select(Invoice).where(Invoice.id.in_(invoice_ids), paired)):
        pairs.seek(invoice)


def _bring_again(again: Mapping[str, lists.Told], batch: Batch) -> None:
    """Of what the company knows only what somebody says differently now, by the invoice's id."""
    if not again:
        return
    said = many.typed(again, batch.member)
    held = holdings.held_by(batch.member, again)
    listings.note(batch.id, again)
    for invoice_id, one in again.items():
        if invoice_id not in held or said.get(invoice_id) != one.values:
            invoice = invoices.type_in(one.key, one.values, by=batch.member)
            checks.check(invoice)
            pairs.seek(invoice)


def _end(state: State, reason: str = "", **more: Any) -> End:
    nothing: End = {"column": "", "facts": {}, "twin": None, "invoice_id": None}
    return nothing | {"state": state, "reason": reason, "done_at": now()} | more
