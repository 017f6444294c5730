"""Piles whose files come one by one: no list and no archive stands behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("batches") as table:
        table.alter_column("document_id", existing_type=sa.String(), nullable=True)
