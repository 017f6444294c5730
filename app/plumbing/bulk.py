"""Many rows at once, as the databases like them best."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, text

from app.plumbing.db import db

_SET = "SELECT set_config('plan_cache_mode', '{}', true), set_config('enable_seqscan', '{}', true)"
_KEPT_PLANS = text(_SET.format("force_generic_plan", "off"))
_OWN_PLANS = text(_SET.format("force_custom_plan", "on"))
"""Foreign keys are looked up row by row, and planning that anew (``db.PLANS``) takes most of it.

A plan that is kept takes the index, however few rows there were.
"""


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
    line.execute(_KEPT_PLANS)
    names = list(rows[0])
    makers = [_maker(table.c[name].type, line.dialect) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    cursor: Any = line.connection.cursor()
    with cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([make(row[name]) for make, name in zip(makers, names, strict=True)])
    line.execute(_OWN_PLANS)


def _maker(kind: Any, dialect: Any) -> Any:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _same


def _same(value: Any) -> Any:
    return value
