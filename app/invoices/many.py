"""Many invoices at once that nobody here has brought yet, written as plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Table, select

from app.accounts.models import Member
from app.core.fields import trust
from app.core.invoice import InvoiceKey
from app.core.verdict import Authenticity, Lifecycle
from app.invoices import doubts, parties, told, wallet
from app.invoices.models import Change, Field, Holding, Invoice, Listing
from app.invoices.parties import Sides
from app.journal import journal
from app.plumbing import bulk
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.ids import new_id

_TABLES: dict[Any, Table] = {
    model: cast(Table, model.__table__) for model in (Invoice, Field, Holding, Listing, Change)
}
Rows = Mapping[Any, Sequence[dict[str, Any]]]
"""The rows of each table, by its model."""

_NOWHERE: dict[str, Any] = {}

_NEW = {
    "authenticity": Authenticity.NOT_CHECKED,
    "lifecycle": Lifecycle.UNKNOWN,
    "is_held": False,
}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An invoice with what each source says of it, and its verdict and its doubts as columns."""

    id: str
    key: InvoiceKey
    said: Mapping[str, Mapping[str, str]]
    verdict: Mapping[str, Any]


def ids(company_id: str, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, str]:
    """The invoices that the company knows already, held by somebody or not."""
    same = (Invoice.company_id == company_id, Invoice.key.in_(keys))
    found = db.session.execute(select(Invoice.key, Invoice.id).where(*same))
    return {row.key: row.id for row in found}


def typed(invoice_ids: Collection[str], by: Member) -> dict[str, dict[str, str]]:
    """What a member has typed of each, as it counts now, by the invoice's id."""
    mine = (Field.invoice_id.in_(invoice_ids), Field.member_id == by.id, Field.source == "typed")
    rows = select(Field.invoice_id, Field.name, Field.value).where(*mine).order_by(Field.id)
    found: dict[str, dict[str, str]] = {}
    for invoice_id, name, value in db.session.execute(rows):
        found.setdefault(invoice_id, {})[name] = value
    return found


def rows(newcomers: Sequence[Newcomer], *, by: Member, batch_id: str) -> Rows:
    """What there will be of them as typed by ``by`` and held with that batch; nothing is kept."""
    at = now()
    return {
        Invoice: [_invoice(one, by.company_id, at) for one in newcomers],
        Field: [row for one in newcomers for row in _fields(one, by, at)],
        Holding: [_holding(one, by, at) for one in newcomers],
        Listing: [{"batch_id": batch_id, "invoice_id": one.id} for one in newcomers],
        Change: [row for one in newcomers for row in _changes(one, by, batch_id, at)],
    }


def add(made: Rows, *, by: Member, batch_id: str, evidence: str) -> None:
    """Keep what ``rows`` made; joins the transaction in hand.

    The caller has made sure that the company knows none of them. One journal entry speaks for all:
    ``evidence`` is the digest of what was found about them.
    """
    new = made[Invoice]
    sides = [Sides(*(row[name] for name in Sides._fields)) for row in new]
    for row, parties_id in zip(new, parties.note(sides), strict=True):
        row["parties_id"] = parties_id
    bulk.pour_all({table: made[model] for model, table in _TABLES.items()})
    facts = {"count": len(new), "first": str(new[0]["key"]), "last": str(new[-1]["key"])}
    journal.write(
        by.company_id, "invoices-taken", batch_id, by=by.person, evidence=evidence, **facts
    )


def _invoice(one: Newcomer, company_id: str, at: datetime) -> dict[str, Any]:
    believed: dict[str, str] = {}
    for source in sorted(one.said, key=trust, reverse=True):
        believed |= one.said[source]
    made = {"id": one.id, "company_id": company_id, "key": one.key, **told.columns(believed)}
    made |= {**one.verdict, "checked_at": at, "made_at": at}
    made |= {"is_let_go": False, "brought_as": "typed", "reviewed_as": ""}
    # Its rules ask for values only; a mapped instance would cost more than they do.
    invoice = cast(Invoice, SimpleNamespace(**made))
    invoice.has_problem = bool(wallet.problem(invoice))
    return made | {"has_problem": invoice.has_problem, "review_for": doubts.sort(invoice)}


def _fields(one: Newcomer, by: Member, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "invoice_id": one.id,
            "name": name,
            "value": value,
            "source": source,
            "document_id": None,
            "place": _NOWHERE,
            "member_id": by.id if source == "typed" else None,
            "made_at": at,
        }
        for source, values in one.said.items()
        for name, value in values.items()
    ]


def _holding(one: Newcomer, by: Member, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "invoice_id": one.id,
        "member_id": by.id,
        "document_id": None,
        "made_at": at,
    }


def _changes(one: Newcomer, by: Member, batch_id: str, at: datetime) -> list[dict[str, Any]]:
    """That it was learned, and its verdict, for the rooms to the right."""
    told_of: list[tuple[str, str, dict[str, Any]]] = [("learned", "typed", {"batch": batch_id})]
    life = {name: one.verdict[name] for name in _NEW}
    if life != _NEW:
        told_of.append(("verdict", "verification", {"before": _NEW, "after": life}))
    return [
        {
            "id": new_id(),
            "company_id": by.company_id,
            "invoice_id": one.id,
            "what": what,
            "source": source,
            "facts": facts,
            "at": at,
        }
        for what, source, facts in told_of
    ]
