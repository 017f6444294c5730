"""What verification adds to an invoice's page."""

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core import official
from app.core.verdict import Authenticity, Outcome
from app.documents.models import Document
from app.invoices import holdings, told
from app.invoices.models import Invoice
from app.invoices.panels import Panel
from app.invoices.words import NAMES
from app.notices import notices
from app.verification import alarms, checks
from app.verification.lines import line, shown
from app.verification.models import Check
from app.verification.sides import sides
from app.verification.words import AFTER, OTHER_ORIGINAL, TAGS, next_step

BY_HAND = frozenset({"corrected", "typed", "ocr"})
"""Sources that may well be wrong, so that the bureau's value can be taken at one tap."""

ALWAYS_SHOWN = frozenset({"decision", "ledger", "buyer", "originals", "seal", "holders"})

HOME = "北京"
"""The region whose bureaus are named when the invoice does not say its own."""


def invoice_panel(invoice: Invoice, member: Member) -> Panel:
    """The lines of the card with their evidence, what to do next, and whom to ask."""
    kept = checks.card(invoice)
    passed = sum(check.outcome is Outcome.PASSED for check in kept)
    unknown = sum(check.outcome is Outcome.UNKNOWN for check in kept)
    is_held = invoice.is_held
    best = told.best(invoice, besides="ledger")
    differing = _differing(kept)
    is_mendable = all(best[one["name"]].source in BY_HAND for one in differing)
    seen = _seen(invoice, member)
    files = {document.name for document in seen}
    fields, voices = sides(invoice, seen)
    facts = {
        "lines": [line(check, files) for check in kept if not _is_folded(check)],
        "folded": [line(check, files) for check in kept if _is_folded(check)],
        "next": OTHER_ORIGINAL
        if differing and not is_mendable and invoice.lifecycle not in AFTER
        else next_step(invoice.authenticity, invoice.lifecycle, is_held=is_held),
        "is_open": _is_open(invoice),
        "official": official,
        "bureau": official.bureau_of(invoice.key.region or HOME),
        "names": NAMES,
        "shown": shown,
        "may_see_imports": member.may(Power.SEE_ALL),
        "differing": differing,
        "contradicted": fields,
        "sides": voices,
        "tags": TAGS,
        "mendable": is_mendable,
        "is_reported": notices.is_open("invoice_reported", invoice.id),
        "powers": Power,
        "may_decide": alarms.may_decide(invoice, member),
        "point": checks.point(invoice),
        "is_released": not is_held and any(check.rule == checks.DECISION for check in kept),
        "belongs_to": holdings.belongs_to(invoice, member),
    }
    lead, acts = "verification/_lead.html", "verification/_acts.html"
    return Panel("verification/_panel.html", facts, lead, acts, passed=passed, unknown=unknown)


def _seen(invoice: Invoice, member: Member) -> set[Document]:
    """Its files that the member may see: their own, or all."""
    return {
        holding.document
        for holding in invoice.holdings
        if holding.document and (holding.member is member or member.may(Power.SEE_ALL))
    }


def _is_folded(check: Check) -> bool:
    """A rule that is kept needs no line of its own; who bought, who has it and the bureau do."""
    return check.outcome is Outcome.PASSED and check.rule not in ALWAYS_SHOWN


def _differing(kept: list[Check]) -> list[dict[str, str]]:
    """What the ledger gives differently, as long as that is its newest answer."""
    found = (check.evidence.get("differing") for check in kept if check.rule == "ledger")
    return next(found, None) or []


def _is_open(invoice: Invoice) -> bool:
    """Whether there is something to ask anybody about."""
    is_doubtful = invoice.authenticity is not Authenticity.GENUINE or invoice.lifecycle in AFTER
    return is_doubtful or invoice.is_held
