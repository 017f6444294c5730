"""No package is older than the release that closed its last known hole (TRUST §3.3)."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

try:
    import pysqlite3 as sqlite
except ImportError:
    import sqlite3 as sqlite

FLOORS = {
    "argon2-cffi": ">=25.1",
    "cryptography": ">=50",
    "defusedxml": ">=0.7.1",
    "flask": ">=3.1.3",
    "gunicorn": ">=26.1",
    "jinja2": ">=3.1.6",
    "lxml": ">=6.1.3",
    "nh3": ">=0.3",
    "openpyxl": ">=3.1.5",
    "pikepdf": ">=10",
    "pillow": ">=12.3",
    "pyotp": ">=2.12",
    "pypdf": ">=6.16.1",
    "pysqlite3": ">=0.6.1",
    "redis": ">=8",
    "rq": "==2.12.*",
    "sqlalchemy": ">=2.1",
    "weasyprint": ">=69",
    "webauthn": ">=3",
    "werkzeug": ">=3.1.6",
}
ROOT = Path(__file__).parents[2]
LOCKED = (ROOT / "requirements.lock").read_text()
LOCK = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCKED, re.M))


@pytest.mark.parametrize("name", sorted(FLOORS.keys() & LOCK.keys()))
def test_the_lock_and_this_machine_stand_on_the_floor(name: str) -> None:
    assert Version(LOCK[name]) in SpecifierSet(FLOORS[name])
    assert Version(version(name)) == Version(LOCK[name])


def test_the_floors_are_not_about_nothing() -> None:
    assert len(FLOORS.keys() & LOCK.keys()) >= 12


def test_sqlite_has_no_wal_race() -> None:
    assert sqlite.sqlite_version_info >= (3, 51, 3)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_is_hashed_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text and "--index" not in text and "@" not in text
    for entry in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
