"""Batches, their rows, and the columns that a company has chosen before."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_foreign("batches", company="companies", member="members", document="documents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_company_id_id", "batches", ["company_id", "id"])
    op.create_table(
        "batch_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("twin", sa.Integer(), nullable=True),
        sa.Column("invoice_id", sa.String(), nullable=True),
        sa.Column("copy_id", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        *_foreign("batch_items", batch="batches", invoice="invoices", copy="copies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_items")),
        sa.UniqueConstraint("batch_id", "row", name=op.f("uq_batch_items_batch_id_row")),
    )
    op.create_index(
        "ix_batch_items_batch_id_state_row", "batch_items", ["batch_id", "state", "row"]
    )
    op.create_index("ix_batch_items_batch_id_invoice_id", "batch_items", ["batch_id", "invoice_id"])
    op.create_index(op.f("ix_batch_items_invoice_id"), "batch_items", ["invoice_id"])
    op.create_index(op.f("ix_batch_items_copy_id"), "batch_items", ["copy_id"])
    op.create_table(
        "batch_columns",
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_foreign("batch_columns", company="companies"),
        sa.PrimaryKeyConstraint("company_id", "mark", name=op.f("pk_batch_columns")),
    )
    op.add_column("holdings", sa.Column("batch_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_holdings_batch_id"), "holdings", ["batch_id"])


def _foreign(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{one}_id"], [f"{many}.id"], name=op.f(f"fk_{table}_{one}_id_{many}")
        )
        for one, many in columns.items()
    ]
