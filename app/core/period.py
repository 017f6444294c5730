"""Business days of Shanghai and spans of them; moments are UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.errors import N_, NotAValue

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)


class NotAPeriod(NotAValue):
    """A span of days that ends before it starts."""

    message = N_("The last day is before the first day.")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Business days from ``start`` to ``end``, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a backward span, and moments in the place of days."""
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise TypeError("a period is made of days, not of moments")
        if self.end < self.start:
            raise NotAPeriod

    @property
    def days(self) -> int:
        """How many days it holds: a span of one day is 1, not 0."""
        return (self.end - self.start).days + 1

    def __iter__(self) -> Iterator[date]:
        """Its days, in order."""
        return (self.start + n * _DAY for n in range(self.days))

    def covers(self, day: date) -> bool:
        """Whether ``day`` lies in it; the last day does."""
        return self.start <= day <= self.end

    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment and the first moment after it, in UTC."""
        return midnight(self.start), midnight(self.end + _DAY)


def month(year: int, number: int) -> Period:
    """The calendar month, ``number`` 1 to 12."""
    start = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(start, following - _DAY)


def merge(periods: Iterable[Period]) -> list[Period]:
    """The same days in the fewest spans, sorted; neighbours such as 1–5 and 6–9 become one."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end + _DAY:
            last = merged.pop()
            merged.append(Period(last.start, max(last.end, period.end)))
        else:
            merged.append(period)
    return merged


def midnight(day: date) -> datetime:
    """The UTC moment at which a business day begins (16:00 of the day before)."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def today(now: datetime) -> date:
    """The business day of the moment ``now``, which must be aware; nothing here reads the clock."""
    if now.tzinfo is None:
        raise TypeError("a moment needs a time zone")
    return now.astimezone(SHANGHAI).date()
