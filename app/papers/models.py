"""A file that somebody asked for: what is in it, and how far making it has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Member
from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id


class Kind(StrEnum):
    """What sort of file it is."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"
    ZIP = "zip"
    PACK = "pack"
    GAPS = "gaps"


class Step(StrEnum):
    """How far making it has come."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class Paper(Model):
    """One file, made for one member; nobody else sees it.

    ``asked`` says of which invoices: ``{"state": {...}}`` as the wallet's address has it, or
    ``{"ids": [...]}`` of those that were chosen; what else a kind needs stands beside it. ``total``
    and ``done`` count invoices, where there is none its other rows. ``reason`` is why it failed.
    With ``expires_at`` all of it goes.
    """

    __tablename__ = "papers"
    __table_args__ = (Index("ix_papers_member_id_id", "member_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    kind_word: Mapped[Kind] = mapped_column(Word(Kind))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    language: Mapped[str]
    name: Mapped[str]
    step: Mapped[Step] = mapped_column(Word(Step), default=Step.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="", index=True)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)

    member: Mapped[Member] = relationship(lazy="joined")

    @property
    def is_over(self) -> bool:
        """True when there is nothing more to wait for."""
        return self.step in (Step.DONE, Step.FAILED)
