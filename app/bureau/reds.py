"""Red rows and the blue ones that they take back, whichever came first."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from app.bureau.models import Import, LedgerRow
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Lifecycle
from app.plumbing.db import db
from app.plumbing.ids import new_id


def of(company_id: str, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, list[LedgerRow]]:
    """The red rows that take each of these back, by their keys; a voided one takes nothing.

    They are put in order here: asked for in order, SQLite walks through the whole ledger.
    """
    query = select(LedgerRow).where(
        LedgerRow.company_id == company_id,
        LedgerRow.blue_key.is_not(None),
        LedgerRow.blue_key.in_(keys),
        LedgerRow.lifecycle != Lifecycle.VOIDED,
    )
    found: dict[InvoiceKey, list[LedgerRow]] = {}
    for red in sorted(db.session.scalars(query), key=lambda red: red.key):
        if red.blue_key:
            found.setdefault(red.blue_key, []).append(red)
    return found


def blues(rows: Iterable[LedgerRow]) -> dict[str, LedgerRow]:
    """Of red rows, by their id, the rows that they take back, as far as the ledger has them."""
    wanted = [row for row in rows if row.blue_key]
    same = LedgerRow.company_id.in_({row.company_id for row in wanted})
    query = select(LedgerRow).where(same, LedgerRow.key.in_([row.blue_key for row in wanted]))
    found = {(row.company_id, row.key): row for row in db.session.scalars(query)}
    linked = {row.id: found.get((row.company_id, row.blue_key)) for row in wanted if row.blue_key}
    return {row_id: row for row_id, row in linked.items() if row}


def state(total: Money | None, own: Lifecycle, red_totals: Iterable[Money]) -> Lifecycle:
    """The state of a blue row by its red ones, where the row itself still says 正常.

    Full if they take all of it back, partial if less; more than there was is not understood.
    """
    taken = -Money.sum(red_totals)
    if own is not Lifecycle.NORMAL or taken.fen == 0:
        return own
    if total is None or taken > total:
        return Lifecycle.RED_UNKNOWN
    return Lifecycle.RED_FULL if taken == total else Lifecycle.RED_PARTIAL


def state_of(row: LedgerRow) -> Lifecycle:
    """What follows for one row; what the bureau says of it stays as it is."""
    struck = of(row.company_id, [row.key]).get(row.key, [])
    return state(row.total, row.lifecycle, [red.total for red in struck])


def change(
    found: Import, row_id: str, before: dict[str, str], after: dict[str, str]
) -> dict[str, Any]:
    """The columns of one change that somebody should look at."""
    return {
        "id": new_id(),
        "company_id": found.company_id,
        "row_id": row_id,
        "import_id": found.id,
        "before": before,
        "after": after,
    }


def changes(found: Import, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blue rows that are taken back by the red ones that this import has just written."""
    keys = {row["blue_key"] for row in rows if row["blue_key"]}
    if not keys:
        return []
    named = (LedgerRow.company_id == found.company_id, LedgerRow.key.in_(keys))
    blues = db.session.scalars(select(LedgerRow).where(*named))
    struck = [(row, state_of(row)) for row in blues if row.lifecycle is Lifecycle.NORMAL]
    return [
        change(found, row.id, {"lifecycle": row.lifecycle.value}, {"lifecycle": after.value})
        for row, after in struck
        if after is not row.lifecycle
    ]
