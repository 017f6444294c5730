"""Texts found by runs of their signs: full-text tables of SQLite, GIN indexes of PostgreSQL.

The migration makes them, and they keep themselves: on SQLite by triggers, on PostgreSQL because
they stand on an expression. Each run wears the end of its company's id, so that nobody waits for
what other companies have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    any_,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from app.plumbing.db import db

_MARK = 6
_MOST = 6
"""Of a long text so many runs at its end are looked up: they are the rarest of a number."""


@dataclass(frozen=True, slots=True)
class Runs:
    """An index over texts by their runs of ``size`` signs.

    PostgreSQL has it over ``text``, as SQL, in the table of ``key``; SQLite in ``table``, whose
    ``column`` is that key.
    """

    key: InstrumentedAttribute[Any]
    text: str
    size: int
    table: str
    column: str

    def having(self, company_id: str, parts: Iterable[str]) -> Select[Any] | None:
        """The keys of all texts that may have every part in them, and of a few others.

        None when the parts are too short to tell.
        """
        marked = [company_id[-_MARK:] + run for part in parts for run in self._of(part)]
        if not marked:
            return None
        if is_postgresql():
            runs: ColumnElement[Any] = literal_column(f"runs(company_id, {self.text}, {self.size})")
            return select(self.key).where(runs.op("@>")(cast(marked, ARRAY(Text))))
        wanted = " AND ".join(run.encode().hex() for run in marked)
        query: Select[Any] = select(literal_column(self.column)).select_from(table(self.table))
        return query.where(literal_column(self.table).op("MATCH")(wanted))

    def _of(self, part: str) -> list[str]:
        places = range(len(part) - self.size + 1)
        return [part[at : at + self.size] for at in places][-_MOST:]


def among(column: InstrumentedAttribute[str], keys: Select[Any]) -> ColumnElement[bool]:
    """``column IN (keys)``, so that these are found first and their rows by them.

    PostgreSQL would guess how many there are, and rather walk the whole table.
    """
    if not is_postgresql():
        return column.in_(keys)
    return column == any_(func.array(keys.scalar_subquery()))


def one_of(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], words: Iterable[str]
) -> ColumnElement[bool]:
    """``column IN (words)`` for hundreds of them.

    PostgreSQL is given them as one value: to write down a place for each, and to read it again,
    takes longer than to find the rows.
    """
    if not is_postgresql():
        return column.in_(words)
    return column == any_(literal(list(words), ARRAY(String)))


def unguessed(test: ColumnElement[bool], of: type[Any]) -> ColumnElement[bool]:
    """A test of rows of a table of which PostgreSQL believes that half of all fit.

    It would guess that hardly one does, and fetch and sort what it had better walk through.
    """
    return select(test).correlate(of).offset(0).scalar_subquery() if is_postgresql() else test


def aside(test: ColumnElement[bool]) -> ColumnElement[bool]:
    """A test of rows that are found by something else: SQLite would take its index for it."""
    return test if is_postgresql() else func.coalesce(test, false())


def is_postgresql() -> bool:
    """Else it is SQLite."""
    return db.engine.dialect.name == "postgresql"
