"""The real product as ``bin/run`` starts it: its processes, its data, and a visitor at its door."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.plumbing.settings import Settings
from tests import make
from tests.tls import Trusting
from workers import door, process
from wsgi import create_app

ROOT = Path(__file__).parents[1]
PARTS = ["redis", "sandbox", "web", "worker", "sweep"]


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something to come to pass."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


def free() -> str:
    """An address on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        return f"127.0.0.1:{line.getsockname()[1]}"


class Installation:
    """One folder of data, one port, and the supervisor that runs on them."""

    def __init__(self, var: Path, **more: str) -> None:
        self.var, self.bind = var, free()
        ours = ("YANPIAO_", "PYTEST_", "DATABASE_URL", "REDIS_URL", "ROLE")
        self.env = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        self.env |= {"YANPIAO_VAR": str(var), "YANPIAO_BIND": self.bind, "YANPIAO_EYES": "0"} | more

    @property
    def url(self) -> str:
        """The address people use."""
        return Settings.read(self.env).url

    def setup(self) -> str:
        """Prepare the data; gives what was printed, the one-time link in it."""
        ended = self.run(sys.executable, "-m", "flask", "--app", "wsgi", "setup")
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a command in this installation's environment."""
        return subprocess.run(
            argv, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=60
        )

    def start(self) -> None:
        """Start every part; back when the product is ready."""
        self.log = (self.var / "log").open("w+")
        self.supervisor = subprocess.Popen(
            [sys.executable, "-m", "workers.supervise"], cwd=ROOT, env=self.env, stderr=self.log
        )
        until(lambda: "is ready" in self.said())
        until(lambda: self.pid("sweep"))

    def said(self) -> str:
        """Everything written to the log so far."""
        return (self.var / "log").read_text()

    def lives(self) -> bool:
        """True when the web answers."""
        return door.answers(self.bind, self.url, tls="YANPIAO_HTTPS" in self.env)

    def pid(self, name: str) -> int:
        """The process id of a part, which is also that of its session; 0 if it never ran."""
        path = self.var / "run" / f"{name}.pid"
        return int(path.read_text()) if path.exists() else 0

    def send(self, name: str, number: signal.Signals) -> None:
        """Signal a part and everything it forked."""
        for pid in process.in_session(self.pid(name)):
            process.send(pid, number)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A part that stands still for a while."""
        self.send(name, signal.SIGSTOP)
        try:
            yield
        finally:
            self.send(name, signal.SIGCONT)

    @contextmanager
    def inside(self) -> Iterator[Flask]:
        """This process as one more of the installation's own, on the same data."""
        app = create_app(Settings.read(self.env))
        with app.app_context():
            yield app
            make.close(app)

    def everybody(self) -> set[str]:
        """By environment; by command line too, since a Redis writes its title over the former."""
        ours = f"YANPIAO_VAR={self.var}", str(self.var)
        seen = [(path.name, said_by(path)) for path in Path("/proc").glob("[0-9]*")]
        return {pid for pid, words in seen if any(word.startswith(ours) for word in words)}

    def stop(self) -> None:
        """As by Ctrl-C."""
        self.supervisor.send_signal(signal.SIGINT)
        assert self.supervisor.wait(20) == 0
        self.log.close()

    def end(self) -> None:
        """Leave nothing behind."""
        self.supervisor.kill()
        self.supervisor.wait()
        for pid in self.everybody():
            process.send(int(pid), signal.SIGKILL)
        self.log.close()


@contextmanager
def started(prepared: Path, folder: Path, **more: str) -> Iterator[Installation]:
    """A copy of prepared data, up and running."""
    shutil.copytree(prepared, folder / "var")
    installation = Installation(folder / "var", **more)
    try:
        installation.start()
        yield installation
    finally:
        installation.end()


def said_by(process: Path) -> list[str]:
    """The words of a process's environment and command line."""
    try:
        text = (process / "environ").read_text() + (process / "cmdline").read_text()
    except (OSError, UnicodeDecodeError):
        return []
    return re.split(r"[\0 :]", text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    """Somebody with a browser's cookies and headers, but no screen."""

    def __init__(self, at: Installation) -> None:
        self.at, self.base = at, at.url
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        trusting = [Trusting(at.var / "ca" / "root.crt")] if at.url.startswith("https:") else []
        self.opener = urllib.request.build_opener(jar, Stay, *trusting)

    def sign_in(self, phone: str) -> "Visitor":
        """By the form."""
        assert self.post("/sign-in", identifier=phone, password=make.PASSWORD).status == 303
        return self

    def see(self, path: str) -> Answer:
        """Get a page."""
        return self.ask(path, None)

    def post(self, path: str, **typed: str) -> Answer:
        """Send a form."""
        return self.ask(path, urlencode(typed).encode())

    def hand_in(self, content: bytes, name: str, key: str) -> Answer:
        """Send one file as the page's script does."""
        body, kind = form_of(content, name)
        more = {"Content-Type": kind, "HX-Request": "true", "Idempotency-Key": key}
        return self.ask("/files", body, **more)

    def ask(self, path: str, body: bytes | None, **headers: str) -> Answer:
        """One request; any status is an answer."""
        sent = {"Origin": self.at.url, "Accept-Language": "en", **headers}
        asked = urllib.request.Request(self.base + path, body, sent)
        try:
            with self.opener.open(asked, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, refusal.headers, refusal.read().decode())


def form_of(content: bytes, name: str) -> tuple[bytes, str]:
    """A form with one file, and its content type."""
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), name)})
    return body, f"multipart/form-data; boundary={boundary}"
