"""A list whose worker is killed at any moment ends as if nothing had happened (F06)."""

import random
from functools import partial

import pytest
from sqlalchemy import func, select

from app.accounts.models import Member
from app.intake import batches, running
from app.intake.models import Batch, Step
from app.invoices.models import Change, Field, Holding, Invoice
from app.journal import journal
from app.plumbing.db import db
from app.verification.models import Check
from tests import make
from tests.faults import killing
from tests.intake.lists_made import HEAD, numbers, rows, workbook

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("faults")]
SEEDS, ROWS = 50, 1000


def begun(by: Member) -> str:
    """A thousand rows, some of them twice and some none."""
    lines = [*numbers(1, ROWS - 20), *numbers(5, 14), *[["123", "2026-11-10", "1.00"]] * 10]
    batch = batches.begin(workbook([HEAD, *lines]), "清单.xlsx", by=by)
    if batch.step is Step.ASKED:
        batches.choose(batch, batch.columns["sheet"], batch.columns["places"], by=by)
    return batch.id


def end(batch_id: str) -> tuple[object, ...]:
    """Everything that came of it, without ids and moments."""
    batch = db.session.get_one(Batch, batch_id)
    told = [
        (one.row, one.line, one.state, one.reason, one.twin, str(one.invoice and one.invoice.key))
        for one in rows(batch)
    ]
    mine = select(Invoice.id).where(Invoice.company_id == batch.company_id)
    counts = [
        db.session.scalar(select(func.count()).where(model.invoice_id.in_(mine)))
        for model in (Field, Holding, Change, Check)
    ]
    return batch.step, batch.total, batch.taken, told, counts


def test_f06_killed_at_fifty_moments_each_list_ends_alike(app):
    chance, stopped = random.Random(6), []
    whole = make.member("甲", make.company("北京示例茶叶有限公司", 1), "finance")
    first = begun(whole)
    took = killing.seconds(partial(running.run, first))
    expected = end(first)
    assert expected[:3] == (Step.DONE, ROWS, ROWS)
    for seed in range(SEEDS):
        by = make.member("乙", make.company(f"北京示例{seed}号有限公司", seed + 10), "finance")
        batch_id, company_id = begun(by), by.company_id
        killing.kill(partial(running.run, batch_id), chance.uniform(0, took))
        stopped.append(db.session.get_one(Batch, batch_id).taken)
        running.run(batch_id)
        assert end(batch_id) == expected, f"seed {seed}, killed at row {stopped[-1]}"
        assert journal.verify(company_id) == []
    assert len({taken for taken in stopped if 0 < taken < ROWS}) > 3, "killed in the middle"
