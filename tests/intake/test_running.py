"""A list that is being worked off listens to whoever handed it in."""

import pytest

from app.intake import batches, running, working
from app.intake.models import Step
from app.plumbing.db import db
from tests.intake.lists_made import HEAD, numbers, rows
from tests.intake.test_batches import hand_in

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_who_stops_it_while_a_worker_takes_it_up_is_heeded(fang, work, monkeypatch):
    batch = hand_in([HEAD, *numbers(1, 2)], by=fang)
    usual = running.transaction

    def after_a_cancel():
        monkeypatch.undo()
        batches.cancel(batch, by=fang)
        return usual()

    monkeypatch.setattr(running, "transaction", after_a_cancel)
    running.run(batch.id)
    db.session.refresh(batch)
    assert (batch.step, rows(batch)) == (Step.CANCELLED, [])


def test_a_pause_is_heeded_after_the_chunk_in_hand(fang, work, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    batch, whole = hand_in([HEAD, *numbers(1, 5)], by=fang), working.work_off

    def then_pause(*args):
        ended = whole(*args)
        args[0].step = Step.PAUSED
        return ended

    monkeypatch.setattr(working, "work_off", then_pause)
    running.run(batch.id)
    db.session.refresh(batch)
    assert (batch.step, len(rows(batch))) == (Step.PAUSED, 2)
    monkeypatch.setattr(working, "work_off", whole)
    batches.resume(batch, by=fang)
    work()
    assert len(rows(batch)) == 5
