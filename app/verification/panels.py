"""What verification adds to an invoice's page."""

from app.accounts.models import Member
from app.core.verdict import Outcome
from app.invoices.models import Invoice
from app.invoices.panels import Panel
from app.verification import checks
from app.verification.words import FIELDS, NEXT, SOURCES, TITLES


def invoice_panel(invoice: Invoice, member: Member) -> Panel:
    """The lines of the card with their evidence, and what to do next."""
    lines = checks.card(invoice)
    passed = sum(line.outcome is Outcome.PASSED for line in lines)
    unknown = sum(line.outcome is Outcome.UNKNOWN for line in lines)
    facts = {
        "lines": lines,
        "titles": TITLES,
        "next": NEXT.get(invoice.authenticity),
        "names": FIELDS,
        "sources": SOURCES,
        "differing": next((line.evidence.get("differing") for line in lines), None),
    }
    lead = "verification/_lead.html"
    return Panel("verification/_panel.html", facts, lead, passed=passed, unknown=unknown)
