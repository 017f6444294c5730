"""The sweeper: finds what nobody was woken for, and does the chores. ``python -m workers.sweep``.

With Redis it rings again; without, it carries the effects out itself, one after the other.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.accounts import signing
from app.bureau import folder, reminders
from app.intake import giving_up
from app.invoices import cleaning, quality, weekly
from app.journal import journal
from app.papers import papers
from app.plumbing import once, queue, storage
from app.plumbing.leadership import lead
from app.plumbing.settings import settings
from app.verification import alarms
from workers.jobs import application
from workers.listing import listed

_log = logging.getLogger(__name__)
_SOON, _HOUR, _DAY = 15.0, 3600.0, 86400.0


@dataclass(slots=True)
class Chore:
    """Something to do every so often; ``due`` is on the process's own clock."""

    act: Callable[[], object]
    seconds: float
    due: float = 0.0


def chores() -> list[Chore]:
    """What is done besides waking."""
    return [
        Chore(journal.anchor, _HOUR),
        Chore(storage.sweep, _HOUR),
        Chore(signing.forget_old, _HOUR),
        Chore(queue.forget_done, _DAY),
        Chore(once.forget_old, _DAY),
        Chore(reminders.remind, _HOUR),
        Chore(papers.expire, _HOUR),
        Chore(giving_up.end_idle, _HOUR),
        Chore(folder.look, _SOON),
        Chore(alarms.find_deciders, _SOON),
        Chore(giving_up.give_up, _SOON),
        Chore(papers.give_up, _SOON),
        Chore(partial(cleaning.catch_up, set()), _SOON),
        Chore(weekly.tell, _HOUR),
        Chore(quality.count, _HOUR),
    ]


def sweep() -> int:
    """Wake or carry out what is due; gives how many."""
    waiting, rung = queue.due(), queue.rung()
    is_awake = queue.is_awake()
    for effect in waiting:
        if not is_awake:
            listed()[effect.verb](effect.id)
        elif effect.id not in rung:
            queue.wake(effect.id, effect.verb)
    return len(waiting)


def main() -> None:
    """Sweep until told to stop; among several sweepers only the leader does."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with application().app_context():
        todo, pause = chores(), settings().sweep_seconds
        while not stop.is_set():
            _once(todo)
            stop.wait(min(pause, 1.0) if not queue.is_awake() else pause)


def _once(todo: list[Chore]) -> None:
    try:
        if not lead("sweeper", settings().sweep_seconds * 4):
            return
        sweep()
        for chore in todo:
            if chore.due <= time.monotonic():
                chore.act()
                chore.due = time.monotonic() + chore.seconds
    except Exception:
        _log.exception("a sweep failed; the next one follows")


if __name__ == "__main__":
    main()
