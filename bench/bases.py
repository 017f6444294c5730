"""The databases on which figures are taken."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests import databases

SERVER = "YANPIAO_TEST_POSTGRES"


def names() -> list[str]:
    """SQLite, and PostgreSQL where a server is named."""
    return ["SQLite", *(["PostgreSQL"] if SERVER in os.environ else [])]


@contextmanager
def base(name: str) -> Iterator[str]:
    """The address of an empty one, which is dropped after; empty for the SQLite of a folder."""
    if name == "SQLite":
        yield ""
        return
    server, made = os.environ[SERVER], f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(databases.in_database(server, "postgres"), autocommit=True) as line:
        line.execute(f"CREATE DATABASE {made}")
        try:
            yield databases.in_database(server, made)
        finally:
            line.execute(f"DROP DATABASE {made} WITH (FORCE)")
