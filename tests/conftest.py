"""The stage: both databases, a real Redis, a real sandbox, and a cast of people."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from app.accounts.models import Company, Member
from app.console.commands import compile_catalogues
from app.plumbing import queue
from app.plumbing.settings import Settings
from tests import databases, make
from tests.browser_like import Browser
from tests.stage import Stage, build
from workers import listing
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


def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the binary catalogues once, before the workers begin.

    The lines in Redis are emptied by nobody here: only who asks for it gives way to them.
    """
    queue.TURN = 3600.0
    if not hasattr(session.config, "workerinput"):
        compile_catalogues()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """What is shared by the tests of one process."""
    with build() as built:
        yield built


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> Iterator[Settings]:
    """An empty, migrated database of one sort, and a folder of its own."""
    (tmp_path / "static").symlink_to(stage.static)
    with databases.database(request.param, stage, tmp_path) as url:
        yield Settings.read(
            {
                "YANPIAO_VAR": str(tmp_path),
                "DATABASE_URL": url,
                "REDIS_URL": stage.redis,
                "YANPIAO_URL": "http://yanpiao.test",
                "YANPIAO_LEASE_SECONDS": "5",
                "YANPIAO_SWEEP_SECONDS": "1",
                "YANPIAO_BUSY_SECONDS": "3",
                "YANPIAO_MIN_FREE_MIB": "1",
                "YANPIAO_EYES": "0",
            }
        )


@pytest.fixture
def app(settings: Settings, stage: Stage) -> Iterator[Flask]:
    """The application, on an empty Redis, with its context pushed."""
    Redis.from_url(stage.redis).flushall()
    found = create_app(settings)
    found.extensions["sandbox"] = {False: stage.sandbox}
    with found.app_context():
        yield found
        make.close(found)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody's browser; every page it sees is inspected."""
    return Browser(app)


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Carry out what waits, as a worker would; gives how many effects were done.

    Pictures are read only as far as their codes: looking at them is ``look``.
    """
    return lambda: _carry_out("first", "default")


@pytest.fixture
def look(app: Flask, stage: Stage, work: Callable[[], int]) -> Callable[[], int]:
    """Carry out everything, pictures are looked at as well; gives how many those were."""
    app.extensions["sandbox"][True] = stage.eyes()
    app.extensions["settings"] = replace(app.extensions["settings"], has_eyes=True)

    def until_done() -> int:
        work()
        return _carry_out("ocr")

    return until_done


def _carry_out(*lines: str) -> int:
    done = 0
    while effects := [
        one
        for one in queue.due()
        if one.state is queue.State.READY and queue.line_of(one.verb) in lines
    ]:
        for effect in effects:
            listing.listed()[effect.verb](effect.id)
            done += 1
    return done


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
