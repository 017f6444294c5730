"""The stage that a test session stands on: templates of both databases, Redis, sandbox."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from app.plumbing import migrations
from app.plumbing.settings import ROOT, Settings
from tests import databases, make
from workers import redis as redis_server
from wsgi import create_app


@dataclass(frozen=True)
class Stage:
    """What lives as long as the test session: templates of both databases, Redis, sandbox.

    ``static`` holds the static files laid out once: it takes half a second. ``eyes`` starts the
    part that looks at pictures when the first test wants it.
    """

    sqlite: Path
    postgres: str
    redis: str
    sandbox: Path
    static: Path
    eyes: Callable[[], Path]
    tables: list[str]
    spare: list[str] = field(default_factory=list)


@contextmanager
def build() -> Iterator[Stage]:
    """Start what is shared; a machine without PostgreSQL or Redis fails here, by name."""
    server = redis_server.binary()
    assert server, "no Redis server was found"
    with ExitStack() as ends:
        place = Path(ends.enter_context(TemporaryDirectory(prefix="yanpiao-", dir="/tmp")))
        os.environ["YANPIAO_VAR"] = str(place / "var")
        postgres = ends.enter_context(_postgres_template(place))
        sock, box, template = (place / name for name in ("redis.sock", "box.sock", "template.db"))
        command = [server, "--port", "0", "--unixsocket", sock, "--save", "", "--dir", place]
        ends.enter_context(_running([*map(str, command)]))
        ends.enter_context(_running([sys.executable, "-m", "workers.sandbox", str(box)]))
        _migrate({"YANPIAO_VAR": str(place), "DATABASE_URL": f"sqlite:///{template}"})
        _wait_for(sock.exists, box.exists)

        @cache
        def eyes() -> Path:
            door = place / "eyes.sock"
            ends.enter_context(
                _running([sys.executable, "-m", "workers.sandbox", "--eyes", str(door)])
            )
            _wait_for(door.exists)
            return door

        doors = (f"unix://{sock}", box, place / "static", eyes)
        stage = Stage(template, postgres, *doors, databases.tables(postgres))
        yield stage
        for name in stage.spare:
            databases.drop(postgres, name)


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        yield
        process.terminate()


def _migrate(env: dict[str, str]) -> None:
    app = create_app(Settings.read(env))
    with app.app_context():
        migrations.upgrade()
        make.close(app)


@contextmanager
def _postgres_template(place: Path) -> Iterator[str]:
    """A migrated database that each test copies; named after this process."""
    server = os.environ.get("YANPIAO_TEST_POSTGRES")
    assert server, "YANPIAO_TEST_POSTGRES is not set; bin/test starts a PostgreSQL"
    name = f"template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(databases.in_database(server, "postgres"), autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
        url = databases.in_database(server, name)
        _migrate({"YANPIAO_VAR": str(place / "pg"), "DATABASE_URL": url})
        yield url
        line.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_for(*conditions: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not all(condition() for condition in conditions):
        assert time.monotonic() < deadline, "Redis or the sandbox did not come up"
        time.sleep(0.02)
