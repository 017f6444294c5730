"""Which invoices need a person's eyes, and what people decided who looked at them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_INDEXES = {"ix_invoices_to_review": [], "ix_invoices_review_for": ["review_for"]}
_PLANS = {
    "ix_invoices_to_review": "50000 25000 1 1",
    "ix_invoices_review_for": "50000 25000 12500 1 1",
}
"""What SQLite is told of a large company; migration 0012 says why."""

_FAULTS = {
    ("ledger", "differs"): "differing",
    ("originals", "contradict"): "contradictions",
    ("originals", "reading"): "contradictions",
    ("form", "future"): ["issued"],
    ("form", "year"): ["issued"],
    ("form", "region"): ["number"],
    ("arithmetic", "differs"): ["total", "amount", "tax"],
    ("arithmetic", "lines"): ["amount", "tax"],
    ("capitals", "differs"): ["total"],
    ("tax_ids", "wrong"): "fields",
}
"""By rule and words the fields at fault, or where the evidence names them."""


def upgrade() -> None:
    for name in ("doubtful", "reviewed_as"):
        first = sa.text("''")
        op.add_column(
            "invoices", sa.Column(name, sa.String(), nullable=False, server_default=first)
        )
    op.add_column("invoices", sa.Column("review_for", sa.String(), nullable=True))
    _fill()
    asked = sa.text("review_for IS NOT NULL")
    for name, columns in _INDEXES.items():
        columns = ["company_id", *columns, "id", "is_let_go"]
        op.create_index(name, "invoices", columns, sqlite_where=asked, postgresql_where=asked)
    if op.get_bind().dialect.name != "postgresql":
        plan = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('invoices', '{}', '{}')"
        for index, counts in _PLANS.items():
            op.execute(plan.format(index, counts))
    _reviews()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{many}.id"], name=op.f(f"fk_reviews_{one}_id")
            )
            for one, many in (
                ("company", "companies"),
                ("invoice", "invoices"),
                ("member", "members"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_invoice_id_id", "reviews", ["invoice_id", "id"])
    op.create_index("ix_reviews_member_id_id", "reviews", ["member_id", "id"])


def _fill() -> None:
    """What is wrong with the invoices that are there, by the newest answer of each rule."""
    line = op.get_bind()
    line.execute(sa.text("UPDATE invoices SET review_for = 'verdict' WHERE has_problem"))
    names = ("id", "invoice_id", "rule", "words")
    kept = sa.table("checks", *map(sa.column, names), sa.column("evidence", sa.JSON()))
    newer = kept.alias()
    same = (newer.c.invoice_id == kept.c.invoice_id, newer.c.rule == kept.c.rule)
    is_newest = ~sa.exists().where(*same, newer.c.id > kept.c.id)
    at_fault = sa.tuple_(kept.c.rule, kept.c.words).in_(list(_FAULTS))
    found: dict[str, set[str]] = {}
    for row in line.execute(sa.select(kept).where(at_fault, is_newest)):
        found.setdefault(row.invoice_id, set()).update(_fields(row))
    if found:
        settle = sa.text(
            "UPDATE invoices SET doubtful = :names, review_for = coalesce(review_for, 'fields')"
            " WHERE id = :row"
        )
        settled = [{"row": row, "names": " ".join(sorted(some))} for row, some in found.items()]
        line.execute(settle, settled)


def _fields(row: Any) -> list[str]:
    fault = _FAULTS[row.rule, row.words]
    if isinstance(fault, list):
        return fault
    return [one if isinstance(one, str) else one["name"] for one in row.evidence.get(fault, ())]
