"""What one source inside a document says of one invoice, and which of them belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core import fields
from app.core.invoice import InvoiceKey
from app.core.money import Money

LONGEST = 500
LONGEST_NOTE = 4000
MOST_LINES = 2000
LINE = ("name", "spec", "unit", "quantity", "price", "amount", "rate", "tax")
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[ T].*)?")
_NOTHING = frozenset({"", "***", "*", "-", "—", "无"})


@dataclass(slots=True)
class Found:
    """One invoice as one source tells it: field names and values as text.

    Money is in yuan with two decimals, days are ISO, ``places`` says where each value stood, and
    ``lines`` are the goods with ``LINE``'s names.
    """

    source: str
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)

    def note(self, name: str, raw: str | None, place: Any = None) -> None:
        """Keep a value that can be read as ``name``; what cannot is left unknown."""
        value = tidy(name, raw or "")
        if value:
            self.values.setdefault(name, value)
            if place is not None:
                self.places.setdefault(name, place)

    def add_line(self, raw: Mapping[str, str]) -> None:
        """Keep one line of goods, as far as there is room."""
        line = {name: value for name in LINE if (value := tidy_line(name, raw.get(name, "")))}
        if line and len(self.lines) < MOST_LINES:
            self.lines.append(line)

    @property
    def key(self) -> InvoiceKey | None:
        """Which invoice it speaks of, if its number can be one."""
        try:
            issued = date.fromisoformat(self.values["issued"]) if "issued" in self.values else None
            return InvoiceKey.of(self.values.get("code"), self.values["number"], issued=issued)
        except (KeyError, ValueError):
            return None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that was said of one invoice in one document, the most trusted first."""

    said: list[Found]

    def best(self) -> dict[str, tuple[str, str]]:
        """By field: the value and the source of it."""
        chosen: dict[str, tuple[str, str]] = {}
        for one in self.said:
            for name, value in one.values.items():
                chosen.setdefault(name, (value, one.source))
        return chosen

    def lines(self) -> list[dict[str, str]]:
        """The goods, from the most trusted source that names any."""
        return next((one.lines for one in self.said if one.lines), [])

    def contradictions(self) -> list[fields.Contradiction]:
        """Where the sources of this document differ."""
        return fields.contradictions(
            fields.Said(name, value, one.source)
            for one in self.said
            for name, value in one.values.items()
        )


@dataclass(frozen=True, slots=True)
class Grouped(Told):
    """The same of an invoice whose number is one that an invoice can have."""

    key: InvoiceKey


def group(found: Iterable[Found]) -> list[Grouped]:
    """By invoice, in the order of the document.

    Where one source names the parties of exactly one invoice, a code with another number, or a part
    without any, is taken as speaking of the same one: the contradiction is then seen.
    """
    told = sorted(found, key=lambda one: fields.trust(one.source))
    named = list(dict.fromkeys(one.key for one in told if one.key and one.source != "qr"))
    coded = list(dict.fromkeys(one.key for one in told if one.key and one.source == "qr"))
    only = named[0] if len(named) == 1 and len(coded) <= 1 else None
    only = coded[0] if not named and len(coded) == 1 else only
    groups: dict[InvoiceKey, list[Found]] = {}
    for one in told:
        if key := only or one.key:
            groups.setdefault(key, []).append(one)
    return [Grouped(said, key) for key, said in groups.items()]


def tidy(name: str, raw: str) -> str:
    """The text of one field in our spelling; empty where it says nothing that can be read."""
    text = unicodedata.normalize("NFKC", raw.replace("\0", "")).strip()
    if name in ("remark", "qr"):
        return raw.strip()[:LONGEST_NOTE]
    if text in _NOTHING:
        return "0.00" if name == "tax" and text == "***" else ""
    return _TIDY.get(name, _words)(text, raw)


def tidy_line(name: str, raw: str) -> str:
    """The same for a cell of a line; ``rate`` keeps 免税 and becomes ``6%`` from ``0.06``."""
    text = " ".join(unicodedata.normalize("NFKC", raw).split())
    if name == "rate":
        return _rate(text)
    if name in ("amount", "tax"):
        return "" if text in _NOTHING else _rounded(text)
    return raw.strip()[:LONGEST]


def _words(_text: str, raw: str) -> str:
    return " ".join(raw.split())[:LONGEST]


def _joined(text: str, _raw: str) -> str:
    return "".join(text.split())[:64]


def _tax_id(text: str, _raw: str) -> str:
    joined = "".join(text.split()).upper()[:64]
    return joined if any(sign.isdigit() for sign in joined) else ""


def _day(text: str, _raw: str) -> str:
    found = _DAY.fullmatch("".join(text.split(" ", 1)[0].split()))
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _money(text: str, _raw: str) -> str:
    try:
        return Money.parse(text).yuan
    except ValueError:
        return ""


def _rounded(text: str) -> str:
    """Lines may carry parts of a fen (``0.120000``, ``9.905``); what is shown is whole fen."""
    try:
        return f"{Decimal(text.replace(',', '').lstrip('¥￥')).quantize(Decimal('0.01'))}"
    except InvalidOperation:
        return ""


def _rate(text: str) -> str:
    try:
        share = Decimal(text)
    except InvalidOperation:
        return text.replace(".00%", "%")[:20]
    return f"{(share * 100).normalize():f}%" if share < 1 else f"{share.normalize():f}%"


_TIDY: dict[str, Callable[[str, str], str]] = {
    "code": _joined,
    "number": _joined,
    "check_code": _joined,
    "blue_number": _joined,
    "issued": _day,
    "travelled": _day,
    "amount": _money,
    "tax": _money,
    "total": _money,
    "buyer_tax_id": _tax_id,
    "seller_tax_id": _tax_id,
}
