"""What a search costs in a company with very many invoices, on either database.

``.venv/bin/python -m bench.search [--keep] [invoices …]``

A company of 100,000 invoices and one of 1,000,000 are poured into an empty SQLite, and into an
empty PostgreSQL if ``YANPIAO_TEST_POSTGRES`` names a server; then every case is asked as the page
asks it (a page, the months' sums, the counts), with the marks of another page each time. With
``--keep`` they stay for the next time, in ``/tmp/bench-search`` and in databases of that name.
"""

import hashlib
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import func, select, text

from app.accounts.models import Member
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.documents import specimens
from app.invoices import listings, parties, queries
from app.invoices.models import Holding, Invoice, Tag
from app.invoices.queries import Asked
from app.plumbing import bulk, migrations
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.settings import Settings
from bench.bases import names
from tests import databases, make
from wsgi import create_app

SIZES, TIMES, CHUNK = (100_000, 1_000_000), 30, 1_000
SPAN, LAST = 1_000, date(2026, 11, 19)
SHARE, SCATTER = 0.6, 618_033_988_749
PLACE = Path("/tmp/bench-search")
TOWNS = ("北京", "上海", "深圳", "广州", "杭州", "南京", "成都", "武汉")
TRADES = ("商贸", "科技", "餐饮管理", "酒店管理", "信息技术", "文化传媒", "印务", "物流")
EMPLOYEE, TAG, LIST = "魏报销", "差旅", "01" + 24 * "0"
Case = Callable[[random.Random], tuple[Asked, str]]


def main() -> None:
    """Print the tables, and how CPU time grows with ten times the invoices."""
    keep = "--keep" in sys.argv
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or list(SIZES)
    for name in names():
        spent = [_measure(name, size, keep=keep) for size in sizes]
        for (size, less), (other, more) in zip(
            zip(sizes, spent, strict=True), list(zip(sizes, spent, strict=True))[1:], strict=False
        ):
            grown = more / less
            print(f"{name}: {other / size:.0f}× invoices, {grown:.1f}× CPU seconds", flush=True)


def _measure(name: str, size: int, *, keep: bool) -> float:
    """CPU seconds of all cases together."""
    with _application(name, size, keep=keep) as app:
        member = _company(app, size)
        print(f"\n| {size:,} invoices, {name} | median | p95 | CPU | found |")
        print("|---|---|---|---|---|")
        whole = 0.0
        employee = _employee(member)
        every = [(member, *one) for one in _cases(member).items()]
        for who, what, case in every + [(employee, *one) for one in _own_cases().items()]:
            begun = _cpu()
            taken, found = _ask(who, case)
            spent = _cpu() - begun
            late = sorted(taken)[int(len(taken) * 0.95)]
            figures = statistics.median(taken), late, spent / TIMES * 1000
            said = " | ".join(f"{one:.1f} ms" for one in figures)
            print(f"| {what} | {said} | {found} |", flush=True)
            whole += spent
        return whole


def _ask(member: Member, case: Case) -> tuple[list[float], str]:
    chance, taken, found = random.Random(1), [], ""
    for _ in range(TIMES):
        asked, before = case(chance)
        db.session.rollback()
        begun = time.perf_counter()
        shown = queries.look(member, asked, before)
        taken.append((time.perf_counter() - begun) * 1000)
        count = shown.counts.get(asked.only, len(shown.found))
        found = f"{queries.MOST}+" if count > queries.MOST else str(count)
    return taken, found


def _cpu() -> float:
    """Seconds that this process has computed, and PostgreSQL for it, if it is on this machine."""
    spent = time.process_time()
    if db.engine.dialect.name == "postgresql":
        place = Path(f"/proc/{db.session.scalar(text('SELECT pg_backend_pid()'))}/stat")
        if place.exists():
            ticks = place.read_text().rpartition(")")[2].split()[11:13]
            spent += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return spent


def _cases(member: Member) -> dict[str, Case]:
    """Words are taken from invoices that are there, each time from another."""
    count = db.session.scalar(select(func.count()).select_from(Invoice)) or 0

    def some(chance: random.Random) -> Invoice:
        after = select(Invoice).where(Invoice.id >= ids[chance.randrange(len(ids))])
        return db.session.scalars(after.order_by(Invoice.id).limit(1)).one()

    stride = max(1, count // 500)
    ids = db.session.scalars(select(Invoice.id).order_by(Invoice.id)).all()[::stride]

    def words(make_words: Callable[[Invoice], str], **filters: str) -> Case:
        return lambda chance: (Asked(make_words(some(chance)), "", LAST, filters), "")

    def plain(typed: str = "", **filters: str) -> Case:
        return lambda chance: (Asked(typed, "", LAST, filters), "")

    def deep(chance: random.Random) -> tuple[Asked, str]:
        one = some(chance)
        return Asked("", "", LAST), f"{one.issued}~{one.id}"

    return {
        "first page": plain(),
        "deep page": deep,
        "one character": plain("北"),
        "two characters, of many": plain("北京"),
        "two characters, of some": words(lambda one: one.seller_name[2:4]),
        "four characters": words(lambda one: one.seller_name[2:6]),
        "no hit": plain("京上"),
        "no hit, two words": plain("深圳 上海"),
        "full number": words(lambda one: one.key.number),
        "last 6 digits": words(lambda one: one.key.number[-6:]),
        "4 digits, of very many": plain("2000"),
        "amount": words(lambda one: one.total.yuan if one.total else ""),
        "day": words(lambda one: str(one.issued)),
        "month of any year": plain("3月"),
        "tax id": words(lambda one: one.seller_tax_id),
        "filter of 60 %": plain("", kind="digital_ordinary"),
        "filter of 60 %, two characters": plain("北京", kind="digital_ordinary"),
        "filter of 2 %": plain("", state="problem"),
        "amounts from and to": plain("", least="100", most="100.5"),
        "seller and period": words(lambda one: "", seller="科技", period="2026-Q2"),
        "60 % and not checked": plain("", kind="digital_ordinary", verdict="not_checked"),
        "brought by somebody": plain("", who=EMPLOYEE),
        "tag": plain("", tag=TAG),
        "tag, two characters": plain("北京", tag=TAG),
        "one list": plain("", batch=LIST),
    }


def _own_cases() -> dict[str, Case]:
    """Of somebody who sees what they have brought, and that is much."""
    return {
        "employee, first page": lambda _: (Asked("", "", LAST), ""),
        "employee, two characters": lambda _: (Asked("北京", "", LAST), ""),
        "employee, no hit": lambda _: (Asked("京上", "", LAST), ""),
    }


def _employee(member: Member) -> Member:
    """Who has brought every 200th as well; every 100th wears a tag and came with one list."""
    known = db.session.scalars(select(Member).where(Member.id != member.id)).first()
    if known:
        return known
    made = make.member(EMPLOYEE, member.company, "employee")
    ids = db.session.scalars(select(Invoice.id).order_by(Invoice.id)).all()[::100]
    own = {"member_id": made.id, "made_at": datetime.now(UTC)}
    tag = {**own, "company_id": member.company_id, "word": TAG}
    with transaction():
        bulk.pour(
            Holding.__table__,  # type: ignore[arg-type]
            [{"id": new_id(), "invoice_id": one, "document_id": None, **own} for one in ids[::2]],
        )
        bulk.pour(
            Tag.__table__,  # type: ignore[arg-type]
            [{"id": new_id(), "invoice_id": one, **tag} for one in ids],
        )
        listings.note(LIST, ids)
    _vacuum()
    return made


def _company(app: Flask, size: int) -> Member:
    known = db.session.scalars(select(Member)).first()
    if known:
        return known
    member = make.member("方财务", make.company("北京示例茶叶有限公司", 1), "finance")
    chance, begun = random.Random(size), time.perf_counter()
    sellers = [_seller(chance, place) for place in range(max(200, size // 50))]
    for at in range(0, size, CHUNK):
        with transaction():
            rows = [_invoice(member, chance, sellers, place) for place in range(at, at + CHUNK)]
            _pour(member, rows)
    _vacuum()
    pace = (time.perf_counter() - begun) / size * 1e6
    print(f"{size:,} invoices poured, {pace:.0f} µs each", flush=True)
    return member


def _vacuum() -> None:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.execute(text("VACUUM ANALYZE"))


def _pour(member: Member, rows: list[dict[str, Any]]) -> None:
    sides = [parties.Sides(**{name: row[name] for name in parties.Sides._fields}) for row in rows]
    for row, key in zip(rows, parties.note(sides), strict=True):
        row["parties_id"] = key
    held = [
        {"id": new_id(), "invoice_id": row["id"], "member_id": member.id, "document_id": None,
         "made_at": row["made_at"]}
        for row in rows
    ]  # fmt: skip
    bulk.pour(Invoice.__table__, rows)  # type: ignore[arg-type]
    bulk.pour(Holding.__table__, held)  # type: ignore[arg-type]


def _seller(chance: random.Random, place: int) -> tuple[str, str]:
    own = "".join(chr(chance.randrange(0x4E00, 0x5E00)) for _ in range(3))
    name = f"{chance.choice(TOWNS)}{own}{chance.choice(TRADES)}有限公司"
    return name, f"9111{hashlib.sha256(str(place).encode()).hexdigest()[:14].upper()}"


def _invoice(
    member: Member, chance: random.Random, sellers: list[tuple[str, str]], place: int
) -> dict[str, Any]:
    """Few sellers have many, many have few. The first digits of all numbers are alike."""
    rank = int(chance.paretovariate(0.6))
    name, tax_id = sellers[rank if rank < len(sellers) else chance.randrange(len(sellers))]
    number = f"26{chance.choice((11, 31, 44))}2000{place * SCATTER % 10**12:012d}"
    net = chance.randrange(1_000, 1_000_000)
    has_problem = chance.random() < 0.02
    return {
        "id": new_id(),
        "company_id": member.company_id,
        "key": InvoiceKey("digital", number),
        "kind_word": "digital_ordinary" if chance.random() < SHARE else "digital_special",
        "issued": LAST - timedelta(days=chance.randrange(SPAN)),
        "amount": Money(net),
        "tax": Money(round(net * 0.06)),
        "total": Money(round(net * 1.06)),
        "seller_name": name,
        "seller_tax_id": tax_id,
        "buyer_name": member.company.name,
        "buyer_tax_id": specimens.tax_id(1),
        "check_code": "",
        "authenticity": Authenticity.MISMATCH if has_problem else Authenticity.GENUINE,
        "lifecycle": Lifecycle.NORMAL,
        "is_held": False,
        "is_misaddressed": False,
        "has_problem": has_problem,
        "is_let_go": False,
        "purpose": "",
        "brought_as": "pdf",
        "checked_at": None,
        "made_at": datetime.now(UTC),
    }


@contextmanager
def _application(name: str, size: int, *, keep: bool) -> Iterator[Flask]:
    var, base = PLACE / f"{name}-{size}", f"bench_search_{size}"
    var.mkdir(parents=True, exist_ok=True)
    env = {"YANPIAO_VAR": str(var), "YANPIAO_MIN_FREE_MIB": "1"}
    if name == "PostgreSQL":
        env["DATABASE_URL"] = databases.in_database(os.environ["YANPIAO_TEST_POSTGRES"], base)
        _server(f"CREATE DATABASE {base}", unless=base)
    app = create_app(Settings.read(env))
    with app.app_context():
        migrations.upgrade()
        yield app
        make.close(app)
    if not keep:
        rmtree(var)
        if name == "PostgreSQL":
            _server(f"DROP DATABASE {base} WITH (FORCE)")


def _server(act: str, unless: str = "") -> None:
    server = databases.in_database(os.environ["YANPIAO_TEST_POSTGRES"], "postgres")
    with psycopg.connect(server, autocommit=True) as line:
        is_there = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not line.execute(is_there, [unless]).fetchone():
            line.execute(act)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
