"""Filters by columns of few words, alone or together, are answered by one index."""

from alembic import op

revision = "0019"
down_revision = "0018"

_NAME = "ix_invoices_company_id_words"
_COLUMNS = ["company_id", "kind_word", "authenticity", "lifecycle", "brought_as", "id"]
_PLAN = "1000000 500000 50000 25000 20000 10000 1 noskipscan"
"""What SQLite is told of a large company, as 0012 tells it of the other indexes.

It would rather walk through this one word by word than look an id up where ids are.
"""


def upgrade() -> None:
    op.create_index(_NAME, "invoices", _COLUMNS)
    if op.get_bind().dialect.name == "sqlite":
        plan = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('invoices', '{}', '{}')"
        op.execute(plan.format(_NAME, _PLAN))
        op.execute("ANALYZE sqlite_schema")
