"""An import of one export file, the ledger's rows, what was refused, what changed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company, Member
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.period import Period
from app.core.verdict import Lifecycle
from app.documents.models import Document
from app.journal import journal
from app.plumbing.clock import now
from app.plumbing.columns import KeyColumn, Moment, MoneyColumn, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id


class Direction(StrEnum):
    """Whether the company is the buyer or the seller."""

    RECEIVED = "received"
    ISSUED = "issued"


class Step(StrEnum):
    """How far an import has come."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class Import(Model):
    """One export file, read row by row. It speaks for the days from ``starts`` to ``ends``.

    One without a member came by the watched folder: its days are those of its own rows.
    """

    __tablename__ = "ledger_imports"
    __table_args__ = (UniqueConstraint("company_id", "document_id", "direction", "starts", "ends"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    starts: Mapped[date]
    ends: Mapped[date]
    exported_on: Mapped[date]
    step: Mapped[Step] = mapped_column(Word(Step), default=Step.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    line: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    company: Mapped[Company] = relationship(lazy="joined")
    document: Mapped[Document] = relationship(lazy="joined")
    member: Mapped[Member | None] = relationship(lazy="joined")

    @property
    def actor(self) -> journal.Actor:
        """Who asked for it: a person, or the product itself for the watched folder."""
        return self.member.person if self.member else journal.System()

    @property
    def is_over(self) -> bool:
        """True when there is nothing more to wait for."""
        return self.step in (Step.DONE, Step.FAILED)

    @property
    def done(self) -> int:
        """Rows dealt with so far."""
        return self.new + self.changed + self.unchanged + self.refused

    @property
    def period(self) -> Period:
        """The days it speaks for."""
        return Period(self.starts, self.ends)


class LedgerRow(Model):
    """What the bureau knows of one invoice, by the newest export that names it.

    ``blue_key`` is the invoice that a red one takes back; that one may come later or never.
    """

    __tablename__ = "ledger_rows"
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index(
            "ix_ledger_rows_company_id_blue_key",
            "company_id",
            "blue_key",
            sqlite_where=text("blue_key IS NOT NULL"),
            postgresql_where=text("blue_key IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    key: Mapped[InvoiceKey] = mapped_column(KeyColumn)
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    kind_title: Mapped[str]
    issued: Mapped[date]
    amount: Mapped[Money | None] = mapped_column(MoneyColumn)
    tax: Mapped[Money | None] = mapped_column(MoneyColumn)
    total: Mapped[Money] = mapped_column(MoneyColumn)
    seller_name: Mapped[str]
    seller_tax_id: Mapped[str]
    buyer_name: Mapped[str]
    buyer_tax_id: Mapped[str]
    lifecycle: Mapped[Lifecycle] = mapped_column(Word(Lifecycle))
    blue_key: Mapped[InvoiceKey | None] = mapped_column(KeyColumn)
    exported_on: Mapped[date]
    import_id: Mapped[str] = mapped_column(ForeignKey("ledger_imports.id"), index=True)
    line: Mapped[int]

    source: Mapped[Import] = relationship()


class Detail(Model):
    """The lines of one invoice (信息汇总表) as the newest export with that sheet gives them.

    Of each line what is stated of name, spec, unit, quantity, price, rate, tax_class, amount, tax
    and total, as text.
    """

    __tablename__ = "ledger_details"

    row_id: Mapped[str] = mapped_column(ForeignKey("ledger_rows.id"), primary_key=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("ledger_imports.id"))
    lines: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class Refusal(Model):
    """A row of the file that could not be taken, by its line, and why.

    ``number`` is what is left of the invoice's number, as ``ledger.number_of`` gives it.
    """

    __tablename__ = "ledger_refusals"
    __table_args__ = (UniqueConstraint("import_id", "line"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    import_id: Mapped[str] = mapped_column(ForeignKey("ledger_imports.id"))
    line: Mapped[int]
    reason: Mapped[str]
    number: Mapped[str] = mapped_column(default="", index=True)
    text: Mapped[str]


class RowChange(Model):
    """Money or state of a row that a later export gave differently: a person should look."""

    __tablename__ = "ledger_changes"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"), index=True)
    row_id: Mapped[str] = mapped_column(ForeignKey("ledger_rows.id"))
    import_id: Mapped[str] = mapped_column(ForeignKey("ledger_imports.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)

    row: Mapped[LedgerRow] = relationship(lazy="joined")
