"""What is said of an invoice: the names of its fields, who is believed, what contradicts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.money import Money
from app.core.party import NotATaxId, TaxId

SOURCES = ("corrected", "xml", "ofd", "pdf", "qr", "scanned", "ocr", "typed", "ledger")
"""The order of trust for showing a value: a person's correction, then the original first.

``scanned`` is the text of a code as a phone or a scan gun sent it, without a picture to read again.
"""

ORIGINALS = frozenset({"xml", "ofd", "qr", "pdf"})
"""Sources that are read without guessing: where two of them differ, a file was changed."""

MONEY = frozenset({"amount", "tax", "total"})
COMPARED = (
    "code", "number", "issued", "amount", "tax", "total",
    "buyer_name", "buyer_tax_id", "seller_name", "seller_tax_id", "check_code",
)  # fmt: skip
"""The fields of which every source must say the same."""

_ALIKE = str.maketrans(
    "〔【[「〕】]」•・‧∙⋅“”„‟'‘’‐‑–—", "(" * 4 + ")" * 4 + "·" * 5 + '"' * 7 + "-" * 4
)
_END = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One value of one field, by whom; ``file`` names the document, if there is one."""

    name: str
    value: str
    source: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The different values of one field, the most trusted first."""

    name: str
    values: tuple[Said, ...]


def trust(source: str) -> int:
    """The place of ``source`` in the order of trust, 0 for the most trusted."""
    return SOURCES.index(source)


def contradictions(said: Iterable[Said]) -> list[Contradiction]:
    """Where sources differ, in the order of ``COMPARED``; each different value once."""
    found = []
    by_trust = sorted(said, key=lambda one: trust(one.source))
    for name in COMPARED:
        values: dict[str, Said] = {}
        for one in by_trust:
            if one.name == name:
                values.setdefault(plain(name, one.value), one)
        values = _without_ends(values) if name == "check_code" else values
        if len(values) > 1:
            found.append(Contradiction(name, tuple(values.values())))
    return found


def plain(name: str, value: str) -> str:
    """What of a value counts when it is compared: width, spaces, case and brackets do not."""
    if name in MONEY:
        return Money.parse(value).yuan
    text = unicodedata.normalize("NFKC", value).upper()
    seen = (sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Zs"))
    return "".join(seen).translate(_ALIKE)


def masked(name: str, value: str) -> str:
    """A value as pages and the journal show it: ids of persons lose their middle (FORMATS §2.7)."""
    if name == "passenger_id" and "*" not in value:
        return f"{value[:2]}{'*' * max(4, len(value) - 4)}{value[-2:]}"
    if name not in ("buyer_tax_id", "seller_tax_id"):
        return value
    try:
        found = TaxId.parse(value)
    except NotATaxId:
        return value
    return found.masked if found.is_personal else value


def _without_ends(codes: dict[str, Said]) -> dict[str, Said]:
    """People type the last six digits of a check code, which is what the official site asks for."""
    return {
        code: said
        for code, said in codes.items()
        if len(code) < _END or not any(one != code and one.endswith(code) for one in codes)
    }
