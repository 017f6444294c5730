"""A real Chromium in front of the real product, started as ``bin/run`` starts it."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests import databases, make
from tests.browser.house import House
from tests.browser.screen import Screen
from tests.installation import Installation

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
expect.set_options(timeout=10_000)

Look = Callable[..., Screen]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all; each screen has cookies and storage of its own."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "there is no Chromium on this machine"
    browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation before anybody has come."""
    var = tmp_path_factory.mktemp("prepared") / "var"
    Installation(var).setup()
    return var


@pytest.fixture(scope="session")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation with a company in it, for everything but the walks from the beginning."""
    var = tmp_path_factory.mktemp("house") / "var"
    shutil.copytree(prepared, var)
    with _running(Installation(var)) as installation:
        yield House(installation)


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Installation, str]]:
    """A new installation and its one-time link; on SQLite unless the test says otherwise."""
    with ExitStack() as ends:
        sort = getattr(request, "param", "sqlite")
        more = {"DATABASE_URL": ends.enter_context(_postgres())} if sort == "postgresql" else {}
        installation = Installation(tmp_path / "var", **more)
        link = installation.setup().split()[-1]
        yield ends.enter_context(_running(installation)), link


@pytest.fixture
def look(chromium: Browser, playwright: Playwright) -> Iterator[Look]:
    """Give somebody a screen; at the end none of them may have had any trouble."""
    screens: list[Screen] = []

    def at(url: str, device: str = "desktop", language: str = "en", **more: Any) -> Screen:
        browser = more.pop("browser", chromium)
        facts = {**_device(playwright, device), "locale": LOCALES[language], **more}
        context = browser.new_context(**facts)
        screens.append(Screen(context, url, language))
        return screens[-1]

    yield at
    trouble = [line for screen in screens for line in screen.trouble]
    for screen in screens:
        screen.context.close()
    assert trouble == []


@pytest.fixture
def owned(house: House, playwright: Playwright, tmp_path: Path) -> Iterator[Screen]:
    """A browser with a profile of its own: only such a one installs apps and syncs by itself."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=path, args=FLAGS, locale=LOCALES["en"]
    )
    one = Screen(context, house.url, "en")
    yield one
    context.close()
    assert one.trouble == []


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """A picture of an invoice's code, as large as wanted."""

    def take(sequence: int, padding: int = 0) -> Path:
        file = tmp_path / f"photo-{sequence}.png"
        file.write_bytes(make.picture(sequence).getvalue() + b"\0" * padding)
        return file

    return take


@contextmanager
def _running(installation: Installation) -> Iterator[Installation]:
    try:
        installation.start()
        yield installation
        assert "Traceback" not in installation.said(), installation.said()
    finally:
        installation.end()


@contextmanager
def _postgres() -> Iterator[str]:
    server = os.environ.get("YANPIAO_TEST_POSTGRES")
    assert server, "YANPIAO_TEST_POSTGRES is not set; bin/test starts a PostgreSQL"
    name = f"browser_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(databases.in_database(server, "postgres"), autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
        yield databases.in_database(server, name)
        line.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _device(playwright: Playwright, name: str) -> dict[str, Any]:
    if name == "desktop":
        return {"viewport": {"width": 1440, "height": 900}}
    if name == "iphone":
        return {**playwright.devices["iPhone 13"], "viewport": {"width": 390, "height": 844}}
    return dict(playwright.devices["Pixel 7"])
