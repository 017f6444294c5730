"""The stage: both databases, a real Redis, a real sandbox, and a cast of people."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from flask import Flask
from redis import Redis

from app.accounts.models import Company, Member
from app.plumbing import migrations, queue
from app.plumbing.settings import ROOT, Settings
from tests import make
from tests.browser_like import Browser
from workers import jobs
from workers import redis as redis_server
from wsgi import create_app

DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--full`` runs what takes long as well."""
    parser.addoption("--full", action="store_true", help="also run what takes long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests out unless they are asked for."""
    if config.getoption("--full"):
        return
    left_out = [item for item in items if item.get_closest_marker("full")]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


@dataclass(frozen=True)
class Stage:
    """What lives as long as the test session: templates of both databases, Redis, sandbox."""

    sqlite: Path
    postgres: str
    redis: str
    sandbox: Path


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
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
        yield Stage(template, postgres, f"unix://{sock}", box)


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> Iterator[Settings]:
    """An empty, migrated database of one sort, and a folder of its own."""
    with make.database(request.param, stage, tmp_path) as url:
        yield Settings.read(
            {
                "YANPIAO_VAR": str(tmp_path),
                "DATABASE_URL": url,
                "REDIS_URL": stage.redis,
                "YANPIAO_URL": "http://yanpiao.test",
                "YANPIAO_LEASE_SECONDS": "5",
                "YANPIAO_SWEEP_SECONDS": "1",
                "YANPIAO_BUSY_SECONDS": "1",
                "YANPIAO_MIN_FREE_MIB": "1",
            }
        )


@pytest.fixture
def app(settings: Settings, stage: Stage) -> Iterator[Flask]:
    """The application, on an empty Redis, with its context pushed."""
    Redis.from_url(stage.redis).flushall()
    found = create_app(settings)
    found.extensions["sandbox"] = (stage.sandbox,)
    with found.app_context():
        yield found
        make.close(found)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody's browser; every page it sees is inspected."""
    return Browser(app)


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Carry out what waits, as a worker would; gives how many effects were done."""

    def until_done() -> int:
        done = 0
        while effects := [one for one in queue.due() if one.state is queue.State.READY]:
            for effect in effects:
                jobs.listed()[effect.verb](effect.id)
                done += 1
        return done

    return until_done


@pytest.fixture
def tea(app: Flask) -> Company:
    """A company; its tax id is of the region 000000, which does not exist."""
    return make.company("北京示例茶叶有限公司", 1)


@pytest.fixture
def lin(tea: Company) -> Member:
    """The administrator."""
    return make.member("林管理", tea, "administrator")


@pytest.fixture
def fang(tea: Company) -> Member:
    """Finance."""
    return make.member("方财务", tea, "finance")


@pytest.fixture
def wei(tea: Company) -> Member:
    """An employee."""
    return make.member("魏员工", tea, "employee")


@pytest.fixture
def qian(tea: Company) -> Member:
    """The cashier."""
    return make.member("钱出纳", tea, "cashier")


@pytest.fixture
def shen(tea: Company) -> Member:
    """The auditor."""
    return make.member("沈审计", tea, "auditor")


@pytest.fixture
def stranger(app: Flask) -> Member:
    """Finance and administrator of another company."""
    other = make.company("上海示例贸易有限公司", 2)
    return make.member("陌生人", other, "administrator", "finance")


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
    with psycopg.connect(make.in_database(server, "postgres"), autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
        url = make.in_database(server, name)
        _migrate({"YANPIAO_VAR": str(place / "pg"), "DATABASE_URL": url})
        yield url
        line.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_for(*conditions: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not all(condition() for condition in conditions):
        assert time.monotonic() < deadline, "Redis or the sandbox did not come up"
        time.sleep(0.02)
