"""Who let an invoice go is found without walking through all changes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    gone = sa.text("what = 'let_go'")
    op.create_index(
        "ix_invoice_changes_let_go",
        "invoice_changes",
        ["invoice_id"],
        sqlite_where=gone,
        postgresql_where=gone,
    )
