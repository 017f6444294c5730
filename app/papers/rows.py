"""The columns of every list that is taken out, and an invoice as a row of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import select

from app.accounts.models import Member, Person
from app.accounts.roles import Power
from app.core.errors import N_
from app.core.money import Money
from app.core.period import SHANGHAI
from app.core.verdict import Authenticity, Lifecycle
from app.documents.models import Document
from app.invoices import told, wallet
from app.invoices.models import Holding, Invoice
from app.invoices.words import NAMES
from app.plumbing.db import db
from app.plumbing.search import one_of
from app.plumbing.settings import settings
from app.verification import evidence
from app.verification.words import AFTER, AUTHENTICITY, HELD, LIFECYCLE, NEXT

Cell = str | int | Money | date | datetime | None


class Sort(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    LINK = "link"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Column:
    """``title`` is a msgid, ``width`` in characters of a spreadsheet."""

    name: str
    title: str
    width: int
    sort: Sort = Sort.TEXT


COLUMNS = (
    Column("number", NAMES["number"], 23),
    Column("code", NAMES["code"], 14),
    Column("kind", NAMES["kind_word"], 20),
    Column("issued", NAMES["issued"], 11, Sort.DAY),
    Column("buyer_name", NAMES["buyer_name"], 28),
    Column("buyer_tax_id", NAMES["buyer_tax_id"], 21),
    Column("seller_name", NAMES["seller_name"], 28),
    Column("seller_tax_id", NAMES["seller_tax_id"], 21),
    Column("amount", NAMES["amount"], 14, Sort.MONEY),
    Column("tax", NAMES["tax"], 12, Sort.MONEY),
    Column("total", NAMES["total"], 14, Sort.MONEY),
    Column("verdict", N_("Verdict"), 14),
    Column("state", N_("State"), 12),
    Column("held", N_("On hold because"), 22),
    Column("problem", N_("What needs somebody"), 26),
    Column("checked_at", N_("Checked at"), 16, Sort.MOMENT),
    Column("source", N_("Source of the verdict"), 40),
    Column("evidence", N_("Evidence"), 28),
    Column("brought_by", N_("Brought by"), 14),
    Column("files", N_("Original files"), 28),
    Column("remark", NAMES["remark"], 24),
    Column("link", N_("Link"), 12, Sort.LINK),
)


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` in the order of ``COLUMNS``; None is what nobody knows. ``tone`` as of ``tone``."""

    cells: list[Cell]
    tone: str


def titles(columns: Sequence[Column] = COLUMNS) -> list[str]:
    """The heads of the columns in the language in force."""
    return [gettext(column.title) for column in columns]


def rows(page: Sequence[Invoice], member: Member) -> list[Row]:
    """The invoices in the language in force, with six questions however many they are."""
    behind, alarms = evidence.behind(page), evidence.alarms(page)
    brought, files = _brought(page, member)
    remarks = told.values(page, ("remark",))
    words, address = _words(member), f"{settings().url}/invoices/"
    made = []
    for one in page:
        reason = behind.get(one.id, evidence.NOTHING)
        cells: list[Cell] = [
            *_identity(one),
            one.buyer_name,
            one.buyer_tax_id,
            one.seller_name,
            one.seller_tax_id,
            one.amount,
            one.tax,
            one.total,
            words[one.authenticity],
            words[one.lifecycle],
            " · ".join(alarms.get(one.id, ())),
            problem(one),
            one.checked_at.astimezone(SHANGHAI).replace(tzinfo=None) if one.checked_at else None,
            reason.source,
            reason.reference,
            " · ".join(brought.get(one.id, ())),
            " · ".join(files.get(one.id, ())),
            remarks.get(one.id, {}).get("remark", ""),
            address + one.id,
        ]
        made.append(Row([clean(cell) for cell in cells], tone(one)))
    return made


def clean(cell: Cell) -> Cell:
    """Without the control characters that no spreadsheet and no reader of CSV expects."""
    if not isinstance(cell, str) or cell.isprintable():
        return cell
    return cell.translate(_CONTROLS)


_CONTROLS = dict.fromkeys((*range(32), 127))


def tone(invoice: Invoice) -> str:
    """How its verdict reads, as on every page: ok, warn, bad, info or none."""
    return _LIVES.get(invoice.lifecycle) or _ANSWERS.get(invoice.authenticity, "none")


def problem(invoice: Invoice) -> str:
    """What a person has to look at, in the language in force; empty if nothing."""
    step = {
        "state": AFTER.get(invoice.lifecycle, ("", "")),
        "held": HELD,
        "answer": NEXT[invoice.authenticity],
        "title": (N_("Not made out to your company"), ""),
    }.get(wallet.problem(invoice))
    return gettext(step[0]) if step else ""


_LIVES = {
    Lifecycle.VOIDED: "bad",
    Lifecycle.RED_FULL: "bad",
    Lifecycle.RED_UNKNOWN: "bad",
    Lifecycle.RED_PARTIAL: "warn",
    Lifecycle.IS_RED: "info",
}
_ANSWERS = {
    Authenticity.GENUINE: "ok",
    Authenticity.MISMATCH: "bad",
    Authenticity.NOT_FOUND: "bad",
}


def _identity(invoice: Invoice) -> list[Cell]:
    """What is known by its file only has no number yet; the official title stays Chinese."""
    key = invoice.key
    number = "" if key.scheme == "file" else key.number
    return [number, key.code, invoice.kind_title, invoice.issued]


def _words(member: Member) -> dict[str, str]:
    """Every verdict of the specimen company wears the word (DESIGN §3, rule 7)."""
    mark = f"{gettext('SPECIMEN')} · " if member.company.is_specimen else ""
    texts: list[tuple[str, str]] = [*AUTHENTICITY.items(), *LIFECYCLE.items()]
    return {word: f"{mark}{gettext(text)}" for word, text in texts}


def _names(ids: Collection[str]) -> Mapping[str, str]:
    named = select(Member.id, Person.name).join(Person, Person.id == Member.person_id)
    return {one.id: one.name for one in db.session.execute(named.where(Member.id.in_(ids)))}


def _brought(
    page: Sequence[Invoice], member: Member
) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]:
    """Who brought each, and in which files; who sees only their own hears only of these."""
    held = select(Holding.invoice_id, Holding.member_id, Document.name)
    held = held.outerjoin(Document, Document.id == Holding.document_id)
    held = held.where(one_of(Holding.invoice_id, [one.id for one in page])).order_by(Holding.id)
    if not member.may(Power.SEE_ALL):
        held = held.where(Holding.member_id == member.id)
    people: dict[str, dict[str, None]] = {}
    files: dict[str, dict[str, None]] = {}
    found = db.session.execute(held).all()
    names = _names({holder for _, holder, _ in found})
    for invoice_id, holder, file in found:
        people.setdefault(invoice_id, {})[names[holder]] = None
        if file:
            files.setdefault(invoice_id, {})[file] = None
    return {one: list(names) for one, names in people.items()}, {
        one: list(names) for one, names in files.items()
    }
