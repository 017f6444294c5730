"""What a file says, as the command line prints it: one JSON object a document."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from app.core.fields import Contradiction
from app.core.invoice import kind as kind_of
from app.documents.readers import kind, reading
from app.documents.readers.found import Found, Told, group, join, slips
from app.documents.readers.limits import Refused
from app.documents.readers.seal import ALTERED, INTACT, UNREADABLE

_FIELDS = {
    "code": "code",
    "number": "number",
    "date": "issued",
    "amount_ex_tax": "amount",
    "tax": "tax",
    "total": "total",
    "buyer_name": "buyer_name",
    "buyer_tax_id": "buyer_tax_id",
    "seller_name": "seller_name",
    "seller_tax_id": "seller_tax_id",
    "check_code": "check_code",
}
_NAMES = {ours: theirs for theirs, ours in _FIELDS.items()}
_NOWHERE = "f" * 64
_LINES = ("name", "spec", "unit", "quantity", "price", "amount", "rate", "tax")


def facts(data: bytes, name: str) -> dict[str, Any]:
    """What ``tell`` needs of a file: its kind, what was read or why not, and milliseconds."""
    begun = time.perf_counter()
    looked = kind.inspect(data, name)
    told: dict[str, Any] = {"kind": str(looked["kind"]), "refusal": looked["refusal"]}
    if not looked["refusal"]:
        try:
            told["read"] = reading.read(data, told["kind"])
        except Refused as refusal:
            told["refusal"] = refusal.word
    return told | {"ms": (time.perf_counter() - begun) * 1000}


def tell(path: str, facts: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Everything known of one file; what cannot be known is None, never a guess.

    Amounts are texts with two decimals, days ISO, ``ms`` the time that reading took. ``seen`` is
    what ``sighted.look`` says of a picture, with its own ``ms``.
    """
    milliseconds = round(facts["ms"] + seen.get("ms", 0.0), 1)
    return {"path": path, **_told(facts, seen), "ms": milliseconds}


def _told(facts: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"kind": facts["kind"], "reader": None, "invoices": []}
    if facts["refusal"]:
        return nothing | {"unreadable_reason": facts["refusal"]}
    facts = facts["read"]
    found = join([Found(**one) for one in facts["found"]], seen)
    signature = _signature([one["state"] for one in facts["seals"]])
    named = group(found) or _loose(found)
    every = [*named, *slips(found, _NOWHERE, named)]
    invoices = [_invoice(told, signature) for told in every]
    reason = None if invoices else "no_invoice"
    told = nothing | {"reader": facts["reader"], "invoices": invoices, "unreadable_reason": reason}
    trip = {name: facts[name] for name in ("itinerary",) if name in facts}
    return told | trip


def _loose(found: list[Found]) -> list[Told]:
    """Numbers that no invoice can have are still told: some codes leave the 发票代码 out."""
    by_number: dict[str, list[Found]] = {}
    for one in found:
        if "number" in one.values:
            by_number.setdefault(one.values["number"], []).append(one)
    return [Told(said) for said in by_number.values()]


def _signature(states: list[str]) -> str | None:
    """The gravest state of its seals; None where it has none."""
    return next((state for state in (ALTERED, UNREADABLE, INTACT) if state in states), None)


def _invoice(grouped: Told, signature: str | None) -> dict[str, Any]:
    best = grouped.best()
    values = {theirs: best.get(ours, (None, ""))[0] for theirs, ours in _FIELDS.items()}
    return {
        "type": _type(best),
        **values,
        "lines": [{name: line.get(name) for name in _LINES} for line in grouped.lines()],
        "sources": {_NAMES[name]: source for name, (_, source) in best.items() if name in _NAMES},
        "contradictions": [_contradiction(one) for one in grouped.contradictions()],
        "signature": signature,
        "warnings": _warnings(best),
    }


def _type(best: Mapping[str, tuple[str, str]]) -> str | None:
    """Field 2 of the QR code where one was read, else what the kind would print there."""
    if "qr_kind" in best:
        return best["qr_kind"][0]
    return kind_of(best["kind_word"][0]).qr or None if "kind_word" in best else None


def _contradiction(found: Contradiction) -> dict[str, Any]:
    values = [{"source": said.source, "value": said.value} for said in found.values]
    return {"field": _NAMES[found.name], "values": values}


def _warnings(best: Mapping[str, tuple[str, str]]) -> list[str]:
    crc = best.get("crc", ("", ""))[0]
    return [f"crc_{crc}"] if crc in ("unmatched", "absent") else []
