"""What is taken out of one list: its invoices in the order of its rows, and the row of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select

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


def walk(query: Select[Invoice], batch_id: str, size: int) -> Iterator[list[Invoice]]:
    """Those of ``query`` that a row names, in the order of the rows; for each row that does."""
    named, after = select(Item.row, Item.invoice_id).where(*_names(batch_id)), 0
    while some := db.session.execute(
        named.where(Item.row > after).order_by(Item.row).limit(size)
    ).all():
        after = some[-1].row
        ids = dict.fromkeys(one.invoice_id for one in some)
        found = {one.id: one for one in db.session.scalars(query.where(one_of(Invoice.id, ids)))}
        yield [found[invoice_id] for invoice_id in ids if invoice_id in found]


def others(query: Select[Invoice], batch_id: str) -> Select[Invoice]:
    """Those that came with its files beside the ones that rows are for."""
    return query.where(~exists().where(*_names(batch_id), Item.invoice_id == Invoice.id))


def once(pages: Iterable[list[Invoice]]) -> Iterator[list[Invoice]]:
    """The same without what was there before: rows may come to name another while one looks."""
    seen = set[int]()
    for page in pages:
        fresh = [one for one in page if hash(one.id) not in seen]
        seen.update(hash(one.id) for one in fresh)
        yield fresh


def _names(batch_id: str) -> tuple[Any, ...]:
    named = Item.state.in_((State.DONE, State.REPEATED))
    return (Item.batch_id == batch_id, named, Item.invoice_id.is_not(None))


def _lines(batch_id: str, ids: Sequence[str]) -> Mapping[str, Cell]:
    first = select(Item.invoice_id, func.min(Item.line)).group_by(Item.invoice_id)
    found = db.session.execute(first.where(*_names(batch_id), one_of(Item.invoice_id, ids)))
    return {str(invoice_id): line for invoice_id, line in found}
