"""What is known about an invoice, derived from the findings in one place."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.invoice import InvoiceKey
from app.core.money import Money


class Authenticity(StrEnum):
    """Whether the bureau knows this invoice with these facts."""

    GENUINE = "genuine"
    MISMATCH = "mismatch"
    NOT_FOUND = "not_found"
    INCOMPLETE = "incomplete"
    LIMIT_EXCEEDED = "limit_exceeded"
    UNAVAILABLE = "unavailable"
    NOT_CHECKED = "not_checked"


class Lifecycle(StrEnum):
    """What became of it since, in order of gravity: the later word outweighs the earlier."""

    UNKNOWN = "unknown"
    NORMAL = "normal"
    RED_PARTIAL = "red_partial"
    IS_RED = "is_red"
    RED_UNKNOWN = "red_unknown"
    RED_FULL = "red_full"
    VOIDED = "voided"


class Outcome(StrEnum):
    """How one line of the card reads: green, amber, red, grey."""

    PASSED = "passed"
    LOOK = "look"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """The source words that the rules below know by name; a provider may use a word of its own."""

    LEDGER = "ledger"
    OFFICIAL = "official"
    PROVIDER = "provider"
    RULE = "rule"
    SEAL = "seal"
    ORIGINALS = "originals"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one source answered about one set of facts.

    ``speaks_for_bureau``: a ledger row, a provider, a person at the official site with a
    screenshot, a file fetched from the bureau's own host. ``facts`` is the ``facts_digest`` it was
    asked about. ``seal`` and ``originals`` report an altered file by ``stopped``. ``person`` is a
    person's decision with a reason: with a lifecycle it goes back to that one, with ``passed`` and
    no lifecycle it lifts the hold, with ``stopped`` it takes that back.
    """

    source: str
    speaks_for_bureau: bool
    facts: str
    answered_at: datetime
    authenticity: Authenticity | None = None
    lifecycle: Lifecycle | None = None
    outcome: Outcome = Outcome.UNKNOWN

    def __post_init__(self) -> None:
        """Refuse a moment without a time zone: the newest answer could not be told."""
        if self.answered_at.tzinfo is None:
            raise TypeError("a finding needs an aware moment")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Authenticity × lifecycle; ``held`` stops reimbursement while the file is in doubt."""

    authenticity: Authenticity = Authenticity.NOT_CHECKED
    lifecycle: Lifecycle = Lifecycle.UNKNOWN
    held: bool = False


# Gravest last, so that of two answers of one moment the graver decides.
_ANSWERS = (Authenticity.GENUINE, Authenticity.NOT_FOUND, Authenticity.MISMATCH)
_NO_ANSWERS = (Authenticity.INCOMPLETE, Authenticity.LIMIT_EXCEEDED, Authenticity.UNAVAILABLE)
_GRAVITY = {word: weight for weight, word in enumerate(Lifecycle)}


def derive(findings: Iterable[Finding], facts: str) -> Verdict:
    """The verdict on the invoice whose present facts have the digest ``facts``.

    An answer is genuine, mismatch or not_found from a source that speaks for the bureau. Being
    refused or cut off is no answer: it shows only while there is none, and never outdates one.
    """
    kept = tuple(findings)
    return Verdict(_authenticity(kept, facts), _lifecycle(kept), _held(kept))


def facts_digest(
    key: InvoiceKey,
    *,
    issued: date | None = None,
    amount: Money | None = None,
    total: Money | None = None,
    seller: str = "",
    check_code: str = "",
) -> str:
    """SHA-256 (hex) over what the bureau confirms; ``amount`` is ex tax, ``total`` with tax.

    Of ``seller`` (a tax id) case and width do not count; of ``check_code`` only the last six,
    which is what the bureau asks for (FORMATS §2.5).
    """
    asked = [
        str(key),
        issued.isoformat() if issued else "",
        amount.yuan if amount else "",
        total.yuan if total else "",
        "".join(unicodedata.normalize("NFKC", seller).upper().split()),
        "".join(check_code.split())[-6:],
    ]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _authenticity(findings: tuple[Finding, ...], facts: str) -> Authenticity:
    same = [finding for finding in findings if finding.facts == facts]
    answers = [finding for finding in same if finding.speaks_for_bureau]
    return _newest(answers, _ANSWERS) or _newest(same, _NO_ANSWERS) or Authenticity.NOT_CHECKED


def _newest(findings: list[Finding], words: tuple[Authenticity, ...]) -> Authenticity | None:
    found = [
        (finding.answered_at, words.index(finding.authenticity))
        for finding in findings
        if finding.authenticity in words
    ]
    return words[max(found)[1]] if found else None


def _lifecycle(findings: tuple[Finding, ...]) -> Lifecycle:
    """The gravest ever reported, whatever the facts asked about, since a person last went back."""
    decisions = [finding for finding in findings if _decides_lifecycle(finding)]
    start = max(decisions, key=lambda finding: finding.answered_at, default=None)
    since = [
        f for f in findings if start is None or f is start or f.answered_at > start.answered_at
    ]
    return max(
        (_reported(finding) for finding in since),
        key=_GRAVITY.__getitem__,
        default=Lifecycle.UNKNOWN,
    )


def _decides_lifecycle(finding: Finding) -> bool:
    return finding.source == Source.PERSON and finding.lifecycle is not None


def _reported(finding: Finding) -> Lifecycle:
    """Only the bureau or a person can say that nothing happened; anybody, that something did."""
    word = finding.lifecycle or Lifecycle.UNKNOWN
    trusted = finding.speaks_for_bureau or finding.source == Source.PERSON
    return Lifecycle.UNKNOWN if word is Lifecycle.NORMAL and not trusted else word


def _held(findings: tuple[Finding, ...]) -> bool:
    """An altered seal or contradicting originals, until a person with a reason lifts it."""
    alarms = [f.answered_at for f in findings if _alarms(f)]
    lifts = [f.answered_at for f in findings if _lifts(f)]
    return bool(alarms) and (not lifts or max(alarms) > max(lifts))


def _alarms(finding: Finding) -> bool:
    by_person = finding.source == Source.PERSON and finding.lifecycle is None
    return finding.outcome is Outcome.STOPPED and (finding.source in ALARMS or by_person)


def _lifts(finding: Finding) -> bool:
    decided = finding.lifecycle is None and finding.outcome is Outcome.PASSED
    return finding.source == Source.PERSON and decided


ALARMS = (Source.SEAL, Source.ORIGINALS)
"""Sources that stop reimbursement until a person with a reason lifts it."""
