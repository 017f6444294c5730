"""Import an export file: ask for it, carry it out in chunks, know what is covered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any

from sqlalchemy import Select, false, func, select

from app.accounts.models import Company, Member
from app.accounts.roles import Power
from app.bureau import span, taking
from app.bureau.models import Direction, Import, LedgerRow, RowChange, Step
from app.core.errors import N_, Problem
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.period import Period, merge, today
from app.documents import documents
from app.documents.models import Document
from app.journal import journal
from app.notices import notices
from app.plumbing import queue, sandbox
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable

XLSX = frozenset({"xlsx"})

REASONS: dict[str, str] = {
    **documents.REASONS,
    "no_sheet": N_(
        "This file has neither a sheet 发票基础信息 nor 信息汇总表. Export 全量发票查询 and choose "
        "that file."
    ),
    "no_header": N_("The columns 开票日期, 价税合计 and 发票状态 were not found in this file."),
    "no_rows": N_("No row of this file belongs to this company."),
    "twin": N_("This file was imported before for the same days."),
    "no_column": N_("The column %(columns)s was not found in this file."),
}


class FutureExport(Problem):
    """An export cannot know days that have not been."""

    message = N_("The export cannot be from the future, nor cover days after it was made.")
    field = "ends"


def visible_to(member: Member) -> Select[Import]:
    """The imports of the company in use; none for those who do not see all invoices."""
    mine = select(Import).where(Import.company_id == member.company_id)
    return mine if member.may(Power.SEE_ALL) else mine.where(false())


def rows_visible_to(member: Member) -> Select[LedgerRow]:
    """The ledger of the company in use."""
    mine = select(LedgerRow).where(LedgerRow.company_id == member.company_id)
    return mine if member.may(Power.SEE_ALL) else mine.where(false())


def changes_visible_to(member: Member) -> Select[RowChange]:
    """What a later export gave differently and nobody has looked at."""
    mine = select(RowChange).where(RowChange.company_id == member.company_id)
    mine = mine.where(RowChange.seen_at.is_(None))
    return mine if member.may(Power.SEE_ALL) else mine.where(false())


@dataclass(frozen=True, slots=True)
class Export:
    """What finance says of a file: which direction and days it was asked for, and when."""

    direction: Direction
    period: Period
    exported_on: date


def request(file: IO[bytes], name: str, export: Export, *, by: Member, key: str = "") -> Import:
    """Keep the file and put its import in line; the same file for the same days is one import.

    Raises:
        FutureExport; documents.Refused and the storage's problems.
    """
    if export.exported_on > today(now()) or export.period.end > export.exported_on:
        raise FutureExport
    copy = documents.take(file, name, by=by, key=key, among=XLSX)
    with transaction() as change:
        found = _twin(copy.document, export)
        if found is None:
            found = _add(copy.document, export, by)
            queue.request(change, "workers.bureau.import_ledger", found.id)
    return found


def request_watched(file: IO[bytes], name: str, company: Company, exported_on: date) -> Import:
    """The same for a file that nobody asked for; its direction and days are read from its rows.

    Raises:
        documents.Refused and the storage's problems.
    """
    document = documents.receive(file, name, company_id=company.id, among=XLSX)
    same = (Import.document_id == document.id, Import.member_id.is_(None))
    with transaction() as change:
        found = db.session.scalar(select(Import).where(*same))
        if found is None:
            day = Period(exported_on, exported_on)
            export = Export(Direction.RECEIVED, day, exported_on)
            found = _add(document, export, None)
            queue.request(change, "workers.bureau.import_ledger", found.id)
    return found


def run(import_id: str) -> None:
    """Read the file and take its rows in, a transaction a chunk; picks up where it stopped.

    Raises:
        GivenWay: somebody's list or paper has waited for a while.
    """
    found = db.session.get_one(Import, import_id)
    if found.is_over:
        return
    with transaction():
        found.step, found.began_at = Step.WORKING, found.began_at or now()
    try:
        with documents.open_original(found.document) as file:
            if found.member is None and not found.line:
                _set_span(found, *span.read(file, found.company.tax_id))
            turn = queue.Turn()
            for answer, _ in sandbox.stream("sheet", file):
                take = taking.take_details if answer["is_detail"] else taking.take
                if take(found, answer["rows"]) and turn.is_over():
                    raise queue.GivenWay
    except Unreadable as refusal:
        _end(found, Step.FAILED, refusal.reason)
        return
    _end(found, Step.DONE)


def why(found: Import) -> tuple[str, dict[str, str]]:
    """Why an import failed: a msgid and what it names."""
    reason, _, columns = found.reason.partition(":")
    return REASONS.get(reason, REASONS["broken"]), {"columns": columns}


def covered(company_id: str, direction: Direction) -> list[Period]:
    """The days for which the ledger is known to be whole.

    An export of today does not speak for today: more invoices may follow before midnight.
    """
    done = select(Import).where(
        Import.company_id == company_id,
        Import.direction == direction,
        Import.step == Step.DONE,
    )
    periods = []
    for found in db.session.scalars(done):
        last = min(found.ends, found.exported_on - timedelta(days=1))
        if last >= found.starts:
            periods.append(Period(found.starts, last))
    return merge(periods)


def ended(company_id: str) -> tuple[int, datetime | None]:
    """How many imports of the company have ended, and when the last.

    While that stays the same, so does what the ledger says.
    """
    ends = select(func.count(Import.ended_at), func.max(Import.ended_at))
    count, last = db.session.execute(ends.filter_by(company_id=company_id)).one()
    return count, last


def counts(member: Member, direction: Direction) -> tuple[int, Money]:
    """How many rows of one direction, and their total."""
    rows = rows_visible_to(member).where(LedgerRow.direction == direction).subquery()
    count, total = db.session.execute(select(func.count(), func.sum(rows.c.total))).one()
    return count, total or Money(0)


def see(change: RowChange, *, by: Member) -> None:
    """A person has looked at a changed row; the last one of an import ends the task."""
    left = select(RowChange.id).where(
        RowChange.import_id == change.import_id, RowChange.seen_at.is_(None)
    )
    with transaction():
        change.seen_at = now()
        notices.finish("invoice_watched", task_about(change.company_id, change.row.key))
        if db.session.scalar(left.limit(1)) is None:
            notices.finish("ledger_changed", change.import_id)
        journal.write(by.company_id, "ledger-change-seen", change.row_id, by=by.person)


def task_about(company_id: str, key: InvoiceKey) -> str:
    """What the watch's tasks of one invoice are about, whichever import raised them."""
    return f"{company_id}:{key}"


def _identity(document: Document, export: Export) -> dict[str, Any]:
    return {
        "company_id": document.company_id,
        "document_id": document.id,
        "direction": export.direction,
        "starts": export.period.start,
        "ends": export.period.end,
    }


def _twin(document: Document, export: Export) -> Import | None:
    return db.session.scalar(select(Import).filter_by(**_identity(document, export)))


def _add(document: Document, export: Export, by: Member | None) -> Import:
    found = Import(
        id=new_id(),
        member_id=by.id if by else None,
        exported_on=export.exported_on,
        **_identity(document, export),
    )
    db.session.add(found)
    db.session.flush()
    facts = {
        "digest": document.digest,
        "starts": found.starts.isoformat(),
        "ends": found.ends.isoformat(),
        "exported_on": found.exported_on.isoformat(),
    }
    journal.write(found.company_id, "ledger-import-asked", found.id, by=found.actor, **facts)
    return found


def _set_span(found: Import, direction: Direction, period: Period) -> None:
    """A watched file speaks for the days of its own rows, and was made no earlier than they."""
    export = Export(direction, period, max(found.exported_on, period.end))
    twin = _twin(found.document, export)
    if twin is not None and twin is not found:
        raise Unreadable("twin")
    with transaction():
        found.direction, found.exported_on = export.direction, export.exported_on
        found.starts, found.ends = period.start, period.end


def _end(found: Import, step: Step, reason: str = "") -> None:
    with transaction() as change:
        found.step, found.reason, found.ended_at = step, reason, now()
        journal.write(
            found.company_id,
            f"ledger-import-{step.value}",
            found.id,
            by=found.actor,
            new=found.new,
            changed=found.changed,
            unchanged=found.unchanged,
            refused=found.refused,
            reason=reason,
        )
        queue.request(change, "workers.notices.import_ended", found.id)
        if step is Step.DONE:
            _finish_tasks(found)
            queue.request(change, "workers.verification.check_after_import", found.id)


def _finish_tasks(found: Import) -> None:
    """The same days have now been imported well, so nobody need try again or be reminded."""
    failed = select(Import.id).where(
        Import.company_id == found.company_id,
        Import.direction == found.direction,
        Import.step == Step.FAILED,
        Import.starts >= found.starts,
        Import.ends <= found.ends,
    )
    for import_id in db.session.scalars(failed):
        notices.finish("import_failed", import_id)
    if found.direction is Direction.RECEIVED:
        notices.finish("ledger_late", found.company_id)


def changes_of(found: Import) -> int:
    """How many rows this import gave differently in money or state."""
    query = select(func.count()).where(RowChange.import_id == found.id)
    return db.session.scalar(query) or 0
