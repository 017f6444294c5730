"""The watch over the ledger: red rows know their blue ones, lines, refused numbers, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "companies", sa.Column("ledger_days", sa.Integer(), nullable=False, server_default="7")
    )
    with op.batch_alter_table("ledger_imports") as table:
        table.alter_column("member_id", existing_type=sa.String(), nullable=True)
    op.add_column("ledger_rows", sa.Column("blue_key", sa.String(length=96), nullable=True))
    op.create_index(
        op.f("ix_ledger_rows_company_id_blue_key"),
        "ledger_rows",
        ["company_id", "blue_key"],
        sqlite_where=sa.text("blue_key IS NOT NULL"),
        postgresql_where=sa.text("blue_key IS NOT NULL"),
    )
    op.add_column(
        "ledger_refusals", sa.Column("number", sa.String(), nullable=False, server_default="")
    )
    op.create_index(op.f("ix_ledger_refusals_number"), "ledger_refusals", ["number"])
    op.create_table(
        "ledger_details",
        sa.Column("row_id", sa.String(), nullable=False),
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["ledger_imports.id"], name=op.f("fk_ledger_details_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["row_id"], ["ledger_rows.id"], name=op.f("fk_ledger_details_row_id")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_ledger_details")),
    )
