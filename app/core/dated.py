"""Facts of the trade that the law changes: tables in ``tables/*.toml``, each entry with its source.

Every entry says ``source`` (law, article, or section of FORMATS) and, where they are known, its
first day ``since`` and its last day ``until``, both included.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"
Entry = Mapping[str, Any]


@cache
def table(name: str) -> Entry:
    """A whole file, read once: its lists of entries by name."""
    found: dict[str, Any] = tomllib.loads((TABLES / f"{name}.toml").read_text("utf-8"))
    return found


def holds(entry: Entry, on: date) -> bool:
    """Whether the entry is in force on that day; an end that is not known is open."""
    since, until = entry.get("since"), entry.get("until")
    return (since is None or since <= on) and (until is None or on <= until)
