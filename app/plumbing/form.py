"""What a person typed, and what is wrong about it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.core.errors import N_, NotAValue, Problem
from app.plumbing.say import say

Value = TypeVar("Value")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_PHONE = re.compile(r"1[3-9]\d{9}")


class Missing(Problem):
    """A field that must be filled in is empty."""

    message = N_("Please fill this in.")


class TooLong(Problem):
    """More characters than the field holds."""

    message = N_("At most %(most)s characters fit here.")


class NotAnAddress(Problem):
    """Not an e-mail address."""

    message = N_("This is not an e-mail address, such as wang@example.com.")


class NotAPhone(Problem):
    """Not a mobile number of the mainland."""

    message = N_("This is not a mobile number of 11 digits, such as 138 0000 0000.")


class NotAChoice(Problem):
    """Something that is not on the list."""

    message = N_("Please choose one from the list.")


class Form:
    """One submitted form; its readers give clean values and note errors by field.

    An error without a field stands under the empty name.
    """

    def __init__(self, typed: Mapping[str, str] | None = None) -> None:
        self.typed: Mapping[str, str] = typed or {}
        self.errors: dict[str, Problem | NotAValue] = {}

    def value(self, name: str, otherwise: str = "") -> str:
        """What to show in the field again."""
        return self.typed.get(name, otherwise)

    def text(self, name: str, *, most: int = 100, required: bool = True) -> str:
        """One line, NFC, without control characters or outer spaces."""
        raw = unicodedata.normalize("NFC", self.typed.get(name, ""))
        clean = "".join(sign for sign in raw if sign.isprintable()).strip()
        if required and not clean:
            self.errors[name] = Missing()
        if len(clean) > most:
            self.errors[name] = TooLong(most=most)
        return clean

    def email(self, name: str, *, required: bool = True) -> str:
        """An address in lower case."""
        clean = self.text(name, most=200, required=required).lower()
        if clean and not _EMAIL.fullmatch(clean):
            self.errors[name] = NotAnAddress()
        return clean

    def phone(self, name: str, *, required: bool = True) -> str:
        """Eleven digits; spaces, dashes and +86 are taken off."""
        clean = tidy_phone(self.text(name, required=required))
        if clean and not _PHONE.fullmatch(clean):
            self.errors[name] = NotAPhone()
        return clean

    def read(self, name: str, parse: Callable[[str], object]) -> Any:
        """A value of the core, by its own parser; None with an error, and then nothing is tried."""
        clean = self.text(name, most=200)
        if name in self.errors:
            return None
        try:
            return parse(clean)
        except NotAValue as wrong:
            self.errors[name] = wrong
        return None

    def error(self, name: str) -> str | None:
        """What is wrong with a field, in the reader's language."""
        wrong = self.errors.get(name)
        return say(wrong) if wrong else None

    def choice(self, name: str, among: Mapping[str, object]) -> str:
        """One of the keys of ``among``."""
        picked = self.typed.get(name, "")
        if picked not in among:
            self.errors[name] = NotAChoice()
        return picked

    def tries(self, act: Callable[[], Value]) -> Value | None:
        """Run ``act`` unless something is wrong; a Problem it raises becomes an error here.

        Gives what ``act`` gave; None means that there are errors now.
        """
        if self.errors:
            return None
        try:
            return act()
        except Problem as problem:
            self.errors[problem.field] = problem
        return None


def tidy_phone(text: str) -> str:
    """``+86 138-0000-0000`` and full-width digits as ``13800000000``."""
    digits = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\-()]", "", digits).removeprefix("+86")
