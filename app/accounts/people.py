"""People: make one, find one by e-mail or phone, change or reset a password."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError

from app.accounts import links, passwords
from app.accounts.models import Company, Device, Link, Member, Person, Purpose, Standing
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.journal import journal
from app.plumbing import mail
from app.plumbing.clock import now
from app.plumbing.db import Change, db, transaction
from app.plumbing.form import tidy_phone
from app.plumbing.ids import new_id


class Known(Problem):
    """Somebody has this e-mail address or phone number already."""

    message = N_("Somebody signs in with this already. Sign in first, then open the link again.")


class EmailKnown(Known):
    """It is the e-mail address."""

    field = "email"


class PhoneKnown(Known):
    """It is the phone number."""

    field = "phone"


class Unreachable(Problem):
    """Neither an e-mail address nor a phone number."""

    message = N_("Please give an e-mail address or a phone number: you sign in with it.")
    field = "email"


class WrongPassword(Problem):
    """The current password was not right."""

    message = N_("This is not your current password.")
    field = "current"


def find(identifier: str) -> Person | None:
    """The person who signs in with this e-mail address or phone number."""
    clean = identifier.strip().lower()
    query = select(Person).where(or_(Person.email == clean, Person.phone == tidy_phone(clean)))
    return db.session.scalar(query)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody types to come in; ``email`` or ``phone`` may be empty, not both."""

    name: str
    email: str
    phone: str
    password: str


def add(new: Newcomer, *, privileged: bool = False, company: str = "") -> Person:
    """Make a person inside the transaction in hand; ``company`` must not make up the password.

    Raises:
        Unreachable, Known, passwords.TooShort, passwords.Guessable.
    """
    if not (new.email or new.phone):
        raise Unreachable
    _refuse_known(new.email, new.phone)
    about = [new.name, new.email, new.phone, company]
    person = Person(
        id=new_id(),
        name=new.name,
        email=new.email or None,
        phone=new.phone or None,
        password_hash=passwords.make(new.password, about=about, is_privileged=privileged),
    )
    db.session.add(person)
    try:
        db.session.flush()
    except IntegrityError as twin:
        raise Known from twin
    return person


def change_password(person: Person, *, current: str, fresh: str, keep: Device) -> None:
    """Give oneself a new password; other devices are signed out."""
    if not passwords.matches(current, person.password_hash):
        raise WrongPassword
    with transaction() as change:
        _set_password(change, person, fresh)
        _end_devices(person, besides=keep.id)


def ask_reset(identifier: str) -> None:
    """Send a reset link if somebody has this e-mail address; says nothing either way."""
    person = find(identifier)
    if person is None or not person.email or _was_just_asked(person):
        return
    with transaction() as change:
        url = links.make(Purpose.RESET, person_id=person.id)
        mail.post_in(change, person.language, person.email, RESET_SUBJECT, RESET_TEXT, url=url)
        _note(person, "password-reset-asked")


def reset_by_link(person: Person, *, by: Member) -> str:
    """A one-time reset link for an administrator to hand over; never the password itself."""
    with transaction():
        url = links.make(Purpose.RESET, person_id=person.id, made_by=by.person_id)
        journal.write(by.company_id, "reset-link-made", person.id, by=by.person, name=person.name)
    return url


def reset(token: str, password: str) -> Person:
    """Set a new password through a link; every device is signed out."""
    with transaction() as change:
        link = links.use(Purpose.RESET, token)
        person = db.session.get_one(Person, link.person_id)
        _set_password(change, person, password)
        _end_devices(person)
    return person


def speak(person: Person, language: str) -> None:
    """Keep the language that a person reads."""
    with transaction():
        person.language = language
        journal.write(journal.HOUSE, "language-chosen", person.id, by=person, language=language)


def memberships(person: Person) -> list[Member]:
    """Where the person is in, companies first, their own space last."""
    query = _seats(person.id).join(Company).order_by(Company.kind, Company.name)
    return list(db.session.scalars(query))


def seats_visible_to(member: Member) -> Select[Member]:
    """The member's own seats, in whichever company."""
    return _seats(member.person_id)


def seat_elsewhere(member: Member, tax_id: str) -> Member | None:
    """The same person's seat in another company, by its tax id, if they may hand in there."""
    if not tax_id:
        return None
    query = (
        seats_visible_to(member)
        .join(Company)
        .where(Company.tax_id == tax_id, Company.id != member.company_id)
    )
    seat = db.session.scalar(query)
    return seat if seat and seat.may(Power.HAND_IN) else None


def seats_elsewhere(member: Member, tax_ids: Collection[str]) -> dict[str, str]:
    """The names of those of the companies, by tax id, in which ``seat_elsewhere`` has a seat."""
    if not tax_ids:
        return {}
    query = (
        seats_visible_to(member)
        .join(Company)
        .where(Company.tax_id.in_(tax_ids), Company.id != member.company_id)
    )
    seats = [seat for seat in db.session.scalars(query) if seat.may(Power.HAND_IN)]
    return {seat.company.tax_id or "": seat.company.name for seat in seats}


def _was_just_asked(person: Person) -> bool:
    """One letter in five minutes is enough: nobody's mailbox can be flooded from here."""
    recent = select(Link.id).where(
        Link.person_id == person.id,
        Link.purpose == Purpose.RESET,
        Link.made_by.is_(None),
        Link.made_at > now() - timedelta(minutes=5),
    )
    return db.session.scalar(recent.limit(1)) is not None


def _seats(person_id: str) -> Select[Member]:
    return select(Member).where(Member.person_id == person_id, Member.standing == Standing.ACTIVE)


def _set_password(change: Change, person: Person, password: str) -> None:
    """The new hash; links that would set another one stop working."""
    seats = memberships(person)
    privileged = any(member.is_privileged for member in seats)
    companies = [member.company.name for member in seats]
    about = [person.name, person.email or "", person.phone or "", *companies]
    person.password_hash = passwords.make(password, about=about, is_privileged=privileged)
    for link in db.session.scalars(select(Link).where(Link.person_id == person.id)):
        link.used_at = link.used_at or now()
    _note(person, "password-changed")
    if person.email:
        mail.post_in(change, person.language, person.email, CHANGED_SUBJECT, CHANGED_TEXT)


def _end_devices(person: Person, besides: str = "") -> None:
    devices = select(Device).where(Device.person_id == person.id, Device.id != besides)
    for device in db.session.scalars(devices):
        db.session.delete(device)


def _note(person: Person, action: str) -> None:
    journal.write(journal.HOUSE, action, person.id, by=person)


def _refuse_known(email: str, phone: str) -> None:
    if email and db.session.scalar(select(Person.id).where(Person.email == email)):
        raise EmailKnown
    if phone and db.session.scalar(select(Person.id).where(Person.phone == phone)):
        raise PhoneKnown


RESET_SUBJECT = N_("Reset your Yanpiao password")
RESET_TEXT = N_(
    "Somebody asked to reset your password. If it was you, open this link within 30 minutes:\n\n"
    "%(url)s\n\nIf it was not you, do nothing: your password stays as it is."
)
CHANGED_SUBJECT = N_("Your Yanpiao password was changed")
CHANGED_TEXT = N_(
    "Your password was changed just now and other devices were signed out. If it was not you, "
    "reset it at once and tell your administrator."
)
