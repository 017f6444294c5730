"""A batch: many invoices asked about at once, one row each; and what those say who look at them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Member
from app.documents.models import Copy, Document
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id

FILE = "file"
"""What is wrong with a row of a pile is wrong with its file."""

MISSING = "missing"
"""Why a pile was ended: some of its files never came. It goes on when one of them comes."""


class Step(StrEnum):
    """How far a batch has come; ``asked`` waits for somebody to say which column is which."""

    ASKED = "asked"
    WAITING = "waiting"
    WORKING = "working"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class State(StrEnum):
    """Where one row stands."""

    WAITING = "waiting"
    DONE = "done"
    REPEATED = "repeated"
    REFUSED = "refused"


class Batch(Model):
    """One list of rows, or one pile of files, handed in by a member.

    ``document`` is the list or the archive; the files of a pile without one come one by one.

    ``columns`` is ``{"sheet", "header", "mark", "places": {field: place}}``, ``head`` what a person
    chooses them by: the first lines of each sheet. ``line`` is the last line taken from the file,
    ``total`` how many lines it has below its header, ``taken`` how many of them are rows now.
    """

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_company_id_id", "company_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    name: Mapped[str]
    step: Mapped[Step] = mapped_column(Word(Step), default=Step.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    head: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    line: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    member: Mapped[Member] = relationship()
    document: Mapped[Document | None] = relationship()

    @property
    def is_pile(self) -> bool:
        """Whether its rows are files."""
        return self.document is None or self.document.kind == "zip"

    @property
    def is_open(self) -> bool:
        """True while files of a pile may still come, one by one."""
        waits = self.step in (Step.DONE, Step.FAILED) and self.reason == MISSING
        return self.document is None and (waits or not self.is_over)

    @property
    def is_over(self) -> bool:
        """True when nothing more happens by itself."""
        return self.step in (Step.DONE, Step.CANCELLED, Step.FAILED)

    @property
    def is_running(self) -> bool:
        """True while a worker has it or will."""
        return self.step in (Step.WAITING, Step.WORKING)


class Item(Model):
    """One row of a batch: what stands there, and what became of it.

    ``texts`` are the cells by field as they are asked about, mended ones included; ``reason`` is a
    word of ``lists.REASONS`` with its ``facts`` and the field at fault in ``column``. ``twin`` is
    the row that has named the same invoice before. ``copy`` is the file, where the row is one.
    """

    __tablename__ = "batch_items"
    __table_args__ = (
        UniqueConstraint("batch_id", "row"),
        Index("ix_batch_items_batch_id_state_row", "batch_id", "state", "row"),
        Index("ix_batch_items_batch_id_invoice_id", "batch_id", "invoice_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    row: Mapped[int]
    line: Mapped[int]
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    state: Mapped[State] = mapped_column(Word(State), default=State.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    column: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    twin: Mapped[int | None]
    invoice_id: Mapped[str | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    copy_id: Mapped[str | None] = mapped_column(ForeignKey("copies.id"), index=True)
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    invoice: Mapped[Invoice | None] = relationship()
    copy: Mapped[Copy | None] = relationship()


class Choice(Model):
    """Which column is which in lists that are headed alike, as somebody of the company said."""

    __tablename__ = "batch_columns"

    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    places: Mapped[dict[str, int]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Decision(StrEnum):
    """What somebody says who has looked at an invoice."""

    RIGHT = "right"
    SENT_BACK = "sent_back"


class Review(Model):
    """That a member looked at an invoice, and what they decided.

    ``reason`` is a word of ``reviews.REASONS``, ``words`` what was added to it. ``mark`` is of all
    that was known then, ``before`` that of the look before (``doubts.mark``). ``corrections`` are
    the ids of the values that were typed in the same go.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_invoice_id_id", "invoice_id", "id"),
        Index("ix_reviews_member_id_id", "member_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    decision: Mapped[Decision] = mapped_column(Word(Decision))
    reason: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    mark: Mapped[str]
    before: Mapped[str] = mapped_column(default="")
    corrections: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    invoice: Mapped[Invoice] = relationship()
    member: Mapped[Member] = relationship()
