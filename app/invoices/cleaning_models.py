"""Groups of invoices that a person should look at, what was decided, and how clean the data is."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Member
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id


class Sort(StrEnum):
    """Why invoices are one group."""

    KEY = "key"
    FILE = "file"
    TWICE = "twice"
    ALTERED = "altered"
    SPLIT = "split"
    RUN = "run"


OF_ONE = frozenset({Sort.KEY, Sort.FILE})
"""Groups of one invoice that several people brought; all others are of several invoices."""

PAIRS = frozenset({Sort.TWICE, Sort.ALTERED})
"""Two invoices whose papers look alike."""


class State(StrEnum):
    """Whether somebody should decide; ``gone`` is what is no group any more by itself."""

    OPEN = "open"
    DECIDED = "decided"
    GONE = "gone"


class What(StrEnum):
    """What a person said of a group; ``asked`` leaves it open."""

    KEPT = "kept"
    EXPLAINED = "explained"
    ASKED = "asked"


class Group(Model):
    """Invoices that are perhaps one, or perhaps split; found by the same ``mark`` again.

    ``members`` are ids of invoices, or of the people who brought the one invoice: one more of them
    opens a decided group again. ``holder_id`` is whose consecutive numbers they are.
    """

    __tablename__ = "cleaning_groups"
    __table_args__ = (
        UniqueConstraint("company_id", "mark"),
        Index("ix_cleaning_groups_company_id_state_sort", "company_id", "state", "sort", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    sort: Mapped[Sort] = mapped_column(Word(Sort))
    mark: Mapped[str]
    state: Mapped[State] = mapped_column(Word(State), default=State.OPEN)
    members: Mapped[list[str]] = mapped_column(JSON, default=list)
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    found_at: Mapped[datetime] = mapped_column(Moment, default=now)

    holder: Mapped[Member | None] = relationship()
    parts: Mapped[list["Part"]] = relationship(cascade="all, delete-orphan")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id")

    @property
    def invoices(self) -> list[Invoice]:
        """By their numbers."""
        return sorted((one.invoice for one in self.parts), key=lambda one: (str(one.key), one.id))

    @property
    def pair(self) -> list[Invoice]:
        """Both invoices whose papers look alike; empty for any other group."""
        found = self.invoices if self.sort in PAIRS else []
        return found if len(found) == 2 else []


class Part(Model):
    """That an invoice is in a group."""

    __tablename__ = "cleaning_parts"

    group_id: Mapped[str] = mapped_column(ForeignKey("cleaning_groups.id"), primary_key=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), primary_key=True, index=True)

    invoice: Mapped[Invoice] = relationship()


class Decision(Model):
    """What somebody decided about a group, and what was let go for it, so that it can be undone.

    ``let_go`` are the holdings that were taken away: invoice, member, document and list.
    """

    __tablename__ = "cleaning_decisions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    group_id: Mapped[str] = mapped_column(ForeignKey("cleaning_groups.id"), index=True)
    what: Mapped[What] = mapped_column(Word(What))
    kept: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    let_go: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("members.id"))

    group: Mapped[Group] = relationship(back_populates="decisions")
    member: Mapped[Member] = relationship(foreign_keys=[member_id])


class Cursor(Model):
    """How far looking for groups has come, or when a company was last told."""

    __tablename__ = "cleaning_cursors"

    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[str] = mapped_column(default="")


class Figures(Model):
    """What one member brought in one month (``2026-11``), counted by ``quality.count``."""

    __tablename__ = "cleaning_figures"

    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), primary_key=True)
    brought: Mapped[int] = mapped_column(default=0)
    typed: Mapped[int] = mapped_column(default=0, server_default="0")
    whole: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    doubled: Mapped[int] = mapped_column(default=0)
    misaddressed: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member] = relationship()
