"""Start the parts of the product, start again what falls, stop all in good order.

``python -m workers.supervise [--role ROLE]``: ``all`` watches over everything on one machine,
any other role becomes that one process, for a unit or a container of its own.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import sys
import time

from app.plumbing import reach
from app.plumbing.settings import ROOT, Settings
from workers import door, process, redis
from workers.parts import ROLES, Part, become, own_parts, redis_part, redis_socket

STOPS = {signal.SIGINT, signal.SIGTERM}
HASTE_SECONDS = 1.0
QUEUED = ("worker", "ocr")
REDIS_SECONDS = 5.0
PATIENCE_SECONDS = 10.0
CERTIFICATE_SECONDS = 3600.0


def say(text: str) -> None:
    """One line for the person at the terminal, which may be gone."""
    with contextlib.suppress(OSError):
        print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


class Supervisor:
    """The parts of one installation, and the signals that steer them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.env = dict(os.environ)
        self.socket = redis_socket(settings)
        self.parts: dict[str, Part] = {part.name: part for part in own_parts(settings)}
        self.signals = STOPS | {signal.SIGCHLD}
        self.stops = 0
        self.is_ready = False
        self.certificate_due = time.monotonic() + CERTIFICATE_SECONDS

    def run(self) -> None:
        """Until somebody asks to stop."""
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            self.signals |= {signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK, self.signals)
        process.adopt_orphans()
        self._note("supervise", os.getpid())
        self._start_redis()
        for part in self.parts.values():
            if part.waits_for_web:
                part.due = time.monotonic() + PATIENCE_SECONDS
        while not self.stops:
            self._start_due()
            self._look_at_web()
            self._look_at_certificate()
            self._wait(self._pause())
        self._stop()

    def _start_redis(self) -> None:
        """Ours, unless an address is given or there is no server; wait until it is up."""
        if self.env.get("REDIS_URL"):
            return
        part = redis_part(self.settings, self.socket)
        if part is None:
            say("No Redis here: the sweeper does the work itself, slower.")
            self.parts = {name: one for name, one in self.parts.items() if name not in QUEUED}
            return
        self.parts = {part.name: part} | self.parts
        self.env["REDIS_URL"] = f"unix://{self.socket}"
        until = time.monotonic() + REDIS_SECONDS
        while not self.stops and time.monotonic() < until:
            if part.due <= time.monotonic() and not part.pid:
                self._start(part)
            if redis.answers(self.socket):
                return
            self._wait(0.02)

    def _start_due(self) -> None:
        for part in self.parts.values():
            if not part.pid and part.due <= time.monotonic():
                self._start(part)

    def _start(self, part: Part) -> None:
        part.before()
        part.pid, part.started = process.start(part.argv, self.env), time.monotonic()
        self._note(part.name, part.pid)

    def _look_at_web(self) -> None:
        """Once: say where it is, and let the parts start that left it the machine so far."""
        chosen = self.settings
        if self.is_ready or not door.answers(chosen.bind, chosen.url, tls=bool(chosen.https)):
            return
        self.is_ready = True
        say(f"验票 Yanpiao is ready: {chosen.url}   (Ctrl-C stops it)")
        for line in reach.announcement(chosen):
            say(f"  {line}")
        for part in self.parts.values():
            part.due = min(part.due, time.monotonic())

    def _look_at_certificate(self) -> None:
        """Every hour: the name, the addresses or the date may want another one.

        The web needs no restart, it takes the new file with the next connection.
        """
        if time.monotonic() < self.certificate_due:
            return
        self.certificate_due = time.monotonic() + CERTIFICATE_SECONDS
        try:
            if reach.prepare(self.settings):
                say("A new certificate is in force.")
        except (reach.Unfit, OSError) as fault:
            say(f"The certificate: {fault}")

    def _pause(self) -> float:
        """Seconds until there is something to do without a signal."""
        if not self.is_ready:
            young = time.monotonic() - self.parts["web"].started < PATIENCE_SECONDS
            return 0.05 if young else 1.0
        due = [part.due for part in self.parts.values() if not part.pid]
        return max(0.0, min([*due, self.certificate_due]) - time.monotonic())

    def _wait(self, seconds: float) -> None:
        """Sleep until a signal, then see who ended."""
        found = signal.sigtimedwait(self.signals, seconds)
        if found and found.si_signo != signal.SIGCHLD:
            self.stops += 1
        for pid, code in process.ended():
            for part in self.parts.values():
                if part.pid == pid:
                    self._ended(part, code)

    def _ended(self, part: Part, code: int) -> None:
        """What it forked goes too: the next one must find the place empty."""
        self._end_session(part.pid)
        if self.stops:
            part.pid = 0
            return
        pause = part.fell(time.monotonic())
        why = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        say(f"{part.name} ended ({why}); starting it again in {pause:g} s")

    def _end_session(self, session: int) -> None:
        for pid in process.in_session(session):
            process.send(pid, signal.SIGKILL)

    def _stop(self) -> None:
        """In the order in which nobody loses what they lean on."""
        say("Stopping (again to hasten).")
        for name in ("web", "sweep", "worker", "ocr", "sandbox", "eyes", "redis"):
            if name in self.parts:
                self._stop_part(self.parts[name])
        while left := process.children():
            for pid in left:
                process.send(pid, signal.SIGKILL)
            self._wait(0.05)
        for name in ("supervise", *self.parts):
            (self.settings.run / f"{name}.pid").unlink(missing_ok=True)
        if self.socket.parent != self.settings.run:
            self.socket.unlink(missing_ok=True)
            self.socket.parent.rmdir()

    def _stop_part(self, part: Part) -> None:
        pid, asked = part.pid, time.monotonic()
        if pid:
            process.send(pid, signal.SIGTERM)
        while part.pid:
            patient = self.is_ready and self.stops < 2
            grace = part.grace if patient else HASTE_SECONDS
            if (left := asked + grace - time.monotonic()) <= 0:
                self._end_session(pid)
            self._wait(max(left, 0.1))

    def _note(self, name: str, pid: int) -> None:
        fresh = self.settings.run / f"{name}.pid.new"
        fresh.write_text(f"{pid}\n")
        fresh.replace(self.settings.run / f"{name}.pid")


def lock(settings: Settings) -> int:
    """The lock on ``var``, kept until the end; taken over from ``bin/run`` if it holds it."""
    given = os.environ.pop("YANPIAO_LOCK_FD", "")
    path = settings.run / "supervise.lock"
    file = int(given) if given else os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(file, False)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Yanpiao is already running on {settings.var}.")
    return file


def _prepare(settings: Settings) -> None:
    try:
        reach.prepare(settings)
    except reach.Unfit as fault:
        sys.exit(str(fault))


def main() -> None:
    """Read the role and play it."""
    parser = argparse.ArgumentParser(prog="workers.supervise", description=__doc__)
    parser.add_argument("--role", choices=ROLES, default=os.environ.get("ROLE") or "all")
    role: str = parser.parse_args().role
    os.chdir(ROOT)
    settings = Settings.read()
    settings.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    if role == "all":
        lock(settings)
    if role in ("all", "web"):
        _prepare(settings)
    if role != "all":
        become(role, settings)
    for bind, name in ((settings.bind, "YANPIAO_BIND"), (settings.http_bind, "YANPIAO_HTTP_BIND")):
        if bind and door.is_taken(bind):
            sys.exit(f"{bind} is taken by another program; choose another: {name}=…")
    Supervisor(settings).run()


if __name__ == "__main__":
    main()
