"""Business days are Shanghai's, whatever the clock of the machine says."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.period import NotAPeriod, Period, merge, midnight, month, today


def test_both_ends_of_a_period_are_in_it() -> None:
    march = month(2026, 3)
    assert (march.start, march.end, march.days) == (date(2026, 3, 1), date(2026, 3, 31), 31)
    assert march.covers(date(2026, 3, 1))
    assert march.covers(date(2026, 3, 31))
    assert not march.covers(date(2026, 4, 1))
    assert month(2024, 2).days == 29
    assert month(2025, 12).end == date(2025, 12, 31)


def test_the_day_changes_at_sixteen_utc() -> None:
    assert today(datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert today(datetime(2026, 3, 31, 16, 0, tzinfo=UTC)) == date(2026, 4, 1)
    assert midnight(date(2026, 4, 1)) == datetime(2026, 3, 31, 16, tzinfo=UTC)
    first, after = month(2026, 4).moments()
    assert today(first) == date(2026, 4, 1)
    assert today(after) == date(2026, 5, 1)
    assert first.tzinfo is UTC


def test_backward_spans_and_moments_are_no_periods() -> None:
    with pytest.raises(NotAPeriod):
        Period(date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(TypeError):
        Period(datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 2))
    with pytest.raises(TypeError):
        today(datetime(2026, 3, 1))


def test_neighbours_become_one_and_gaps_stay() -> None:
    day = date(2026, 1, 1)
    spans = [
        Period(day + timedelta(5), day + timedelta(8)),
        Period(day, day + timedelta(4)),
        Period(day + timedelta(2), day + timedelta(3)),
        Period(day + timedelta(10), day + timedelta(10)),
    ]
    assert merge(spans) == [Period(day, day + timedelta(8)), spans[3]]
    assert merge([]) == []


def test_merging_never_gains_or_loses_a_day() -> None:
    chance, day = random.Random(7), date(2026, 1, 1)
    for _ in range(200):
        starts = [chance.randrange(60) for _ in range(chance.randrange(8))]
        spans = [
            Period(day + timedelta(s), day + timedelta(s + chance.randrange(9))) for s in starts
        ]
        merged = merge(spans)
        for number in range(80):
            at = day + timedelta(number)
            assert any(p.covers(at) for p in spans) == any(p.covers(at) for p in merged)
        assert all(a.end + timedelta(1) < b.start for a, b in zip(merged, merged[1:], strict=False))
