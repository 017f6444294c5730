"""What one source inside a document says of one invoice, and which of them belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from unicodedata import category

from app.core import fields
from app.core.invoice import InvoiceKey
from app.core.money import Money

LONGEST = 500
LONGEST_NOTE = 4000
MOST_LINES = 2000
LINE = ("name", "spec", "unit", "quantity", "price", "amount", "rate", "tax")
_DAY = re.compile(
    r"(?s)(?:([0-9]{4})([0-9]{2})([0-9]{2})"
    r"|([0-9]{4}) ?[-/.年 ] ?([0-9]{1,2}) ?[-/.月 ] ?([0-9]{1,2}) ?日?)(?:[ T].*)?"
)
_LONGEST = 20
_YEARS = range(1950, 2100)
_FIGURES = re.compile(r"-?[0-9]{1,11}(?:\.[0-9]{1,20})?")
_SHARE = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,10})?")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_NOTHING = frozenset({"", "***", "*", "-", "—", "无"})


@dataclass(slots=True)
class Found:
    """One invoice as one source tells it: field names and values as text.

    Money is in yuan with two decimals, days are ISO, ``places`` says where each value stood, and
    ``lines`` are the goods with ``LINE``'s names. ``body`` counts the documents inside the file;
    ``is_about_file`` marks data that its maker put beside the pages.
    """

    source: str
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)
    body: int = 0
    is_about_file: bool = False

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
    """By invoice, in the order of the file; a document inside it speaks of one, if it can.

    Each page of a PDF is such a document. Where its most trusted part names exactly one invoice, a
    part or a code of its first page with another number, or a part without any, is taken as
    speaking of the same: the contradiction is then seen. Codes of later pages, and several codes,
    are invoices of their own.
    """
    groups: dict[InvoiceKey, list[Found]] = {}
    said = list(found)
    for body in dict.fromkeys(one.body for one in said):
        mine = sorted((one for one in said if one.body == body), key=_trust)
        only = _only(mine)
        is_one_code = len({one.key for one in mine if one.source == "qr"} - {None}) == 1
        first = min(map(_page, mine))
        for one in mine:
            joins = one.source != "qr" or is_one_code and one.key and _page(one) == first
            if key := only if only and joins else one.key:
                groups.setdefault(key, []).append(_spelled_whole(one))
    return [Grouped(sorted(told, key=_trust), key) for key, told in groups.items()]


def slip(found: Iterable[Found], sha256: str) -> list[Grouped]:
    """The invoice whose code leaves its number out, known by its file until somebody adds it."""
    said = [one for one in found if "kind_word" in one.values]
    return [Grouped(said, InvoiceKey.file(sha256))] if said else []


def _only(said: list[Found]) -> InvoiceKey | None:
    """The one invoice that the most trusted sort of part names; None where it names several."""
    for level in _LEVELS:
        if keys := {one.key for one in said if one.key and level(one)}:
            return keys.pop() if len(keys) == 1 else None
    return None


def _page(one: Found) -> int:
    """The page of its number; what is no part of a page counts as the first of its document."""
    return int((one.places.get("number") or {}).get("page", one.body + 1))


def _spelled_whole(one: Found) -> Found:
    """A 20-digit number that was given as 12 + 8 digits, in one piece (FORMATS §8.2)."""
    if not one.key or one.key.scheme != "digital" or "code" not in one.values:
        return one
    rest = {name: value for name, value in one.values.items() if name != "code"}
    return replace(one, values=rest | {"number": one.key.number})


def _trust(one: Found) -> int:
    return fields.trust(one.source)


_LEVELS: tuple[Callable[[Found], bool], ...] = (
    lambda one: one.source == "xml",
    lambda one: one.source not in ("xml", "qr") and not one.is_about_file,
    lambda one: one.is_about_file,
)


def tidy(name: str, raw: str) -> str:
    """The text of one field in our spelling; empty where it says nothing that can be read."""
    raw = _visible(raw)
    text = unicodedata.normalize("NFKC", raw).strip()
    if name in ("remark", "qr"):
        return raw.strip()[:LONGEST_NOTE]
    if text in _NOTHING:
        return "0.00" if name == "tax" and text == "***" else ""
    return _TIDY.get(name, _words)(text, raw)


def tidy_line(name: str, raw: str) -> str:
    """The same for a cell of a line; ``rate`` keeps 免税 and becomes ``6%`` from ``0.06``."""
    raw = _visible(raw)
    text = " ".join(unicodedata.normalize("NFKC", raw).split())
    if name == "rate":
        return _rate(text)
    if name in ("amount", "tax"):
        return "" if text in _NOTHING else _rounded(text)
    return raw.strip()[:LONGEST]


def _visible(raw: str) -> str:
    """Without signs that have no width, nor those that a database refuses."""
    raw = raw[: 2 * LONGEST_NOTE]
    if raw.isprintable():
        return raw
    return "".join(sign for sign in raw if sign in "\n\t" or category(sign) not in _UNSEEN)


def _words(_text: str, raw: str) -> str:
    return " ".join(raw.split())[:LONGEST]


def _digits(text: str, _raw: str) -> str:
    """Numbers and codes of every scheme have digits only (FORMATS §1.1, §1.5)."""
    joined = "".join(text.split())
    return joined if joined.isascii() and joined.isdecimal() and len(joined) <= _LONGEST else ""


def _mark(text: str, _raw: str) -> str:
    """A check code: digits, of fiscal receipts letters too (FORMATS §2.5)."""
    joined = "".join(text.split())
    return joined if joined.isascii() and joined.isalnum() and len(joined) <= _LONGEST else ""


def _tax_id(text: str, _raw: str) -> str:
    joined = "".join(text.split()).upper()[:64]
    return joined if any(sign.isdigit() for sign in joined) else ""


def _day(text: str, _raw: str) -> str:
    found = _DAY.fullmatch(" ".join(text.split()))
    year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
    try:
        return date(year, month, day).isoformat() if year in _YEARS else ""
    except ValueError:
        return ""


def _money(text: str, _raw: str) -> str:
    try:
        return Money.parse(text).yuan
    except ValueError:
        return ""


def _rounded(text: str) -> str:
    """Lines may carry parts of a fen (``0.120000``, ``9.905``); what is shown is whole fen."""
    plain = re.sub(r"^(-?) ?¥ ?", r"\1", text).replace(",", "")
    if not _FIGURES.fullmatch(plain):
        return ""
    return f"{Decimal(plain).quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def _rate(text: str) -> str:
    if not _SHARE.fullmatch(text):
        return text.replace(".00%", "%")[:20]
    share = Decimal(text)
    return f"{(share * 100).normalize():f}%" if share < 1 else f"{share.normalize():f}%"


_TIDY: dict[str, Callable[[str, str], str]] = {
    "code": _digits,
    "number": _digits,
    "check_code": _mark,
    "blue_number": _digits,
    "issued": _day,
    "travelled": _day,
    "amount": _money,
    "tax": _money,
    "total": _money,
    "buyer_tax_id": _tax_id,
    "seller_tax_id": _tax_id,
}
