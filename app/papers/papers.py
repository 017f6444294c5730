"""Ask for a paper, make it, take it, let it go."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import IO, Any

from flask_babel import force_locale, gettext
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from app.accounts.models import Member, Standing
from app.core.errors import N_, Problem
from app.core.period import SHANGHAI
from app.documents.models import Document
from app.invoices.models import Invoice
from app.journal import journal
from app.notices import notices
from app.papers import making
from app.papers.lettering import NoFont
from app.papers.makers import KINDS
from app.papers.making import Making, TakenBack, Unmade
from app.papers.models import Kind, Paper, Step
from app.plumbing import queue, storage
from app.plumbing.beside import LeftAlone
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.queue import Lost
from app.plumbing.sandbox import Silent
from app.plumbing.storage import Kept

KEPT = timedelta(days=7)
"""For how long a paper can be fetched."""

MAKE = "workers.papers.make"
MOST_CHOSEN = 2_000

REASONS: dict[str, str] = {
    "nothing": N_("None of these invoices can be seen any more."),
    "full": N_("The server has no room left. Please tell your administrator, then ask again."),
    "long": N_("This is more than one file of this kind holds. Narrow it down, then ask again."),
    "font": N_("No font is installed here that has Chinese. Please tell your administrator."),
    "fault": N_("A fault on our side. Please ask again; if it happens again, tell us."),
}

_log = logging.getLogger(__name__)


class Nothing(Problem):
    """Nothing is chosen, or nothing of it may be seen."""

    message = N_("There is no invoice here to put into a file.")


class TooMany(Problem):
    """Nobody picks so many by hand."""

    message = N_("At most %(most)s can be chosen one by one. Take all that is found instead.")


class Gone(Problem):
    """Its time was over, or its bytes are not here."""

    message = N_("This file is no longer here. Please ask for it again.")
    status = 404


def visible_to(member: Member) -> Select[Paper]:
    """One's own, in the company in use."""
    return select(Paper).where(Paper.member_id == member.id)


def request(kind: Kind, asked: Mapping[str, Any], *, by: Member, language: str) -> Paper:
    """Ask for a paper in a language; a worker makes it, and a notice tells when it is there.

    Raises:
        Nothing: there is nothing to put into it.
        TooMany: more than ``MOST_CHOSEN`` ids.
    """
    if len(asked.get("ids", ())) > MOST_CHOSEN:
        raise TooMany(most=MOST_CHOSEN)
    if not _is_there(kind, asked, by):
        raise Nothing
    with transaction() as change:
        paper = Paper(
            id=new_id(),
            company_id=by.company_id,
            member_id=by.id,
            kind_word=kind,
            asked=dict(asked),
            language=language,
            name=_name(kind, by, language),
            expires_at=now() + KEPT,
        )
        db.session.add(paper)
        db.session.flush()
        facts = {"kind": kind.value, "name": paper.name, **_of(asked)}
        journal.write(by.company_id, "paper-asked", paper.id, by=by.person, **facts)
        queue.request(change, MAKE, paper.id)
    return paper


def run(paper_id: str) -> None:
    """Make it, from the beginning if another worker began; nothing for one that is over or gone."""
    paper = db.session.get(Paper, paper_id)
    if paper is None or paper.is_over:
        return
    try:
        work = _begin(paper)
        with force_locale(paper.language), storage.draft() as file:
            KINDS[work.kind].make(work, file)
            _keep(work, storage.settle(file))
    except TakenBack:
        return
    except Unmade as refusal:
        _fail(paper_id, refusal.reason)
    except NoFont:
        _fail(paper_id, "font")
    except storage.DiskFull:
        _fail(paper_id, "full")
    except (Lost, OperationalError, Silent, LeftAlone):
        raise
    except Exception:
        _log.exception("paper %s could not be made", paper_id)
        _fail(paper_id, "fault")


def give_up() -> None:
    """Say of papers at which every worker failed that they will not be made."""
    lost = select(Paper).where(Paper.id.in_(queue.given_up(MAKE)), Paper.ended_at.is_(None))
    for paper in db.session.scalars(lost).all():
        _fail(paper.id, "fault")


def open_file(paper: Paper) -> IO[bytes]:
    """Its bytes.

    Raises:
        Gone: it is not ready, or not here any more.
    """
    if paper.step is not Step.DONE or paper.expires_at <= now():
        raise Gone
    try:
        return storage.read(paper.digest)
    except FileNotFoundError:
        raise Gone from None


def discard(paper: Paper, *, by: Member) -> None:
    """Take it away, made or not: whoever makes it stops."""
    with transaction():
        journal.write(by.company_id, "paper-deleted", paper.id, by=by.person, name=paper.name)
        _forget(paper)


def expire() -> int:
    """Take away what nobody may fetch any more; gives how many."""
    late = select(Paper).where(Paper.expires_at <= now()).order_by(Paper.id).limit(200)
    found = list(db.session.scalars(late))
    for paper in found:
        with transaction():
            facts = {"name": paper.name}
            journal.write(paper.company_id, "paper-expired", paper.id, by=journal.System(), **facts)
            _forget(paper)
    return len(found)


def why(paper: Paper) -> str:
    """The msgid of why it failed."""
    return REASONS.get(paper.reason, REASONS["fault"])


def _begin(paper: Paper) -> Making:
    """Take it in hand and count what there is, as its member may see it now."""
    total = making.count(making.found(paper.asked, paper.member))
    total = total or KINDS[paper.kind_word].others(paper.asked, paper.member)
    with transaction():
        queue.hold_on()
        mine = making.still_wanted(paper.id)
        if mine.member.standing is not Standing.ACTIVE:
            raise Unmade("nothing")
        mine.step, mine.done, mine.total = Step.WORKING, 0, total
        if not total:
            raise Unmade("nothing")
    return Making(paper)


def _is_there(kind: Kind, asked: Mapping[str, Any], member: Member) -> bool:
    """Whether there is an invoice, or something else that the paper tells of."""
    some = making.found(dict(asked), member).with_only_columns(Invoice.id).limit(1)
    return db.session.scalar(some) is not None or KINDS[kind].others(asked, member) > 0


def _keep(work: Making, kept: Kept) -> None:
    try:
        with transaction():
            queue.hold_on()
            paper = making.still_wanted(work.paper_id)
            paper.digest, paper.size, paper.done = kept.digest, kept.size, paper.total
            facts = {"name": paper.name, "digest": kept.digest, "count": paper.total}
            _end(paper, Step.DONE, "paper_ready", **facts)
    except TakenBack:
        _forget_bytes(kept.digest)
        raise


def _fail(paper_id: str, reason: str) -> None:
    with suppress(TakenBack), transaction():
        queue.hold_on()
        paper = making.still_wanted(paper_id)
        paper.reason = reason
        _end(paper, Step.FAILED, "paper_failed", name=paper.name, reason=reason)


def _end(paper: Paper, step: Step, notice: str, **facts: Any) -> None:
    paper.step, paper.ended_at, paper.expires_at = step, now(), now() + KEPT
    action, by = f"paper-{step.value}", paper.member.person
    journal.write(paper.company_id, action, paper.id, by=by, **facts)
    path = f"/papers#paper-{paper.id}"
    notices.tell([paper.member], notice, about=paper.id, path=path, file=paper.name)


def _name(kind: Kind, by: Member, language: str) -> str:
    """What it is and when it was asked for; a specimen's says so."""
    with force_locale(language):
        mark = gettext("SPECIMEN") if by.company.is_specimen else ""
        title = gettext(KINDS[kind].title)
    at = f"{now().astimezone(SHANGHAI):%Y%m%d-%H%M}"
    return f"{'-'.join(filter(None, (mark, title, at)))}.{KINDS[kind].suffix}"


def _of(asked: Mapping[str, Any]) -> dict[str, Any]:
    if "ids" in asked:
        return {"count": len(asked["ids"])}
    return {"state": asked["state"]} if asked.get("state") else {}


def _forget(paper: Paper) -> None:
    """The row, and the bytes once that is kept."""
    with transaction() as change:
        digest = paper.digest
        db.session.delete(paper)
        if digest:
            change.after_commit(lambda: _forget_bytes(digest))


def _forget_bytes(digest: str) -> None:
    """Unless another paper or a document is these bytes."""
    for table in (Paper, Document):
        if db.session.scalar(select(table.id).where(table.digest == digest).limit(1)):
            return
    storage.forget(digest)
