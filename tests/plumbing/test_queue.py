"""Effects: noted with the change, carried out once, tried again, given up, never lost."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Grade
from app.intake import intake
from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.queue import ATTEMPTS, Effect, Lease, Lost, State
from app.verification.models import Check
from tests import make
from workers import jobs, listing, sweep
from wsgi import create_app

VERB = "tests.verb"


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """A verb of the test's own; what it was called with."""
    calls: list[str] = []

    def verb(subject_id: str) -> None:
        calls.append(subject_id)
        if subject_id == "bad":
            raise RuntimeError("no\nluck " + "x" * 600)

    listing.listed()
    jobs.job(verb)
    name = f"{verb.__module__}.{verb.__name__}"
    monkeypatch.setitem(jobs.VERBS, VERB, jobs.VERBS.pop(name))
    return calls


def noted(subject: str = "row", key: str = "") -> Effect:
    with transaction() as change:
        return queue.request(change, VERB, subject, key=key)


def carry_out(effect: Effect) -> None:
    listing.listed()[VERB](effect.id)


def make_due(effect: Effect) -> None:
    with transaction():
        effect.next_at = now() - timedelta(seconds=1)


def test_an_effect_is_noted_once_a_key_and_only_with_its_change(app):
    with pytest.raises(RuntimeError), transaction() as change:
        queue.request(change, VERB, "row")
        raise RuntimeError
    assert queue.due() == [] and queue.rung() == set()

    first = noted()
    assert noted().id == first.id and noted("row", "other").id != first.id
    assert queue.rung() == {effect.id for effect in queue.due()}
    with transaction() as change:
        assert queue.request(change, VERB, "x").id == queue.request(change, VERB, "x").id


def test_a_lease_is_for_one(app, done):
    effect = noted()
    with queue.lease(effect.id) as mine:
        assert mine.fence == 1
        with queue.lease(effect.id) as theirs:
            assert theirs is None
        carry_out(effect)
        assert done == [] and effect.state is State.LEASED
        mine.finish()
    carry_out(effect)
    assert effect.state is State.DONE and done == []


def test_who_was_too_slow_loses_the_work_and_changes_nothing(app, tea):
    effect = noted()
    with queue.lease(effect.id) as slow:
        make_due(effect)
        with queue.lease(effect.id) as quick:
            assert quick.fence == slow.fence + 1
            for act in (slow.extend, slow.finish, lambda: slow.fail("x"), queue_hold(slow)):
                with pytest.raises(Lost), transaction():
                    db.session.add(Grade(company_id=tea.id, name="of the slow one"))
                    act()
            assert effect.state is State.LEASED and effect.last_error == ""
            quick.extend()
            assert effect.next_at > now() + timedelta(seconds=3)
            quick.finish()
    assert db.session.scalars(select(Grade)).all() == []


def queue_hold(lease: Lease):
    """As a long verb does it, which knows nothing of its lease."""

    def act() -> None:
        mark = queue._in_hand.set(lease)
        try:
            queue.hold_on()
        finally:
            queue._in_hand.reset(mark)

    return act


def test_what_fails_is_tried_again_ever_later_and_then_given_up(app, done, caplog):
    effect, pauses = noted("bad"), []
    for attempt in range(1, ATTEMPTS + 1):
        make_due(effect)
        carry_out(effect)
        assert effect.attempts == attempt
        pauses.append((effect.next_at - now()).total_seconds())
    assert effect.state is State.DEAD and effect not in queue.due()
    assert effect.last_error.startswith("RuntimeError: no") and len(effect.last_error) == 500
    for attempt, pause in enumerate(pauses, start=1):
        whole = min(600.0, 2.0**attempt)
        assert 0.5 * whole - 5 < pause <= 1.5 * whole
    carry_out(effect)
    assert len(done) == ATTEMPTS

    with transaction() as change:
        queue.again(change, effect)
    assert (effect.state, effect.attempts) == (State.READY, 0)


def test_work_that_kills_its_worker_is_given_up_too(app, done):
    effect = noted()
    for _ in range(ATTEMPTS):
        with queue.lease(effect.id) as held:
            assert held is not None
        make_due(effect)
    carry_out(effect)
    assert effect.state is State.DEAD and done == []


def test_a_failure_after_the_lease_was_lost_disturbs_nobody(app, monkeypatch):
    def verb(subject_id: str) -> None:
        make_due(db.session.scalars(select(Effect)).one())
        with queue.lease(subject_id) as quick:
            quick.finish()
        raise RuntimeError("too late")

    jobs.job(verb)
    act = jobs.VERBS.pop(f"{verb.__module__}.{verb.__name__}")
    with transaction() as change:
        effect = queue.request(change, VERB, "x")
        effect.subject_id = effect.id
    act(effect.id)
    assert effect.state is State.DONE


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_done_work_is_forgotten_after_a_month_and_failures_are_kept(app, done):
    old, dead, young = noted("a"), noted("b"), noted("c")
    with transaction():
        old.made_at = dead.made_at = now() - timedelta(days=31)
        old.state = young.state = State.DONE
        dead.state = State.DEAD
    queue.forget_done()
    left = {effect.subject_id for effect in db.session.scalars(select(Effect))}
    assert left == {"b", "c"}


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_sweeper_rings_for_what_nobody_was_woken_for(app, done):
    effect = noted()
    queue.redis().flushall()
    assert queue.rung() == set()
    assert sweep.sweep() == 1
    assert queue.rung() == {effect.id}
    assert sweep.sweep() == 1 and queue.line().count == 1, "not rung twice"
    assert done == [], "with Redis a worker does it"


class TestWithoutRedis:
    """The same where nobody answers at the address of Redis."""

    @pytest.fixture
    def settings(self, settings, tmp_path):
        return replace(settings, redis_url=f"unix://{tmp_path}/nobody.sock")

    def test_a_silent_redis_is_a_line_in_the_log(self, app, done, caplog):
        with caplog.at_level(logging.INFO):
            effect = noted()
        assert "redis is silent" in caplog.text and effect.id in caplog.text
        assert not queue.is_awake() and queue.rung() == set()

    def test_the_sweeper_does_everything_itself(self, app, wei, fang, done):
        noted("mine")
        intake.hand_in(make.picture(), "photo.png", by=wei)
        make.ledger(fang, [make.export_row(make.specimen())])
        while sweep.sweep():
            pass
        states = set(db.session.scalars(select(Effect.state)))
        assert states == {State.DONE} and done == ["mine"]
        assert db.session.scalars(select(Check).where(Check.words == "agrees")).one()

    def test_pages_and_readiness_go_on(self, app, browser, lin):
        browser.sign_in(lin)
        assert browser.see("/readyz").answer.json["redis"] == "silent"
        assert "Redis is silent" in browser.see("/health").words()


def test_a_worker_of_another_process_finds_the_database_by_itself(app, settings):
    """Effects survive the process that noted them."""
    effect = noted()
    effect_id = effect.id
    other = create_app(settings)
    with other.app_context():
        with queue.lease(effect_id) as held:
            held.finish()
        make.close(other)
    db.session.rollback()
    assert effect.state is State.DONE
