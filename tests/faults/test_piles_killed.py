"""A pile whose worker is killed while it unpacks or reads ends as if nothing had happened (F06)."""

import random
from collections import Counter
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from app.documents import specimens
from app.documents.models import Copy, Document
from app.intake import batches
from app.intake.batches import RUN
from app.intake.intake import READ
from app.intake.models import Batch, Item, State, Step
from app.invoices.models import Change, Field, Holding, Invoice, Listing
from app.journal import journal
from app.journal.models import Entry
from app.plumbing.db import db
from app.verification.models import Check
from tests import make
from tests.faults import killing
from tests.intake.lists_made import rows
from tests.zipped import archive

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("faults")]
SEEDS, INVOICES, OTHERS = 15, 18, 5
FILES = INVOICES + OTHERS
unpack, read = partial(killing.carry_out, RUN), partial(killing.carry_out, READ)


def work() -> None:
    """All of it."""
    unpack()
    read()


def begun(seed: int, invoices: int) -> str:
    """Invoices, some of them twice, and what is none; no byte of it was kept before."""
    mark = f"<!-- {seed:02} -->".encode()
    whole = {
        f"{n}.xml": specimens.write_xml(make.specimen(n)) + mark for n in range(1, invoices + 1)
    }
    again = {f"又一次/{n}.xml": whole[f"{n}.xml"] for n in (1, invoices)}
    none = {"坏.xml": b"<EInvoice>", "别的.xml": b"<list/>" + mark, "空.xml": b""}
    company = make.company(f"北京示例{seed}号有限公司", seed + 10)
    by = make.member("甲", company, "finance")
    return batches.begin(archive({**whole, **again, **none}), "发票包.zip", by=by).id


def end(batch_id: str) -> tuple[object, ...]:
    """Everything that came of it, without ids and moments."""
    batch = db.session.get_one(Batch, batch_id)
    files = select(Document.name, Document.state, Document.reason, func.count(Copy.id))
    files = files.join(Copy).where(Document.company_id == batch.company_id).group_by(Document.id)
    written = select(Entry.action).where(Entry.company_id == batch.company_id)
    told = [
        (one.row, one.line, one.texts, one.state, one.reason, str(one.invoice and one.invoice.key))
        for one in rows(batch)
    ]
    return batch.step, batch.taken, batch.line, told, known(batch), counted(files), counted(written)


def known(batch: Batch) -> list[Counter[Any]]:
    """What the company knows now."""
    held = select(Invoice.key, Document.name).join(Holding, Holding.invoice_id == Invoice.id)
    of_one = {
        Listing: (Listing.batch_id == batch.id,),
        Field: (Field.name, Field.value),
        Check: (Check.rule, Check.words, Check.outcome),
        Change: (Change.what,),
    }
    queries = [held.join(Document, Document.id == Holding.document_id)] + [
        select(Invoice.key, Invoice.authenticity, *columns).join(
            table, table.invoice_id == Invoice.id
        )
        for table, columns in of_one.items()
    ]
    return [counted(one.where(Invoice.company_id == batch.company_id)) for one in queries]


def counted(query: Select[Any]) -> Counter[Any]:
    """How often each is there."""
    return Counter(map(str, db.session.execute(query)))


def at_work(batch_id: str) -> tuple[int, int]:
    """How many of its files are rows, and how many of those wait for their reading."""
    mine = (Item.batch_id == batch_id, Item.state == State.WAITING)
    waiting = db.session.scalar(select(func.count()).where(*mine)) or 0
    return db.session.get_one(Batch, batch_id).taken, waiting


def see_that_all_is_tidy() -> None:
    """Nothing is kept that no row speaks of, once the drafts of yesterday are gone."""
    killing.collect()
    assert killing.stored() == {*db.session.scalars(select(Document.digest))}
    assert journal.verify() == []


def test_f06_killed_at_thirty_moments_each_pile_ends_alike(app):
    chance, taken, left = random.Random(6), [], []
    whole = begun(0, INVOICES)
    times = [killing.seconds(act) for act in (unpack, read)]
    expected = end(whole)
    assert expected[:3] == (Step.DONE, FILES, FILES)
    for seed in range(1, SEEDS + 1):
        batch_id = begun(seed, INVOICES)
        killing.kill(unpack, chance.uniform(0, times[0]))
        taken.append(at_work(batch_id)[0])
        killing.let_time_pass()
        unpack()
        killing.kill(read, chance.uniform(0, times[1]))
        left.append(at_work(batch_id)[1])
        killing.let_time_pass()
        read()
        assert end(batch_id) == expected, f"seed {seed}, killed at {taken[-1]} and at {left[-1]}"
    assert len({one for one in taken if 0 < one < FILES}) > 1, "killed while it was unpacked"
    assert len({one for one in left if 0 < one < INVOICES}) > 1, "killed while it was read"
    see_that_all_is_tidy()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_f06_killed_before_any_of_its_changes_a_pile_ends_alike(app):
    whole = begun(0, 2)
    killing.seconds(work)
    expected = end(whole)
    assert expected[:3] == (Step.DONE, 2 + OTHERS, 2 + OTHERS)
    for change in count(1):
        batch_id = begun(change, 2)
        was_killed = killing.kill_at(work, change)
        killing.let_time_pass()
        work()
        assert end(batch_id) == expected, f"killed before change {change}"
        if not was_killed:
            break
    assert change > 4 * OTHERS
    see_that_all_is_tidy()
