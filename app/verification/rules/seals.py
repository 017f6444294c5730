"""Whether the files are as they were sealed, and by whom (FORMATS §9)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from app.core.period import today
from app.core.verdict import Outcome, Source
from app.documents.readers import seal as kept
from app.documents.readers.seal import Seal
from app.verification.rules.known import Answer, Known, Ledger
from app.verification.rules.parties import is_same

_GRAVITY = (Outcome.STOPPED, Outcome.LOOK, Outcome.UNKNOWN, Outcome.PASSED)
_MOST_PARTS = 5
_BUREAU = ("国家税务总局", "税务局")
"""What the names of bureaus hold, or end with (their seals are 监制章)."""

_DOUBTS = {kept.TEST: "test", kept.SELF_SIGNED: "self_signed"}
_LOOSE = {"partly": "partly", "appended": "appended", "not_in_seal": "stranger"}


def seal(known: Known, bureau: Ledger) -> Answer | None:
    """The gravest thing that any seal of any of the files says; None where none is sealed.

    A seal that fits never makes *genuine* (DESIGN §3, rule 1): anybody can make a certificate in
    any name. One that does not fit stops reimbursement, whoever made it (rule 4).
    """
    said = [(_judge(one, known, bureau), file, one) for file, one in known.seals]
    if not said:
        return None
    said.sort(key=lambda told: _GRAVITY.index(told[0][1]))
    (words, outcome), file, one = said[0]
    return Answer("seal", words, outcome, Source.SEAL.value, evidence=_evidence(one, file))


def _judge(one: Seal, known: Known, bureau: Ledger) -> tuple[str, Outcome]:
    if one.state == kept.ALTERED:
        if "stamp" in one.reasons and not one.parts:
            return "altered_stamp", Outcome.STOPPED
        return ("altered" if one.parts else "altered_file"), Outcome.STOPPED
    if one.state == kept.UNREADABLE:
        return _unread(one)
    if one.chain in _DOUBTS:
        return _DOUBTS[one.chain], Outcome.LOOK
    words = _signed_by(one, known, bureau)
    loose = [_LOOSE[reason] for reason in one.reasons if reason in _LOOSE]
    if words == "stranger" or loose:
        return (words if words == "stranger" else loose[0]), Outcome.LOOK
    if one.chain == kept.EXPIRED:
        return "expired", Outcome.LOOK
    if words == "unnamed":
        return words, Outcome.UNKNOWN
    return (f"{words}_known" if one.chain == kept.KNOWN else words), Outcome.PASSED


def _unread(one: Seal) -> tuple[str, Outcome]:
    if "no_certificate" in one.reasons:
        return "nobody", Outcome.LOOK
    if "unsupported" in one.reasons:
        return "unsupported", Outcome.UNKNOWN
    return "unreadable", Outcome.LOOK


def _signed_by(one: Seal, known: Known, bureau: Ledger) -> str:
    """The seller as the files name it, else as the ledger does; or a tax bureau."""
    row = bureau.row
    name = known.seller_name or (row.seller_name if row else "")
    tax_id = known.seller_tax_id or (row.seller_tax_id if row else "")
    if tax_id and one.signer_tax_id == tax_id.upper():
        return "seller"
    if any(is_same(name, signer) for signer in one.names):
        return "seller"
    if any(_is_bureau(signer) for signer in one.names):
        return "bureau"
    return "stranger" if name or tax_id else "unnamed"


def _is_bureau(name: str) -> bool:
    whole, ending = _BUREAU
    plain = unicodedata.normalize("NFKC", name)
    return whole in plain or plain.endswith(ending)


def _evidence(one: Seal, file: str) -> Mapping[str, object]:
    return {
        "signer": one.signer or "—",
        "issuer": one.issuer or "—",
        "signed_on": _day(one.signed_at),
        "valid_from": _day(one.valid_from),
        "valid_to": _day(one.valid_to),
        "maker": one.maker,
        "stamp_maker": one.stamp_maker,
        "form": one.what,
        "parts": ", ".join(one.parts[:_MOST_PARTS]),
        "uncovered": ", ".join(one.uncovered[:_MOST_PARTS]),
        "certificate": one.fingerprint,
        "sealed_file": file,
    }


def _day(moment: str) -> str:
    return today(datetime.fromisoformat(moment)).isoformat() if moment else ""
