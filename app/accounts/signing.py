"""Signing in and out, devices, and the pause after wrong passwords."""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, select
from ua_parser import parse

from app.accounts import companies, passwords, people
from app.accounts.links import digest
from app.accounts.models import Attempt, Device, Member, Person, Standing
from app.core.errors import N_, Problem
from app.journal import journal
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.form import tidy_phone
from app.plumbing.ids import new_id, new_token

FREE_TRIES, ADDRESS_TRIES = 5, 20
LONGEST_PAUSE = timedelta(minutes=15)
MINE, DAY, REST = timedelta(days=30), timedelta(hours=12), timedelta(minutes=30)
_PHONES = ("Android", "iOS", "HarmonyOS")


class Wrong(Problem):
    """The account or the password is not right; which one is not said."""

    message = N_("This account or password is not right. You can try %(left)s more times.")
    field = "password"


class WrongLast(Problem):
    """The last try before a pause."""

    message = N_("This account or password is not right. Please wait %(minutes)s minutes.")
    field = "password"


class Waiting(Problem):
    """Too many wrong passwords; more tries are not even looked at."""

    message = N_("Too many wrong passwords. Please wait %(minutes)s minutes, or reset it.")
    field = "password"
    status = 429


def sign_in(identifier: str, password: str, *, address: str, agent: str, mine: bool) -> str:
    """Check the password and open a session; gives the cookie's token, kept only as a digest.

    Raises:
        Wrong, WrongLast, Waiting: the same for accounts that do not exist.
    """
    account = "account:" + hashlib.sha256(tidy_phone(identifier).lower().encode()).hexdigest()
    network = f"address:{address}"
    _refuse_waiting(account, network)
    person = people.find(identifier)
    right = passwords.matches(password, person.password_hash if person else None)
    if person is None or not right:
        raise _failure(account, network)
    with transaction():
        for subject in (account, network):
            if attempt := db.session.get(Attempt, subject):
                db.session.delete(attempt)
        return open_session(person, agent=agent, mine=mine)


def open_session(person: Person, *, agent: str, mine: bool, member: Member | None = None) -> str:
    """Sign a person in on one device, inside the transaction in hand or one of its own."""
    label, is_phone = describe(agent)
    token = new_token()
    with transaction():
        member = member or _usual_seat(person)
        device = Device(
            id=new_id(),
            token_hash=digest(token),
            person_id=person.id,
            member_id=member.id,
            label=label,
            is_phone=is_phone,
            is_mine=mine and is_phone,
        )
        db.session.add(device)
        journal.write(journal.HOUSE, "signed-in", person.id, by=person, device=label)
    return token


def device_of(token: str) -> Device | None:
    """The device behind a cookie, unless its time is over; its last use is noted by the minute."""
    device = db.session.scalar(select(Device).where(Device.token_hash == digest(token)))
    if device is None or is_over(device, now()):
        return None
    if now() - device.seen_at > timedelta(minutes=1):
        with transaction():
            device.seen_at = now()
    return device


def is_over(device: Device, moment: datetime) -> bool:
    """30 days of rest on one's own phone; elsewhere 12 hours, or 30 minutes of rest for roles
    that handle money or rights (DESIGN §9)."""
    if device.member.standing is not Standing.ACTIVE:
        return True
    rest = moment - device.seen_at
    if device.is_mine:
        return rest > MINE
    if device.member.is_privileged and not device.is_phone and rest > REST:
        return True
    return moment - device.made_at > DAY


def visible_to(member: Member) -> Select[Device]:
    """One's own devices."""
    return select(Device).where(Device.person_id == member.person_id)


def desk(person: Person) -> Member | None:
    """The seat a person worked in last, where they will look first."""
    newest = select(Device).where(Device.person_id == person.id).order_by(Device.seen_at.desc())
    device = db.session.scalar(newest.limit(1))
    return device.member if device else next(iter(people.memberships(person)), None)


def sign_out(device: Device) -> None:
    """End one device's session."""
    with transaction():
        journal.write(
            journal.HOUSE, "signed-out", device.person_id, by=device.person, device=device.label
        )
        db.session.delete(device)


def sign_out_everywhere(person: Person, *, besides: Device) -> None:
    """End every session but this one."""
    with transaction():
        others = select(Device).where(Device.person_id == person.id, Device.id != besides.id)
        for device in db.session.scalars(others):
            db.session.delete(device)
        journal.write(journal.HOUSE, "signed-out-everywhere", person.id, by=person)


def use_company(device: Device, member: Member) -> None:
    """Work in another company from now on, on this device."""
    with transaction():
        device.member_id = member.id
        journal.write(member.company_id, "company-entered", member.id, by=device.person)


def forget_old() -> None:
    """Remove sessions whose time is over and pauses that ended."""
    with transaction():
        for device in db.session.scalars(select(Device).where(Device.seen_at < now() - DAY)):
            if is_over(device, now()):
                _end(device)
        old = select(Attempt).where(Attempt.since < now() - timedelta(days=1))
        for attempt in db.session.scalars(old):
            db.session.delete(attempt)


@lru_cache(maxsize=1000)
def describe(agent: str) -> tuple[str, bool]:
    """``("Chrome · Android", True)`` for the devices list: browser, system, is it a phone."""
    found = parse(agent[:500])
    browser = found.user_agent.family if found.user_agent else "?"
    system = found.os.family if found.os else "?"
    return f"{browser} · {system}", system in _PHONES


def _end(device: Device) -> None:
    """A session whose time is over."""
    journal.write(
        journal.HOUSE, "session-ended", device.person_id, by=journal.System(), device=device.label
    )
    db.session.delete(device)


def _usual_seat(person: Person) -> Member:
    seats = people.memberships(person)
    return seats[0] if seats else companies.open_personal_space(person)


def _refuse_waiting(*subjects: str) -> None:
    for subject in subjects:
        attempt = db.session.get(Attempt, subject)
        if attempt and attempt.until and attempt.until > now():
            raise Waiting(minutes=_minutes(attempt.until - now()))


def _failure(account: str, network: str) -> Problem:
    with transaction():
        mine = _fail(account, FREE_TRIES)
        _fail(network, ADDRESS_TRIES)
        left, until = FREE_TRIES - mine.failures, mine.until
    if until and until > now():
        return WrongLast(minutes=_minutes(until - now()))
    return Wrong(left=left)


def _fail(subject: str, free: int) -> Attempt:
    """One more failure; from ``free`` on each costs a pause, twice as long each time."""
    attempt = db.session.get(Attempt, subject, with_for_update=True)
    if attempt is None:
        attempt = Attempt(subject=subject, failures=0)
        db.session.add(attempt)
    attempt.failures, attempt.since = attempt.failures + 1, now()
    over = attempt.failures - free
    if over >= 0:
        attempt.until = now() + min(LONGEST_PAUSE, timedelta(minutes=2 ** min(over, 4)))
    return attempt


def _minutes(pause: timedelta) -> int:
    return max(1, round(pause.total_seconds() / 60 + 0.4))
