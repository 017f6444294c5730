"""What stands behind the verdicts of many invoices, for lists that are taken out of the house."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row, select

from app.core.verdict import ALARMS, Outcome
from app.invoices.models import Invoice
from app.plumbing.db import db
from app.plumbing.search import one_of
from app.verification.checks import WITHDRAWN
from app.verification.lines import shown
from app.verification.models import Check
from app.verification.titles import TITLES
from app.verification.words import SOURCES


@dataclass(frozen=True, slots=True)
class Behind:
    """The answer that decided: its id, and its source in words. Both are empty where none did."""

    reference: str = ""
    source: str = ""


NOTHING = Behind()


def behind(invoices: Iterable[Invoice]) -> dict[str, Behind]:
    """The newest answer of the bureau that says what each verdict says, in one question."""
    verdicts = {invoice.id: invoice.authenticity for invoice in invoices}
    asked = select(*_COLUMNS).where(
        one_of(Check.invoice_id, verdicts), Check.speaks_for_bureau.is_(True)
    )
    newest = {
        check.invoice_id: check
        for check in db.session.execute(asked.order_by(Check.id))
        if check.authenticity is verdicts[check.invoice_id] and check.words != WITHDRAWN
    }
    say = cache(gettext)
    return {one: Behind(check.id, _source(check, say)) for one, check in newest.items()}


def alarms(invoices: Iterable[Invoice]) -> dict[str, list[str]]:
    """Why the money of each is held, by the newest answer of each rule; none for what is free."""
    held = [invoice.id for invoice in invoices if invoice.is_held]
    if not held:
        return {}
    asked = select(*_COLUMNS).where(one_of(Check.invoice_id, held), Check.source.in_(ALARMS))
    newest = {
        (check.invoice_id, check.rule): check
        for check in db.session.execute(asked.order_by(Check.id))
    }
    told: dict[str, list[str]] = {}
    for (invoice_id, _), check in newest.items():
        if check.outcome is Outcome.STOPPED:
            told.setdefault(invoice_id, []).append(gettext(TITLES[_title(check)][0]))
    return told


_COLUMNS = (
    Check.id,
    Check.invoice_id,
    Check.rule,
    Check.words,
    Check.outcome,
    Check.source,
    Check.authenticity,
    Check.evidence,
)


def _source(check: Row[Any], say: Callable[[str], str]) -> str:
    """Its source, the file if it came from one, and the detail of the card."""
    evidence: Mapping[str, Any] = check.evidence
    detail = say(TITLES[_title(check)][1])
    named = _NAMED.findall(detail)
    told = detail % {name: shown(name, evidence.get(name, "")) for name in named}
    parts = (say(SOURCES[check.source]), evidence.get("file", ""), told)
    return " · ".join(filter(None, parts))


_NAMED = re.compile(r"%\((\w+)\)s")


def _title(check: Row[Any]) -> str:
    return f"{check.rule}.{check.words}"
