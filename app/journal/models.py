"""The chain of entries of each company, and its head."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.plumbing.clock import now
from app.plumbing.columns import Moment
from app.plumbing.db import Model

GENESIS = "0" * 64


class Entry(Model):
    """One line of the journal; a trigger refuses to change or delete it."""

    __tablename__ = "journal"

    company_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    actor_id: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reference: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]

    def digest(self) -> str:
        """SHA-256 over the previous hash and every other column, in canonical JSON."""
        row = {
            "company": self.company_id,
            "seq": self.seq,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor_id": self.actor_id,
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "facts": self.facts,
            "reference": self.reference,
        }
        text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(b"journal1" + self.previous.encode() + text.encode()).hexdigest()


class Head(Model):
    """The newest entry of a company; locked while one is added."""

    __tablename__ = "journal_heads"

    company_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]
