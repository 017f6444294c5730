"""What was asked with a key is done once: the first answer is kept and given again.

A key is marked as done in the same transaction as the change that it stands for, so that a lost
answer never doubles anything (TRUST §4.1; the header is that of the IETF's draft on idempotency).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import IO, Any

from sqlalchemy import JSON, ColumnElement, Index, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.core.errors import N_, Problem
from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Model, db, transaction
from app.plumbing.settings import settings

KEPT = timedelta(days=30)
LONGEST_KEY, LARGEST_BODY = 255, 256 << 10
UNSETTLED = frozenset({401, 403, 408, 409, 412, 425, 429})
"""Refusals that another try may well undo; they are not kept, and neither is any 5xx."""

_CHUNK = 1 << 20


class State(StrEnum):
    """Whether the change of a key is kept already."""

    RUNNING = "running"
    DONE = "done"


class Answer(Model):
    """One key of one owner: what was asked with it, and what was answered.

    ``fence`` counts the tries, so that one that was given up for dead changes nothing late.
    ``status`` is None until the answer is kept; a change may be done without one.
    """

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_at", "at"),)

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    state: Mapped[State] = mapped_column(Word(State), default=State.RUNNING)
    fence: Mapped[int] = mapped_column(default=1)
    until: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    body: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class NotAKey(Problem):
    """A key has 1 to 255 printable characters."""

    message = N_("This was sent with a key that cannot be used. Nothing was done.")
    status = 400


class StillRunning(Problem):
    """The same request is being carried out at this moment."""

    message = N_("This was sent a moment ago and is still being worked on.")
    status = 409


class OtherRequest(Problem):
    """The key stands for something else."""

    message = N_("This was mixed up with something sent before. Please open the page again.")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that can be given again."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One try to carry out what a key stands for.

    ``is_done``: the change is kept already; ``kept`` is its answer, unless that was lost.
    """

    owner: str
    key: str
    fence: int
    is_done: bool = False
    kept: Kept | None = None

    def seal(self) -> None:
        """Say in the transaction in hand that it is done; StillRunning if another try took over."""
        if not self._write(state=State.DONE):
            raise StillRunning

    def keep(self, answer: Kept | None) -> None:
        """Keep the answer for ``KEPT``; None or too large a one leaves the key done without."""
        facts: dict[str, Any] = {"state": State.DONE}
        if answer and len(answer.body) <= LARGEST_BODY:
            facts |= {"status": answer.status, "headers": dict(answer.headers)}
            facts["body"] = answer.body
        with transaction():
            self._write(**facts)

    def release(self) -> bool:
        """Forget the key, so that the next try begins anew; False when its change is kept."""
        forgotten = delete(Answer).where(*self._mine(), Answer.state == State.RUNNING)
        with transaction():
            return bool(db.session.execute(forgotten).rowcount)  # type: ignore[attr-defined]

    def _write(self, **facts: object) -> bool:
        written = db.session.execute(update(Answer).where(*self._mine()).values(**facts))
        return bool(written.rowcount)  # type: ignore[attr-defined]

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return Answer.owner == self.owner, Answer.key == self.key, Answer.fence == self.fence


def take(owner: str, key: str, fingerprint: str) -> Turn:
    """Begin what the key stands for, or learn that it is done.

    A try whose process died is taken over after ``YANPIAO_LEASE_SECONDS``.

    Raises:
        NotAKey, StillRunning; OtherRequest when ``fingerprint`` is not that of the first try.
    """
    if not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise NotAKey
    try:
        with transaction():
            return _take(owner, key, fingerprint)
    except IntegrityError:
        raise StillRunning from None


def fingerprint(
    route: str, fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, IO[bytes]]]
) -> str:
    """The sha256 of what is asked; files are read in pieces and rewound.

    A file is known by its field and its bytes, not by its name: phones give a new one each time.
    """
    digest = hashlib.sha256(route.encode())
    for name, text in sorted(fields):
        digest.update(_part("field", name, text.encode("utf-8", "surrogatepass")))
    for name, file in files:
        digest.update(_part("file", name, _digest(file)))
    return digest.hexdigest()


def forget_old() -> None:
    """Remove what was asked more than ``KEPT`` ago."""
    with transaction():
        db.session.execute(delete(Answer).where(Answer.at < now() - KEPT))


def _take(owner: str, key: str, fingerprint: str) -> Turn:
    until = now() + timedelta(seconds=settings().lease_seconds)
    found = db.session.get(Answer, (owner, key), with_for_update=True)
    if found is None:
        facts = {"owner": owner, "key": key, "fingerprint": fingerprint, "until": until}
        found = Answer(**facts, fence=1, state=State.RUNNING)
        db.session.add(found)
    elif found.fingerprint != fingerprint:
        raise OtherRequest
    elif found.state is State.RUNNING:
        if found.until > now():
            raise StillRunning
        found.fence, found.until = found.fence + 1, until
    kept = None
    if found.status is not None:
        kept = Kept(found.status, found.headers, found.body)
    return Turn(owner, key, found.fence, found.state is State.DONE, kept)


def _digest(file: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


def _part(kind: str, name: str, value: bytes) -> bytes:
    """One part with its length in front, so that no two lists of parts look alike."""
    named = name.encode("utf-8", "surrogatepass")
    return f"\0{kind} {len(named)} {len(value)} ".encode() + named + value
