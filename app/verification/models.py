"""Answers about invoices, kept for ever with their evidence; certificates that a company trusts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Member
from app.core.verdict import Authenticity, Finding, Lifecycle, Outcome
from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id


class Check(Model):
    """A finding: which rule, what it said (``words`` names the sentence), about which facts."""

    __tablename__ = "checks"
    __table_args__ = (Index("ix_checks_invoice_id_rule", "invoice_id", "rule"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    rule: Mapped[str]
    words: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    source: Mapped[str]
    speaks_for_bureau: Mapped[bool] = mapped_column(default=False)
    authenticity: Mapped[Authenticity | None] = mapped_column(Word(Authenticity))
    lifecycle: Mapped[Lifecycle | None] = mapped_column(Word(Lifecycle))
    facts: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment, default=now)

    def finding(self) -> Finding:
        """In the core's words, for the verdict."""
        return Finding(
            source=self.source,
            speaks_for_bureau=self.speaks_for_bureau,
            facts=self.facts,
            answered_at=self.at,
            authenticity=self.authenticity,
            lifecycle=self.lifecycle,
            outcome=self.outcome,
        )


class Trusted(Model):
    """A certificate, of an authority or of a signer, that an administrator confirms.

    ``der`` is in base64, ``fingerprint`` its SHA-256.
    """

    __tablename__ = "trusted_certificates"
    __table_args__ = (UniqueConstraint("company_id", "fingerprint"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    fingerprint: Mapped[str]
    der: Mapped[str]
    subject: Mapped[str]
    issuer: Mapped[str]
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_to: Mapped[datetime] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    member: Mapped[Member] = relationship(lazy="joined")
