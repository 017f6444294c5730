"""The product in a folder of its own, as ``bin/run`` starts it, and how figures are written."""

import http.client
import math
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from app.journal import journal
from app.plumbing.db import transaction
from app.plumbing.settings import ROOT

BIND = "127.0.0.1:8177"


def flask(*words: str) -> list[str]:
    """A command of the product."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


@contextmanager
def running(env: dict[str, str]) -> Iterator[None]:
    """From the first answer of /livez on; the data is prepared before, all is stopped after."""
    subprocess.run(flask("setup"), env=env, check=True, capture_output=True, cwd=ROOT)
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-m", "workers.supervise"]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=quiet, stderr=quiet)
    try:
        while not _alive():
            time.sleep(0.02)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _alive() -> bool:
    line = http.client.HTTPConnection(BIND, timeout=1)
    try:
        line.request("GET", "/livez")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def durable_entry() -> None:
    """One journal entry, committed: what the disk costs. Inside an application's context."""
    with transaction():
        journal.write(journal.HOUSE, "bench", by=journal.System())


def sums() -> int:
    """A fixed piece of computing, by which the figures of two machines can be compared."""
    return sum(one * one for one in range(300_000))


def timed(act: Callable[[], object], times: int = 60) -> list[float]:
    """Milliseconds of each."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def p95(taken: Iterable[float]) -> float:
    """The value that 95 of 100 do not exceed; of fewer than 20 the worst."""
    ordered = sorted(taken)
    return ordered[math.ceil(len(ordered) * 0.95) - 1]


def millis(taken: list[float]) -> tuple[str, str]:
    """Median and p95 in words."""
    return f"{statistics.median(taken):.1f} ms", f"p95 {p95(taken):.1f} ms"


def seconds(taken: list[float]) -> tuple[str, str]:
    """Median and worst in words."""
    return f"{statistics.median(taken):.2f} s", f"worst {max(taken):.2f} s of {len(taken)}"
