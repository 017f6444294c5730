"""What is typed into the wallet's search field, as a condition on invoices."""

import re
import unicodedata
from datetime import date

from sqlalchemy import ColumnElement, and_, extract, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.core.money import Money, NotMoney
from app.core.period import month
from app.invoices.models import Invoice

LONGEST = 100
_DIGITS = re.compile(r"[0-9]+")
_PART_OF_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Z-]{4,64}")
_PADDED = re.compile(r"0[0-9]")
_DAY = re.compile(r"([0-9]{4})(?:[-/.年])([0-9]{1,2})(?:[-/.月])([0-9]{1,2})日?")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})(?:[-/年])([0-9]{1,2})月?份?")
_DAY_OF_YEAR = re.compile(r"([0-9]{1,2})(?:[-/月])([0-9]{1,2})日?")
_MONTH_OF_YEAR = re.compile(r"([0-9]{1,2})月份?")


def clean(typed: str) -> str:
    """One line of at most ``LONGEST`` characters; full-width digits and signs as half-width."""
    plain = unicodedata.normalize("NFKC", typed)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())[
        :LONGEST
    ]


def matching(words: str) -> ColumnElement[bool]:
    """Invoices that fit every word: part of the number, a party, an exact amount, a day.

    A number may be typed in groups. A day is ``2026-11-18``, ``2026-11``, ``11-18``, ``11月18日``
    or ``11月``; without a year it is of any year. Amounts are in yuan.
    """
    parts = words.split()
    if len(parts) > 1 and all(map(_DIGITS.fullmatch, parts)):
        return _has_number("%".join(parts))
    return and_(true(), *map(_word, parts))


def _word(word: str) -> ColumnElement[bool]:
    fitting = [found for found in (_when(word), _number(word), _amount(word)) if found is not None]
    if _when(word) is None or _DIGITS.fullmatch(word):
        fitting += [_names(name, word) for name in (Invoice.seller_name, Invoice.buyer_name)]
    return or_(*fitting)


def _names(name: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Without regard to case, which costs a second pass and which Chinese does not have."""
    has_case = word.lower() != word.upper()
    return (name.icontains if has_case else name.contains)(word, autoescape=True)


def _number(word: str) -> ColumnElement[bool] | None:
    text = word.upper()
    return _has_number(text) if _PART_OF_NUMBER.fullmatch(text) else None


def _has_number(pattern: str) -> ColumnElement[bool]:
    """Among the numbers; the digest that stands for an unread file is none."""
    key = Invoice.key
    return and_(key.like(f"%:%{pattern}%"), key.not_like("file:%"))


def _amount(word: str) -> ColumnElement[bool] | None:
    if _PADDED.match(word):
        return None
    try:
        money = Money.parse(word.removeprefix("¥").removesuffix("元"))
    except NotMoney:
        return None
    return or_(Invoice.total == money, Invoice.amount == money)


def _when(word: str) -> ColumnElement[bool] | None:
    if found := _DAY.fullmatch(word) or _COMPACT_DAY.fullmatch(word):
        return _on(*map(int, found.groups()))
    if found := _MONTH.fullmatch(word):
        return _in_month(*map(int, found.groups()))
    if found := _DAY_OF_YEAR.fullmatch(word):
        number, day = map(int, found.groups())
        is_day = 1 <= number <= 12 and 1 <= day <= 31
        return and_(_of("month", number), _of("day", day)) if is_day else None
    if found := _MONTH_OF_YEAR.fullmatch(word):
        return _of("month", int(found[1]))
    return None


def _on(year: int, month: int, day: int) -> ColumnElement[bool] | None:
    try:
        return Invoice.issued == date(year, month, day)
    except ValueError:
        return None


def _in_month(year: int, number: int) -> ColumnElement[bool] | None:
    try:
        found = month(year, number)
    except ValueError:
        return None
    return Invoice.issued.between(found.start, found.end)


def _of(part: str, value: int) -> ColumnElement[bool]:
    return extract(part, Invoice.issued) == value
