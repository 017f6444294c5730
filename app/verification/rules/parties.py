"""Who sells, who buys, who has brought it."""

import re
import unicodedata

from app.core.party import NotATaxId, TaxId
from app.core.verdict import Outcome
from app.verification.rules.known import Answer, Known, Ledger, names

_ORDINARY = 18
_MARKS = re.compile(r"[\s()\[\]【】〔〕.,·'\"“”‘’-]")


def buyer(known: Known, bureau: Ledger) -> Answer:
    """Whether the invoice is made out to the company: the document first, then the ledger.

    The tax id decides; a name alone is looked at. A QR code names no parties (FORMATS §1.3).
    """
    if bureau.is_personal:
        return Answer("buyer", "personal", Outcome.UNKNOWN)
    name, tax_id = _buyer(known, bureau)
    facts = {"buyer_name": name, "buyer_tax_id": tax_id}
    if not name and not tax_id and bureau.row is None:
        return Answer("buyer", "unknown", Outcome.UNKNOWN)
    if tax_id and tax_id == bureau.company_tax_id:
        return Answer("buyer", "ours", Outcome.PASSED, evidence=facts)
    if is_same(name, bureau.company_name) and not _is_tax_id(tax_id):
        return Answer("buyer", "name", Outcome.LOOK, evidence=facts)
    return Answer("buyer", "other", Outcome.LOOK, evidence=facts)


def tax_ids(known: Known, _bureau: Ledger) -> Answer | None:
    """The check characters of both tax ids; older forms of 15 and 20 have none (FORMATS §2.7).

    The ids themselves are not repeated here: they may be those of persons.
    """
    ids = {"seller_tax_id": known.seller_tax_id, "buyer_tax_id": known.buyer_tax_id}
    there = {name: text for name, text in ids.items() if text}
    if not there:
        return None
    if wrong := [name for name, text in there.items() if not _is_tax_id(text)]:
        return Answer("tax_ids", "wrong", Outcome.LOOK, evidence=names(wrong))
    older = [name for name, text in there.items() if len(str(TaxId.parse(text))) != _ORDINARY]
    if older:
        return Answer("tax_ids", "older", Outcome.PASSED, evidence=names(older))
    return Answer("tax_ids", "fit", Outcome.PASSED, evidence=names(list(there)))


def holders(known: Known, _bureau: Ledger) -> Answer:
    """Whether somebody else has brought the same invoice."""
    if known.holders > 1:
        return Answer("holders", "several", Outcome.LOOK, evidence={"count": known.holders})
    return Answer("holders", "one", Outcome.PASSED)


def is_same(one: str, other: str) -> bool:
    """The same name apart from width, brackets, spaces and case."""
    first, second = (_MARKS.sub("", unicodedata.normalize("NFKC", name)) for name in (one, other))
    return bool(first) and first.casefold() == second.casefold()


def _buyer(known: Known, bureau: Ledger) -> tuple[str, str]:
    if known.buyer_name or known.buyer_tax_id:
        return known.buyer_name, known.buyer_tax_id.upper()
    return (bureau.row.buyer_name, bureau.row.buyer_tax_id) if bureau.row else ("", "")


def _is_tax_id(text: str) -> bool:
    try:
        TaxId.parse(text)
    except NotATaxId:
        return False
    return True
