"""Values as files write them, in our own spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category

from app.core.money import Money

LONGEST = 500
LONGEST_NOTE = 4000
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
    "fare": _money,
    "fuel": _money,
    "fund": _money,
    "buyer_tax_id": _tax_id,
    "seller_tax_id": _tax_id,
}
