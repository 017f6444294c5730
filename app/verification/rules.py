"""The checks that need nobody outside: small pure functions from what is known to an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.invoice import InvoiceKey, kind, kind_of_code
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle, Outcome, Source

SPECIMEN_YEAR = "99"
"""How the numbers of our own specimens begin: a year that the bureau has not reached."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the documents say of an invoice, and what the company is; the ledger apart."""

    key: InvoiceKey
    kind_word: str
    issued: date | None
    amount: Money | None
    total: Money | None
    seller_tax_id: str
    check_code: str
    crc: str
    today: date
    holders: int


@dataclass(frozen=True, slots=True)
class Row:
    """The ledger's row, and what proves it: file digest, uploader, export day, line."""

    total: Money
    amount: Money | None
    issued: date
    seller_name: str
    seller_tax_id: str
    buyer_name: str
    buyer_tax_id: str
    lifecycle: Lifecycle
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The row if there is one, and whether the invoice's day is covered.

    ``reds`` are the numbers of the red rows that take the invoice back.
    """

    row: Row | None
    is_covered: bool
    covered_to: date | None
    company_tax_id: str
    reds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the card; ``words`` names its sentences in ``words.py``."""

    rule: str
    words: str
    outcome: Outcome
    source: str = Source.RULE.value
    authenticity: Authenticity | None = None
    lifecycle: Lifecycle | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


Rule = Callable[[Known, Ledger], Answer]


def ledger(known: Known, bureau: Ledger) -> Answer:
    """The bureau's own export against the document (DESIGN §3, rules 1, 2, 5)."""
    row = bureau.row
    if row is None:
        return _no_row(bureau)
    differing = compare(known, row)
    facts = {**row.evidence, "lifecycle": row.lifecycle.value, "differing": differing}
    words, outcome = "agrees", Outcome.PASSED
    if row.lifecycle not in (Lifecycle.NORMAL, Lifecycle.IS_RED):
        struck = "red_derived" if "reds" in row.evidence else "red"
        words, outcome = "voided" if row.lifecycle is Lifecycle.VOIDED else struck, Outcome.STOPPED
    if differing:
        words, outcome = "differs", Outcome.STOPPED
    verdict = Authenticity.MISMATCH if differing else Authenticity.GENUINE
    return Answer("ledger", words, outcome, Source.LEDGER.value, verdict, row.lifecycle, facts)


def compare(known: Known, row: Row) -> list[dict[str, str]]:
    """The fields that both know and that differ: name, ours, the ledger's."""
    pairs: dict[str, tuple[object, object]] = {
        "issued": (known.issued, row.issued),
        "total": (known.total, row.total),
        "amount": (known.amount, row.amount),
        "seller_tax_id": (known.seller_tax_id or None, row.seller_tax_id or None),
    }
    return [
        {"name": name, "ours": str(ours), "theirs": str(theirs)}
        for name, (ours, theirs) in pairs.items()
        if ours is not None and theirs is not None and ours != theirs
    ]


def buyer(known: Known, bureau: Ledger) -> Answer:
    """Whether the invoice is made out to the company; a QR code alone never says so."""
    row = bureau.row
    if row is None:
        return Answer("buyer", "unknown", Outcome.UNKNOWN)
    facts = {"buyer_name": row.buyer_name, "buyer_tax_id": row.buyer_tax_id}
    if row.buyer_tax_id and row.buyer_tax_id == bureau.company_tax_id:
        return Answer("buyer", "ours", Outcome.PASSED, evidence=facts)
    return Answer("buyer", "other", Outcome.LOOK, evidence=facts)


def form(known: Known, _bureau_: Ledger) -> Answer:
    """Whether number, date and kind can belong together (FORMATS §1.7, §2.2, §2.4)."""
    if known.key.scheme == "digital" and known.key.number.startswith(SPECIMEN_YEAR):
        return Answer("form", "specimen", Outcome.UNKNOWN)
    if known.issued and known.issued > known.today:
        return Answer("form", "future", Outcome.STOPPED, evidence={"issued": str(known.issued)})
    if _year_is_wrong(known):
        return Answer("form", "year", Outcome.LOOK, evidence={"issued": str(known.issued)})
    expected = kind_of_code(known.key.code)
    if expected and known.kind_word not in ("other", expected.word):
        named = {"expected": expected.zh, "found": kind(known.kind_word).zh}
        return Answer("form", "kind", Outcome.LOOK, evidence=named)
    return Answer("form", "fits", Outcome.PASSED)


def crc(known: Known, _ledger: Ledger) -> Answer:
    """The code's own checksum: it shows a misreading, and proves nothing (FORMATS §1.4)."""
    if known.crc in ("", "absent"):
        return Answer("crc", "absent", Outcome.UNKNOWN)
    if known.crc == "unmatched":
        return Answer("crc", "unmatched", Outcome.LOOK)
    return Answer("crc", "fits", Outcome.PASSED, evidence={"variant": known.crc})


def holders(known: Known, _ledger: Ledger) -> Answer:
    """Whether somebody else has brought the same invoice."""
    if known.holders > 1:
        return Answer("holders", "several", Outcome.LOOK, evidence={"count": known.holders})
    return Answer("holders", "one", Outcome.PASSED)


def provider(_known: Known, _ledger: Ledger) -> Answer:
    """A licensed service; none is set up, and the verdict stands without it."""
    return Answer("provider", "none", Outcome.UNKNOWN)


RULES: tuple[Rule, ...] = (ledger, buyer, form, crc, holders, provider)


def _no_row(bureau: Ledger) -> Answer:
    """Absent from a covered day is an answer; not covered is none."""
    facts: dict[str, Any] = {
        "covered_to": bureau.covered_to.isoformat() if bureau.covered_to else ""
    }
    source = Source.LEDGER.value
    if bureau.reds:
        facts, struck = {"reds": list(bureau.reds)}, Lifecycle.RED_UNKNOWN
        return Answer("ledger", "red_alone", Outcome.STOPPED, source, None, struck, facts)
    if bureau.is_covered:
        verdict = Authenticity.NOT_FOUND
        return Answer("ledger", "absent", Outcome.STOPPED, source, verdict, evidence=facts)
    words = "uncovered" if bureau.covered_to else "none"
    return Answer("ledger", words, Outcome.UNKNOWN, source, evidence=facts)


def _year_is_wrong(known: Known) -> bool:
    """A 20-digit number begins with the last two digits of its year."""
    digital = known.key.scheme == "digital" and known.issued is not None
    return bool(digital and known.issued and known.key.number[:2] != f"{known.issued:%y}")
