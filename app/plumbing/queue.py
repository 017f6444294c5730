"""Effects: work that must happen after a change, noted in the same transaction.

The row is the truth and Redis only says "look now" (TRUST §4.2). An effect is leased, so two
workers never do it at once; one whose worker died is taken up again by the sweeper.
"""

import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer
from sqlalchemy import Index, Select, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Change, Model, db, transaction
from app.plumbing.ids import new_id
from app.plumbing.settings import Settings, settings

ATTEMPTS = 12
LINES = {
    "first": ("workers.batches.", "workers.papers."),
    "default": (),
    "ocr": ("workers.sight.",),
}
"""The lines in Redis, the most urgent first, and how the verbs of each but ``default`` begin.

Hundreds of files of one person are read one by one: nobody's list or paper waits for all of them.
"""

TURN = 2.0
"""Seconds that something long may go on while others wait in the most urgent line."""

_log = logging.getLogger(__name__)
_in_hand: ContextVar["Lease | None"] = ContextVar("in_hand", default=None)


class State(StrEnum):
    """Where an effect stands."""

    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class Effect(Model):
    """One piece of work: a verb of ``workers`` and the id of the row it is about."""

    __tablename__ = "effects"
    __table_args__ = (Index("ix_effects_state_next_at", "state", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    verb: Mapped[str]
    subject_id: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[State] = mapped_column(Word(State), default=State.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Moment, default=now)
    fence: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Lost(RuntimeError):
    """The lease ran out and somebody else has the work; what was done here is dropped."""


class GivenWay(RuntimeError):
    """What is in hand goes on behind those who wait; where it stopped is kept."""


class Turn:
    """A worker's time for something long that may stop between two of its steps.

    It lasts ``TURN`` seconds at least, and four times what it took to come to the first step, so
    that beginning anew is never most of the work.
    """

    def __init__(self) -> None:
        self._begun, self._least = time.monotonic(), 0.0

    def is_over(self) -> bool:
        """To be asked behind each step: whether somebody waits whose turn it is."""
        spent = time.monotonic() - self._begun
        self._least = self._least or max(TURN, 4 * spent)
        return spent >= self._least and _waits()


class Lease:
    """The right to carry one effect out, for ``YANPIAO_LEASE_SECONDS`` at a time."""

    def __init__(self, effect: Effect) -> None:
        self.id, self.verb, self.subject_id = effect.id, effect.verb, effect.subject_id
        self.fence, self.attempts = effect.fence, effect.attempts

    def extend(self) -> None:
        """Hold on for another while, inside the transaction in hand; raises Lost if too late."""
        self._write(next_at=now() + timedelta(seconds=settings().lease_seconds))

    def finish(self) -> None:
        """Say that it is done."""
        self._write(state=State.DONE, last_error="")

    def fail(self, reason: str) -> None:
        """Try again later, each time after a longer pause; give up after ``ATTEMPTS``."""
        pause = min(600.0, 2.0**self.attempts) * random.uniform(0.5, 1.5)
        state = State.DEAD if self.attempts >= ATTEMPTS else State.READY
        self._write(state=state, last_error=reason[:500], next_at=now() + timedelta(seconds=pause))

    def give_way(self) -> None:
        """Put it behind what waits; a turn is no try that failed."""
        self._write(state=State.READY, attempts=self.attempts - 1, next_at=now())
        wake(self.id, self.verb, turn=self.fence)

    def _write(self, **values: object) -> None:
        mine = (Effect.id == self.id, Effect.fence == self.fence, Effect.state == State.LEASED)
        with transaction():
            result = db.session.execute(update(Effect).where(*mine).values(**values))
            if result.rowcount != 1:  # type: ignore[attr-defined]
                raise Lost


def request(change: Change, verb: str, subject_id: str, *, key: str = "") -> Effect:
    """Note that ``verb`` (``workers.reading.read_document``) must be done for one row.

    The same ``key`` is never noted twice; it defaults to verb and row.
    """
    key = key or f"{verb}:{subject_id}"
    found = db.session.scalar(select(Effect).where(Effect.key == key))
    if found is None:
        found = Effect(verb=verb, subject_id=subject_id, key=key, id=new_id())
        db.session.add(found)
    effect_id = found.id
    change.after_commit(lambda: wake(effect_id, verb))
    return found


def again(change: Change, effect: Effect) -> None:
    """Put an effect that was done or given up back in line."""
    effect.state, effect.attempts, effect.next_at = State.READY, 0, now()
    effect_id, verb = effect.id, effect.verb
    change.after_commit(lambda: wake(effect_id, verb))


def is_in_line(verb: str, subject_id: str) -> bool:
    """Whether somebody will still do this, or does it now."""
    waits = Effect.state.in_([State.READY, State.LEASED])
    asked = select(Effect.id).where(Effect.key == f"{verb}:{subject_id}", waits)
    return db.session.scalar(asked) is not None


@contextmanager
def lease(effect_id: str) -> Iterator[Lease | None]:
    """Take one effect, or None when another worker has it or it is over."""
    moment = now()
    abandoned = (Effect.state == State.LEASED) & (Effect.next_at < moment)
    due = or_(Effect.state == State.READY, abandoned)
    with transaction():
        taken = db.session.execute(
            update(Effect)
            .where(Effect.id == effect_id, due)
            .values(
                state=State.LEASED,
                fence=Effect.fence + 1,
                attempts=Effect.attempts + 1,
                next_at=moment + timedelta(seconds=settings().lease_seconds),
            )
        ).rowcount  # type: ignore[attr-defined]
        held = Lease(db.session.get_one(Effect, effect_id)) if taken else None
        if held and held.attempts > ATTEMPTS:
            held.fail("its worker ended every time")
            held = None
    mark = _in_hand.set(held)
    try:
        yield held
    finally:
        _in_hand.reset(mark)


def hold_on() -> None:
    """Called by a long verb inside each of its transactions; raises Lost if too late."""
    held = _in_hand.get()
    if held is not None:
        held.extend()


def given_up(verb: str) -> Select[str]:
    """The rows at which every worker failed that tried this; they stay until it is asked anew."""
    return select(Effect.subject_id).where(Effect.verb == verb, Effect.state == State.DEAD)


def due(limit: int = 200) -> list[Effect]:
    """Effects that wait, or whose worker has not been heard of; the oldest first."""
    waiting = Effect.state.in_([State.READY, State.LEASED])
    query = select(Effect).where(waiting, Effect.next_at < now()).order_by(Effect.next_at)
    return list(db.session.scalars(query.limit(limit)))


def open_queue(app: Flask, chosen: Settings) -> None:
    """Give the application its doorbell; a command fails within a second rather than hangs."""
    doorbell = Redis.from_url(chosen.redis_url, socket_timeout=1, socket_connect_timeout=1)
    app.extensions["redis"] = doorbell


def redis() -> Redis:
    """The connection to the doorbell."""
    found: Redis = current_app.extensions["redis"]
    return found


def line(name: str = "default") -> Queue:
    """The RQ queue: JSON only, and ids only."""
    return Queue(name, connection=redis(), serializer=JSONSerializer)


def rung() -> set[str]:
    """The ids of the effects that stand in Redis' lines; empty when it is silent."""
    try:
        ids = [job_id for name in LINES for job_id in line(name).get_job_ids()]
        return {job_id.split("-")[1] for job_id in ids}
    except (RedisError, OSError):
        return set()


def wake(effect_id: str, verb: str, *, turn: int = 0) -> bool:
    """Ring for one effect; False when there is no Redis, and the sweeper will find it.

    A later ``turn`` rings under a name of its own: Redis forgets the job in hand when it ends.
    """
    try:
        line(line_of(verb)).enqueue_call(
            verb,
            args=(effect_id,),
            job_id=f"effect-{effect_id}-{turn}",
            result_ttl=0,
            failure_ttl=3600,
            timeout=3600,
            retry=Retry(max=2),
        )
    except (RedisError, OSError) as silence:
        _log.info("redis is silent, the sweeper will take effect %s: %s", effect_id, silence)
        return False
    return True


def _waits() -> bool:
    """Whether anything stands in the most urgent line."""
    try:
        return line(next(iter(LINES))).count > 0
    except (RedisError, OSError):
        return False


def line_of(verb: str) -> str:
    """The name of the line in Redis in which a verb stands."""
    begun = (name for name, starts in LINES.items() if verb.startswith(starts))
    return next(begun, "default")


def is_awake() -> bool:
    """True when Redis answers."""
    try:
        return bool(redis().ping())
    except (RedisError, OSError):
        return False


def forget_done() -> None:
    """Remove what was done more than a month ago; what was given up stays to be seen."""
    old = now() - timedelta(days=30)
    with transaction():
        db.session.execute(delete(Effect).where(Effect.state == State.DONE, Effect.made_at < old))
