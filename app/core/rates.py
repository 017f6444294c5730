"""The rates of VAT that an invoice may state, by day and kind (``tables/rates.toml``)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.core.dated import Entry, holds, table
from app.core.errors import N_, NotAValue
from app.core.money import Money

_RATES: list[Entry] = table("rates")["rate"]
_WORDS = frozenset(entry["rate"] for entry in table("rates")["word"])
_ONLY = {kind: frozenset(entry["rates"]) for entry in table("rates")["only"]
         for kind in entry["kinds"]}  # fmt: skip
_FIRST_DAY: date = min(entry["since"] for entry in _RATES)
_FIGURE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)(%?)")
_SPELLINGS = {"免征": "免税", "免征增值税": "免税", "不征": "不征税", "不征增值税": "不征税",
              "零税率": "0%", "出口零税率": "0%", "普通零税率": "0%"}  # fmt: skip


class NotARate(NotAValue):
    """A text that stands for no rate."""

    message = N_("“%(text)s” is not a rate of VAT.")


class Standing(StrEnum):
    """What the table knows of a rate on a day."""

    IN_FORCE = "in_force"
    OTHER_TIME = "other_time"
    OTHER_KIND = "other_kind"
    UNLISTED = "unlisted"


def parse(text: str) -> str:
    """``"6%"`` from 6%, 6.00%, 0.06 and 0.060000; 免税, 不征税 and *** stay words.

    Raises:
        NotARate: the text is neither.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = _SPELLINGS.get(plain, plain)
    if plain in _WORDS:
        return plain
    if plain and not plain.strip("*"):
        return "***"
    found = _FIGURE.fullmatch(plain)
    if not found:
        raise NotARate(text=text[:40])
    figure = Decimal(found[1]) * (1 if found[2] or Decimal(found[1]) >= 1 else 100)
    return f"{figure.normalize():f}%"


def is_free(rate: str) -> bool:
    """Whether a parsed rate is one of the words for no tax (免税, 不征税, ***)."""
    return rate in _WORDS


def tax(rate: str, amount: Money) -> Money:
    """What a parsed percentage makes of an amount without tax, rounded half away from zero."""
    fen = Decimal(amount.fen) * Decimal(rate.rstrip("%")) / 100
    return Money(int(fen.copy_abs() + Decimal("0.5")) * (-1 if fen < 0 else 1))


def standing(rate: str, kind_word: str, on: date) -> Standing:
    """What the table says of a parsed rate on an invoice of that kind and day.

    Before the table begins nothing is known. A rate in force at another time may still be lawful:
    a sale before the change keeps its rate.
    """
    listed = [entry for entry in _RATES if entry["rate"] == rate]
    if rate not in _ONLY.get(kind_word, frozenset({rate})):
        return Standing.OTHER_KIND
    if is_free(rate):
        return Standing.IN_FORCE
    if not listed or on < _FIRST_DAY:
        return Standing.UNLISTED
    is_now = any(holds(entry, on) for entry in listed)
    return Standing.IN_FORCE if is_now else Standing.OTHER_TIME


def sources(rate: str) -> str:
    """The laws that say when a parsed rate is in force; empty for a rate not in the table."""
    return "；".join(entry["source"] for entry in _RATES if entry["rate"] == rate)
