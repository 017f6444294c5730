"""The tax id of a party, and what is wrong with it, character by character."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.core.errors import N_, NotAValue

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MISREAD = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"}
_OLD = re.compile(r"[0-9]{14}[0-9X]")
_PERSON_AND_TWO = re.compile(r"[0-9]{17}[0-9X][0-9]{2}")
_ID_CARD = re.compile(r"[0-9]{17}[0-9X]")
_ID_CARD_CHECKS = "10X98765432"
_FULL, _SHORT, _LONG = 18, 15, 20


class NotATaxId(NotAValue):
    """A text that no tax id can be; ``message`` and ``facts`` name the character and its place."""

    message = N_("A tax id has 18 characters; this one has %(length)s.")


class WrongCharacter(NotATaxId):
    """A character that tax ids never contain, at a place counted from 1."""

    message = N_(
        "Character %(position)s is %(character)s; a tax id has only digits and capital letters."
    )


class WrongCheck(NotATaxId):
    """The last character does not follow from the others: one of the 18 is wrong."""

    message = N_(
        "The check character should be %(expected)s, not %(found)s; one character is wrong."
    )


@dataclass(frozen=True, slots=True, order=True)
class TaxId:
    """纳税人识别号: 18 characters of GB 32100-2015, or an older form of 15 or 20 (FORMATS §2.7)."""

    text: str

    def __post_init__(self) -> None:
        """Refuse what is not a tax id in capital letters without spaces; ``parse`` tidies first."""
        if len(self.text) == _FULL:
            _verify(self.text)
        elif not (_OLD.fullmatch(self.text) or _PERSON_AND_TWO.fullmatch(self.text)):
            _refuse_characters(self.text)
            raise NotATaxId(length=len(self.text))

    @classmethod
    def parse(cls, text: str) -> TaxId:
        """Read it in any width and case, with spaces; impossible letters are named, not mended."""
        plain = unicodedata.normalize("NFKC", text).upper()
        return cls("".join(character for character in plain if not character.isspace()))

    @property
    def warning(self) -> str | None:
        """A msgid for the old forms and for ids of persons; None for an ordinary company's."""
        if self.is_personal:
            return N_("This tax id is the id card number of a person.")
        if len(self.text) == _SHORT:
            return N_("This is a tax id of the old form with 15 characters.")
        return None

    @property
    def is_personal(self) -> bool:
        """Whether it has the form of an id card (15, 18, or 18 + 2), so it must be shown masked.

        An 18-character company id that happens to have that form too counts as personal.
        """
        if len(self.text) == _SHORT:
            return self.text.isdecimal() and _is_day("19" + self.text[6:12])
        return len(self.text) == _LONG or _is_id_card(self.text)

    @property
    def masked(self) -> str:
        """The first six and last two characters, the rest as stars."""
        return f"{self.text[:6]}{'*' * (len(self.text) - 8)}{self.text[-2:]}"

    def __str__(self) -> str:
        """The characters without spaces; not masked."""
        return self.text


def check_character(first: str) -> str:
    """The 18th character that follows from the first 17 (GB 32100-2015: weights 3^i mod 31)."""
    total = sum(ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(first))
    return ALPHABET[-total % 31]


def _verify(text: str) -> None:
    if _is_id_card(text):
        return
    _refuse_characters(text)
    expected = check_character(text[:-1])
    if text[-1] != expected:
        raise WrongCheck(expected=expected, found=text[-1])


def _refuse_characters(text: str) -> None:
    for position, character in enumerate(text, start=1):
        if character in _MISREAD:
            raise WrongCharacter(
                N_(
                    "Character %(position)s is %(character)s; tax ids never contain the letters"
                    " I, O, S, V or Z. Did you mean %(suggestion)s?"
                ),
                position=position,
                character=character,
                suggestion=_MISREAD[character],
            )
        if character not in ALPHABET:
            raise WrongCharacter(position=position, character=character)


def _is_id_card(text: str) -> bool:
    """GB 11643: region, date of birth, sequence, and a check digit modulo 11."""
    if not _ID_CARD.fullmatch(text) or not _is_day(text[6:14]):
        return False
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(text[:17]))
    return _ID_CARD_CHECKS[total % 11] == text[17]


def _is_day(text: str) -> bool:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).year >= 1900
    except ValueError:
        return False
