"""Of what was typed nothing could be read: it is counted by itself, also for the months before."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    none = sa.Column("typed", sa.Integer(), nullable=False, server_default="0")
    op.add_column("cleaning_figures", none)
    op.execute("DELETE FROM cleaning_cursors WHERE name = 'figures'")
