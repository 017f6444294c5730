"""Passwords: long enough, not guessable, hashed slowly and never many at once."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import N_, Problem

LEAST, LEAST_PRIVILEGED, MOST = 12, 15, 128
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)
_nobody: list[str] = []


class TooShort(Problem):
    """Fewer characters than the account needs."""

    message = N_("Use at least %(least)s characters. A sentence is easy to remember.")
    field = "password"


class TooLong(Problem):
    """Longer than anybody can mean."""

    message = N_("Use at most %(most)s characters.")
    field = "password"


class Guessable(Problem):
    """On the lists that attackers try first, or made of the person's own names."""

    message = N_("This password is easy to guess. Add a few unrelated words.")
    field = "password"


def make(password: str, *, about: list[str], is_privileged: bool = False) -> str:
    """The hash to keep; ``about`` are names that must not make up the password."""
    password = unicodedata.normalize("NFC", password)
    least = LEAST_PRIVILEGED if is_privileged else LEAST
    if len(password) < least:
        raise TooShort(least=least)
    if len(password) > MOST:
        raise TooLong(most=MOST)
    from zxcvbn import zxcvbn  # 12 MB of word lists, which few processes ever need

    words = [word for text in about for word in (text, *text.split("@"))]
    if zxcvbn(password[:72], user_inputs=[*words, "yanpiao", "验票", "fapiao"])["score"] < 3:
        raise Guessable
    with _two_at_once:
        return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Compare; takes as long when there is no such person (``kept`` is None)."""
    with _two_at_once:
        if not _nobody:
            _nobody.append(_hasher.hash("nobody has this password"))
        try:
            _hasher.verify(kept or _nobody[0], unicodedata.normalize("NFC", password)[: MOST * 2])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None
