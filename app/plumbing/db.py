"""The one database, and the one way to change it: ``with transaction() as change:``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, MetaData, event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.orm import DeclarativeBase

from app.core.errors import N_, Problem
from app.plumbing.gate import gate
from app.plumbing.settings import ROOT, Settings, settings

MIGRATIONS = ROOT / "app" / "plumbing" / "migrations"
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "journal_size_limit=67108864",
    "temp_store=MEMORY",
    "mmap_size=0",
)
PLANS = "-c plan_cache_mode=force_custom_plan -c jit=off -c max_parallel_workers_per_gather=0"
"""A plan kept from when a table was empty reads all of it once it has grown.

To compile a question, or to start processes for it, takes longer than ours take.
"""


class Base(DeclarativeBase):
    """Every table; constraints get names, so both databases can migrate them."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate(render_as_batch=True, directory=str(MIGRATIONS))

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class NotText(Problem):
    """A text with U+0000 in it, which PostgreSQL refuses."""

    message = N_("There is an invisible sign (U+0000) in it. Nothing was kept; please take it out.")


class Doomed(RuntimeError):
    """A part of this change failed and was swallowed; the whole is not kept."""


class Change:
    """One change to the database, and what to do once it is kept."""

    def __init__(self) -> None:
        self.is_doomed = False
        self._afterwards: list[Callable[[], object]] = []

    def after_commit(self, act: Callable[[], object]) -> None:
        """Run ``act`` only if the change is kept, once it is."""
        self._afterwards.append(act)

    def run(self) -> None:
        """Do what was put off."""
        for act in self._afterwards:
            act()


@contextmanager
def transaction() -> Iterator[Change]:
    """Make one change, whole or not at all; an inner one joins the outer.

    Rows read before are read again inside, because the earlier view is left first.

    Raises:
        Busy: another writer held the database for ``YANPIAO_BUSY_SECONDS``.
    """
    session = db.session()
    change: Change | None = session.info.get("change")
    if change is None:
        with _outermost() as change:
            yield change
        change.run()
        return
    try:
        yield change
    except BaseException:
        change.is_doomed = True
        raise


def seal(mark: Callable[[], object] | None) -> None:
    """Run ``mark`` inside every change of this session from now on, just before it is kept.

    What it raises undoes the change. None ends it.
    """
    db.session().info["seal"] = mark


@contextmanager
def _outermost() -> Iterator[Change]:
    session = db.session()
    session.rollback()
    with gate(settings()):
        session.connection(execution_options={"writes": True})
        change = session.info["change"] = Change()
        try:
            yield change
            if change.is_doomed:
                raise Doomed
            if mark := session.info.get("seal"):
                mark()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info["change"]


def open_database(app: Flask, chosen: Settings) -> None:
    """Bind the application to its database: SQLite of our own wheel, or PostgreSQL."""
    url = chosen.database_url.replace("postgres://", "postgresql://", 1)
    options: dict[str, Any] = {"pool_pre_ping": not chosen.is_sqlite}
    if chosen.is_sqlite:
        options["module"] = _sqlite()
        options["connect_args"] = {"timeout": chosen.busy_seconds, "check_same_thread": False}
    else:
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        options["connect_args"] = {"options": PLANS}
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        (_listen if chosen.is_sqlite else _refuse)(db.engine)


def _sqlite() -> Any:
    """The bundled SQLite; older ones can corrupt a WAL that two processes write (TRUST §0.1)."""
    try:
        import pysqlite3.dbapi2 as sqlite
    except ImportError:
        import sqlite3 as sqlite
    if sqlite.sqlite_version_info < (3, 51, 3):
        raise SystemExit(
            f"SQLite {sqlite.sqlite_version} is too old to be safe here (3.51.3 or newer is "
            "needed). Set DATABASE_URL to a PostgreSQL database instead."
        )
    return sqlite


def _refuse(engine: Engine) -> None:
    @event.listens_for(engine, "handle_error")
    def say_no(context: ExceptionContext) -> None:
        if "NUL (0x00)" in str(context.original_exception):
            raise NotText from context.original_exception


def _listen(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
