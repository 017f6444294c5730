"""Where the phone's figures are taken: the specimen company, and twenty more people in it."""

import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import select

from app.accounts import signing
from app.accounts.door import WHO
from app.accounts.models import Company, Person
from app.console import demo
from app.plumbing.db import db, transaction
from app.plumbing.settings import Settings
from bench.running import BIND, durable_entry, flask, p95, running, timed
from tests import make
from wsgi import create_app

PEOPLE, DEVICES = 20, 3
URL = f"http://{BIND}"
_AGENT = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/143.0 Mobile"

Row = tuple[str, str, str, str, str]
"""What, median, p95, how many, budget and note."""


def row(what: str, taken: list[float], note: str = "", unit: str = "ms") -> Row:
    """Median and p95 of what was taken."""
    middle, late = (
        f"{one:.{1 if unit == 'ms' else 2}f} {unit}" for one in (median(taken), p95(taken))
    )
    return what, middle, late, str(len(taken)), note


@dataclass(frozen=True, slots=True)
class Place:
    """``cookies`` of the twenty, their first phones first; ``mine`` of one who holds invoices."""

    mine: str
    cookies: list[str]
    commits: list[float]
    var: Path

    def cpu(self) -> float:
        """Milliseconds that the web's processes have computed so far."""
        web = int((self.var / "run" / "web.pid").read_text())
        children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
        stats = [
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in children
        ]
        ticks = sum(int(one[11]) + int(one[12]) for one in stats)
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")

    def whole_cpu(self) -> float:
        """Seconds that all processes of the product have computed so far."""
        found = [int((self.var / "run" / "supervise.pid").read_text())]
        ticks = 0
        while found:
            one = Path(f"/proc/{found.pop()}")
            with suppress(FileNotFoundError, ProcessLookupError):
                ticks += sum(map(int, (one / "stat").read_text().rpartition(")")[2].split()[11:15]))
                for task in (one / "task").iterdir():
                    found += map(int, (task / "children").read_text().split())
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def invoice(self) -> str:
        """The address of an invoice's page."""
        asked = urllib.request.Request(f"{URL}/invoices", headers={"Cookie": self.mine})
        with urllib.request.urlopen(asked) as answer:
            return re.findall(r'href="(/invoices/\w+)"', answer.read().decode())[0]


def jar(cookie: str) -> list[dict[str, str]]:
    """A header's cookies as a browser takes them."""
    pairs = (one.partition("=") for one in cookie.split("; "))
    return [{"name": name, "value": value, "url": URL} for name, _, value in pairs]


@contextmanager
def place(database: str = "") -> Iterator[Place]:
    """The product is running and has read what the specimen company handed in."""
    with TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        env = {**os.environ, "YANPIAO_VAR": folder, "YANPIAO_BIND": BIND, "DATABASE_URL": database}
        subprocess.run(flask("setup", "--demo"), env=env, check=True, capture_output=True)
        with running(env):
            time.sleep(6)
            yield _peopled(Path(folder), database)


def _peopled(var: Path, database: str) -> Place:
    app = create_app(Settings.read({"YANPIAO_VAR": str(var), "DATABASE_URL": database}))
    with app.app_context():
        company = db.session.scalars(select(Company).where(Company.tax_id == demo.TAX_ID)).one()
        wei = db.session.scalars(select(Person).where(Person.email == "wei@demo.invalid")).one()
        seats = [make.member(f"同事{n + 1}", company, "employee") for n in range(PEOPLE)]
        people = [seat.person for seat in seats] * DEVICES
        made = Place(_cookie(wei), [_cookie(one) for one in people], timed(durable_entry), var)
        make.close(app)
    return made


def _cookie(person: Person) -> str:
    """With the id for scripts, or its ``Set-Cookie`` would outdo a header given by hand."""
    with transaction():
        token = signing.open_session(person, agent=_AGENT, mine=True)
    return f"sid={token}; {WHO}={person.id}"
