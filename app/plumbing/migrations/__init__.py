"""The schema's versions; one set of files for SQLite and PostgreSQL."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade as _upgrade

from app.plumbing.db import MIGRATIONS, db
from app.plumbing.gate import gate
from app.plumbing.settings import settings


def head() -> str:
    """The version that this code needs."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def present() -> str:
    """The version that the database has; empty before the first migration."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade() -> None:
    """Bring the database to ``head``; only one process at a time does so."""
    with gate(settings()):
        _upgrade(directory=str(MIGRATIONS))
