"""Put the questions, keep the answers, derive the verdict; and read them for the card."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Member
from app.core.fields import Contradiction
from app.core.money import Money
from app.core.period import today
from app.core.verdict import ALARMS, Outcome, Source, derive, facts_digest
from app.invoices import doubts, invoices, told
from app.invoices.models import Holding, Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.verification import alarms, doubtful, trust
from app.verification.desk import Desk, filling
from app.verification.models import Check
from app.verification.rules import RULES, Answer, Known, LineItem

DECISION = "decision"
ORDER = [DECISION, *(rule.__name__ for rule in RULES)]
WITHDRAWN = "withdrawn"
"""What is kept when a rule that had answered no longer applies; the card leaves it out."""


def check(invoice: Invoice) -> None:
    """Ask everything that needs nobody outside, and set the verdict.

    An answer that is the same as the last one of its rule is not kept again. The ledger fills in
    the parties and amounts that no document named.
    """
    with transaction():
        desk = Desk(invoice.company, [invoice.key])
        known = _known(invoice)
        digest = digest_of(known)
        ledger = desk.side(invoice.key, invoice.issued)
        before, was_held = _all(invoice), invoice.is_held
        last = {check.rule: check for check in before}
        said = [
            _keep(invoice, rule(known, ledger), digest, last.get(rule.__name__)) for rule in RULES
        ]
        if row := desk.rows.get(invoice.key):
            invoices.fill(invoice, filling(row))
        db.session.flush()
        kept = before + [check for check in said if check]
        said_now = shown(kept)
        verdict = derive([check.finding() for check in kept], digest)
        invoices.set_verdict(
            invoice,
            evidence((one.rule, one.words, one.facts, one.evidence) for one in said_now),
            is_misaddressed=any((one.rule, one.words) == ("buyer", "other") for one in said_now),
            authenticity=verdict.authenticity,
            lifecycle=verdict.lifecycle,
            is_held=verdict.held,
            checked_at=now(),
        )
        doubts.note(invoice, doubtful.of(invoice, said_now))
        if invoice.is_held or was_held:
            alarms.follow(invoice)


def decide(invoice: Invoice, outcome: Outcome, reason: str, *, by: Member) -> None:
    """Keep what a person decided about held money, with the facts of now, and the verdict of it."""
    with transaction():
        digest = digest_of(_known(invoice))
        words = "released" if outcome is Outcome.PASSED else "renewed"
        who = {"by": by.name, "member_id": by.id, "reason": reason}
        said = Answer(DECISION, words, outcome, Source.PERSON, evidence=who)
        _keep(invoice, said, digest, None)
        check(invoice)


def point(invoice: Invoice) -> str:
    """The newest alarm or decision: what a person who decides has to have seen."""
    kept = (
        one.id
        for one in reversed(_all(invoice))
        if one.rule == DECISION or one.outcome is Outcome.STOPPED and one.source in ALARMS
    )
    return next(kept, "")


def is_released(invoice: Invoice) -> bool:
    """Whether its money was held and is free because somebody decided so."""
    return not invoice.is_held and any(one.rule == DECISION for one in _all(invoice))


def card(invoice: Invoice) -> list[Check]:
    """The newest answer of each rule that applies, in the order of the rules."""
    return shown(_all(invoice))


def history(invoice: Invoice, rule: str) -> list[Check]:
    """Every answer of one rule, the newest first."""
    return [check for check in reversed(_all(invoice)) if check.rule == rule]


def _all(invoice: Invoice) -> list[Check]:
    query = select(Check).where(Check.invoice_id == invoice.id).order_by(Check.id)
    return list(db.session.scalars(query))


def shown(kept: Sequence[Check]) -> list[Check]:
    """Of all answers of an invoice, the oldest first, those that its card shows."""
    newest = {check.rule: check for check in kept if check.rule in ORDER}
    current = [check for check in newest.values() if check.words != WITHDRAWN]
    return sorted(current, key=lambda check: ORDER.index(check.rule))


def _keep(invoice: Invoice, said: Answer | None, digest: str, last: Check | None) -> Check | None:
    """Keep what a rule said, unless it said the same before or has nothing to say."""
    if said is None and (last is None or last.words == WITHDRAWN):
        return None
    answer = said or Answer(last.rule if last else "", WITHDRAWN, Outcome.UNKNOWN)
    now_said = (answer.words, answer.outcome, digest, dict(answer.evidence))
    if last and (last.words, last.outcome, last.facts, last.evidence) == now_said:
        return None
    check = Check(**columns(invoice.id, answer, digest, now()))
    db.session.add(check)
    return check


def columns(invoice_id: str, said: Answer, digest: str, at: datetime) -> dict[str, Any]:
    """An answer about the facts with that digest, given at that moment, as it is kept."""
    return {
        "id": new_id(),
        "invoice_id": invoice_id,
        "rule": said.rule,
        "words": said.words,
        "outcome": said.outcome,
        "source": said.source,
        "speaks_for_bureau": said.authenticity is not None,
        "authenticity": said.authenticity,
        "lifecycle": said.lifecycle,
        "facts": digest,
        "evidence": dict(said.evidence),
        "at": at,
    }


def evidence(lines: Iterable[Sequence[Any]]) -> str:
    """SHA-256 over answers: of each its rule, words, facts and evidence."""
    said = [list(line) for line in lines]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(invoice: Invoice) -> Known:
    said = told.best(invoice, besides="ledger")
    values = {name: field.value for name, field in said.items()}
    held = select(func.count(Holding.member_id.distinct())).where(Holding.invoice_id == invoice.id)
    return Known.told(
        invoice.key,
        values,
        today=today(now()),
        holders=db.session.scalar(held) or 0,
        lines=tuple(_item(line) for line in told.lines(invoice)),
        contradictions=tuple(_contradiction(one) for one in told.contradictions(invoice)),
        corrected=tuple(sorted(name for name, one in said.items() if one.source == "corrected")),
        sources=frozenset(field.source for field in said.values()),
        seals=trust.seals_of(invoice),
    )


def _item(line: Mapping[str, str]) -> LineItem:
    amount, tax = line.get("amount"), line.get("tax")
    return LineItem(
        name=line.get("name", ""),
        rate=line.get("rate", ""),
        amount=Money.parse(amount) if amount else None,
        tax=Money.parse(tax) if tax else None,
    )


def _contradiction(found: Contradiction) -> dict[str, Any]:
    values = [{"source": s.source, "value": s.value, "file": s.file} for s in found.values]
    return {"name": found.name, "values": values}


def digest_of(known: Known) -> str:
    """The facts that an answer is about."""
    return facts_digest(
        known.key,
        issued=known.issued,
        amount=known.amount,
        total=known.total,
        seller=known.seller_tax_id,
        check_code=known.check_code,
    )
