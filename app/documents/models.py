"""Files of a company, who brought each, and what one reader saw in one of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Member
from app.core.money import Money
from app.documents.readers.limits import MEDIA_TYPES
from app.plumbing.clock import now
from app.plumbing.columns import Moment, MoneyColumn, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id

PICTURES = frozenset({"jpeg", "png", "webp", "heic"})


class State(StrEnum):
    """How far reading a document has come."""

    WAITING = "waiting"
    READ = "read"
    NOTHING = "nothing"
    FAILED = "failed"


class Document(Model):
    """One file, once per company, never changed.

    ``reason`` says why it could not be read, or why no invoice was found in it.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("company_id", "digest"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    digest: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    name: Mapped[str]
    state: Mapped[State] = mapped_column(Word(State), default=State.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    copies: Mapped[list["Copy"]] = relationship(order_by="Copy.id", back_populates="document")
    reading: Mapped["Reading | None"] = relationship(
        back_populates="document", cascade="all, delete-orphan"
    )
    itinerary: Mapped["Itinerary | None"] = relationship(back_populates="document")
    prints: Mapped[list["Print"]] = relationship(
        order_by="Print.id", back_populates="document", cascade="all, delete-orphan"
    )

    @property
    def media_type(self) -> str:
        """As its bytes say, not as its name says."""
        return MEDIA_TYPES[self.kind]

    @property
    def has_preview(self) -> bool:
        """True for kinds that can be drawn."""
        return self.has_pages or self.kind in PICTURES

    @property
    def has_pages(self) -> bool:
        """True for kinds that may have several pages."""
        return self.kind in ("pdf", "ofd")


class Copy(Model):
    """That somebody brought a document, when, and under which name.

    ``key`` makes a retried upload the same copy (idempotency). ``moved_to`` is the same person's
    seat in another company, when the copy went there and no longer counts here.
    """

    __tablename__ = "copies"
    __table_args__ = (UniqueConstraint("member_id", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    name: Mapped[str]
    key: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    moved_to: Mapped[str | None] = mapped_column(ForeignKey("members.id"), index=True)

    document: Mapped[Document] = relationship(back_populates="copies", lazy="joined")
    member: Mapped[Member] = relationship(foreign_keys=[member_id], lazy="joined")
    seat: Mapped[Member | None] = relationship(foreign_keys=[moved_to])


class Reading(Model):
    """What one reader saw in one document: its own words, where each stood, and when."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("document_id", "reader"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    reader: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    document: Mapped[Document] = relationship(back_populates="reading")


class Itinerary(Model):
    """What a document that goes with an invoice lists: rides (``ride``) or a stay (``stay``).

    ``issuer`` is a platform or a hotel; ``count`` is of rides or nights. What the document does not
    bear out is None.
    """

    __tablename__ = "itineraries"
    __table_args__ = (
        UniqueConstraint("document_id"),
        Index("ix_itineraries_company_id_total", "company_id", "total"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    kind: Mapped[str]
    issuer: Mapped[str] = mapped_column(default="")
    first: Mapped[date | None]
    last: Mapped[date | None]
    count: Mapped[int | None]
    total: Mapped[Money | None] = mapped_column(MoneyColumn)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    document: Mapped[Document] = relationship(back_populates="itinerary", lazy="joined")


class Print(Model):
    """By what one page or part of a document is known again (``readers/print.py``).

    ``frame``, ``layout`` and ``words`` are as they were made there, the words with blanks between.
    Prints that are alike share one of the marks; they are None for a text too short to compare.
    """

    __tablename__ = "prints"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    page: Mapped[int]
    body: Mapped[int]
    frame: Mapped[list[list[float]]] = mapped_column(JSON)
    layout: Mapped[str]
    words: Mapped[str]
    mark_1: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_2: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_3: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_4: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_5: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_6: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_7: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mark_8: Mapped[int | None] = mapped_column(BigInteger, index=True)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    document: Mapped[Document] = relationship(back_populates="prints")
