"""Members: invite, accept, ask to join, decide, change roles, leave."""

from collections.abc import Iterable

from sqlalchemy import ScalarResult, Select, select

from app.accounts import links, people, roles
from app.accounts.models import (
    Company,
    Device,
    Grade,
    Link,
    Member,
    Person,
    Purpose,
    Standing,
    Unit,
)
from app.accounts.roles import Power, Role
from app.core.errors import N_, Problem
from app.journal import journal
from app.plumbing import mail, queue
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

INVITATION_SUBJECT = N_("%(who)s invites you to %(company)s on Yanpiao")
INVITATION_TEXT = N_(
    "%(who)s invites you to check and keep the invoices of %(company)s on Yanpiao.\n\n"
    "Open this link within 7 days:\n\n%(url)s"
)


class NoSuchCode(Problem):
    """No company has this join code."""

    message = N_("No company has this code. Please check it with your colleague.")
    field = "code"


class AlreadyIn(Problem):
    """The person is, or asked to be, in this company."""

    message = N_("You are in this company already, or your request is waiting.")


class LastAdministrator(Problem):
    """The company would be left without anybody who manages it."""

    message = N_("Somebody must remain administrator. Make a colleague administrator first.")
    field = "roles"


def visible_to(member: Member) -> Select[Member]:
    """The people of the company in use."""
    return select(Member).where(Member.company_id == member.company_id)


def invitations_visible_to(member: Member) -> Select[Link]:
    """The invitations of the company in use."""
    return select(Link).where(
        Link.company_id == member.company_id, Link.purpose == Purpose.INVITATION
    )


def invite(words: Iterable[Role], *, email: str, unit: Unit | None, by: Member) -> str:
    """Make an invitation link; it is mailed too when an address is given."""
    held = sorted(role.value for role in roles.check(words))
    with transaction() as change:
        facts = {"roles": held, "email": email, "unit_id": unit.id if unit else None}
        url = links.make(
            Purpose.INVITATION, made_by=by.person_id, company_id=by.company_id, facts=facts
        )
        named = {"who": by.name, "company": by.company.name, "url": url}
        mail.post_in(
            change, by.person.language, email, INVITATION_SUBJECT, INVITATION_TEXT, **named
        )
        journal.write(by.company_id, "member-invited", by=by.person, roles=held)
    return url


def withdraw(link: Link, *, by: Member) -> None:
    """Make an invitation link stop working."""
    with transaction():
        db.session.delete(link)
        journal.write(by.company_id, "invitation-withdrawn", link.id, by=by.person)


def accept(token: str, person: Person) -> Member:
    """Come in by invitation as somebody who is known already."""
    with transaction():
        link = links.use(Purpose.INVITATION, token)
        company = db.session.get_one(Company, link.company_id)
        member = _seat(company, person, link.facts["roles"], Standing.ACTIVE)
        member.unit_id = link.facts["unit_id"]
        journal.write(company.id, "member-joined", member.id, by=person, roles=member.role_words)
    return member


def register(token: str, new: people.Newcomer) -> Member:
    """Come in by invitation as somebody new."""
    with transaction():
        link = links.find(Purpose.INVITATION, token)
        held = {Role(word) for word in link.facts["roles"]}
        company = db.session.get_one(Company, link.company_id)
        privileged = bool(held & roles.PRIVILEGED)
        return accept(token, people.add(new, privileged=privileged, company=company.name))


def company_of(code: str) -> Company:
    """The company behind a join code; raises NoSuchCode."""
    clean = code.strip().upper().replace(" ", "")
    company = db.session.scalar(select(Company).where(Company.join_code == clean))
    if company is None:
        raise NoSuchCode
    return company


def ask(company: Company, person: Person) -> Member:
    """Ask to come in; an administrator decides. Joins the transaction in hand."""
    with transaction() as change:
        member = _seat(company, person, [Role.EMPLOYEE.value], Standing.ASKED)
        journal.write(company.id, "joining-asked", member.id, by=person)
        key = f"joining-asked:{request_of(member)}"
        queue.request(change, "workers.notices.joining_asked", member.id, key=key)
    return member


def request_of(member: Member) -> str:
    """Names one request to join: the seat, and when it was asked for."""
    return f"{member.id}@{member.made_at:%Y%m%d%H%M%S%f}"


def decide(member: Member, *, admit: bool, by: Member) -> None:
    """Let somebody in who asks, or not; nobody decides about themselves, or a second time."""
    roles.keep_apart(member.person_id, by.person_id)
    with transaction() as change:
        if member.standing is not Standing.ASKED:
            return
        member.standing = Standing.ACTIVE if admit else Standing.LEFT
        action = "member-admitted" if admit else "member-refused"
        journal.write(by.company_id, action, member.id, by=by.person, name=member.name)
        key = f"joining-decided:{request_of(member)}"
        queue.request(change, "workers.notices.joining_decided", member.id, key=key)


def change_roles(
    member: Member, words: Iterable[Role], *, unit: Unit | None, grade: Grade | None, by: Member
) -> None:
    """Set what a member is; a change of roles ends their sessions, so it holds at once."""
    held = roles.check(words)
    with transaction():
        if Role.ADMINISTRATOR in member.roles and Role.ADMINISTRATOR not in held:
            _keep_one_administrator(member)
        before, after = sorted(member.roles), sorted(held)
        member.role_words = [role.value for role in after]
        member.unit_id = unit.id if unit else None
        member.grade_id = grade.id if grade else None
        if before != after and member.id != by.id:
            end_sessions(member)
        journal.write(
            by.company_id,
            "roles-changed",
            member.id,
            by=by.person,
            name=member.name,
            before=before,
            after=after,
        )


def remove(member: Member, *, by: Member) -> None:
    """Take a person out of the company; what they handed in stays."""
    with transaction():
        if Role.ADMINISTRATOR in member.roles:
            _keep_one_administrator(member)
        member.standing, member.role_words = Standing.LEFT, []
        end_sessions(member)
        journal.write(by.company_id, "member-removed", member.id, by=by.person, name=member.name)


def end_sessions(member: Member) -> None:
    """Sign out every device that works as this member, inside the transaction in hand."""
    for device in db.session.scalars(select(Device).where(Device.member_id == member.id)):
        db.session.delete(device)


def administrators(company_id: str) -> list[Member]:
    """Who manages the company."""
    return [member for member in _active(company_id) if Role.ADMINISTRATOR in member.roles]


def holding(company_id: str, power: Power) -> list[Member]:
    """Whoever may do this in the company, by one of their roles."""
    return [member for member in _active(company_id) if member.may(power)]


def _active(company_id: str) -> ScalarResult[Member]:
    active = select(Member).where(
        Member.company_id == company_id, Member.standing == Standing.ACTIVE
    )
    return db.session.scalars(active)


def _keep_one_administrator(leaving: Member) -> None:
    if [member.id for member in administrators(leaving.company_id)] == [leaving.id]:
        raise LastAdministrator


def _seat(company: Company, person: Person, words: list[str], standing: Standing) -> Member:
    """One row per person and company; somebody who left may come back."""
    query = select(Member).where(Member.company_id == company.id, Member.person_id == person.id)
    member = db.session.scalar(query)
    if member is None:
        member = Member(id=new_id(), company_id=company.id, person_id=person.id)
        db.session.add(member)
    elif member.standing is not Standing.LEFT:
        raise AlreadyIn
    member.role_words, member.standing, member.made_at = words, standing, now()
    db.session.flush()
    return member
