"""Mend a row of a list: it is asked about at once, and whatever only repeated it."""

from collections.abc import Mapping

from sqlalchemy import select, update

from app.accounts.models import Member
from app.core.fields import masked
from app.intake import columns, working
from app.intake.models import Batch, Item, State
from app.intake.running import CHUNK
from app.intake.working import Line
from app.invoices import holdings, listings
from app.invoices.models import Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from app.verification import checks


def mend(item: Item, texts: Mapping[str, str], *, by: Member) -> None:
    """Put other texts into a row and ask about it at once; what was there goes to the journal.

    An invoice that only the row has brought goes with the number that was wrong; the first row
    that named the same takes its place.
    """
    batch = db.session.get_one(Batch, item.batch_id)
    with transaction():
        db.session.refresh(batch, with_for_update=True)
        db.session.refresh(item, with_for_update=True)
        named, before = item.invoice_id, dict(item.texts)
        after = {**before, **texts}
        item.texts = {name: text for name, text in after.items() if text and name != columns.TEXT}
        _ask(batch, [item, *_behind(item)])
        if named and item.invoice_id != named:
            _leave(named, batch, by)
        told = {"before": _masked(before), "after": _masked(item.texts)}
        journal.write(
            by.company_id, "batch-row-mended", batch.id, by=by.person, row=item.row, **told
        )


def _ask(batch: Batch, items: list[Item]) -> None:
    """Each ends anew; whatever else repeated the first repeats the second now, if that stands."""
    asked = working.ask(batch, [Line(one.id, one.row, one.texts) for one in items])
    ended = working.keep(batch, asked)
    for one in items:
        for column, value in ended[one.id].items():
            setattr(one, column, value)
    db.session.flush()
    first, *behind = items
    if behind and behind[0].state is State.DONE:
        same = (Item.batch_id == batch.id, Item.twin == first.row, Item.state == State.REPEATED)
        db.session.execute(update(Item).where(*same).values(twin=behind[0].row))


def _behind(item: Item) -> list[Item]:
    """The first rows that name what this one named before, a chunk of them."""
    same = (Item.batch_id == item.batch_id, Item.twin == item.row, Item.state == State.REPEATED)
    found = select(Item).where(*same).order_by(Item.row).limit(CHUNK)
    return list(db.session.scalars(found.with_for_update()))


def _leave(invoice_id: str, batch: Batch, by: Member) -> None:
    invoice = db.session.get_one(Invoice, invoice_id)
    rows = select(Item.id).join(Batch).where(Batch.member_id == batch.member_id)
    rows = rows.where(Item.invoice_id == invoice_id).limit(1)
    if db.session.scalar(rows.where(Item.batch_id == batch.id)) is None:
        listings.forget(batch.id, invoice_id)
    if db.session.scalar(rows):
        return
    mine = [one for one in invoice.holdings if one.member_id == batch.member_id]
    if all(one.document is None and one.made_at > batch.made_at for one in mine):
        holdings.take_away(invoice, batch.member, by=by)
        checks.check(invoice)


def _masked(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: masked(name, text) for name, text in texts.items()}
