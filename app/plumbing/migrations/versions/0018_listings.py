"""An invoice may come with several lists: which ones stands in a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "invoice_batches",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_batches_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("batch_id", "invoice_id", name=op.f("pk_invoice_batches")),
    )
    op.execute(
        "INSERT INTO invoice_batches (batch_id, invoice_id)"
        " SELECT batch_id, invoice_id FROM holdings WHERE batch_id IS NOT NULL"
        " UNION SELECT batch_id, invoice_id FROM batch_items WHERE invoice_id IS NOT NULL"
    )
    op.create_index(op.f("ix_invoice_batches_invoice_id"), "invoice_batches", ["invoice_id"])
    op.drop_index(op.f("ix_holdings_batch_id"), "holdings")
    op.execute("ALTER TABLE holdings DROP COLUMN batch_id")
