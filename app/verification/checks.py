"""Put the questions, keep the answers, derive the verdict; and read them for the card."""

import hashlib
import json
from typing import Any

from sqlalchemy import func, select

from app.bureau import imports, reds
from app.bureau.models import Direction, LedgerRow
from app.core.period import Period, today
from app.core.verdict import derive, facts_digest
from app.invoices import invoices
from app.invoices.models import Holding, Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.verification.models import Check
from app.verification.rules import RULES, Answer, Known, Ledger, Row


def check(invoice: Invoice) -> None:
    """Ask everything that needs nobody outside, and set the verdict.

    An answer that is the same as the last one of its rule is not kept again. The ledger fills in
    the parties and amounts that no document named.
    """
    with transaction():
        row = imports.row_of(invoice.company_id, invoice.key)
        known = _known(invoice)
        digest = _digest(known)
        ledger = _ledger(invoice, row)
        for rule in RULES:
            _keep(invoice, rule(known, ledger), digest)
        if row is not None:
            invoices.fill(invoice, _filling(row))
        verdict = derive([check.finding() for check in _all(invoice)], digest)
        invoices.set_verdict(
            invoice,
            _evidence(card(invoice)),
            authenticity=verdict.authenticity,
            lifecycle=verdict.lifecycle,
            is_held=verdict.held,
            checked_at=now(),
        )


def card(invoice: Invoice) -> list[Check]:
    """The newest answer of each rule, in the order of the rules."""
    newest = {check.rule: check for check in _all(invoice)}
    order = [rule.__name__ for rule in RULES]
    return sorted(newest.values(), key=lambda check: order.index(check.rule))


def history(invoice: Invoice, rule: str) -> list[Check]:
    """Every answer of one rule, the newest first."""
    return [check for check in reversed(_all(invoice)) if check.rule == rule]


def _all(invoice: Invoice) -> list[Check]:
    query = select(Check).where(Check.invoice_id == invoice.id).order_by(Check.id)
    return list(db.session.scalars(query))


def _keep(invoice: Invoice, answer: Answer, digest: str) -> None:
    evidence = dict(answer.evidence)
    last = next(iter(history(invoice, answer.rule)), None)
    if last and (last.words, last.facts, last.evidence) == (answer.words, digest, evidence):
        return
    db.session.add(
        Check(
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
    )
    db.session.flush()


def _evidence(lines: list[Check]) -> str:
    """SHA-256 over the card's answers and their evidence."""
    said = [[line.rule, line.words, line.facts, line.evidence] for line in lines]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(invoice: Invoice) -> Known:
    said = invoices.best_fields(invoice, besides="ledger")
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
    )


def _digest(known: Known) -> str:
    return facts_digest(
        known.key,
        issued=known.issued,
        amount=known.amount,
        total=known.total,
        seller=known.seller_tax_id,
        check_code=known.check_code,
    )


def _ledger(invoice: Invoice, row: LedgerRow | None) -> Ledger:
    periods = imports.covered(invoice.company_id, Direction.RECEIVED)
    tax_id = invoice.company.tax_id or ""
    struck = reds.of(invoice.company_id, invoice.key)
    return Ledger(
        row=_row(row, struck) if row else None,
        reds=tuple(red.key.text for red in struck),
        is_covered=_covers(periods, invoice)
        and not (row is None and imports.was_refused(invoice.company_id, invoice.key)),
        covered_to=periods[-1].end if periods else None,
        company_tax_id=tax_id,
    )


def _covers(periods: list[Period], invoice: Invoice) -> bool:
    day = invoice.issued
    return day is not None and any(period.covers(day) for period in periods)


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
    }
    return {name: text for name, text in texts.items() if text}
