"""Something long goes on behind those who wait, and ends as if nobody had waited."""

from collections.abc import Callable

import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import select

from app.bureau import imports
from app.bureau.models import LedgerRow
from app.intake import batches, running
from app.intake.batches import RUN
from app.intake.models import State, Step
from app.plumbing import queue
from app.plumbing.db import db
from app.plumbing.queue import Effect, GivenWay
from tests import make
from tests.both import SQLITE_FIRST
from tests.bureau.test_imports import request, row
from tests.intake.lists_made import HEAD, numbers, rows
from tests.intake.test_batches import hand_in
from tests.intake.test_piles import several
from tests.zipped import archive
from workers.listing import AllowListJob

pytestmark = SQLITE_FIRST


@pytest.fixture
def short(monkeypatch):
    """Chunks of two rows, and turns of one step as soon as anybody waits."""
    monkeypatch.setattr(running, "CHUNK", 2)
    monkeypatch.setattr(queue.Turn, "is_over", lambda _: queue.line("first").count > 0)


def work_off(*names: str) -> None:
    """As a worker of these lines does it, until nothing is in them."""
    worker = SimpleWorker(
        names, connection=queue.redis(), serializer=JSONSerializer, job_class=AllowListJob
    )
    worker.work(burst=True)


def turns(act: Callable[[], object]) -> int:
    """How many it takes."""
    count = 1
    while True:
        try:
            act()
        except GivenWay:
            count += 1
        else:
            return count


def test_a_short_list_does_not_wait_for_a_long_one(app, fang, short):
    long, brief = (hand_in([HEAD, *lines], by=fang) for lines in (numbers(1, 9), numbers(20, 21)))
    assert queue.line("first").count == 2
    work_off("first")
    assert (long.step, brief.step) == (Step.DONE, Step.DONE)
    assert brief.ended_at < long.ended_at
    assert [one.state for one in rows(long)] == [State.DONE] * 9
    assert [one.row for one in rows(long)] == list(range(1, 10))
    effects = db.session.scalars(select(Effect).where(Effect.verb == RUN)).all()
    assert {(one.state, one.attempts) for one in effects} == {(queue.State.DONE, 1)}
    assert max(one.fence for one in effects) > 2, "it had several turns"


def test_who_is_alone_has_one_turn(app, fang, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    monkeypatch.setattr(queue, "TURN", 0.0)
    batch = hand_in([HEAD, *numbers(1, 9)], by=fang)
    queue.redis().flushall()
    assert turns(lambda: running.run(batch.id)) == 1
    assert len(rows(batch)) == 9


def test_files_of_an_archive_come_once_however_often_it_gives_way(app, fang, monkeypatch):
    monkeypatch.setattr(queue.Turn, "is_over", lambda _: True)
    batch = batches.begin(archive(several()), "发票包.zip", by=fang)
    assert turns(lambda: running.run(batch.id)) == 9
    assert (batch.step, batch.taken) == (Step.DONE, 8)
    assert [one.row for one in rows(batch)] == list(range(1, 9))


def test_an_import_gives_way_and_takes_every_row_once(app, fang, monkeypatch):
    monkeypatch.setattr(queue.Turn, "is_over", lambda _: True)
    found = request(fang, make.export([row(n) for n in range(1, 1201)]))
    assert turns(lambda: imports.run(found.id)) == 4
    assert (found.new, found.refused, found.unchanged) == (1200, 0, 0)
    assert len(db.session.scalars(select(LedgerRow.key)).all()) == 1200
