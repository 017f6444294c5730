"""What knowing an invoice costs: reading it, importing the bureau's ledger and asking it.

``.venv/bin/python -m bench.knowing``

Two files of 100,000 and 1,000,000 rows go through a sandbox of their own into an empty SQLite, and
into an empty PostgreSQL if ``YANPIAO_TEST_POSTGRES`` names a server. Say other sizes as arguments.
"""

import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from flask import Flask

from app.accounts.models import Member
from app.bureau import imports, rows
from app.bureau.models import Direction, Import
from app.core.invoice import InvoiceKey
from app.core.period import Period
from app.documents import specimens
from app.plumbing import migrations
from app.plumbing.settings import ROOT, Settings
from bench import cost
from bench.bases import base
from tests import make
from wsgi import create_app

SIZES, LOOKUPS = (100_000, 1_000_000), 2_000
FIRST, LAST, EXPORTED = date(2026, 1, 1), date(2026, 11, 19), date(2026, 11, 20)
Figures = tuple[str, ...]


def main() -> None:
    """Print the tables."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    with _somewhere() as folder, application("SQLite", folder / "reading"):
        print("\n".join(cost.table()), end="\n\n", flush=True)
    print("| rows | database | import | rows/s | memory of the child | look-up p50 | p95 |")
    print("|---|---|---|---|---|---|---|", flush=True)
    with _somewhere() as folder:
        for size in sizes:
            file = write(folder / f"{size}.xlsx", size)
            for name in ("SQLite", "PostgreSQL"):
                if name == "SQLite" or "YANPIAO_TEST_POSTGRES" in os.environ:
                    figures = _measure(file, size, name, folder)
                    print("| " + " | ".join((f"{size:,}", name, *figures)) + " |", flush=True)


def write(place: Path, count: int) -> Path:
    """An export of ``count`` invoices over the days of a year, one row each."""
    book = xlsxwriter.Workbook(place, {"constant_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("发票基础信息")
    page.write_row(0, 0, make.HEADER)
    ours, theirs = specimens.tax_id(1), [specimens.tax_id(n) for n in range(8, 208)]
    span = (LAST - FIRST).days + 1
    for line in range(1, count + 1):
        day = FIRST + timedelta(days=line % span)
        net = 10_000 + line % 90_000
        one = [
            *(line, "", "", specimens.number(line), theirs[line % 200]),
            *(f"北京示例{line % 200}号商贸有限公司", ours, "北京示例茶叶有限公司"),
            *(f"{day} 10:30:00", net / 100, net * 6 / 10_000, round(net * 1.06) / 100),
            *("电子发票服务平台", "数电发票（普通发票）", "正常", "是", "正常", "管理员", "样票"),
        ]
        page.write_row(line, 0, one)
    book.close()
    return place


@contextmanager
def _somewhere() -> Iterator[Path]:
    with TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        yield Path(folder)


def _measure(file: Path, size: int, name: str, folder: Path) -> Figures:
    with ExitStack() as ends:
        app, sandbox = ends.enter_context(application(name, folder / f"{name}-{size}"))
        found = _request(make.member("方财务", make.company("示例", 1), "finance"), file)
        with _peak(sandbox) as seen:
            begun = time.perf_counter()
            imports.run(found.id)
            taken = time.perf_counter() - begun
        assert (found.new, found.refused) == (size, 0), (found.reason, found.new, found.refused)
        late, median = _lookups(found.company_id, size)
        return (
            f"{taken:.1f} s",
            f"{size / taken:,.0f}",
            f"{max(seen) >> 10} MiB",
            f"{median:.2f} ms",
            f"{late:.2f} ms",
        )


def _request(by: Member, file: Path) -> Import:
    asked = imports.Export(Direction.RECEIVED, Period(FIRST, LAST), EXPORTED)
    with file.open("rb") as opened:
        return imports.request(opened, file.name, asked, by=by)


def _lookups(company_id: str, size: int) -> tuple[float, float]:
    """Milliseconds of one look-up, p95 and median; one in ten is of a number that is absent."""
    taken, chance = [], random.Random(1)
    for _ in range(LOOKUPS):
        key = InvoiceKey("digital", specimens.number(chance.randint(1, int(size * 1.1))))
        begun = time.perf_counter()
        rows.of(company_id, [key])
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)[int(LOOKUPS * 0.95)], statistics.median(taken)


@contextmanager
def application(name: str, var: Path) -> Iterator[tuple[Flask, int]]:
    """An empty product on one database, and the process id of its sandbox."""
    box = var / "box.sock"
    var.mkdir()
    with ExitStack() as ends:
        env = {"YANPIAO_VAR": str(var), "YANPIAO_MIN_FREE_MIB": "1"}
        env["DATABASE_URL"] = ends.enter_context(base(name))
        server = subprocess.Popen([sys.executable, "-m", "workers.sandbox", str(box)], cwd=ROOT)
        ends.callback(server.wait)
        ends.callback(server.terminate)
        app = create_app(Settings.read({**env, "YANPIAO_SANDBOX_SECONDS": "120"}))
        app.extensions["sandbox"] = {False: box}
        with app.app_context():
            migrations.upgrade()
            while not box.exists():
                time.sleep(0.02)
            yield app, server.pid
            make.close(app)


@contextmanager
def _peak(sandbox: int) -> Iterator[list[int]]:
    """The most memory (KiB, resident) that a child of the sandbox has had, looked at often."""
    seen, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for child in Path(f"/proc/{sandbox}/task/{sandbox}/children").read_text().split():
                seen.append(_high_water(child))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _high_water(pid: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
