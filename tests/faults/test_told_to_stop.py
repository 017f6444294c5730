"""Parts that are told to stop under load end what they have in hand (F07)."""

import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPException

import pytest
from sqlalchemy import func, select

from app.accounts.models import Member, Person
from app.documents.models import Copy
from app.intake.models import Batch, Item, State, Step
from app.invoices.models import Invoice
from app.plumbing.db import db
from tests import make
from tests.faults.test_lists_killed import begun
from tests.installation import Answer, until
from workers import process

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("faults")]
HANDS, EACH, ROWS = 3, 12, 1000


def hand_in(visitor, hand: int, answers: list[object]) -> None:
    """One file after the other; where nobody listens, again with the same key."""
    for number in range(EACH):
        picture = make.picture(2000 + hand * EACH + number).getvalue()
        key = f"f07-{hand}-{number}"
        answers.append(answer(partial(visitor.hand_in, picture, f"{hand}-{number}.png", key)))


def look_on(visitor, is_over: threading.Event, answers: list[object]) -> None:
    """One page after the other."""
    while not is_over.is_set():
        answers.append(answer(partial(visitor.see, "/livez")))


def answer(ask: Callable[[], Answer]) -> object:
    """Its status, or how the connection broke; who finds the door shut tries again."""
    until_answered = time.monotonic() + 40
    while time.monotonic() < until_answered:
        try:
            return ask().status
        except (OSError, HTTPException) as fault:
            reason = getattr(fault, "reason", fault)
            if not isinstance(reason, ConnectionRefusedError):
                return repr(reason)
            time.sleep(0.05)
    return "nobody listened"


def test_f07_a_web_that_is_told_to_stop_answers_whatever_was_asked(scene):
    answers: list[object] = []
    seen: list[object] = []
    people, is_over = [scene.visitor() for _ in range(HANDS)], threading.Event()
    hands = [
        threading.Thread(target=hand_in, args=(one, place, answers))
        for place, one in enumerate(people)
    ]
    eyes = [threading.Thread(target=look_on, args=(one, is_over, seen)) for one in people]
    for thread in (*hands, *eyes):
        thread.start()
    for _ in range(2):
        time.sleep(1.0)
        process.send(scene.at.pid("web"), signal.SIGTERM)
        until(lambda: not scene.at.lives())
        until(scene.at.lives)
    for hand in hands:
        hand.join(60)
    is_over.set()
    for eye in eyes:
        eye.join(60)
    assert answers == [200] * (HANDS * EACH)
    assert set(seen) == {200}
    with scene.inside():
        mine = Copy.key.startswith("f07-")
        assert db.session.scalar(select(func.count()).where(mine)) == HANDS * EACH


def test_f07_a_worker_that_is_told_to_stop_ends_its_list_or_lets_it_go(scene):
    with scene.inside():
        by = db.session.scalars(select(Member).join(Person).filter_by(phone=scene.phone)).one()
        batch_id = begun(by)
        until(lambda: taken(batch_id) > 0, 30)
        process.send(scene.at.pid("worker"), signal.SIGTERM)
        until(lambda: step(batch_id) is Step.DONE, 60)
        ended = select(func.count()).where(Item.batch_id == batch_id, Item.state != State.WAITING)
        assert db.session.scalar(ended) == ROWS
        keys = select(func.count(Invoice.key.distinct())).where(Invoice.company_id == by.company_id)
        whole = select(func.count()).where(Invoice.company_id == by.company_id)
        assert db.session.scalar(keys) == db.session.scalar(whole) >= ROWS - 20


def taken(batch_id: str) -> int:
    db.session.rollback()
    return db.session.get_one(Batch, batch_id).taken


def step(batch_id: str) -> Step:
    db.session.rollback()
    return db.session.get_one(Batch, batch_id).step
