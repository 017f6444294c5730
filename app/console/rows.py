"""A table as lines of JSON, the same from either database, and back."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Date, Table, insert, select
from sqlalchemy.types import TypeEngine

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.plumbing.columns import KeyColumn, Moment, MoneyColumn
from app.plumbing.db import db

CHUNK = 500


def dump(table: Table, path: Path) -> int:
    """Write every row in the order of its key; gives how many."""
    count = 0
    query = select(table).order_by(*table.primary_key.columns)
    with path.open("w") as file:
        for row in db.session.execute(query.execution_options(yield_per=CHUNK)).mappings():
            line = {column.name: plain(row[column.name]) for column in table.columns}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def load(table: Table, path: Path) -> None:
    """Insert every row of the file, inside the transaction in hand."""
    chunk: list[dict[str, Any]] = []
    with path.open() as file:
        for line in file:
            row = json.loads(line)
            chunk.append({c.name: typed(c.type, row[c.name]) for c in table.columns})
            if len(chunk) == CHUNK:
                db.session.execute(insert(table), chunk)
                chunk = []
    if chunk:
        db.session.execute(insert(table), chunk)


def plain(value: Any) -> Any:
    """A value in JSON: days and moments in ISO form, money in fen, keys as written."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Money):
        return value.fen
    return str(value) if isinstance(value, InvoiceKey) else value


def typed(kind: TypeEngine[Any], value: Any) -> Any:
    """The value again, as the column's type wants it."""
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, MoneyColumn):
        return Money(value)
    return InvoiceKey.parse(value) if isinstance(kind, KeyColumn) else value
