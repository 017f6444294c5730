"""Companies: the first one, later ones, a person's own space; units, grades, modules."""

import secrets

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from app.accounts import links, people
from app.accounts.models import (
    Company,
    CompanyKind,
    Grade,
    Member,
    Person,
    Purpose,
    Standing,
    Unit,
)
from app.accounts.people import Newcomer
from app.accounts.roles import Role
from app.core.errors import N_, Problem
from app.core.party import TaxId
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

MODULES = {"ledger": N_("Tax-bureau ledger"), "mail": N_("Notices by e-mail")}
"""What a company may switch off, with the name people read."""

LEDGER_DAYS = (0, 3, 7, 14, 31)
"""After how many days without a fresh ledger somebody may be reminded; 0 is never."""

_CODE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class CompanyKnown(Problem):
    """The tax id belongs to a company that is here already."""

    message = N_("A company with this tax id is here already. Ask its administrator for a link.")
    field = "tax_id"


class NameTaken(Problem):
    """Two units or grades of one name would be mixed up."""

    message = N_("There is one with this name already.")
    field = "name"


def visible_to(member: Member) -> Select[Company]:
    """The company in use, and no other."""
    return select(Company).where(Company.id == member.company_id)


def units_visible_to(member: Member) -> Select[Unit]:
    """The units of the company in use."""
    return select(Unit).where(Unit.company_id == member.company_id)


def grades_visible_to(member: Member) -> Select[Grade]:
    """The grades of the company in use."""
    return select(Grade).where(Grade.company_id == member.company_id)


def has_administrator() -> bool:
    """False until the setup link was used; a person's own space is no company."""
    real = select(Company.id).where(Company.kind == CompanyKind.COMPANY)
    return db.session.scalar(real.limit(1)) is not None


def open_house(token: str, new: Newcomer, *, company: str, tax_id: TaxId) -> Member:
    """Use the setup link: the first company and its administrator, in one change."""
    with transaction():
        link = links.use(Purpose.SETUP, token)
        if has_administrator():
            raise links.Gone
        person = people.add(new, privileged=True, company=company)
        member = _found(company, tax_id, person)
        link.company_id = member.company_id
    return member


def add(*, name: str, tax_id: TaxId, by: Member) -> Member:
    """A later company; whoever adds it becomes its administrator."""
    with transaction():
        return _found(name, tax_id, by.person)


def open_personal_space(person: Person) -> Member:
    """The space of a person without a company, inside the transaction in hand."""
    space = Company(id=new_id(), kind=CompanyKind.PERSONAL, name=person.name)
    db.session.add(space)
    db.session.flush()
    return _seat(space, person, [])


def rename(company: Company, *, name: str, tax_id: TaxId, by: Member) -> None:
    """Change the name or the tax id; the old ones stay in the journal."""
    with transaction():
        before = {"name": company.name, "tax_id": company.tax_id}
        company.name, company.tax_id = name, tax_id.text
        _flush(CompanyKnown())
        after = {"name": name, "tax_id": tax_id.text}
        journal.write(
            company.id, "company-changed", company.id, by=by.person, before=before, after=after
        )


def switch_modules(company: Company, off: list[str], *, by: Member) -> None:
    """Say which modules this company does not want; unknown words are dropped."""
    with transaction():
        company.modules_off = sorted(set(off) & MODULES.keys())
        journal.write(
            company.id, "modules-switched", company.id, by=by.person, off=company.modules_off
        )


def set_ledger_days(company: Company, days: int, *, by: Member) -> None:
    """After how many days without a fresh ledger finance is reminded; 0 is never."""
    with transaction():
        company.ledger_days = days
        journal.write(company.id, "ledger-reminder-set", company.id, by=by.person, days=days)


def renew_join_code(company: Company, *, by: Member) -> str:
    """A fresh code; the old one and its link stop working at once."""
    code = "".join(secrets.choice(_CODE) for _ in range(8))
    with transaction():
        company.join_code = code
        journal.write(company.id, "join-code-renewed", company.id, by=by.person)
    return code


def add_unit(
    *, name: str, cost_centre: str, parent: Unit | None, manager: Member | None, by: Member
) -> Unit:
    """A department."""
    unit = Unit(
        id=new_id(),
        company_id=by.company_id,
        name=name,
        cost_centre=cost_centre,
        parent_id=parent.id if parent else None,
        manager_id=manager.id if manager else None,
    )
    with transaction():
        db.session.add(unit)
        _flush(NameTaken())
        journal.write(by.company_id, "unit-added", unit.id, by=by.person, name=name)
    return unit


def change_unit(
    unit: Unit, *, name: str, cost_centre: str, manager: Member | None, by: Member
) -> None:
    """Rename a department, or give it another cost centre or manager."""
    with transaction():
        unit.name, unit.cost_centre = name, cost_centre
        unit.manager_id = manager.id if manager else None
        _flush(NameTaken())
        journal.write(by.company_id, "unit-changed", unit.id, by=by.person, name=name)


def add_grade(*, name: str, by: Member) -> Grade:
    """A rank."""
    grade = Grade(id=new_id(), company_id=by.company_id, name=name)
    with transaction():
        db.session.add(grade)
        _flush(NameTaken())
        journal.write(by.company_id, "grade-added", grade.id, by=by.person, name=name)
    return grade


def _found(name: str, tax_id: TaxId, person: Person) -> Member:
    company = Company(id=new_id(), name=name, tax_id=tax_id.text)
    db.session.add(company)
    _flush(CompanyKnown())
    return _seat(company, person, [Role.ADMINISTRATOR, Role.EMPLOYEE])


def _seat(company: Company, person: Person, roles: list[Role]) -> Member:
    words = sorted(role.value for role in roles)
    member = Member(
        id=new_id(),
        company_id=company.id,
        person_id=person.id,
        role_words=words,
        standing=Standing.ACTIVE,
    )
    db.session.add(member)
    db.session.flush()
    journal.write(
        company.id,
        "company-opened",
        company.id,
        by=person,
        name=company.name,
        tax_id=company.tax_id,
    )
    return member


def _flush(problem: Problem) -> None:
    try:
        db.session.flush()
    except IntegrityError as twin:
        raise problem from twin
