"""While one chunk of a list is kept the next is asked about, and it comes to the same."""

import pytest
from sqlalchemy import func, select

from app.core.invoice import InvoiceKey
from app.core.verdict import Authenticity
from app.intake import mending, running, working
from app.intake.models import State
from app.invoices import invoices
from app.invoices.models import Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from tests import make
from tests.intake.lists_made import HEAD, numbers, rows
from tests.intake.test_batches import hand_in


@pytest.fixture
def in_twos(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)


def asked_then(monkeypatch, act) -> None:
    """Something happens once, after the first chunk was asked about and before it is kept."""
    whole, left = working.ask, [act]

    def then(*args, **facts):
        asked = whole(*args, **facts)
        if left:
            db.session.rollback()
            left.pop()()
        return asked

    monkeypatch.setattr(working, "ask", then)


def test_an_invoice_named_in_neighbouring_chunks_is_the_earlier_rows(fang, work, in_twos):
    lines = [*numbers(1, 2), *numbers(2, 3), *numbers(3, 3, "1.00"), *numbers(1, 1)]
    batch = hand_in([HEAD, *lines], by=fang)
    work()
    told = [(one.state, one.twin, one.reason) for one in rows(batch)]
    done, again = (State.DONE, None, ""), State.REPEATED
    assert told == [done, done, (again, 2, ""), done, (again, 4, "other"), (again, 1, "")]
    first, second, third, *_ = rows(batch)
    assert third.invoice_id == second.invoice_id != first.invoice_id
    assert db.session.scalar(select(func.count()).select_from(Invoice)) == 3
    assert journal.verify() == []


def test_what_a_colleague_brings_meanwhile_is_one_invoice(fang, wei, work, in_twos, monkeypatch):
    batch = hand_in([HEAD, *numbers(1, 4)], by=fang)

    def bring() -> None:
        with transaction():
            invoices.type_in(
                InvoiceKey.of("", make.specimen(1).number), {"total": "106.00"}, by=wei
            )

    asked_then(monkeypatch, bring)
    work()
    assert [one.state for one in rows(batch)] == [State.DONE] * 4
    held = {one.member_id for one in rows(batch)[0].invoice.holdings}
    assert held == {fang.id, wei.id}
    assert db.session.scalar(select(func.count()).select_from(Invoice)) == 4


def test_what_the_ledger_learns_meanwhile_counts(fang, work, in_twos, monkeypatch):
    batch = hand_in([HEAD, *numbers(1, 3)], by=fang)

    def import_it() -> None:
        from app.bureau import imports

        asked = make.ledger(fang, [make.export_row(make.specimen(1))])
        imports.run(asked.id)

    asked_then(monkeypatch, import_it)
    running.run(batch.id)
    db.session.expire_all()
    first, *_ = rows(batch)
    assert first.invoice.authenticity is Authenticity.GENUINE


def test_a_row_mended_meanwhile_leaves_its_invoice_to_the_next(fang, work, in_twos, monkeypatch):
    batch, whole = hand_in([HEAD, *numbers(1, 2), *numbers(3, 3), *numbers(1, 1)], by=fang), []
    keep = working.keep

    def mended(*args):
        if not whole.append(1) and len(whole) == 2:
            first, *_ = rows(args[0])
            mending.mend(first, {"number": make.specimen(9).number}, by=fang)
        return keep(*args)

    monkeypatch.setattr(working, "keep", mended)
    work()
    first, *_, last = rows(batch)
    assert (last.state, last.twin) == (State.DONE, None)
    assert last.invoice.holdings and last.invoice is not first.invoice


def test_a_fault_while_it_is_kept_loses_nothing(fang, work, in_twos, monkeypatch):
    batch, whole = hand_in([HEAD, *numbers(1, 5)], by=fang), working.keep
    left = [1, 0, 1, 1]

    def ends(*args):
        if not left.pop(0):
            raise OSError("gone")
        return whole(*args)

    monkeypatch.setattr(working, "keep", ends)
    with pytest.raises(OSError, match="gone"):
        running.run(batch.id)
    assert len(rows(batch)) == 2
    running.run(batch.id)
    assert [one.row for one in rows(batch)] == [1, 2, 3, 4, 5]
