"""Search: parties once each, names and numbers by runs of their signs; tags, and named views."""

import hashlib
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_RUNS = """
CREATE FUNCTION runs(mark text, words text, size integer) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
  SELECT coalesce(array_agg(DISTINCT right(mark, 6) || substr(words, n, size)), '{}')
  FROM generate_series(1, length(words) - size + 1) AS n
$$
"""
_GIN = (
    "CREATE INDEX ix_invoice_parties_runs ON invoice_parties USING gin"
    " (runs(company_id, words, 2))",
    "CREATE INDEX ix_invoices_runs ON invoices USING gin (runs(company_id,"
    " CASE WHEN key LIKE 'file:%' THEN '' ELSE split_part(key, ':', 2) END, 4))",
)
_FULL_TEXT = (
    "CREATE VIRTUAL TABLE invoice_parties_runs USING fts5(runs, content='', detail=none,"
    " columnsize=0, tokenize='ascii')",
    "CREATE VIRTUAL TABLE invoice_numbers USING fts5(runs, invoice_id UNINDEXED, content='',"
    " contentless_unindexed=1, detail=none, columnsize=0, tokenize='ascii')",
)
_EVERY_RUN = """
(WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one
 WHERE n + {size} <= length({words}))
 SELECT group_concat(hex(substr({row}.company_id, -6) || substr({words}, n, {size})), ' ') FROM one)
"""


def _number(row: str) -> str:
    text = f"substr({row}.key, instr({row}.key, ':') + 1)"
    return _EVERY_RUN.format(row=row, words=text, size=4)


_NOTE = f"INSERT INTO invoice_numbers (runs, invoice_id) VALUES ({_number('NEW')}, NEW.id)"
_TRIGGERS = (
    "CREATE TRIGGER invoice_parties_added AFTER INSERT ON invoice_parties BEGIN"
    " INSERT INTO invoice_parties_runs (rowid, runs) VALUES"
    f" (NEW.id, {_EVERY_RUN.format(row='NEW', words='NEW.words', size=2)}); END",
    "CREATE TRIGGER invoices_number_added AFTER INSERT ON invoices"
    f" WHEN NEW.key NOT LIKE 'file:%' BEGIN {_NOTE}; END",
    "CREATE TRIGGER invoices_number_changed AFTER UPDATE OF key ON invoices"
    f" WHEN NEW.key <> OLD.key AND NEW.key NOT LIKE 'file:%' BEGIN {_NOTE}; END",
    "INSERT INTO invoice_numbers (runs, invoice_id)"
    f" SELECT {_number('invoices')}, id FROM invoices WHERE key NOT LIKE 'file:%'",
)
_BY_DAY = "ix_invoices_company_id_issued_id"
_PROBLEMS = "ix_invoices_company_id_has_problem"
_LET_GO = """
UPDATE invoices SET is_let_go = TRUE WHERE NOT EXISTS (
  SELECT 1 FROM holdings WHERE holdings.invoice_id = invoices.id)
"""
_WALKED = (
    "is_let_go, parties_id, kind_word, authenticity, lifecycle, has_problem, is_held,"
    " is_misaddressed, brought_as, total, amount"
)
"""What is tested or summed while walking day by day, without looking at the invoice itself."""

_INDEXES = {
    "parties_id": "1000000 500000 40 2 1",
    "total": "1000000 500000 10 2 1",
    "amount": "1000000 500000 10 2 1",
}
_PLANS = {
    **{f"ix_invoices_company_id_{column}": counts for column, counts in _INDEXES.items()},
    _BY_DAY: "1000000 500000 400 1 1 1 1 1 1 1 1 1 1 1 1",
    "ix_invoices_company_id_id": "1000000 500000 1",
    "sqlite_autoindex_invoices_1": "1000000 1",
    "sqlite_autoindex_invoices_2": "1000000 500000 1",
}
"""What SQLite is told of a large company, for otherwise it takes a company for ten invoices."""

_SIDES = ("seller_name", "buyer_name", "seller_tax_id", "buyer_tax_id")
_MANY = 1_000


def upgrade() -> None:
    op.create_table(
        "invoice_parties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        _foreign("invoice_parties", "company_id", "companies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_parties")),
    )
    op.add_column("invoices", sa.Column("parties_id", sa.BigInteger(), nullable=True))
    for name, sort, first in (
        ("brought_as", sa.String(), sa.text("''")),
        ("is_let_go", sa.Boolean(), sa.false()),
    ):
        op.add_column("invoices", sa.Column(name, sort, nullable=False, server_default=first))
    op.execute(_LET_GO)
    for column in _INDEXES:
        name = f"ix_invoices_company_id_{column}"
        op.create_index(name, "invoices", ["company_id", column, "issued", "id"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, walked, of_some in (
        (_BY_DAY, _WALKED, ""),
        (_PROBLEMS, "is_let_go", f" WHERE has_problem{'' if is_postgresql else ' = 1'}"),
    ):
        op.drop_index(name, "invoices")
        more = f") INCLUDE ({walked})" if is_postgresql else f", {walked})"
        op.execute(f"CREATE INDEX {name} ON invoices (company_id, issued, id{more}{of_some}")
    _tags()
    _views()
    for statement in (_RUNS, *_GIN) if is_postgresql else (*_FULL_TEXT, *_TRIGGERS):
        op.execute(statement)
    if not is_postgresql:
        op.execute("ANALYZE sqlite_schema")
        plan = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('invoices', '{}', '{}')"
        for index, counts in _PLANS.items():
            op.execute(plan.format(index, counts))
    _fill()


def _tags() -> None:
    op.create_table(
        "invoice_tags",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("invoice_tags", "company_id", "companies"),
        _foreign("invoice_tags", "invoice_id", "invoices"),
        _foreign("invoice_tags", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_tags")),
        sa.UniqueConstraint("invoice_id", "word", name=op.f("uq_invoice_tags_invoice_id_word")),
    )
    op.create_index("ix_invoice_tags_company_id_word", "invoice_tags", ["company_id", "word"])


def _views() -> None:
    op.create_table(
        "invoice_views",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("invoice_views", "company_id", "companies"),
        _foreign("invoice_views", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_views")),
    )
    op.create_index("ix_invoice_views_company_id", "invoice_views", ["company_id"])


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _fill() -> None:
    """The parties of the invoices that are there, and as what each of these was brought."""
    line = op.get_bind()
    names = sa.text(f"SELECT id, company_id, {', '.join(_SIDES)} FROM invoices ORDER BY id")
    known: set[int] = set()
    every = line.execute(names).all()
    for rows in (every[at : at + _MANY] for at in range(0, len(every), _MANY)):
        words = {row.id: _words(row) for row in rows}
        ids = {row.id: _id(row.company_id, words[row.id]) for row in rows}
        new = {ids[row.id]: row for row in rows if ids[row.id] not in known}
        known |= new.keys()
        added = [
            {"id": key, "company_id": row.company_id, "words": words[row.id]}
            for key, row in new.items()
        ]
        came = _came(line, list(ids))
        settled = [{"row": row, "parties": ids[row], "came": came.get(row, "")} for row in ids]
        if added:
            line.execute(sa.text(_ADD), added)
        line.execute(sa.text(_SETTLE), settled)


_ADD = "INSERT INTO invoice_parties (id, company_id, words) VALUES (:id, :company_id, :words)"
_SETTLE = "UPDATE invoices SET parties_id = :parties, brought_as = :came WHERE id = :row"
_TRUST = ("xml", "ofd", "pdf", "qr", "scanned", "ocr", "typed")
_PICTURES = ("jpeg", "png", "webp", "heic")


def _came(line: sa.Connection, ids: list[str]) -> dict[str, str]:
    said = sa.text(
        "SELECT f.invoice_id, f.source, d.kind FROM invoice_fields f"
        " LEFT JOIN documents d ON d.id = f.document_id"
        " WHERE f.invoice_id IN :ids AND f.source IN :sources GROUP BY 1, 2, 3"
    ).bindparams(sa.bindparam("ids", expanding=True), sa.bindparam("sources", expanding=True))
    rows = line.execute(said, {"ids": ids, "sources": _TRUST}).all()
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: _TRUST.index(row.source), reverse=True):
        kind = row.kind or row.source
        found[row.invoice_id] = "picture" if kind in _PICTURES else kind
    return found


def _words(row: Any) -> str:
    seller, buyer, *tax_ids = (_plain(getattr(row, name)) for name in _SIDES)
    return f"\n{seller}\n{buyer}\t" + "\t".join(tax_ids)


def _plain(text: str) -> str:
    signs = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(sign if sign.isprintable() else " " for sign in signs).split())


def _id(company_id: str, words: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{company_id}{words}".encode()).digest()[:8]) >> 1
