"""First answers about many invoices that nobody here has brought: a few questions for all."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table

from app.accounts.models import Member
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


def take(
    told: Sequence[tuple[InvoiceKey, Mapping[str, str]]], *, by: Member, batch_id: str
) -> dict[InvoiceKey, str]:
    """Keep invoices that a member typed, each with its answers and its verdict; gives their ids.

    Joins the transaction in hand. The keys differ from each other, and the company knows none of
    them: of those that it knows, ``invoices.type_in`` and ``checks.check`` keep account.
    """
    desk = Desk(by.company, [key for key, _ in told])
    newcomers: list[Newcomer] = []
    kept: list[dict[str, Any]] = []
    for key, values in told:
        newcomer, said = _ask(key, values, desk)
        newcomers.append(newcomer)
        kept += said
    lines = ((one["rule"], one["words"], one["facts"], one["evidence"]) for one in kept)
    many.add(newcomers, by=by, batch_id=batch_id, evidence=checks.evidence(lines))
    bulk.pour(_CHECKS, kept)
    return {one.key: one.id for one in newcomers}


def _ask(
    key: InvoiceKey, values: Mapping[str, str], desk: Desk
) -> tuple[Newcomer, list[dict[str, Any]]]:
    """The same questions as ``checks.check`` puts, about what was typed."""
    known = Known.told(key, values, today=today(now()), holders=1, sources=frozenset({"typed"}))
    side = desk.side(key, known.issued)
    answers = [answer for rule in RULES if (answer := rule(known, side))]
    invoice_id, digest = new_id(), checks.digest_of(known)
    row = desk.rows.get(key)
    said = {"typed": values, "ledger": filling(row)} if row else {"typed": values}
    newcomer = Newcomer(invoice_id, key, said, _verdict(answers, digest))
    return newcomer, [checks.columns(invoice_id, answer, digest) for answer in answers]


def _verdict(answers: Sequence[Answer], digest: str) -> dict[str, Any]:
    verdict = derive([answer.finding(digest, now()) for answer in answers], digest)
    return {
        "authenticity": verdict.authenticity,
        "lifecycle": verdict.lifecycle,
        "is_held": verdict.held,
        "is_misaddressed": any((one.rule, one.words) == ("buyer", "other") for one in answers),
        "doubtful": " ".join(doubtful.names(doubtful.at_fault(answers))),
    }
