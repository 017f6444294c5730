"""Prints of papers, and groups of invoices to be cleaned up with what was decided about each."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_FIGURES = ("brought", "whole", "corrected", "unreadable", "doubled", "misaddressed")
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
    _groups()
    _decisions()
    op.create_table(
        "cleaning_cursors",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cleaning_cursors")),
    )
    op.create_table(
        "cleaning_figures",
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _FIGURES),
        *_foreign("cleaning_figures", company="companies", member="members"),
        sa.PrimaryKeyConstraint(
            "company_id", "month", "member_id", name=op.f("pk_cleaning_figures")
        ),
    )
    corrected = sa.text("source = 'corrected'")
    op.create_index(
        "ix_invoice_fields_corrected",
        "invoice_fields",
        ["invoice_id"],
        sqlite_where=corrected,
        postgresql_where=corrected,
    )


def _groups() -> None:
    op.create_table(
        "cleaning_groups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("sort", sa.String(32), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        *_foreign("cleaning_groups", company="companies", holder="members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleaning_groups")),
        sa.UniqueConstraint("company_id", "mark", name=op.f("uq_cleaning_groups_company_id_mark")),
    )
    op.create_index(
        "ix_cleaning_groups_company_id_state_sort",
        "cleaning_groups",
        ["company_id", "state", "sort", "id"],
    )
    op.create_table(
        "cleaning_parts",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.String(), nullable=False),
        *_foreign("cleaning_parts", group="cleaning_groups", invoice="invoices"),
        sa.PrimaryKeyConstraint("group_id", "invoice_id", name=op.f("pk_cleaning_parts")),
    )
    op.create_index(op.f("ix_cleaning_parts_invoice_id"), "cleaning_parts", ["invoice_id"])


def _decisions() -> None:
    op.create_table(
        "cleaning_decisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("let_go", sa.JSON(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        *_foreign(
            "cleaning_decisions", company="companies", group="cleaning_groups", member="members"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["members.id"], name=op.f("fk_cleaning_decisions_undone_by_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleaning_decisions")),
    )
    op.create_index(op.f("ix_cleaning_decisions_group_id"), "cleaning_decisions", ["group_id"])


def _foreign(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{one}_id"], [f"{many}.id"], name=op.f(f"fk_{table}_{one}_id_{many}")
        )
        for one, many in columns.items()
    ]
