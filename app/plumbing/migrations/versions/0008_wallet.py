"""The wallet: what an invoice is for, whose title it bears, and the order in which it is read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MISADDRESSED = """
UPDATE invoices SET is_misaddressed = TRUE WHERE EXISTS (
  SELECT 1 FROM checks WHERE checks.invoice_id = invoices.id AND checks.rule = 'buyer'
  AND checks.words = 'other' AND NOT EXISTS (
    SELECT 1 FROM checks AS later WHERE later.invoice_id = invoices.id
    AND later.rule = 'buyer' AND later.id > checks.id))
"""
_PROBLEM = """
UPDATE invoices SET has_problem = TRUE WHERE is_misaddressed OR is_held
OR authenticity IN ('mismatch', 'not_found')
OR lifecycle IN ('voided', 'red_full', 'red_partial', 'red_unknown', 'is_red')
"""
_PURPOSE = {
    "train": ("rail", "train_ticket"),
    "taxi": ("taxi",),
    "air": ("air", "air_itinerary"),
    "toll": ("toll_e_ordinary", "digital_toll"),
}


def upgrade() -> None:
    false, empty = sa.false(), sa.text("''")
    for name, sort, first in (
        ("purpose", sa.String(), empty),
        ("is_misaddressed", sa.Boolean(), false),
        ("has_problem", sa.Boolean(), false),
    ):
        op.add_column("invoices", sa.Column(name, sort, nullable=False, server_default=first))
    op.execute(_MISADDRESSED)
    op.execute(_PROBLEM)
    for purpose, kinds in _PURPOSE.items():
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        op.execute(f"UPDATE invoices SET purpose = '{purpose}' WHERE kind_word IN ({listed})")
    op.create_index("ix_invoices_company_id_issued_id", "invoices", ["company_id", "issued", "id"])
    op.create_index(
        "ix_invoices_company_id_has_problem",
        "invoices",
        ["company_id", "issued", "id"],
        sqlite_where=sa.text("has_problem = 1"),
        postgresql_where=sa.text("has_problem"),
    )
    op.create_index("ix_holdings_member_id_invoice_id", "holdings", ["member_id", "invoice_id"])
    op.drop_index("ix_holdings_member_id", "holdings")
