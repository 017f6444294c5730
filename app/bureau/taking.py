"""Take the rows of a file into the ledger, chunk by chunk: new, the same, changed, refused."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from app.bureau import ledger
from app.bureau.models import Import, LedgerRow, Refusal, RowChange
from app.core.invoice import InvoiceKey
from app.plumbing import queue
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

WATCHED = ("amount", "tax", "total", "lifecycle")
Line = tuple[int, ledger.Values, dict[str, str]]


def take(found: Import, lines: Iterable[list[Any]]) -> None:
    """One chunk, in one transaction; lines up to ``found.line`` were taken before."""
    with transaction():
        queue.hold_on()
        fresh = [(line, cells) for line, cells in lines if line > found.line]
        good = [row for line, cells in fresh if (row := _read(found, line, cells))]
        _merge(found, good)
        if fresh:
            found.line = fresh[-1][0]
        found.rows += len(fresh)


def _read(found: Import, line: int, cells: dict[str, str]) -> Line | None:
    try:
        values = ledger.values(cells)
        ledger.place(values, found.member.company.tax_id, found.direction)
        if not found.period.covers(values.issued):
            raise ledger.Refused("outside")
    except ledger.Refused as why:
        _refuse(found, line, str(why), cells)
        return None
    return line, values, cells


def _refuse(found: Import, line: int, reason: str, cells: dict[str, str]) -> None:
    text = " · ".join(filter(None, cells.values()))[:300]
    refusal = Refusal(id=new_id(), import_id=found.id, line=line, reason=reason, text=text)
    db.session.add(refusal)
    found.refused += 1


def _merge(found: Import, rows: list[Line]) -> None:
    """Insert what is new, keep what is the same, list what changed in money or state.

    A file that contradicts itself about one invoice is believed the first time only.
    """
    keys = [values.key for _, values, _ in rows]
    same = (LedgerRow.company_id == found.company_id, LedgerRow.key.in_(keys))
    known = {row.key: row for row in db.session.scalars(select(LedgerRow).where(*same))}
    fresh: dict[InvoiceKey, dict[str, Any]] = {}
    for line, values, cells in rows:
        before = known.get(values.key)
        earlier = vars(before) if before and before.import_id == found.id else fresh.get(values.key)
        if earlier and any(earlier[name] != getattr(values, name) for name in WATCHED):
            _refuse(found, line, "twice", cells)
        elif before:
            _compare(found, line, before, values)
        elif earlier:
            found.unchanged += 1
        else:
            fresh[values.key] = _new_row(found, line, values)
    if fresh:
        db.session.execute(insert(LedgerRow), list(fresh.values()))
        found.new += len(fresh)


def _new_row(found: Import, line: int, values: ledger.Values) -> dict[str, Any]:
    return {
        "id": new_id(),
        "company_id": found.company_id,
        "direction": found.direction,
        "exported_on": found.exported_on,
        "import_id": found.id,
        "line": line,
        **_columns(values),
    }


def _compare(found: Import, line: int, row: LedgerRow, values: ledger.Values) -> None:
    """A newer export decides; an older one is history and changes nothing."""
    columns = _columns(values)
    differs = {name for name, value in columns.items() if getattr(row, name) != value}
    if found.exported_on < row.exported_on or not differs:
        found.unchanged += 1
    else:
        if watched := [name for name in WATCHED if name in differs]:
            _list_change(found, row, columns, watched)
        found.changed += 1
    if found.exported_on >= row.exported_on:
        moved = {"exported_on": found.exported_on, "import_id": found.id, "line": line}
        for name, value in {**columns, **moved}.items():
            setattr(row, name, value)


def _list_change(found: Import, row: LedgerRow, columns: dict[str, Any], names: list[str]) -> None:
    before = {name: _plain(getattr(row, name)) for name in names}
    after = {name: _plain(columns[name]) for name in names}
    change = RowChange(
        id=new_id(),
        company_id=row.company_id,
        row_id=row.id,
        import_id=found.id,
        before=before,
        after=after,
    )
    db.session.add(change)


def _columns(values: ledger.Values) -> dict[str, Any]:
    return {name: getattr(values, name) for name in ledger.Values.__slots__}


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
