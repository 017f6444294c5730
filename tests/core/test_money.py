"""Money is whole fen and refuses everything else."""

from __future__ import annotations

import random

import pytest

from app.core.money import MOST_FEN, Money, NotMoney


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("¥1234.5", 123450),
        ("￥ 1234.5", 123450),
        ("１２３", 12300),
        ("１，２３４．５０", 123450),
        ("-3", -300),
        ("－3", -300),
        ("\u22123.00", -300),
        ("-¥3.07", -307),
        ("57", 5700),
        ("6.2", 620),
        ("0.120000", 12),
        (" 0.00 ", 0),
        ("-0", 0),
        ("100000000000.00", MOST_FEN),
    ],
)
def test_amounts_are_read_as_they_are_written_on_invoices(text: str, fen: int) -> None:
    assert Money.parse(text) == Money(fen)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1.234", "1.001", "NaN", "Infinity", "1e3", "1E+3", "1,23", "12,34,567", ",5",
        "1,", ".5", "5.", "--3", "+3", "3-", "(3)", "1_000", "¥", "1 234", "0x10", "***", "١٢٣",
        "1.2.3",        "¥¥3", "100000000000.01", "9" * 30, "9" * 5000,
    ],
)  # fmt: skip
def test_nothing_else_is_money(text: str) -> None:
    with pytest.raises(NotMoney) as fault:
        Money.parse(text)
    assert len(str(fault.value)) < 200


def test_a_float_or_a_truth_is_not_money() -> None:
    for wrong in (0.1 + 0.2, 3.0, True, "3"):
        with pytest.raises(NotMoney):
            Money(wrong)  # type: ignore[arg-type]


def test_what_is_written_is_read_back() -> None:
    chance = random.Random(7)
    for _ in range(500):
        money = Money(chance.randint(-MOST_FEN, MOST_FEN))
        assert Money.parse(str(money)) == Money.parse(money.yuan) == money


def test_one_amount_has_a_form_for_people_and_one_for_files() -> None:
    assert (str(Money(123450)), Money(123450).yuan) == ("1,234.50", "1234.50")
    assert (str(Money(-7)), Money(-123456789).yuan) == ("-0.07", "-1234567.89")


def test_sums_are_exact_and_may_leave_the_range_of_one_invoice() -> None:
    cents = [Money(10), Money(20)]
    assert Money.sum(cents) == Money(30)
    assert Money.sum([]) == Money(0)
    assert Money(MOST_FEN) + Money(MOST_FEN) - Money(1) == Money(2 * MOST_FEN - 1)
    assert -Money(5) < Money(0) < Money(5)
