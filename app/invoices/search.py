"""What is typed into the wallet's search field, as demands on invoices."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, extract, func, or_, select, union_all

from app.core import period
from app.core.money import Money, NotMoney
from app.invoices import parties
from app.invoices.models import Invoice
from app.invoices.narrowing import Part, either
from app.plumbing.db import db
from app.plumbing.search import Runs

LONGEST = 100
_NUMBERS = Runs(
    Invoice.id,
    "CASE WHEN key LIKE 'file:%' THEN '' ELSE split_part(key, ':', 2) END",
    4,
    "invoice_numbers",
    "invoice_id",
)
_YEARS = 30
"""So many years before the newest invoice a day without its year may be of."""

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


def demands(company_id: str, words: str) -> list[Part]:
    """Every word is found: in the number, a name, a tax id, as an exact amount, as a day.

    A number may be typed in groups. A day is ``2026-11-18``, ``2026-11``, ``11-18``, ``11月18日``
    or ``11月``; without a year it is of any year. Amounts are in yuan.
    """
    groups = words.split()
    if len(groups) > 1 and all(map(_DIGITS.fullmatch, groups)):
        return [_number(company_id, groups)]
    readings = {word: _readings(company_id, word) for word in groups}
    names = [word for word, found in readings.items() if not found]
    parts = [
        either(_with_names(company_id, word, found)) for word, found in readings.items() if found
    ]
    return [*parts, parties.named(company_id, names)] if names else parts


def _readings(company_id: str, word: str) -> list[Part]:
    """What a word may be but a name."""
    number = word.upper()
    found = [_when(company_id, word), _amount(company_id, word)]
    if _PART_OF_NUMBER.fullmatch(number):
        found.append(_number(company_id, [number]))
    return [part for part in found if part is not None]


def _with_names(company_id: str, word: str, found: list[Part]) -> list[Part]:
    """What is plainly a day is in no name."""
    is_day = _when(company_id, word) is not None and not _DIGITS.fullmatch(word)
    return found if is_day else [*found, parties.named(company_id, [word])]


def _number(company_id: str, groups: list[str]) -> Part:
    """In the number, in this order; the digest that stands for an unread file is none."""
    test = Invoice.key.like(f"%:%{'%'.join(groups)}%") & Invoice.key.not_like("file:%")
    return Part(test, _NUMBERS.having(company_id, groups))


def _amount(company_id: str, word: str) -> Part | None:
    if _PADDED.match(word):
        return None
    try:
        money = Money.parse(word.removeprefix("¥").removesuffix("元"))
    except NotMoney:
        return None
    either_one = (Invoice.total == money, Invoice.amount == money)
    return Part(or_(*either_one), _ids(company_id, either_one))


def _when(company_id: str, word: str) -> Part | None:
    if found := _DAY.fullmatch(word) or _COMPACT_DAY.fullmatch(word):
        return _on(company_id, *map(int, found.groups()))
    if found := _MONTH.fullmatch(word):
        return _in_month(*map(int, found.groups()))
    if found := _DAY_OF_YEAR.fullmatch(word):
        return _on_day_of_year(company_id, *map(int, found.groups()))
    if found := _MONTH_OF_YEAR.fullmatch(word):
        return _in_month_of_year(company_id, int(found[1]))
    return None


def _on(company_id: str, year: int, month: int, day: int) -> Part | None:
    try:
        test = Invoice.issued == date(year, month, day)
    except ValueError:
        return None
    return Part(test, _ids(company_id, [test]), is_in_order=True)


def _in_month(year: int, number: int) -> Part | None:
    try:
        found = period.month(year, number)
    except ValueError:
        return None
    return Part(Invoice.issued.between(found.start, found.end))


def _on_day_of_year(company_id: str, number: int, day: int) -> Part | None:
    """There is a 29 February in a leap year, which 2000 was."""
    try:
        date(2000, number, day)
    except ValueError:
        return None
    newest = _newest(company_id).year
    days = [one for year in range(newest - _YEARS, newest + 1) if (one := _day(year, number, day))]
    test = Invoice.issued.in_(days)
    return Part(test, _ids(company_id, [test]))


def _in_month_of_year(company_id: str, number: int) -> Part | None:
    """None of the days after the last such month has to be looked at."""
    if not 1 <= number <= 12:
        return None
    newest = _newest(company_id)
    last = period.month(newest.year - (number > newest.month), number).end
    return Part((extract("month", Invoice.issued) == number) & (Invoice.issued <= last))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _newest(company_id: str) -> date:
    newest = select(func.max(Invoice.issued)).where(Invoice.company_id == company_id)
    return db.session.scalar(newest) or date(2000, 1, 1)


def _ids(company_id: str, tests: Iterable[ColumnElement[bool]]) -> Select[str]:
    """Each by an index of its own."""
    every = [select(Invoice.id).where(Invoice.company_id == company_id, one) for one in tests]
    if len(every) == 1:
        return every[0]
    together = union_all(*every).subquery()
    return select(together.c[0])
