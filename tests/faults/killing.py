"""A worker in a process of its own, which may be killed at any moment."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from sqlalchemy import update

from app.plumbing import queue, storage
from app.plumbing.clock import now
from app.plumbing.db import db, seal, transaction
from app.plumbing.queue import Effect, State
from app.plumbing.settings import settings
from workers.listing import listed

Act = Callable[[], object]


def begin(act: Act) -> int:
    """Do it in a process of its own, which this one leaves alone; gives its id."""
    db.session.remove()
    db.engine.dispose()
    pid = os.fork()
    if not pid:
        try:
            act()
        finally:
            os._exit(0)
    return pid


def seconds(act: Act) -> float:
    """Let it be done; how long it took."""
    started = time.monotonic()
    os.waitpid(begin(act), 0)
    return time.monotonic() - started


def kill(act: Act, after: float) -> None:
    """Begin it, and let it be killed after so many seconds."""
    pid = begin(act)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def kill_at(act: Act, change: int) -> bool:
    """Let it be killed just before its change of that number is kept; False if it has fewer."""

    def act_and_die() -> None:
        numbers = count(1)
        seal(lambda: next(numbers) == change and os.kill(os.getpid(), signal.SIGKILL))
        act()

    _, status = os.waitpid(begin(act_and_die), 0)
    return os.WIFSIGNALED(status)


def carry_out(verb: str) -> None:
    """What is in line for one verb, as a worker does it; whoever had it in hand is gone by now."""
    while effects := [one for one in queue.due() if one.verb == verb]:
        for effect in effects:
            listed()[verb](effect.id)


def let_time_pass() -> None:
    """Until the lease of a worker that was killed is over."""
    with transaction():
        past = now() - timedelta(seconds=1)
        held = update(Effect).where(Effect.state == State.LEASED)
        db.session.execute(held.values(next_at=past))


def collect() -> None:
    """Take away what lies in the store unfinished, as on the next day."""
    yesterday = time.time() - storage.STALE_SECONDS - 1
    for stray in (settings().files / "incoming").iterdir():
        os.utime(stray, (yesterday, yesterday))
    storage.sweep()


def stored() -> set[str]:
    """The names of all files in the store."""
    return {path.name for path in settings().files.rglob("*") if path.is_file()}
