"""One notice to one member, and each member's choice of ways."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Member
from app.notices.kinds import KINDS, Kind
from app.plumbing.clock import now
from app.plumbing.columns import Moment
from app.plumbing.db import Model
from app.plumbing.ids import new_id


class Notice(Model):
    """Told once per member and key; its words are made when it is read, for its reader."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_member_id_read_at", "member_id", "read_at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    key: Mapped[str] = mapped_column(unique=True)
    kind_word: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    member: Mapped[Member] = relationship()

    @property
    def kind(self) -> Kind:
        """Its words and ways."""
        return KINDS[self.kind_word]

    @property
    def about(self) -> str:
        """The row that it concerns, as it was told."""
        return self.key.removeprefix(f"{self.kind_word}:").removesuffix(f":{self.member_id}")

    @property
    def is_open_task(self) -> bool:
        """True while somebody should still act."""
        return self.kind.is_task and self.done_at is None


class Choice(Model):
    """That a member wants one kind by e-mail or not; no row means the kind's default."""

    __tablename__ = "notice_choices"

    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), primary_key=True)
    kind_word: Mapped[str] = mapped_column(primary_key=True)
    mails: Mapped[bool]
