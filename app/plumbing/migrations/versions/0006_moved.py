"""Where a copy went when its invoice belongs to another company of the same person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("copies") as table:
        table.add_column(sa.Column("moved_to", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_copies_moved_to"), "members", ["moved_to"], ["id"])
        table.create_index(op.f("ix_copies_moved_to"), ["moved_to"])
