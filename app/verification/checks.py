"""Put the questions, keep the answers, derive the verdict; and read them for the card."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Company, Member
from app.bureau import imports, reds
from app.bureau.models import Direction, LedgerRow
from app.core.fields import Contradiction
from app.core.invoice import InvoiceKey, kind_of_title
from app.core.money import Money
from app.core.period import today
from app.core.verdict import ALARMS, Outcome, Source, derive, facts_digest
from app.invoices import invoices, told
from app.invoices.models import Holding, Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.verification import alarms, trust
from app.verification.models import Check
from app.verification.rules import RULES, Answer, Known, Ledger, LineItem, Row

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
        row = imports.row_of(invoice.company_id, invoice.key)
        known = _known(invoice)
        digest = _digest(known)
        ledger = _bureau_side(invoice.company, invoice.key, invoice.issued, row)
        before, was_held = _all(invoice), invoice.is_held
        last = {check.rule: check for check in before}
        said = [
            _keep(invoice, rule(known, ledger), digest, last.get(rule.__name__)) for rule in RULES
        ]
        if row is not None:
            invoices.fill(invoice, _filling(row))
        db.session.flush()
        kept = before + [check for check in said if check]
        shown = _card(kept)
        verdict = derive([check.finding() for check in kept], digest)
        invoices.set_verdict(
            invoice,
            _evidence(shown),
            is_misaddressed=any((one.rule, one.words) == ("buyer", "other") for one in shown),
            authenticity=verdict.authenticity,
            lifecycle=verdict.lifecycle,
            is_held=verdict.held,
            checked_at=now(),
        )
        if invoice.is_held or was_held:
            alarms.follow(invoice)


def decide(invoice: Invoice, outcome: Outcome, reason: str, *, by: Member) -> None:
    """Keep what a person decided about held money, with the facts of now, and the verdict of it."""
    with transaction():
        digest = _digest(_known(invoice))
        words = "released" if outcome is Outcome.PASSED else "renewed"
        evidence = {"by": by.name, "member_id": by.id, "reason": reason}
        said = Answer(DECISION, words, outcome, Source.PERSON, evidence=evidence)
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


def bureau_side(company: Company, key: InvoiceKey, issued: date | None) -> Ledger:
    """The ledger's row of an invoice, and whether its day is covered."""
    return _bureau_side(company, key, issued, imports.row_of(company.id, key))


def _bureau_side(
    company: Company, key: InvoiceKey, issued: date | None, row: LedgerRow | None
) -> Ledger:
    struck = reds.of(company.id, key)
    periods = imports.covered(company.id, Direction.RECEIVED)
    is_covered = issued is not None and any(period.covers(issued) for period in periods)
    return Ledger(
        row=_row(row, struck) if row else None,
        reds=tuple(red.key.text for red in struck),
        is_covered=is_covered and (row is not None or not imports.was_refused(company.id, key)),
        covered_to=periods[-1].end if periods else None,
        company_tax_id=company.tax_id or "",
        company_name=company.name,
        is_personal=company.is_personal,
    )


def card(invoice: Invoice) -> list[Check]:
    """The newest answer of each rule that applies, in the order of the rules."""
    return _card(_all(invoice))


def history(invoice: Invoice, rule: str) -> list[Check]:
    """Every answer of one rule, the newest first."""
    return [check for check in reversed(_all(invoice)) if check.rule == rule]


def _all(invoice: Invoice) -> list[Check]:
    query = select(Check).where(Check.invoice_id == invoice.id).order_by(Check.id)
    return list(db.session.scalars(query))


def _card(kept: list[Check]) -> list[Check]:
    newest = {check.rule: check for check in kept if check.rule in ORDER}
    shown = [check for check in newest.values() if check.words != WITHDRAWN]
    return sorted(shown, key=lambda check: ORDER.index(check.rule))


def _keep(invoice: Invoice, said: Answer | None, digest: str, last: Check | None) -> Check | None:
    """Keep what a rule said, unless it said the same before or has nothing to say."""
    if said is None and (last is None or last.words == WITHDRAWN):
        return None
    answer = said or Answer(last.rule if last else "", WITHDRAWN, Outcome.UNKNOWN)
    evidence = dict(answer.evidence)
    now_said = (answer.words, answer.outcome, digest, evidence)
    if last and (last.words, last.outcome, last.facts, last.evidence) == now_said:
        return None
    check = Check(
        id=new_id(),
        invoice_id=invoice.id,
        rule=answer.rule,
        words=answer.words,
        outcome=answer.outcome,
        source=answer.source,
        speaks_for_bureau=answer.authenticity is not None,
        authenticity=answer.authenticity,
        lifecycle=answer.lifecycle,
        facts=digest,
        evidence=evidence,
    )
    db.session.add(check)
    return check


def _evidence(lines: list[Check]) -> str:
    """SHA-256 over the card's answers and their evidence."""
    said = [[line.rule, line.words, line.facts, line.evidence] for line in lines]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(invoice: Invoice) -> Known:
    said = told.best(invoice, besides="ledger")
    values = {name: field.value for name, field in said.items()}
    held = select(func.count(Holding.member_id.distinct())).where(Holding.invoice_id == invoice.id)
    return Known(
        key=invoice.key,
        kind_word=values.get("kind_word", "other"),
        issued=invoice.issued if "issued" in values else None,
        amount=invoice.amount if "amount" in values else None,
        total=invoice.total if "total" in values else None,
        seller_tax_id=values.get("seller_tax_id", ""),
        check_code=values.get("check_code", ""),
        crc=values.get("crc", ""),
        today=today(now()),
        holders=db.session.scalar(held) or 0,
        tax=invoice.tax if "tax" in values else None,
        total_words=values.get("total_words", ""),
        seller_name=values.get("seller_name", ""),
        buyer_name=values.get("buyer_name", ""),
        buyer_tax_id=values.get("buyer_tax_id", ""),
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


def _digest(known: Known) -> str:
    return facts_digest(
        known.key,
        issued=known.issued,
        amount=known.amount,
        total=known.total,
        seller=known.seller_tax_id,
        check_code=known.check_code,
    )


def _row(row: LedgerRow, struck: list[LedgerRow]) -> Row:
    evidence: dict[str, Any] = {
        "import_id": row.import_id,
        "file": row.source.document.name,
        "digest": row.source.document.digest,
        "uploader": row.source.actor.name,
        "exported_on": row.exported_on.isoformat(),
        "line": row.line,
    }
    lifecycle = reds.state(row.total, row.lifecycle, [red.total for red in struck])
    if lifecycle is not row.lifecycle:
        evidence["reds"] = [red.key.text for red in struck]
    return Row(
        total=row.total,
        amount=row.amount,
        issued=row.issued,
        seller_name=row.seller_name,
        seller_tax_id=row.seller_tax_id,
        buyer_name=row.buyer_name,
        buyer_tax_id=row.buyer_tax_id,
        lifecycle=lifecycle,
        evidence=evidence,
        tax=row.tax,
    )


def _filling(row: LedgerRow) -> dict[str, str]:
    texts = {
        "total": row.total.yuan,
        "amount": row.amount.yuan if row.amount is not None else "",
        "tax": row.tax.yuan if row.tax is not None else "",
        "seller_name": row.seller_name,
        "seller_tax_id": row.seller_tax_id,
        "buyer_name": row.buyer_name,
        "buyer_tax_id": row.buyer_tax_id,
        "kind_word": kind.word if (kind := kind_of_title(row.kind_title)) else "",
    }
    return {name: text for name, text in texts.items() if text}
