"""An invoice, its fields with their sources, its holders and its changes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company, Member
from app.core.invoice import InvoiceKey, kind
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.documents.models import Document
from app.plumbing.clock import now
from app.plumbing.columns import KeyColumn, Moment, MoneyColumn, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id


class Invoice(Model):
    """One invoice of one company. Its columns hold the best-known value of each field.

    ``amount`` is without tax, ``total`` with it. ``purpose`` is a word of ``core/purpose.py``. The
    verdict is set by verification only, ``is_misaddressed`` (made out to somebody else) with it;
    ``has_problem`` says that somebody has to do something about any of these, ``is_let_go`` that
    nobody holds it any more. ``doubtful`` names fields to compare with the paper, ``review_for``
    is what asks for a person's eyes, a word of ``doubts.SORTS``, and ``reviewed_as`` the mark of
    what somebody has looked at. ``parties_id`` is
    where its names are searched, ``brought_as`` a kind of file, ``picture``, ``scanned`` or
    ``typed``; the migration has more indexes, of which models cannot speak.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_invoices_company_id_id", "company_id", "id"),
        Index("ix_invoices_company_id_issued_id", "company_id", "issued", "id"),
        Index(
            "ix_invoices_company_id_has_problem",
            "company_id",
            "issued",
            "id",
            sqlite_where=text("has_problem = 1"),
            postgresql_where=text("has_problem"),
        ),
        *(
            Index(f"ix_invoices_company_id_{column}", "company_id", column, "issued", "id")
            for column in ("parties_id", "total", "amount")
        ),
        Index(
            "ix_invoices_company_id_words",
            *("company_id", "kind_word", "authenticity", "lifecycle", "brought_as", "id"),
        ),
        *(
            Index(
                f"ix_invoices_{name}",
                *("company_id", *columns, "id", "is_let_go"),
                sqlite_where=text("review_for IS NOT NULL"),
                postgresql_where=text("review_for IS NOT NULL"),
            )
            for name, columns in (("to_review", ()), ("review_for", ("review_for",)))
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    key: Mapped[InvoiceKey] = mapped_column(KeyColumn)
    kind_word: Mapped[str] = mapped_column(default="other")
    issued: Mapped[date | None]
    amount: Mapped[Money | None] = mapped_column(MoneyColumn)
    tax: Mapped[Money | None] = mapped_column(MoneyColumn)
    total: Mapped[Money | None] = mapped_column(MoneyColumn)
    seller_name: Mapped[str] = mapped_column(default="")
    seller_tax_id: Mapped[str] = mapped_column(default="")
    buyer_name: Mapped[str] = mapped_column(default="")
    buyer_tax_id: Mapped[str] = mapped_column(default="")
    check_code: Mapped[str] = mapped_column(default="")
    authenticity: Mapped[Authenticity] = mapped_column(
        Word(Authenticity), default=Authenticity.NOT_CHECKED
    )
    lifecycle: Mapped[Lifecycle] = mapped_column(Word(Lifecycle), default=Lifecycle.UNKNOWN)
    is_held: Mapped[bool] = mapped_column(default=False)
    is_misaddressed: Mapped[bool] = mapped_column(default=False)
    has_problem: Mapped[bool] = mapped_column(default=False)
    doubtful: Mapped[str] = mapped_column(default="")
    review_for: Mapped[str | None]
    reviewed_as: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    is_let_go: Mapped[bool] = mapped_column(default=False)
    parties_id: Mapped[int | None] = mapped_column(BigInteger)
    brought_as: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    company: Mapped[Company] = relationship()
    fields: Mapped[list["Field"]] = relationship(order_by="Field.id")
    holdings: Mapped[list["Holding"]] = relationship(order_by="Holding.id")

    @property
    def kind_title(self) -> str:
        """The official title, which stays Chinese in every language."""
        return kind(self.kind_word).zh

    @property
    def shown_amount(self) -> Money | None:
        """The total where it is known, else the amount without tax."""
        return self.total if self.total is not None else self.amount

    @property
    def is_total_known(self) -> bool:
        """False when only the amount without tax is known, as from the code of an older kind."""
        return self.total is not None

    @hybrid_property
    def is_used(self) -> bool:
        """Whether somebody has claimed it: nobody can yet, so every invoice is unused."""
        return False

    @is_used.inplace.expression
    @classmethod
    def _is_used(cls) -> ColumnElement[bool]:
        return false()


class Field(Model):
    """One value of one field as one source gave it; what contradicts stays visible.

    ``member`` is who typed or corrected it; of such rows the newest counts and the older stay.
    """

    __tablename__ = "invoice_fields"
    __table_args__ = (
        Index(
            "ix_invoice_fields_corrected",
            "invoice_id",
            sqlite_where=text("source = 'corrected'"),
            postgresql_where=text("source = 'corrected'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    name: Mapped[str]
    value: Mapped[str]
    source: Mapped[str]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    place: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    document: Mapped[Document | None] = relationship()
    member: Mapped[Member | None] = relationship()


class Holding(Model):
    """That a member brought this invoice, in which document; without one it was typed."""

    __tablename__ = "holdings"
    __table_args__ = (
        UniqueConstraint("invoice_id", "member_id", "document_id"),
        Index("ix_holdings_member_id_invoice_id", "member_id", "invoice_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    member: Mapped[Member] = relationship(lazy="joined")
    document: Mapped[Document | None] = relationship(lazy="joined")


class Listing(Model):
    """That an invoice came with a list of many, or with a pile of files."""

    __tablename__ = "invoice_batches"

    batch_id: Mapped[str] = mapped_column(primary_key=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), primary_key=True, index=True)


class Change(Model):
    """What became different about an invoice; rooms to the right catch up from here."""

    __tablename__ = "invoice_changes"
    __table_args__ = (
        Index(
            "ix_invoice_changes_let_go",
            "invoice_id",
            sqlite_where=text("what = 'let_go'"),
            postgresql_where=text("what = 'let_go'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    what: Mapped[str]
    source: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class Parties(Model):
    """Who sells and who buys, once per company; ``id`` is a digest of the rest.

    ``words`` are the names, each after a line feed, then the tax ids, each after a tab; all in
    lower case and of normal width.
    """

    __tablename__ = "invoice_parties"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    words: Mapped[str]


class Tag(Model):
    """A company's own word on one of its invoices, and who put it there."""

    __tablename__ = "invoice_tags"
    __table_args__ = (
        UniqueConstraint("invoice_id", "word"),
        Index("ix_invoice_tags_company_id_word", "company_id", "word"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    word: Mapped[str]
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)


class View(Model):
    """A name for what a member asked of the wallet: their own, or for all of the company.

    ``state`` is what the address says (``queries.Asked``).
    """

    __tablename__ = "invoice_views"
    __table_args__ = (Index("ix_invoice_views_company_id", "company_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str]
    state: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    is_shared: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Pair(Model):
    """That an invoice goes with a document, or the fee for a ticket with the ticket's invoice.

    ``member`` is who put them together; None where they were found. What somebody took apart stays
    with ``parted_at``, so that it is not found again. An invoice has one at a time.
    """

    __tablename__ = "pairs"
    __table_args__ = (
        UniqueConstraint("invoice_id", "document_id"),
        UniqueConstraint("invoice_id", "ticket_id"),
        Index(
            "uq_pairs_invoice_id",
            "invoice_id",
            unique=True,
            sqlite_where=text("parted_at IS NULL"),
            postgresql_where=text("parted_at IS NULL"),
        ),
        Index("ix_pairs_document_id", "document_id"),
        Index("ix_pairs_ticket_id", "ticket_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("invoices.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    parted_at: Mapped[datetime | None] = mapped_column(Moment)

    invoice: Mapped[Invoice] = relationship(foreign_keys=[invoice_id])
    document: Mapped[Document | None] = relationship()
    ticket: Mapped[Invoice | None] = relationship(foreign_keys=[ticket_id])
    member: Mapped[Member | None] = relationship()
