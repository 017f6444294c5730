"""Many rows at once, as the databases like them best."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

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
    if not rows:
        return
    line, names = db.session.connection(), list(rows[0])
    makers = [(name, _maker(table.c[name].type, line.dialect)) for name in names]
    made = [tuple([make(row[name]) for name, make in makers]) for row in rows]
    columns = ", ".join(f'"{name}"' for name in names)
    if line.dialect.name == "postgresql":
        _copy(line, f'COPY "{table.name}" ({columns}) FROM STDIN', made)
        return
    places = ", ".join("?" for _ in names)
    line.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', made)


def _copy(line: Connection, statement: str, made: Sequence[tuple[Any, ...]]) -> None:
    line.execute(_KEPT_PLANS)
    cursor: Any = line.connection.cursor()
    with cursor, cursor.copy(statement) as copy:
        for values in made:
            copy.write_row(values)
    line.execute(_OWN_PLANS)


def _maker(kind: Any, dialect: Any) -> Callable[[Any], Any]:
    """What the driver is given for a value; the same object again is not made again."""
    make = kind.dialect_impl(dialect).bind_processor(dialect)
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
