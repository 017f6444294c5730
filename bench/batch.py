"""What a list of 10,000 invoices costs against a ledger of a million.

``.venv/bin/python -m bench.batch``

Each database in a product of its own: SQLite, and PostgreSQL if ``YANPIAO_TEST_POSTGRES`` names a
server. Say other sizes as arguments: rows of the ledger, rows of the list. What is loaded before is
left to the garbage collector as little as a worker leaves it.
"""

import gc
import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import xlsxwriter
from sqlalchemy import Table, func, select

from app.accounts.models import Member
from app.bureau.models import Direction, LedgerRow
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Lifecycle
from app.documents import specimens
from app.intake import batches, running, working
from app.intake.models import Batch, Item, State, Step
from app.plumbing import bulk
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from bench.bases import names
from bench.knowing import EXPORTED, FIRST, LAST, _somewhere, application
from tests import make

LEDGER, LIST, TIMES, CHUNK = 1_000_000, 10_000, 3, 10_000
LEDGER_DAY = datetime(2026, 11, 20, tzinfo=UTC)


def main() -> None:
    """Print the table."""
    sizes = [int(word) for word in sys.argv[1:]] or [LEDGER, LIST]
    print(
        "| database | ledger | list | to the last row | rows/s | first results | CPU | of a tenth |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in names():
        with _somewhere() as folder:
            print("| " + " | ".join(_measure(name, folder, *sizes)) + " |", flush=True)


def _measure(name: str, folder: Path, ledger: int, size: int) -> tuple[str, ...]:
    with application(name, folder / name):
        by = make.member("方财务", make.company("北京示例茶叶有限公司", 1), "finance")
        _fill(by, ledger)
        gc.freeze()
        tenths, taken = [], []
        for turn in range(TIMES):
            for place in range(TIMES * turn, TIMES * (turn + 1)):
                tenths.append(_run(by, place * size // 10, size // 10)[1])
            taken.append(_run(by, LIST + turn * size, size))
        wall, cpu, first = (statistics.median(one) for one in zip(*taken, strict=True))
        return (
            name,
            f"{ledger:,}",
            f"{size:,}",
            f"{wall:.1f} s",
            f"{size / wall:,.0f}",
            f"{first:.2f} s",
            f"{cpu:.1f} s",
            f"× {cpu / statistics.median(tenths):.1f}",
        )


def _fill(by: Member, count: int) -> None:
    """A ledger as an import would have made it, and the import that speaks for its days."""
    found = make.ledger(by, [], starts=FIRST, ends=LAST, exported_on=EXPORTED)
    from app.bureau.models import Step as Imported

    with transaction():
        found.step = Imported.DONE
    table, span = cast(Table, LedgerRow.__table__), (LAST - FIRST).days + 1
    for start in range(0, count, CHUNK):
        with transaction():
            rows = [_row(by, found.id, n, span) for n in range(start, min(start + CHUNK, count))]
            bulk.pour(table, rows)


def _row(by: Member, import_id: str, number: int, span: int) -> dict[str, Any]:
    net, tax = _money(number)
    return {
        "id": new_id(),
        "company_id": by.company_id,
        "key": InvoiceKey("digital", specimens.number(number + 1)),
        "direction": Direction.RECEIVED,
        "kind_title": "数电发票（普通发票）",
        "issued": _day(number, span),
        "amount": net,
        "tax": tax,
        "total": net + tax,
        "seller_name": f"北京示例{number % 200}号商贸有限公司",
        "seller_tax_id": specimens.tax_id(8 + number % 200),
        "buyer_name": by.company.name,
        "buyer_tax_id": by.company.tax_id,
        "lifecycle": Lifecycle.NORMAL,
        "blue_key": None,
        "exported_on": EXPORTED,
        "import_id": import_id,
        "line": number + 2,
    }


def _money(number: int) -> tuple[Money, Money]:
    net = Money(10_000 + number % 90_000)
    return net, Money(round(net.fen * 0.06))


def _day(number: int, span: int) -> date:
    return FIRST + timedelta(days=number % span)


def _list(start: int, count: int) -> BytesIO:
    """Number, day and total of rows of the ledger, one in fifty with another total."""
    made, span = BytesIO(), (LAST - FIRST).days + 1
    book = xlsxwriter.Workbook(made, {"constant_memory": True})
    page = book.add_worksheet("发票")
    page.write_row(0, 0, ["发票号码", "开票日期", "价税合计"])
    for line in range(1, count + 1):
        number = start + line
        net, tax = _money(number)
        total = net + tax if line % 50 else net
        day = _day(number, span).isoformat()
        page.write_row(line, 0, [specimens.number(number + 1), day, total.yuan])
    book.close()
    made.seek(0)
    return made


def _run(by: Member, start: int, count: int) -> tuple[float, float, float]:
    """Seconds to the last row, of our own CPU, and to the first answers."""
    file = _list(start, count)
    begun, cpu, first = time.perf_counter(), time.process_time(), []
    batch = batches.begin(file, "清单.xlsx", by=by)
    if batch.step is Step.ASKED:
        batches.choose(batch, batch.columns["sheet"], batch.columns["places"], by=by)
    whole = working.keep

    def noted(*args: Any) -> Any:
        ended = whole(*args)
        first.append(time.perf_counter() - begun)
        return ended

    working.keep = noted
    try:
        running.run(batch.id)
    finally:
        working.keep = whole
    taken = time.perf_counter() - begun, time.process_time() - cpu, first[0]
    _check(batch, count)
    return taken


def _check(batch: Batch, count: int) -> None:
    db.session.expire_all()
    done = select(func.count()).where(Item.batch_id == batch.id, Item.state == State.DONE)
    assert (batch.step, db.session.scalar(done)) == (Step.DONE, count), batch.reason


if __name__ == "__main__":
    main()
