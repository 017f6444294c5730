"""What verification adds to an invoice's page."""

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import official
from app.core.verdict import Authenticity, Outcome
from app.invoices.models import Invoice
from app.invoices.panels import Panel
from app.verification import checks
from app.verification.lines import line, shown
from app.verification.words import AFTER, FIELDS, next_step

HOME = "北京"
"""The region whose bureaus are named when the invoice does not say its own."""


def invoice_panel(invoice: Invoice, member: Member) -> Panel:
    """The lines of the card with their evidence, what to do next, and whom to ask."""
    kept = checks.card(invoice)
    passed = sum(check.outcome is Outcome.PASSED for check in kept)
    unknown = sum(check.outcome is Outcome.UNKNOWN for check in kept)
    is_held = invoice.is_held
    facts = {
        "lines": [line(check) for check in kept],
        "next": next_step(invoice.authenticity, invoice.lifecycle, is_held=is_held),
        "is_open": _is_open(invoice),
        "official": official,
        "bureau": official.bureau_of(invoice.key.region or HOME),
        "names": FIELDS,
        "shown": shown,
        "may_see_imports": member.may(Power.SEE_ALL),
        "differing": next((check.evidence.get("differing") for check in kept), None),
    }
    lead = "verification/_lead.html"
    return Panel("verification/_panel.html", facts, lead, passed=passed, unknown=unknown)


def _is_open(invoice: Invoice) -> bool:
    """Whether there is something to ask anybody about."""
    is_doubtful = invoice.authenticity is not Authenticity.GENUINE or invoice.lifecycle in AFTER
    return is_doubtful or invoice.is_held
