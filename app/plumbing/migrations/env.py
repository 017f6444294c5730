"""How Alembic reaches the database of the application in hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeDecorator

from app.plumbing.db import db

LOCK = 5_290_311


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A migration names plain types only: our own may change, history may not."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


@contextmanager
def without_references(connection: Connection) -> Iterator[None]:
    """SQLite makes a table anew to alter it, which references to it would forbid."""
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        raw.execute("PRAGMA foreign_keys=OFF")
    yield
    if connection.dialect.name == "sqlite":
        assert not raw.execute("PRAGMA foreign_key_check").fetchall()
        raw.execute("PRAGMA foreign_keys=ON")


with db.engine.connect() as connection, without_references(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
