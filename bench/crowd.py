"""Frames of the camera, sent as the page sends them: one after the other, and by twenty people."""

import contextlib
import http.client
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from bench.desk import Desk, fresh
from bench.place import PEOPLE, Place, Row, row
from bench.running import BIND

EMPTY, HITS = 200, 120
SECONDS, PAUSE = 20.0, (0.33, 0.5)
SHARE, NEW = 0.25, 0.8
"""Of the frames, how many show a code; of those, how many one that its sender never sent."""

_BURN = [sys.executable, "-c", "while True: pass"]


class Phone:
    """One kept line to the server with a session of its own."""

    def __init__(self, cookie: str) -> None:
        self.line = http.client.HTTPConnection(BIND, timeout=30)
        self.headers = {
            "Cookie": cookie,
            "Content-Type": "image/jpeg",
            "HX-Request": "true",
            "Origin": f"http://{BIND}",
            "X-Since": datetime.now(UTC).isoformat(),
        }

    def send(self, frame: bytes) -> tuple[int, float]:
        """The status, and milliseconds from the first byte sent to the last received.

        A line that was closed for its silence is opened again, as browsers do; 0 is none at all.
        """
        begun, status = time.perf_counter(), 0
        with contextlib.suppress(OSError, http.client.HTTPException):
            try:
                status = self._ask(frame)
            except (ConnectionError, http.client.RemoteDisconnected):
                self.line.close()
                status = self._ask(frame)
        return status, (time.perf_counter() - begun) * 1000

    def _ask(self, frame: bytes) -> int:
        self.line.request("POST", "/scan/frame", frame, self.headers)
        answer = self.line.getresponse()
        answer.read()
        return answer.status


def frames(place: Place) -> Iterator[Row]:
    """What one frame costs: wall time over a kept line of the loopback, nobody else there."""
    desk = Desk()
    empty = [desk.frame() for _ in range(12)]
    size = f"{median(map(len, empty)) / 1000:.0f} KB"
    looks = [empty[n % 12] for n in range(EMPTY)]
    for beside in ("idle", "beside one busy core"):
        news = [desk.frame(fresh()[1]) for _ in range(HITS)]
        phones = [Phone(cookie) for cookie in place.cookies]
        sorts = (
            ("without a code", looks, 204, f"≤ 10 ms; {size}; "),
            ("with a new invoice", news, 200, "≤ 40 ms; "),
            ("with one known already", news, 200, ""),
        )
        with _busy() if beside != "idle" else nullcontext():
            _send(phones, empty, 204)
            for what, pictures, status, budget in sorts:
                before = place.cpu()
                taken = _send(phones, pictures, status)
                spent = (place.cpu() - before) / len(taken)
                yield row(f"frame {what}, {beside}", taken, f"{budget}CPU {spent:.1f} ms")


@contextmanager
def _busy() -> Iterator[None]:
    """Something that burns a core, as OCR of a page does."""
    process = subprocess.Popen(_BURN)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _send(phones: list[Phone], pictures: list[bytes], status: int) -> list[float]:
    """The same picture goes over the same phone each time; no device sends more than it may."""
    taken = []
    for turn, picture in enumerate(pictures):
        said, time_taken = phones[turn % len(phones)].send(picture)
        assert said == status, said
        taken.append(time_taken)
    return taken


@dataclass
class Walk:
    """One person who scans: what there is to send, and what was answered."""

    cookie: str
    pictures: list[tuple[bool, bytes]]
    taken: list[tuple[bool, float]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def go(self, until: float) -> None:
        """One frame in flight; a pause between the answers as the page makes it."""
        chance, phone = random.Random(self.cookie), Phone(self.cookie)
        time.sleep(chance.uniform(0, PAUSE[1]))
        for is_hit, picture in self.pictures:
            if (begun := time.perf_counter()) > until:
                return
            status, taken = phone.send(picture)
            self.statuses[status] += 1
            self.taken.append((is_hit, taken))
            rest = begun + chance.uniform(*PAUSE) - time.perf_counter()
            time.sleep(max(rest, 0.12, taken * 0.0003))


def crowd(place: Place) -> Iterator[Row]:
    """Twenty people at once. This process only sends what was drawn before."""
    desk = Desk()
    empty = [desk.frame() for _ in range(12)]
    chance = random.Random(20)
    walks = [Walk(cookie, _plan(desk, empty, chance)) for cookie in place.cookies[:PEOPLE]]
    before, own, begun = place.cpu(), time.process_time(), time.perf_counter()
    threads = [threading.Thread(target=one.go, args=(begun + SECONDS,)) for one in walks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - begun
    spent, own = (place.cpu() - before) / whole / 1000, (time.process_time() - own) / whole
    told = sum((one.statuses for one in walks), Counter[int]())
    taken = [(is_hit, ms) for one in walks for is_hit, ms in one.taken]
    statuses = ", ".join(f"{n} × {status}" for status, n in sorted(told.items()))
    rate, every = len(taken) / SECONDS, [ms for _, ms in taken]
    note = f"p95 ≤ 300 ms; worst {max(every):.0f} ms; {rate:.0f} frames/s; {statuses}"
    yield row(
        "20 people scanning at once", every, f"{note}; CPU {spent:.0%}, of the sender {own:.0%}"
    )
    hits = [ms for is_hit, ms in taken if is_hit]
    yield row("… those with a code", hits, f"worst {max(hits):.0f} ms")


def _plan(desk: Desk, empty: list[bytes], chance: random.Random) -> list[tuple[bool, bytes]]:
    """More than one person can send in the time."""
    plan: list[tuple[bool, bytes]] = []
    known: list[bytes] = []
    for _ in range(int(SECONDS / PAUSE[0]) + 1):
        if chance.random() > SHARE:
            plan.append((False, chance.choice(empty)))
            continue
        if not known or chance.random() < NEW:
            known.append(desk.frame(fresh()[1]))
            plan.append((True, known[-1]))
        else:
            plan.append((True, chance.choice(known)))
    return plan
