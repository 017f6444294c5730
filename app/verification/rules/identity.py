"""Whether number, code, date and kind are there and can belong together."""

from datetime import date

from app.core import official
from app.core.invoice import Kind, kind, kind_of_code
from app.core.official import Reach
from app.core.verdict import Outcome
from app.verification.rules.known import Answer, Known, Ledger, names

SPECIMEN_YEAR = "99"
"""How the numbers of our own specimens begin: a year that the bureau has not reached."""
_CHECK_DIGITS = 6


def completeness(known: Known, bureau: Ledger) -> Answer | None:
    """Whether all is there that the official site asks for by kind (FORMATS §3.1, APIS §1.4).

    Nothing is asked for once the bureau has answered, nor of kinds that the site does not know.
    """
    if bureau.row or known.kind_word != "other" and not kind(known.kind_word).asks:
        return None
    if known.kind_word == "other":
        return Answer("completeness", "kind", Outcome.UNKNOWN)
    asked = kind(known.kind_word).asks
    missing = [name for name in asked if not _has(known, name)]
    if missing:
        return Answer("completeness", "missing", Outcome.LOOK, evidence=names(missing))
    return Answer("completeness", "complete", Outcome.PASSED, evidence=names(asked))


def form(known: Known, _bureau: Ledger) -> Answer | None:
    """Whether number, date and kind can belong together (FORMATS §1.7, §2.1–2.4)."""
    if known.key.scheme == "file":
        return Answer("form", "unread", Outcome.UNKNOWN)
    if known.key.scheme == "digital" and known.key.number.startswith(SPECIMEN_YEAR):
        return Answer("form", "specimen", Outcome.UNKNOWN)
    for find in (_future, _wrong_year, _wrong_kind, _no_region):
        if found := find(known):
            return found
    return Answer("form", "fits", Outcome.PASSED)


def age(known: Known, bureau: Ledger) -> Answer | None:
    """Whether the kind existed on that day, and whether the official site answers for it.

    Once the bureau has answered, only the kind is asked about (FORMATS §3.2).
    """
    if known.issued is None or known.issued > known.today:
        return None
    if found := _other_age(kind(known.kind_word), known.issued):
        return found
    if bureau.row or not kind(known.kind_word).asks:
        return None
    facts = {"issued": str(known.issued)}
    match official.reach(known.issued, known.today):
        case Reach.TOO_NEW:
            return Answer("age", "today", Outcome.UNKNOWN, evidence=facts)
        case Reach.TOO_OLD:
            return Answer("age", "old", Outcome.LOOK, evidence=facts)
        case _:
            return Answer("age", "fits", Outcome.PASSED, evidence=facts)


def _has(known: Known, name: str) -> bool:
    values = {
        "code": known.key.code,
        "check_code": len("".join(known.check_code.split())) >= _CHECK_DIGITS,
        "issued": known.issued,
        "amount": known.amount is not None,
        "total": known.total is not None,
    }
    return bool(values[name])


def _future(known: Known) -> Answer | None:
    if known.issued and known.issued > known.today:
        return Answer("form", "future", Outcome.STOPPED, evidence={"issued": str(known.issued)})
    return None


def _wrong_year(known: Known) -> Answer | None:
    """A 20-digit number begins with its year; codes are ordered up to a year ahead of their use."""
    day, code = known.issued or known.today, known.key.code
    is_wrong = False
    if known.key.scheme == "digital":
        is_wrong = known.issued is not None and known.key.number[:2] != f"{day:%y}"
    elif known.key.scheme == "vat":
        year = int(code[5:7] if len(code) == 12 else code[4:6])
        is_wrong = not 1 <= year <= day.year % 100 + 1
    return Answer("form", "year", Outcome.LOOK, evidence={"issued": str(day)}) if is_wrong else None


def _wrong_kind(known: Known) -> Answer | None:
    expected = kind_of_code(known.key.code)
    if not expected or known.kind_word in ("other", expected.word):
        return None
    named = {"expected": expected.zh, "found": kind(known.kind_word).zh}
    return Answer("form", "kind", Outcome.LOOK, evidence=named)


def _no_region(known: Known) -> Answer | None:
    key = known.key
    if key.scheme not in ("digital", "vat") or key.region:
        return None
    return Answer("form", "region", Outcome.LOOK, evidence={"digits": key.code or key.number})


def _other_age(found: Kind, issued: date) -> Answer | None:
    facts = {"issued": str(issued), "kind": found.zh, "law": found.source}
    if found.until and issued > found.until:
        return Answer("age", "ended", Outcome.LOOK, evidence={**facts, "until": str(found.until)})
    if found.since and issued < found.since:
        return Answer("age", "before", Outcome.LOOK, evidence={**facts, "since": str(found.since)})
    return None
