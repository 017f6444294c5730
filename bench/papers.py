"""What taking lists out costs: Excel, Excel of one list, CSV, originals, a PDF report.

``.venv/bin/python -m bench.papers [ROWS]``

Each paper is made as a worker makes it (``bench.paper``), from a SQLite and, if
``YANPIAO_TEST_POSTGRES`` names a server, from a PostgreSQL. "Grown" is memory beyond what the
application takes before it begins; the ratio is CPU seconds against a tenth of the rows.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from app.accounts.models import Member
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle, Outcome
from app.documents import specimens
from app.documents.models import Document, State
from app.intake.models import Batch, Item, Step
from app.intake.models import State as Answered
from app.invoices import parties
from app.invoices.models import Field, Holding, Invoice, Listing
from app.invoices.parties import Sides
from app.papers import papers
from app.papers.models import Kind
from app.plumbing import migrations, storage
from app.plumbing.bulk import pour
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.settings import ROOT, Settings
from app.verification.models import Check
from bench.bases import base, names
from tests import make
from wsgi import create_app

ROWS, FILES, SHEET = 100_000, 1_000, 1_000
CHUNK, BYTES = 2_000, 120_000
TENTH = "十一商贸"
MOMENT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print("| paper | database | seconds | CPU | peak | grown | file | CPU ÷ a tenth |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in names():
        with TemporaryDirectory(prefix="bench-", dir="/tmp") as folder, base(name) as url:
            env = {"YANPIAO_VAR": folder, "DATABASE_URL": url, "YANPIAO_MIN_FREE_MIB": "1"}
            for line in _measure(env, rows, name):
                print("| " + " | ".join(line) + " |", flush=True)


def _measure(env: dict[str, str], rows: int, name: str) -> Iterator[tuple[str, ...]]:
    app = create_app(Settings.read(env))
    with app.app_context():
        migrations.upgrade()
        fang = make.member("方财务", make.company("北京示例茶叶有限公司", 1), "finance")
        ids = _fill(fang, rows)
        whole, tenth = {"state": {}}, {"state": {"q": TENTH}}
        few, many = {"ids": ids[: SHEET // 10]}, {"ids": ids[:SHEET]}
        lists = [{"state": {"batch": _list(fang, some)}} for some in (ids[::-1], ids[::10])]
        for kind, asked, less, count in (
            (Kind.XLSX, whole, tenth, rows),
            (Kind.XLSX, *lists, rows),
            (Kind.CSV, whole, tenth, rows),
            (Kind.ZIP, many, few, FILES),
            (Kind.PDF, many, few, SHEET),
        ):
            (seconds, cpu, peak, grown), size = _make(kind, asked, fang, env)
            (_, small, _, _), _ = _make(kind, less, fang, env)
            yield (
                f"{kind.value}{' of one list' if asked in lists else ''}, {count:,}",
                name,
                f"{seconds:.1f} s",
                f"{cpu:.1f} s",
                f"{peak / 1024:.0f} MiB",
                f"{grown / 1024:.0f} MiB",
                f"{size / 1e6:.1f} MB",
                f"{cpu / small:.1f}",
            )
        make.close(app)


def _make(
    kind: Kind, asked: dict[str, Any], by: Member, env: dict[str, str]
) -> tuple[list[float], int]:
    paper = papers.request(kind, asked, by=by, language="zh")
    command = [sys.executable, "-m", "bench.paper", paper.id]
    told = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, check=True, stdout=subprocess.PIPE, text=True
    )
    db.session.rollback()
    assert paper.step == "done", paper.reason
    return [float(word) for word in told.stdout.split()], paper.size


def _fill(by: Member, size: int) -> list[str]:
    """Invoices of two years, each with an answer of the ledger; the newest have files."""
    ids = [new_id() for _ in range(size)]
    for begin in range(0, size, CHUNK):
        with transaction():
            chunk = list(enumerate(ids))[begin : begin + CHUNK]
            rows = [_invoice(by, n, one) for n, one in chunk]
            sides = [Sides(**{name: row[name] for name in Sides._fields}) for row in rows]
            for row, key in zip(rows, parties.note(sides), strict=True):
                row["parties_id"] = key
            pour(Invoice.__table__, rows)  # type: ignore[arg-type]
            filed = {one: _document(by, n) for n, one in chunk if n < FILES}
            pour(Document.__table__, list(filed.values()))  # type: ignore[arg-type]
            held = [_holding(by, one, filed.get(one)) for _, one in chunk]
            pour(Holding.__table__, held)  # type: ignore[arg-type]
            pour(Check.__table__, [_check(n, one) for n, one in chunk])  # type: ignore[arg-type]
            pour(Field.__table__, [_remark(one) for _, one in chunk])  # type: ignore[arg-type]
    with db.engine.connect() as line:
        line.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return ids


def _list(by: Member, ids: Sequence[str]) -> str:
    """A list of which each row has led to one of these invoices; its id."""
    whose = {"company_id": by.company_id, "member_id": by.id, "step": Step.DONE}
    batch = Batch(id=new_id(), **whose, name="清单.xlsx", total=len(ids), taken=len(ids))
    with transaction():
        db.session.add(batch)
        db.session.flush()
        rows = [_item(batch.id, row, one) for row, one in enumerate(ids, start=1)]
        pour(Item.__table__, rows)  # type: ignore[arg-type]
        came = [{"batch_id": batch.id, "invoice_id": one} for one in ids]
        pour(Listing.__table__, came)  # type: ignore[arg-type]
    return batch.id


def _item(batch_id: str, row: int, invoice_id: str) -> dict[str, Any]:
    told = {"state": Answered.DONE, "reason": "", "column": "", "facts": {}, "texts": {}}
    place = {"batch_id": batch_id, "row": row, "line": row + 1, "invoice_id": invoice_id}
    return {"id": new_id(), **place, **told, "twin": None, "copy_id": None, "done_at": MOMENT}


def _invoice(by: Member, number: int, row_id: str) -> dict[str, Any]:
    net = Money(10_000 + number % 900_000)
    tax = Money(net.fen * 6 // 100)
    return {
        "id": row_id,
        "company_id": by.company_id,
        "key": InvoiceKey("digital", specimens.number(number + 1)),
        "kind_word": "digital_ordinary",
        "issued": date(2026, 11, 20) - timedelta(days=number * 700 // ROWS),
        "amount": net,
        "tax": tax,
        "total": net + tax,
        "seller_name": f"北京示例{number}号{TENTH if number % 10 == 0 else '商贸'}有限公司",
        "seller_tax_id": specimens.tax_id(number % 90_000 + 2),
        "buyer_name": by.company.name,
        "buyer_tax_id": by.company.tax_id,
        "check_code": "",
        "authenticity": Authenticity.GENUINE,
        "lifecycle": Lifecycle.NORMAL,
        "is_held": False,
        "is_misaddressed": False,
        "has_problem": False,
        "is_let_go": False,
        "brought_as": "xml",
        "purpose": "",
        "checked_at": MOMENT,
        "made_at": MOMENT,
    }


def _document(by: Member, number: int) -> dict[str, Any]:
    kept = storage.keep(BytesIO(number.to_bytes(4, "big") + os.urandom(BYTES)), 20)
    facts = {"kind": "pdf", "state": State.READ, "reason": "", "made_at": MOMENT}
    name = f"发票{number}.pdf"
    return {
        **{"id": new_id(), "company_id": by.company_id, "digest": kept.digest},
        **{"size": kept.size, "name": name, **facts},
    }


def _holding(by: Member, invoice_id: str, filed: dict[str, Any] | None) -> dict[str, Any]:
    document_id = filed["id"] if filed else None
    mine = {"member_id": by.id, "document_id": document_id, "made_at": MOMENT}
    return {"id": new_id(), "invoice_id": invoice_id, **mine}


def _check(number: int, invoice_id: str) -> dict[str, Any]:
    evidence = {
        "import_id": "0" * 26,
        "file": "全量发票查询导出结果.xlsx",
        "digest": "0" * 64,
        "uploader": "方财务",
        "exported_on": "2026-11-20",
        "line": number + 2,
    }
    return {
        **{"id": new_id(), "invoice_id": invoice_id, "rule": "ledger", "words": "agrees"},
        **{"outcome": Outcome.PASSED, "source": "ledger", "speaks_for_bureau": True},
        **{"authenticity": Authenticity.GENUINE, "lifecycle": Lifecycle.NORMAL},
        **{"facts": "0" * 64, "evidence": evidence, "at": MOMENT},
    }


def _remark(invoice_id: str) -> dict[str, Any]:
    said = {"name": "remark", "value": "订单号0000；样票", "source": "xml", "place": {}}
    whose = {"document_id": None, "member_id": None, "made_at": MOMENT}
    return {"id": new_id(), "invoice_id": invoice_id, **said, **whose}


if __name__ == "__main__":
    main()
