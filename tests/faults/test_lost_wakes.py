"""Redis only says "look now": whatever becomes of it, the work is done, once."""

import signal
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPException

import pytest
from aiosmtpd.controller import Controller
from redis import Redis
from sqlalchemy import func, select

from app.documents.models import Copy
from app.plumbing import mail, queue
from app.plumbing.db import db, transaction
from app.plumbing.queue import Effect, State
from tests import make
from tests.installation import until

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.full]
LETTERS = 500


def waiting():
    """How many effects are not done, as of now."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Effect.state != State.DONE))


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_f04_what_is_handed_in_while_redis_stands_still_is_read_all_the_same(scene):
    visitor = scene.visitor()
    with scene.inside(), scene.at.frozen("redis"):
        before = time.monotonic()
        assert visitor.hand_in(make.picture(1).getvalue(), "still.png", "f04-1").status == 200
        assert time.monotonic() - before < 4, "the person waited for Redis"
        until(lambda: not waiting(), 10)
        assert "still.png" in visitor.see("/").text


def test_f04_a_web_process_killed_before_it_could_ring_loses_nothing(scene):
    visitor, at = scene.visitor(), scene.at
    picture = make.picture(2).getvalue()
    with scene.inside():
        known = count(Effect)
        with at.frozen("redis"):
            sending = threading.Thread(target=hand_in_vainly, args=(visitor, picture), daemon=True)
            sending.start()
            until(lambda: count(Effect) > known, 10)
            at.send("web", signal.SIGKILL)
        until(at.lives)
        until(lambda: not waiting(), 10)
        sending.join(5)
        known = count(Copy)
        again = visitor.hand_in(picture, "killed.png", "f04-2")
        assert again.status == 200 and count(Copy) == known, "the retry made a second copy"


def hand_in_vainly(visitor, picture):
    with suppress(OSError, HTTPException):
        visitor.hand_in(picture, "killed.png", "f04-2")


def test_f04_an_effect_nobody_was_woken_for_is_found_by_the_sweeper(scene):
    with scene.inside():
        with transaction():
            letter = mail.Letter(to="nobody@example.com", subject="x", text="", sent_at=queue.now())
            db.session.add(letter)
            db.session.flush()
            effect = Effect(verb="workers.mail.send_letter", subject_id=letter.id, key=letter.id)
            db.session.add(effect)
        until(lambda: not waiting(), 8)


@pytest.mark.full
def test_f08_five_hundred_effects_survive_flushall_and_none_is_done_twice(stage_with):
    arrived = []

    class Postbox:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            arrived.extend(envelope.rcpt_tos)
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    postbox = Controller(Postbox(), hostname="127.0.0.1", port=port)
    postbox.start()
    scene = stage_with(YANPIAO_SMTP=f"smtp://127.0.0.1:{port}")
    with scene.inside() as app:
        line = Redis.from_url(app.extensions["settings"].redis_url)
        with scene.at.frozen("worker"):
            with transaction() as change:
                for number in range(LETTERS):
                    mail.post(change, f"person{number}@example.com", "样票", "one letter")
            until(lambda: len(queue.rung()) > LETTERS // 2)
            line.flushall()
        until(lambda: not waiting(), 180)
        attempts = db.session.scalars(select(Effect.attempts)).all()
    postbox.stop()
    line.close()
    assert sorted(arrived) == sorted({f"person{number}@example.com" for number in range(LETTERS)})
    assert set(attempts) == {1}


@pytest.mark.full
def test_f09_without_any_redis_the_work_goes_on_and_the_health_page_says_so(stage_with):
    scene = stage_with(YANPIAO_NO_REDIS="1")
    visitor = scene.visitor()
    with scene.inside():
        for number in range(3):
            picture = make.picture(10 + number).getvalue()
            assert visitor.hand_in(picture, f"{number}.png", f"f09-{number}").status == 200
        until(lambda: not waiting(), 15)
    assert visitor.see("/invoices").text.count("106.00") >= 3
    health = scene.visitor(scene.health_phone).see("/health").text
    assert "Redis is silent" in health
    assert '"redis":"silent"' in visitor.see("/readyz").text.replace(" ", "")


def test_f09_a_redis_that_dies_comes_back_and_the_work_goes_on(scene):
    visitor, at = scene.visitor(), scene.at
    at.send("redis", signal.SIGKILL)
    assert visitor.hand_in(make.picture(20).getvalue(), "dead.png", "f09-x").status == 200
    with scene.inside():
        until(lambda: not waiting(), 15)
