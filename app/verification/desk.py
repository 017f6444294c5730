"""The ledger's side of invoices: their rows, what takes them back, whether their day is covered."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from app.accounts.models import Company
from app.bureau import imports, reds, rows
from app.bureau.models import Direction, LedgerRow
from app.core.invoice import InvoiceKey, kind_of_title
from app.core.period import Period
from app.verification.rules import Ledger, Row


class Desk:
    """Whatever the ledger of a company says of some invoices, asked for all of them at once."""

    def __init__(self, company: Company, keys: Collection[InvoiceKey]) -> None:
        self.company = company
        self.rows = rows.of(company.id, keys)
        self._struck = reds.of(company.id, keys)
        self._absent = [key for key in keys if key not in self.rows]
        self._told: dict[str, dict[str, Any]] = {}

    def side(self, key: InvoiceKey, issued: date | None) -> Ledger:
        """The ledger's row of one of them, and whether the day is covered."""
        row, struck = self.rows.get(key), self._struck.get(key, [])
        is_covered = issued is not None and any(one.covers(issued) for one in self._periods)
        return Ledger(
            row=_row(row, struck, self._sources(row)) if row else None,
            reds=tuple(red.key.text for red in struck),
            is_covered=is_covered and (row is not None or key not in self._refused),
            covered_to=self._periods[-1].end if self._periods else None,
            company_tax_id=self.company.tax_id or "",
            company_name=self.company.name,
            is_personal=self.company.is_personal,
        )

    def _sources(self, row: LedgerRow) -> dict[str, Any]:
        """Where a row comes from, looked up once for all rows of an import."""
        if row.import_id not in self._told:
            document = row.source.document
            self._told[row.import_id] = {
                "import_id": row.import_id,
                "file": document.name,
                "digest": document.digest,
                "uploader": row.source.actor.name,
            }
        return self._told[row.import_id]

    @cached_property
    def _periods(self) -> list[Period]:
        return imports.covered(self.company.id, Direction.RECEIVED)

    @cached_property
    def _refused(self) -> set[InvoiceKey]:
        return rows.refused(self.company.id, self._absent)


def filling(row: LedgerRow) -> dict[str, str]:
    """What the ledger says of an invoice that no document may have named, as fields keep it."""
    texts = {
        "total": row.total.yuan,
        "amount": row.amount.yuan if row.amount is not None else "",
        "tax": row.tax.yuan if row.tax is not None else "",
        "seller_name": row.seller_name,
        "seller_tax_id": row.seller_tax_id,
        "buyer_name": row.buyer_name,
        "buyer_tax_id": row.buyer_tax_id,
        "kind_word": kind.word if (kind := kind_of_title(row.kind_title)) else "",
    }
    return {name: text for name, text in texts.items() if text}


def _row(row: LedgerRow, struck: list[LedgerRow], source: Mapping[str, Any]) -> Row:
    evidence = {**source, "exported_on": row.exported_on.isoformat(), "line": row.line}
    lifecycle = reds.state(row.total, row.lifecycle, [red.total for red in struck])
    if lifecycle is not row.lifecycle:
        evidence["reds"] = [red.key.text for red in struck]
    return Row(
        total=row.total,
        amount=row.amount,
        issued=row.issued,
        seller_name=row.seller_name,
        seller_tax_id=row.seller_tax_id,
        buyer_name=row.buyer_name,
        buyer_tax_id=row.buyer_tax_id,
        lifecycle=lifecycle,
        evidence=evidence,
        tax=row.tax,
    )
