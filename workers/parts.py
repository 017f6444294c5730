"""The processes of the product: the command of each, and what has become of it."""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.plumbing import reach
from app.plumbing.settings import Settings
from workers import redis

ROLES = ("all", "web", "doorstep", "worker", "ocr", "sweep", "sandbox", "eyes", "redis")
STEADY_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SOCKET_LIMIT = 107
_KEEPS_MEMORY = ["env", f"MALLOC_MMAP_THRESHOLD_={32 << 20}", f"MALLOC_TRIM_THRESHOLD_={64 << 20}"]


@dataclass(slots=True)
class Part:
    """One process; ``due`` is when to start it, ``pid`` is 0 while it does not run."""

    name: str
    argv: list[str]
    grace: float = 10.0
    before: Callable[[], None] = lambda: None
    after_fall: Callable[[float], None] = lambda lived: None
    waits_for_web: bool = False
    pid: int = 0
    started: float = 0.0
    due: float = 0.0
    falls: int = 0

    def fell(self, now: float) -> float:
        """Note that it ended by itself; the seconds to wait before it is started again."""
        lived = now - self.started
        self.falls = 0 if lived > STEADY_SECONDS else self.falls
        pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.falls)
        self.falls = min(self.falls + 1, 10)
        self.pid, self.due = 0, now + pause
        self.after_fall(lived)
        return pause


def redis_socket(settings: Settings) -> Path:
    """Where our Redis listens: beside the pids, or in a short folder if that is too long."""
    path = settings.run / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_LIMIT:
        return path
    return Path(tempfile.mkdtemp(prefix="yanpiao-", dir="/tmp")) / path.name


def redis_part(settings: Settings, listens: Path) -> Part | None:
    """Our own Redis, unless there is no server for it."""
    server, folder = redis.binary(), settings.var / "redis"
    if server is None:
        return None
    return Part(
        "redis",
        redis.command(server, listens, folder),
        before=partial(redis.make, folder),
        after_fall=partial(redis.forget, folder),
    )


def own_parts(settings: Settings) -> list[Part]:
    """Every part but Redis, in the order of starting.

    Pictures that waited to be looked at when that was switched off are let go by the worker.
    """
    module = [sys.executable, "-m"]
    lines = ["first", "default"] if settings.has_eyes else ["first", "default", "ocr"]
    parts = [
        Part("sandbox", [*module, "workers.sandbox"]),
        Part("web", _web(settings), grace=27),
        Part("worker", [*module, "workers.work", *lines], grace=60, waits_for_web=True),
        Part("sweep", [*module, "workers.sweep"], waits_for_web=True),
    ]
    if settings.has_eyes:
        parts += [
            Part("eyes", [*module, "workers.sandbox", "--eyes"], waits_for_web=True),
            Part("ocr", [*module, "workers.work", "ocr"], grace=60, waits_for_web=True),
        ]
    if settings.http_bind:
        parts.append(Part("doorstep", _doorstep(settings.http_bind), waits_for_web=True))
    return parts


def become(role: str, settings: Settings) -> None:
    """Be that one part."""
    found = {part.name: part for part in own_parts(settings)}
    if role == "redis" and (part := redis_part(settings, settings.run / "redis.sock")):
        found["redis"] = part
    if role not in found:
        sys.exit("There is no Redis here." if role == "redis" else "There is no doorstep here.")
    found[role].before()
    os.execvp(found[role].argv[0], found[role].argv)


def _web(settings: Settings) -> list[str]:
    """The front door. Gunicorn reads the certificate anew for every connection.

    A frame of the camera is ten megabytes of pixels for a moment: without giving them back to the
    system each time, a frame costs a quarter less.
    """
    argv = [*_KEEPS_MEMORY, *_gunicorn(settings.bind, workers=2)]
    if files := reach.certificate(settings):
        argv += ["--certfile", str(files[0]), "--keyfile", str(files[1])]
        argv += ["--worker-class", "workers.tls.Worker", "--keep-alive", "15"]
    return [*argv, "wsgi:app"]


def _doorstep(bind: str) -> list[str]:
    """What is open to those whose device does not trust our certificate yet."""
    return [*_gunicorn(bind, workers=1), "app.console.doorstep:create_doorstep()"]


def _gunicorn(bind: str, *, workers: int) -> list[str]:
    """Gunicorn, with shut what it would open for uses that are not ours."""
    # fmt: off
    argv = [
        sys.executable, "-m", "gunicorn", "--worker-class", "workers.threads.Worker",
        "--workers", str(workers), "--threads", "4", "--timeout", "60", "--graceful-timeout", "25",
        "--max-requests", "5000", "--max-requests-jitter", "500", "--bind", bind,
        "--log-level", "warning", "--no-control-socket", "--forwarder-headers", "",
    ]
    # fmt: on
    if os.access("/dev/shm", os.W_OK):
        argv += ["--worker-tmp-dir", "/dev/shm"]
    return argv
