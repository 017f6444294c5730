"""Prints of papers, and groups of invoices to be cleaned up with what was decided about each."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"

_MARKS = tuple(f"mark_{place}" for place in range(1, 9))


def upgrade() -> None:
    op.create_table(
        "prints",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("body", sa.Integer(), nullable=False),
        sa.Column("frame", sa.JSON(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _MARKS),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_foreign("prints", company="companies", document="documents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prints")),
    )
    for name in ("document_id", *_MARKS):
        op.create_index(op.f(f"ix_prints_{name}"), "prints", [name])


def _foreign(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{one}_id"], [f"{many}.id"], name=op.f(f"fk_{table}_{one}_id_{many}")
        )
        for one, many in columns.items()
    ]
