"""What verification adds to an invoice's page."""

from app.accounts.models import Member
from app.accounts.roles import Power
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
        "may_see_imports": member.may(Power.SEE_ALL),
        "differing": next((line.evidence.get("differing") for line in lines), None),
    }
    lead = "verification/_lead.html"
    return Panel("verification/_panel.html", facts, lead, passed=passed, unknown=unknown)
