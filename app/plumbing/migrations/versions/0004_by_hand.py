"""Fields that a person typed or corrected, and invoices held without a document."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("invoice_fields") as table:
        table.drop_constraint(
            op.f("uq_invoice_fields_invoice_id_name_source_document_id"), type_="unique"
        )
        table.add_column(sa.Column("member_id", sa.String(), nullable=True))
        table.create_foreign_key(
            op.f("fk_invoice_fields_member_id"), "members", ["member_id"], ["id"]
        )
    with op.batch_alter_table("holdings") as table:
        table.alter_column("document_id", existing_type=sa.String(), nullable=True)
