"""Ask the ledger about typed values without keeping anything."""

from collections.abc import Mapping

from app.accounts.models import Company
from app.core.invoice import InvoiceKey, kind_of_code
from app.core.period import today
from app.plumbing.clock import now
from app.verification.desk import Desk
from app.verification.rules import Answer, Known, ledger


def ask(company: Company, key: InvoiceKey, values: Mapping[str, str]) -> Answer:
    """The bureau's answer about these values; ``values`` are texts as fields keep them."""
    kind = kind_of_code(key.code)
    told = {**values, "kind_word": kind.word if kind else "other"}
    known = Known.told(key, told, today=today(now()), holders=0)
    return ledger(known, Desk(company, [key]).side(key, known.issued))
