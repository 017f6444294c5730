"""Lists of rides and bills of hotels, and which invoice each goes with."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "itineraries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_foreign("itineraries", company="companies", document="documents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itineraries")),
        sa.UniqueConstraint("document_id", name=op.f("uq_itineraries_document_id")),
    )
    op.create_index("ix_itineraries_company_id_total", "itineraries", ["company_id", "total"])
    op.create_table(
        "pairs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parted_at", sa.DateTime(timezone=True), nullable=True),
        *_foreign(
            "pairs",
            company="companies",
            invoice="invoices",
            document="documents",
            ticket="invoices",
            member="members",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
        sa.UniqueConstraint(
            "invoice_id", "document_id", name=op.f("uq_pairs_invoice_id_document_id")
        ),
        sa.UniqueConstraint("invoice_id", "ticket_id", name=op.f("uq_pairs_invoice_id_ticket_id")),
    )
    together = sa.text("parted_at IS NULL")
    op.create_index(
        "uq_pairs_invoice_id",
        "pairs",
        ["invoice_id"],
        unique=True,
        sqlite_where=together,
        postgresql_where=together,
    )
    op.create_index("ix_pairs_document_id", "pairs", ["document_id"])
    op.create_index("ix_pairs_ticket_id", "pairs", ["ticket_id"])


def _foreign(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{one}_id"], [f"{many}.id"], name=op.f(f"fk_{table}_{one}_id_{many}")
        )
        for one, many in columns.items()
    ]
