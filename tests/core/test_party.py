"""A tax id says by itself which of its characters is wrong.

Every id here is of the region 000000, which does not exist.
"""

from __future__ import annotations

import random

import pytest

from app.core.party import ALPHABET, NotATaxId, TaxId, WrongCharacter, WrongCheck, check_character

COMPANY = "91000000MA0000001R"


def person(first: str) -> str:
    """An id card of the region 000000 with its right check digit (GB 11643)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
    return first + "10X98765432"[total % 11]


def test_the_check_character_follows_from_the_first_seventeen() -> None:
    assert check_character(COMPANY[:-1]) == COMPANY[-1]


def test_every_single_wrong_character_is_noticed() -> None:
    chance = random.Random(7)
    for _ in range(300):
        place = chance.randrange(18)
        other = chance.choice([letter for letter in ALPHABET if letter != COMPANY[place]])
        with pytest.raises(WrongCheck):
            TaxId.parse(COMPANY[:place] + other + COMPANY[place + 1 :])


@pytest.mark.parametrize(
    "text", [" 9100 0000 ma00 0000 1r ", "９１０００００ ０ＭＡ００００００１Ｒ\n"]
)
def test_width_case_and_spaces_do_not_count(text: str) -> None:
    assert str(TaxId.parse(text)) == COMPANY


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "910000O0MA0000001R",
            "Character 7 is O; tax ids never contain the letters I, O, S, V or Z. Did you mean 0?",
        ),
        (
            "91000000MA000000IR",
            "Character 17 is I; tax ids never contain the letters I, O, S, V or Z. Did you mean 1?",
        ),
        (
            "91000000-A0000001R",
            "Character 9 is -; a tax id has only digits and capital letters.",
        ),
        (
            "91000000MA00000012",
            "The check character should be R, not 2; one character is wrong.",
        ),
        ("91000000MA0000001", "A tax id has 18 characters; this one has 17."),
        ("", "A tax id has 18 characters; this one has 0."),
        ("个人", "Character 1 is 个; a tax id has only digits and capital letters."),
    ],
)
def test_the_fault_is_named_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(NotATaxId) as fault:
        TaxId.parse(text)
    assert str(fault.value) == sentence
    assert fault.value.message % fault.value.facts == sentence


def test_a_letter_that_cannot_occur_comes_before_the_length() -> None:
    with pytest.raises(WrongCharacter):
        TaxId.parse("91000000MAO")


def test_old_ids_are_accepted_with_a_warning() -> None:
    old = TaxId.parse("000000000000000")
    assert old.warning == "This is a tax id of the old form with 15 characters."
    assert not old.is_personal
    assert TaxId.parse("00000000000000X").warning
    assert TaxId.parse(COMPANY).warning is None


@pytest.mark.parametrize(
    "text",
    [
        "000000900101001",
        person("00000019000101000"),
        person("00000019000101000") + "00",
        person("00000020240229003"),
    ],
)
def test_ids_of_persons_are_marked_and_masked(text: str) -> None:
    found = TaxId.parse(text)
    assert found.is_personal
    assert found.warning == "This tax id is the id card number of a person."
    assert found.masked == text[:6] + "*" * (len(text) - 8) + text[-2:]


@pytest.mark.parametrize(
    "text", ["000000199902310012", "00000019000101000A", "0000001900010100A000"]
)
def test_what_only_looks_like_an_id_card_is_refused(text: str) -> None:
    with pytest.raises(NotATaxId):
        TaxId.parse(text)
