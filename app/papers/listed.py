"""What is taken out of one list: its invoices in the order of its rows, and the row of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Member
from app.core.errors import N_
from app.intake import batches
from app.intake.models import Batch, Item, State
from app.invoices.models import Invoice
from app.papers.rows import COLUMNS, Cell, Column, Row, Sort, rows
from app.plumbing.db import db
from app.plumbing.search import one_of

LINE = Column("line", N_("Row in the list"), 12, Sort.WHOLE)


def batch(asked: Mapping[str, Any], member: Member) -> Batch | None:
    """The list from which it is asked for, if the member may see it."""
    batch_id = asked.get("state", {}).get("batch", "")
    return db.session.scalar(batches.visible_to(member).where(Batch.id == batch_id))


def columns(batch_id: str) -> Sequence[Column]:
    """Those of every list, and behind them the row; no other has another place for it."""
    return (*COLUMNS, LINE) if batch_id else COLUMNS


def numbered(page: Sequence[Invoice], member: Member, batch_id: str) -> list[Row]:
    """``rows`` for these columns."""
    told = rows(page, member)
    if batch_id:
        lines = _lines(batch_id, [one.id for one in page])
        for one, row in zip(page, told, strict=True):
            row.cells.append(lines.get(one.id))
    return told


def walk(query: Select[Invoice], batch_id: str, most: int) -> Iterator[list[Invoice]]:
    """Those of ``query`` that a row names, at most ``most`` at a time, each by its first row."""
    earlier = aliased(Item)
    same = (earlier.batch_id == batch_id, earlier.invoice_id == Item.invoice_id)
    is_first = ~exists().where(*same, earlier.row < Item.row, earlier.state == State.DONE)
    named = select(Item.row, Item.invoice_id).where(*_done(batch_id), is_first)
    after = 0
    while some := db.session.execute(
        named.where(Item.row > after).order_by(Item.row).limit(most)
    ).all():
        after = some[-1].row
        ids = [one.invoice_id for one in some]
        found = {one.id: one for one in db.session.scalars(query.where(one_of(Invoice.id, ids)))}
        yield [found[invoice_id] for invoice_id in ids if invoice_id in found]


def others(query: Select[Invoice], batch_id: str) -> Select[Invoice]:
    """Those that came with its files beside the one that the row is for."""
    return query.where(~exists().where(*_done(batch_id), Item.invoice_id == Invoice.id))


def _done(batch_id: str) -> tuple[Any, ...]:
    named = Item.invoice_id.is_not(None)
    return (Item.batch_id == batch_id, Item.state == State.DONE, named)


def _lines(batch_id: str, ids: Sequence[str]) -> Mapping[str, Cell]:
    first = select(Item.invoice_id, func.min(Item.line)).group_by(Item.invoice_id)
    found = db.session.execute(first.where(*_done(batch_id), one_of(Item.invoice_id, ids)))
    return {str(invoice_id): line for invoice_id, line in found}
