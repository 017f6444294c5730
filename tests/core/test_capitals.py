"""Amounts in capital numerals are read as people and machines write them."""

import random

import pytest

from app.core import capitals
from app.core.capitals import spell
from app.core.money import MOST_FEN, Money


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        # FORMATS §10: strings of real invoices
        ("壹佰玖拾元零壹角玖分", "190.19"),
        ("壹佰元零贰角伍分", "100.25"),
        ("柒仟零壹拾捌圆捌角叁分", "7018.83"),
        ("贰拾捌圆", "28.00"),
        ("贰拾捌圆玖角整", "28.90"),
        ("壹拾万柒仟元零伍角叁分", "107000.53"),
        ("壹拾万零柒仟元伍角叁分", "107000.53"),
        # signs and widths
        ("⊗陆佰贰拾圆整", "620.00"),
        ("⊗ 陆佰 贰拾 元正", "620.00"),
        ("ⓧ陆佰贰拾圓整", "620.00"),
        ("人民币陆佰贰拾元整", "620.00"),
        ("（负数）壹佰零陆圆整", "-106.00"),
        ("(负数) ⊗壹佰零陆圆整", "-106.00"),
        ("负壹佰零陆圆整", "-106.00"),
        # places
        ("零圆整", "0.00"),
        ("伍分", "0.05"),
        ("叁角", "0.30"),
        ("零圆零伍分", "0.05"),
        ("叁角零分", "0.30"),
        ("拾伍圆整", "15.00"),
        ("壹仟零壹圆整", "1001.00"),
        ("壹万零壹圆整", "10001.00"),
        ("壹亿零伍万圆整", "100050000.00"),
        ("壹仟亿圆整", "100000000000.00"),
        ("壹佰贰拾叁亿肆仟伍佰陆拾柒万捌仟玖佰零壹圆贰角叁分", "12345678901.23"),
        # other forms of the same characters
        ("貳佰參拾陸圓伍角正", "236.50"),
        ("壹萬貳仟圓整", "12000.00"),
    ],
)
def test_they_are_read(text: str, yuan: str) -> None:
    assert capitals.read(text).yuan == yuan


@pytest.mark.parametrize(
    "text",
    [
        "", "整", "⊗", "圆", "圆整", "负", "620.00", "陆佰贰拾", "一百元整", "佰圆整",
        "陆佰贰佰圆整", "贰拾陆佰圆整", "万圆整", "零万圆整", "壹万贰万圆整", "壹万亿圆整",
        "贰圆叁圆", "伍分叁角", "壹仟亿圆零壹分", "玖仟玖佰亿圆整", "壹" * 65, "合计壹佰圆整",
    ],
)  # fmt: skip
def test_nothing_else_is_an_amount(text: str) -> None:
    with pytest.raises(capitals.NotCapitals):
        capitals.read(text)


def test_what_is_spelled_by_the_rule_is_read_back() -> None:
    chance = random.Random(7)
    fens = [0, 1, 10, 100, 101, 110, 10**6 + 5, MOST_FEN, -MOST_FEN]
    fens += [chance.randint(-(10 ** chance.randint(1, 13)), MOST_FEN) for _ in range(500)]
    for fen in fens:
        assert capitals.read(spell(Money(fen))) == Money(fen)
