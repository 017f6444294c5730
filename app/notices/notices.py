"""Tell members something, once each; read it, do it, choose the ways."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import Select, func, select

from app.accounts.models import Member
from app.core.errors import N_, Problem
from app.journal import journal
from app.notices.kinds import KINDS
from app.notices.models import Choice, Notice
from app.plumbing import mail
from app.plumbing.clock import now
from app.plumbing.db import Change, db, transaction
from app.plumbing.ids import new_id
from app.plumbing.settings import settings


class NotDismissible(Problem):
    """A task that only its own page ends."""

    message = N_("This is not done by saying so. Please open it.")


def visible_to(member: Member) -> Select[Notice]:
    """One's own, in the company in use."""
    return select(Notice).where(Notice.member_id == member.id)


def tell(members: Iterable[Member], kind: str, *, about: str, path: str, **facts: Any) -> None:
    """Tell each member once about one thing; ``about`` is the row it concerns.

    A second call for the same member, kind and row does nothing, so a job may run twice.
    """
    with transaction() as change:
        for member in members:
            key = f"{kind}:{about}:{member.id}"
            if db.session.scalar(select(Notice.id).where(Notice.key == key)):
                continue
            notice = Notice(
                id=new_id(),
                company_id=member.company_id,
                member_id=member.id,
                key=key,
                kind_word=kind,
                facts=facts,
                path=path,
            )
            db.session.add(notice)
            _mail(change, member, notice)


def unread(member: Member) -> int:
    """The number on the bell; counted to 99."""
    query = visible_to(member).where(Notice.read_at.is_(None)).limit(99)
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def read(member: Member) -> None:
    """Everything on the list has been seen."""
    with transaction():
        fresh = db.session.scalars(visible_to(member).where(Notice.read_at.is_(None))).all()
        for notice in fresh:
            notice.read_at = now()
        if fresh:
            count = len(fresh)
            journal.write(
                member.company_id, "notices-read", member.id, by=member.person, count=count
            )


def is_open(kind: str, about: str) -> bool:
    """Whether somebody has been asked to do this and nobody has yet."""
    tasks = select(Notice.id).where(Notice.key.startswith(f"{kind}:{about}:", autoescape=True))
    return db.session.scalar(tasks.where(Notice.done_at.is_(None)).limit(1)) is not None


def open_about(kind: str) -> list[str]:
    """What the open tasks of one kind are about, each once, the oldest first."""
    tasks = select(Notice).where(Notice.kind_word == kind, Notice.done_at.is_(None))
    return list({task.about: None for task in db.session.scalars(tasks.order_by(Notice.id))})


def finish(kind: str, about: str) -> None:
    """A task is done for everybody who was asked, inside the transaction in hand."""
    tasks = select(Notice).where(Notice.key.startswith(f"{kind}:{about}:", autoescape=True))
    for notice in db.session.scalars(tasks):
        notice.done_at = notice.done_at or now()


def withdraw(kind: str, about: str) -> None:
    """Take back what nobody has read yet; a task that was read is done.

    Inside the transaction in hand.
    """
    told = select(Notice).where(Notice.key.startswith(f"{kind}:{about}:", autoescape=True))
    for notice in db.session.scalars(told.where(Notice.read_at.is_(None))):
        db.session.delete(notice)
    db.session.flush()
    finish(kind, about)


def title(notice: Notice) -> str:
    """What a notice says, in the reader's language; facts that are terms are translated too."""
    facts = notice.facts
    terms = {name: gettext(facts[name]) for name in notice.kind.terms if facts.get(name)}
    return str(gettext(notice.kind.title, **{**facts, **terms}))


def dismiss(notice: Notice, *, by: Member) -> None:
    """Somebody says that a task is done: then it is for everybody who was asked.

    Raises:
        NotDismissible: this one ends only by doing it.
    """
    with transaction():
        if not (notice.is_open_task and notice.kind.may_dismiss):
            raise NotDismissible
        finish(notice.kind_word, notice.about)
        facts = {"kind": notice.kind_word}
        journal.write(by.company_id, "task-dismissed", notice.id, by=by.person, **facts)


def choose(member: Member, wanted: set[str]) -> None:
    """The kinds that should also come by e-mail."""
    with transaction():
        for word in KINDS:
            found = db.session.get(Choice, (member.id, word))
            if found is None:
                found = Choice(member_id=member.id, kind_word=word)
                db.session.add(found)
            found.mails = word in wanted
        kinds = sorted(wanted & KINDS.keys())
        journal.write(
            member.company_id, "notice-mail-chosen", member.id, by=member.person, kinds=kinds
        )


def mailed_kinds(member: Member) -> set[str]:
    """The kinds that this member gets by e-mail."""
    rows = db.session.scalars(select(Choice).where(Choice.member_id == member.id))
    chosen = {choice.kind_word: choice.mails for choice in rows}
    return {word for word, kind in KINDS.items() if chosen.get(word, kind.mails)}


def _mail(change: Change, member: Member, notice: Notice) -> None:
    person = member.person
    wanted = member.company.offers("mail") and notice.kind_word in mailed_kinds(member)
    if wanted and person.email:
        url = f"{settings().url}{notice.path}"
        with force_locale(person.language or "zh"):
            said = title(notice)
            mail.post(change, person.email, said, f"{said}\n\n{url}")
