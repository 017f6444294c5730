"""Many rows at once, as the databases like them best."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert

from app.plumbing.db import db


def pour(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns, inside the transaction in hand.

    PostgreSQL takes them by COPY, which costs a quarter of prepared inserts. No column's default
    is filled in.
    """
    if not rows:
        return
    line = db.session.connection()
    if line.dialect.name != "postgresql":
        line.execute(insert(table), rows)
        return
    names = list(rows[0])
    makers = [_maker(table.c[name].type, line.dialect) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    cursor: Any = line.connection.cursor()
    with cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([make(row[name]) for make, name in zip(makers, names, strict=True)])


def _maker(kind: Any, dialect: Any) -> Any:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _same


def _same(value: Any) -> Any:
    return value
