"""First answers about many invoices that nobody here has brought: a few questions for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table

from app.accounts.models import Member
from app.bureau import imports
from app.core.invoice import InvoiceKey
from app.core.period import today
from app.core.verdict import derive
from app.invoices import many
from app.invoices.many import Newcomer
from app.plumbing import bulk
from app.plumbing.clock import now
from app.plumbing.ids import new_id
from app.verification import checks, doubtful
from app.verification.desk import Desk, filling
from app.verification.models import Check
from app.verification.rules import RULES, Answer, Known

_CHECKS = cast(Table, Check.__table__)


@dataclass(frozen=True, slots=True)
class Answered:
    """Invoices with their answers, of which nothing is kept; ``as_of`` is ``imports.ended``."""

    ids: Mapping[InvoiceKey, str]
    rows: many.Rows
    checks: Sequence[dict[str, Any]]
    as_of: tuple[int, datetime | None]


def ask(
    told: Sequence[tuple[InvoiceKey, Mapping[str, str]]], *, by: Member, batch_id: str
) -> Answered:
    """Answers and a verdict for each of what ``by`` typed; changes nothing.

    The keys differ from each other, and the company knows none of them: of those that it knows,
    ``invoices.type_in`` and ``checks.check`` keep account.
    """
    as_of, at = imports.ended(by.company_id), now()
    desk = Desk(by.company, [key for key, _ in told])
    newcomers: list[Newcomer] = []
    answers: list[dict[str, Any]] = []
    for key, values in told:
        newcomer, said = _ask(key, values, desk, at)
        newcomers.append(newcomer)
        answers += said
    ids = {one.key: one.id for one in newcomers}
    return Answered(ids, many.rows(newcomers, by=by, batch_id=batch_id), answers, as_of)


def is_outdated(answered: Answered, company_id: str, known: Collection[InvoiceKey]) -> bool:
    """Whether one of them is ``known`` meanwhile, or the ledger has another import."""
    is_known = not answered.ids.keys().isdisjoint(known)
    return is_known or imports.ended(company_id) != answered.as_of


def keep(answered: Answered, *, by: Member, batch_id: str) -> dict[InvoiceKey, str]:
    """Keep the invoices with their answers; gives their ids. Joins the transaction in hand."""
    if not answered.ids:
        return {}
    said = ((one["rule"], one["words"], one["facts"], one["evidence"]) for one in answered.checks)
    many.add(answered.rows, by=by, batch_id=batch_id, evidence=checks.evidence(said))
    bulk.pour(_CHECKS, answered.checks)
    return dict(answered.ids)


def _ask(
    key: InvoiceKey, values: Mapping[str, str], desk: Desk, at: datetime
) -> tuple[Newcomer, list[dict[str, Any]]]:
    """The same questions as ``checks.check`` puts, about what was typed."""
    known = Known.told(key, values, today=today(at), holders=1, sources=frozenset({"typed"}))
    side = desk.side(key, known.issued)
    answers = [answer for rule in RULES if (answer := rule(known, side))]
    invoice_id, digest = new_id(), checks.digest_of(known)
    row = desk.rows.get(key)
    said = {"typed": values, "ledger": filling(row)} if row else {"typed": values}
    newcomer = Newcomer(invoice_id, key, said, _verdict(answers, digest, at))
    return newcomer, [checks.columns(invoice_id, answer, digest, at) for answer in answers]


def _verdict(answers: Sequence[Answer], digest: str, at: datetime) -> dict[str, Any]:
    verdict = derive([answer.finding(digest, at) for answer in answers], digest)
    return {
        "authenticity": verdict.authenticity,
        "lifecycle": verdict.lifecycle,
        "is_held": verdict.held,
        "is_misaddressed": any((one.rule, one.words) == ("buyer", "other") for one in answers),
        "doubtful": " ".join(doubtful.names(doubtful.at_fault(answers))),
    }
