"""The lines of the ledger's invoices: what was bought, at which rate."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update

from app.bureau.models import Detail, Import, LedgerRow
from app.core.invoice import InvoiceKey
from app.plumbing import bulk
from app.plumbing.db import db

Lines = list[dict[str, str]]


def of(row: LedgerRow) -> Lines:
    """The lines of one invoice, in the order of the export; empty where no export had them."""
    found = db.session.get(Detail, row.id)
    return found.lines if found else []


def keep(found: Import, goods: Mapping[InvoiceKey, Lines]) -> None:
    """Note the lines of a chunk, inside the transaction in hand.

    Lines of one file are added up; a newer file begins anew, an older one adds nothing.
    """
    if not goods:
        return
    known = {key: row_id for row_id, key in _rows(found, goods)}
    query = select(Detail.row_id, Detail.import_id, Detail.lines)
    before = {
        row_id: lines if import_id == found.id else []
        for row_id, import_id, lines in db.session.execute(
            query.where(Detail.row_id.in_(known.values()))
        )
    }
    fresh, more = [], []
    for key, row_id in known.items():
        lines = [*before.get(row_id, []), *goods[key]]
        row: dict[str, Any] = {"import_id": found.id, "lines": lines}
        if row_id in before:
            more.append({"which": row_id, **row})
        else:
            fresh.append({"row_id": row_id, **row})
    bulk.pour(cast(Table, Detail.__table__), fresh)
    if more:
        statement = update(Detail).where(Detail.row_id == bindparam("which"))
        db.session.connection().execute(statement, more)


def _rows(found: Import, goods: Mapping[InvoiceKey, Lines]) -> Any:
    query = select(LedgerRow.id, LedgerRow.key).where(
        LedgerRow.company_id == found.company_id,
        LedgerRow.key.in_(goods),
        LedgerRow.exported_on <= found.exported_on,
    )
    return db.session.execute(query)
