"""Write an entry; anchor the heads outside the database; verify the chains."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from app.journal.models import GENESIS, Entry, Head
from app.plumbing import trace
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.settings import settings

HOUSE = "house"


class Actor(Protocol):
    """Somebody who does something: a plain id and the name of that day."""

    @property
    def id(self) -> str:
        """Stable for ever."""

    @property
    def name(self) -> str:
        """As people call them now; the entry keeps it."""


@dataclass(frozen=True, slots=True)
class System:
    """The product itself, when nobody asked for it."""

    id: str = "system"
    name: str = "Yanpiao"


def write(company_id: str, action: str, subject: str = "", *, by: Actor, **facts: Any) -> None:
    """Add one entry to the company's chain, inside the transaction of the change itself.

    ``action`` is a past-tense word such as ``member-invited``; ``facts`` are JSON values without
    secrets. ``HOUSE`` is the chain of what belongs to no company.
    """
    head = db.session.get(Head, company_id, with_for_update=True)
    if head is None:
        head = Head(company_id=company_id, seq=0, hash=GENESIS)
        db.session.add(head)
    entry = Entry(
        company_id=company_id,
        seq=head.seq + 1,
        at=now(),
        actor_id=by.id,
        actor=by.name,
        action=action,
        subject=subject,
        facts=facts,
        reference=trace.reference(),
        previous=head.hash,
    )
    entry.hash = entry.digest()
    head.seq, head.hash = entry.seq, entry.hash
    db.session.add(entry)
    db.session.flush()


def anchor() -> Path:
    """Write all heads to a line-by-line file outside the database (TRUST §2.11)."""
    place = settings().var / "heads" / f"{now():%Y-%m}.txt"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as file:
        for head in db.session.scalars(select(Head).order_by(Head.company_id)):
            file.write(f"{now():%Y-%m-%dT%H:%M:%SZ} {head.company_id} {head.seq} {head.hash}\n")
        file.flush()
        os.fsync(file.fileno())
    return place


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first entry of a chain that cannot be right, and why."""

    company_id: str
    seq: int
    reason: str


def verify(*company_ids: str) -> list[Wrong]:
    """Walk the chains named, or every one; empty when all hold.

    ``reason`` is edited, missing, cut or rehashed.
    """
    anchors = _anchors()
    heads = {head.company_id: head for head in db.session.scalars(select(Head))}
    written = set(db.session.scalars(select(Entry.company_id).distinct()))
    chains = company_ids or heads.keys() | anchors.keys() | written
    return [wrong for name in sorted(chains) if (wrong := _walk(name, heads, anchors))]


def _walk(
    company_id: str, heads: dict[str, Head], anchors: dict[str, dict[int, str]]
) -> Wrong | None:
    previous, seq, anchored = GENESIS, 0, anchors.get(company_id, {})
    for entry in _entries(company_id):
        seq += 1
        if entry.seq != seq:
            return Wrong(company_id, seq, "missing")
        if entry.previous != previous or entry.digest() != entry.hash:
            return Wrong(company_id, seq, "edited")
        if anchored.get(seq, entry.hash) != entry.hash:
            return Wrong(company_id, seq, "rehashed")
        previous = entry.hash
    head = heads.get(company_id)
    last = max([head.seq if head else 0, *anchored])
    if seq < last or head is None or head.hash != previous:
        return Wrong(company_id, seq + 1, "cut")
    return None


def _entries(company_id: str) -> Iterator[Entry]:
    query = select(Entry).where(Entry.company_id == company_id).order_by(Entry.seq)
    with db.session.scalars(query.execution_options(yield_per=1000)) as found:
        yield from found


def _anchors() -> dict[str, dict[int, str]]:
    """By company and seq; the first word counts, or a later anchor would heal a forged chain."""
    found: dict[str, dict[int, str]] = {}
    for place in sorted((settings().var / "heads").glob("*.txt")):
        for line in place.read_text().splitlines():
            _, company_id, seq, digest = line.split()
            found.setdefault(company_id, {}).setdefault(int(seq), digest)
    return found
