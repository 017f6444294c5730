"""Rates of VAT as they are printed, and when they were in force."""

from datetime import date

import pytest

from app.core import rates
from app.core.money import Money
from app.core.rates import NotARate, Standing

NOW = date(2026, 11, 10)


@pytest.mark.parametrize(("text", "rate"), [
    ("6%", "6%"), ("6.00%", "6%"), ("０６％", "6%"), ("0.06", "6%"), ("0.060000", "6%"),
    ("0.01", "1%"), ("1%", "1%"), ("1.5%", "1.5%"), ("0.015", "1.5%"), ("13", "13%"),
    ("0", "0%"), ("0%", "0%"), ("0.00", "0%"), ("10%", "10%"), ("100%", "100%"),
    ("免税", "免税"), ("免征增值税", "免税"), ("不征税", "不征税"), ("***", "***"), ("*", "***"),
    ("出口零税率", "0%"), (" 免 税 ", "免税"),
])  # fmt: skip
def test_they_are_read_as_they_are_printed(text, rate):
    assert rates.parse(text) == rate


@pytest.mark.parametrize("text", ["", " ", "税率", "-6%", "6%%", "%", "6,0%", "1e2", "9" * 50])
def test_nothing_else_is_a_rate(text):
    with pytest.raises(NotARate) as fault:
        rates.parse(text)
    assert len(str(fault.value)) < 100


@pytest.mark.parametrize(("rate", "on", "standing"), [
    ("17%", date(2016, 4, 30), Standing.UNLISTED),
    ("17%", date(2016, 5, 1), Standing.IN_FORCE),
    ("17%", date(2018, 4, 30), Standing.IN_FORCE),
    ("17%", date(2018, 5, 1), Standing.OTHER_TIME),
    ("16%", date(2018, 4, 30), Standing.OTHER_TIME),
    ("16%", date(2018, 5, 1), Standing.IN_FORCE),
    ("16%", date(2019, 3, 31), Standing.IN_FORCE),
    ("16%", date(2019, 4, 1), Standing.OTHER_TIME),
    ("13%", date(2017, 6, 30), Standing.IN_FORCE),
    ("13%", date(2017, 7, 1), Standing.OTHER_TIME),
    ("13%", date(2019, 3, 31), Standing.OTHER_TIME),
    ("13%", date(2019, 4, 1), Standing.IN_FORCE),
    ("11%", date(2018, 5, 1), Standing.OTHER_TIME),
    ("10%", date(2018, 5, 1), Standing.IN_FORCE),
    ("9%", date(2019, 3, 31), Standing.OTHER_TIME),
    ("9%", date(2019, 4, 1), Standing.IN_FORCE),
    ("1%", date(2020, 2, 29), Standing.OTHER_TIME),
    ("1%", date(2020, 3, 1), Standing.IN_FORCE),
    ("1%", date(2023, 1, 1), Standing.IN_FORCE),
    ("1%", date(2026, 1, 1), Standing.IN_FORCE),
    ("1%", date(2027, 12, 31), Standing.IN_FORCE),
    ("1%", date(2028, 1, 1), Standing.OTHER_TIME),
    ("6%", NOW, Standing.IN_FORCE), ("5%", NOW, Standing.IN_FORCE), ("3%", NOW, Standing.IN_FORCE),
    ("1.5%", NOW, Standing.IN_FORCE), ("0%", NOW, Standing.IN_FORCE),
    ("免税", NOW, Standing.IN_FORCE), ("***", NOW, Standing.IN_FORCE),
    ("7%", NOW, Standing.UNLISTED), ("0.5%", NOW, Standing.UNLISTED),
])  # fmt: skip
def test_a_rate_is_in_force_between_its_days(rate, on, standing):
    assert rates.standing(rate, "digital_ordinary", on) is standing


def test_rail_and_air_know_few_rates():
    for kind in ("rail", "air"):
        stated = [rates.standing(rate, kind, NOW) for rate in ("9%", "6%", "0%", "免税")]
        assert set(stated) == {Standing.IN_FORCE}
        for rate in ("13%", "3%", "1%", "7%", "***"):
            assert rates.standing(rate, kind, NOW) is Standing.OTHER_KIND


@pytest.mark.parametrize(("rate", "fen", "tax"), [
    ("6%", 10000, 600), ("6%", 10008, 600), ("6%", 10009, 601), ("6%", 25, 2), ("6%", -25, -2),
    ("1.5%", 10000, 150), ("0%", 10000, 0), ("13%", -10000, -1300),
])  # fmt: skip
def test_the_tax_is_rounded_half_away_from_zero(rate, fen, tax):
    assert rates.tax(rate, Money(fen)) == Money(tax)
