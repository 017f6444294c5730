"""The checks that need nobody outside: small pure functions from what is known to an answer."""

from app.verification.rules.amounts import arithmetic, capitals, tax_rates
from app.verification.rules.bureau_says import compare, ledger, provider
from app.verification.rules.files import crc, originals
from app.verification.rules.identity import age, completeness, form
from app.verification.rules.known import Answer, Known, Ledger, LineItem, Row, Rule
from app.verification.rules.parties import buyer, holders, tax_ids
from app.verification.rules.seals import seal

RULES: tuple[Rule, ...] = (
    ledger,
    buyer,
    originals,
    seal,
    form,
    age,
    arithmetic,
    capitals,
    tax_rates,
    tax_ids,
    crc,
    holders,
    completeness,
    provider,
)
"""In the order of the card."""

__all__ = [
    "RULES",
    "Answer",
    "Known",
    "Ledger",
    "LineItem",
    "Row",
    "Rule",
    "age",
    "arithmetic",
    "buyer",
    "capitals",
    "compare",
    "completeness",
    "crc",
    "form",
    "holders",
    "ledger",
    "originals",
    "provider",
    "seal",
    "tax_ids",
    "tax_rates",
]
