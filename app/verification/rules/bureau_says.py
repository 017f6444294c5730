"""What the bureau itself says: its export, a licensed service."""

from app.core.verdict import Authenticity, Lifecycle, Outcome, Source
from app.verification.rules.known import Answer, Known, Ledger, Row


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
        "tax": (known.tax, row.tax),
        "seller_tax_id": (known.seller_tax_id.upper() or None, row.seller_tax_id or None),
        "buyer_tax_id": (known.buyer_tax_id.upper() or None, row.buyer_tax_id or None),
    }
    return [
        {"name": name, "ours": str(ours), "theirs": str(theirs)}
        for name, (ours, theirs) in pairs.items()
        if ours is not None and theirs is not None and ours != theirs
    ]


def provider(_known: Known, _ledger: Ledger) -> Answer:
    """A licensed service; none is set up, and the verdict stands without it."""
    return Answer("provider", "none", Outcome.UNKNOWN)


def _no_row(bureau: Ledger) -> Answer:
    """Absent from a covered day is an answer; not covered is none."""
    source = Source.LEDGER.value
    if bureau.reds:
        named, struck = {"reds": list(bureau.reds)}, Lifecycle.RED_UNKNOWN
        return Answer("ledger", "red_alone", Outcome.STOPPED, source, None, struck, named)
    facts = {"covered_to": bureau.covered_to.isoformat() if bureau.covered_to else ""}
    if bureau.is_covered:
        verdict = Authenticity.NOT_FOUND
        return Answer("ledger", "absent", Outcome.STOPPED, source, verdict, evidence=facts)
    words = "uncovered" if bureau.covered_to else "none"
    return Answer("ledger", words, Outcome.UNKNOWN, source, evidence=facts)
