"""Which invoices need a person's eyes, and which somebody has looked at in their present state."""

import hashlib
import json
from collections.abc import Iterable

from app.core.fields import COMPARED
from app.invoices import told
from app.invoices.models import Invoice

VERDICT, FIELDS = "verdict", "fields"
SORTS = (VERDICT, FIELDS)
"""What asks for somebody: something is wrong with the invoice, or some of its fields may be."""


def sort(invoice: Invoice) -> str | None:
    """One of ``SORTS``, of which the graver counts; None for an invoice that asks for nobody."""
    if invoice.has_problem:
        return VERDICT
    return FIELDS if invoice.doubtful else None


def note(invoice: Invoice, names: Iterable[str]) -> None:
    """Verification's one way to say which fields are doubtful, after the verdict.

    What somebody has looked at asks for nobody until what they looked at is different.
    """
    invoice.doubtful = " ".join(names)
    asked = sort(invoice)
    is_known = bool(asked and invoice.reviewed_as) and invoice.reviewed_as == mark(invoice)
    invoice.review_for = None if is_known else asked


def look_at(invoice: Invoice) -> str:
    """Somebody has looked at all that is known now; gives the mark that was there before."""
    before, invoice.reviewed_as = invoice.reviewed_as, mark(invoice)
    invoice.review_for = None
    return before


def look_away(invoice: Invoice, before: str) -> None:
    """Take a look back, so that the one with the mark ``before`` counts again, if there was one."""
    invoice.reviewed_as = before
    note(invoice, invoice.doubtful.split())


def mark(invoice: Invoice) -> str:
    """A digest of what somebody looks at: the values, what contradicts them, and the verdict."""
    best = told.best(invoice, besides="ledger")
    ledger = {row.name: row.value for row in invoice.fields if row.source == "ledger"}
    verdict = (invoice.authenticity, invoice.lifecycle, invoice.is_held, invoice.is_misaddressed)
    seen = [
        str(invoice.key),
        [[name, best[name].value] for name in (*COMPARED, "kind_word") if name in best],
        sorted(ledger.items()),
        [[one.name, *(said.value for said in one.values)] for one in told.contradictions(invoice)],
        invoice.doubtful,
        verdict,
    ]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:32]
