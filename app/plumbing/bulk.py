"""Many rows at once, as the databases like them best."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Table, text

from app.plumbing.db import db

_SET = "SELECT set_config('plan_cache_mode', '{}', true), set_config('enable_seqscan', '{}', true)"
_KEPT_PLANS = text(_SET.format("force_generic_plan", "off"))
_OWN_PLANS = text(_SET.format("force_custom_plan", "on"))
"""Foreign keys are looked up row by row, and planning that anew (``db.PLANS``) takes most of it.

A plan that is kept takes the index, however few rows there were.
"""

_NOTHING: Any = object()


def pour(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns, inside the transaction in hand.

    PostgreSQL takes them by COPY, which costs a quarter of prepared inserts. No column's default
    is filled in.
    """
    pour_all({table: rows})


def pour_all(many: Mapping[Table, Sequence[dict[str, Any]]]) -> None:
    """The same for several tables in their order; what has no rows is left out."""
    line, full = db.session.connection(), {table: rows for table, rows in many.items() if rows}
    if full and line.dialect.name == "postgresql":
        line.execute(_KEPT_PLANS)
        for table, rows in full.items():
            _copy(line, table, rows)
        line.execute(_OWN_PLANS)
        return
    for table, rows in full.items():
        columns, made = _made(line, table, rows)
        places = ", ".join("?" for _ in rows[0])
        line.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', made)


def _copy(line: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    columns, made = _made(line, table, rows)
    cursor: Any = line.connection.cursor()
    with cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for values in made:
            copy.write_row(values)


def _made(
    line: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> tuple[str, list[tuple[Any, ...]]]:
    """The columns as SQL has them, and the rows as the driver does."""
    names = list(rows[0])
    makers = [(name, _maker(table.c[name].type, line.dialect)) for name in names]
    made = [tuple([make(row[name]) for name, make in makers]) for row in rows]
    return ", ".join(f'"{name}"' for name in names), made


def _maker(kind: Any, dialect: Any) -> Callable[[Any], Any]:
    """What the driver is given for a value; the same object again is not made again."""
    make = (
        json.dumps if isinstance(kind, JSON) else kind.dialect_impl(dialect).bind_processor(dialect)
    )
    if make is None:
        return _same
    last, made = _NOTHING, None

    def once(value: Any) -> Any:
        nonlocal last, made
        if value is not last:
            last, made = value, make(value)
        return made

    return once


def _same(value: Any) -> Any:
    return value
