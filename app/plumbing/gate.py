"""One writer at a time on SQLite, across processes and threads.

SQLite's own busy handler lets a busy writer starve the others (TRUST §0.3).
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import N_, Problem
from app.plumbing.settings import Settings


class Busy(Problem):
    """Somebody else is writing and did not finish in time."""

    message = N_("The system is busy. Nothing was changed; please try again in a moment.")
    status = 503


@contextmanager
def gate(settings: Settings) -> Iterator[None]:
    """Hold the writer's place; does nothing on PostgreSQL, which has row locks."""
    if not settings.is_sqlite:
        yield
        return
    settings.run.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.run / "write.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(handle, time.monotonic() + settings.busy_seconds)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, deadline: float) -> None:
    pause = 0.001
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy from None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
