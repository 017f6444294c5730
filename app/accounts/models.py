"""Tables of companies and people, and questions about one row."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.roles import POWERS, PRIVILEGED, Power, Role, powers
from app.plumbing.clock import now
from app.plumbing.columns import Moment, Word
from app.plumbing.db import Model
from app.plumbing.ids import new_id

LATE: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
"""For references that go round in a circle: checked when the change is kept."""


class CompanyKind(StrEnum):
    """A legal entity, or the space of a person who has none."""

    COMPANY = "company"
    PERSONAL = "personal"


class Company(Model):
    """A legal entity with a tax id, or one person's own space without."""

    __tablename__ = "companies"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[CompanyKind] = mapped_column(Word(CompanyKind), default=CompanyKind.COMPANY)
    name: Mapped[str]
    tax_id: Mapped[str | None] = mapped_column(unique=True)
    is_specimen: Mapped[bool] = mapped_column(default=False)
    join_code: Mapped[str | None] = mapped_column(unique=True)
    modules_off: Mapped[list[str]] = mapped_column(JSON, default=list)
    ledger_days: Mapped[int] = mapped_column(default=7)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    @property
    def is_personal(self) -> bool:
        """True for a person's own space."""
        return self.kind is CompanyKind.PERSONAL

    def offers(self, module: str) -> bool:
        """True unless the company has switched this module off."""
        return module not in self.modules_off


class Unit(Model):
    """A department: it may have a manager, a cost centre and a department above it."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("company_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    name: Mapped[str]
    cost_centre: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("units.id", **LATE))
    manager_id: Mapped[str | None] = mapped_column(ForeignKey("members.id", use_alter=True, **LATE))

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
    manager: Mapped["Member | None"] = relationship(foreign_keys=[manager_id])


class Grade(Model):
    """A rank of the company; travel rules will ask for it."""

    __tablename__ = "grades"
    __table_args__ = (UniqueConstraint("company_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    name: Mapped[str]


class Person(Model):
    """A human being with one way to sign in, in however many companies."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    language: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Standing(StrEnum):
    """Whether a member is in."""

    ASKED = "asked"
    ACTIVE = "active"
    LEFT = "left"


class Member(UserMixin, Model):  # type: ignore[misc]
    """A person in a company, with the roles held there."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("company_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    role_words: Mapped[list[str]] = mapped_column(JSON, default=list)
    standing: Mapped[Standing] = mapped_column(Word(Standing), default=Standing.ACTIVE)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    grade_id: Mapped[str | None] = mapped_column(ForeignKey("grades.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)

    company: Mapped[Company] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    grade: Mapped[Grade | None] = relationship()

    @property
    def name(self) -> str:
        """As colleagues know them."""
        return self.person.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, as words of the enum."""
        return frozenset(Role(word) for word in self.role_words)

    @property
    def is_privileged(self) -> bool:
        """True for roles that handle money or rights."""
        return bool(self.roles & PRIVILEGED)

    def may(self, power: Power | str) -> bool:
        """True when one of the roles gives this power, or the space is their own."""
        if self.company.is_personal:
            return power in _PERSONAL
        return power in powers(self.roles)


_PERSONAL = POWERS[Role.EMPLOYEE] | POWERS[Role.FINANCE]


class Purpose(StrEnum):
    """What a one-time link is for."""

    SETUP = "setup"
    INVITATION = "invitation"
    RESET = "reset"


class Link(Model):
    """A link that works once, for a while; only the digest of its token is kept."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    token_hash: Mapped[str] = mapped_column(unique=True)
    company_id: Mapped[str | None] = mapped_column(ForeignKey("companies.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_by: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    company: Mapped[Company | None] = relationship()
    person: Mapped[Person | None] = relationship()


class Device(Model):
    """One signed-in browser; the digest of its cookie, and the member it works as."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    label: Mapped[str]
    is_phone: Mapped[bool] = mapped_column(default=False)
    is_mine: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)

    person: Mapped[Person] = relationship()
    member: Mapped[Member] = relationship(lazy="joined")


class Attempt(Model):
    """Failed sign-ins of one account or one address, and until when it must wait."""

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(Moment, default=now)
    until: Mapped[datetime | None] = mapped_column(Moment)
