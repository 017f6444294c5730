"""Ask the ledger about typed values without keeping anything."""

from collections.abc import Mapping
from datetime import date

from app.accounts.models import Company
from app.core.invoice import InvoiceKey, kind_of_code
from app.core.money import Money
from app.core.period import today
from app.plumbing.clock import now
from app.verification import checks
from app.verification.rules import Answer, Known, ledger


def ask(company: Company, key: InvoiceKey, values: Mapping[str, str]) -> Answer:
    """The bureau's answer about these values; ``values`` are texts as fields keep them."""
    kind = kind_of_code(key.code)
    known = Known(
        key=key,
        kind_word=kind.word if kind else "other",
        issued=date.fromisoformat(values["issued"]) if "issued" in values else None,
        amount=Money.parse(values["amount"]) if "amount" in values else None,
        total=Money.parse(values["total"]) if "total" in values else None,
        seller_tax_id="",
        check_code=values.get("check_code", ""),
        crc="",
        today=today(now()),
        holders=0,
    )
    return ledger(known, checks.bureau_side(company, key, known.issued))
