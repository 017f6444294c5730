"""The reference number that ties a page, a log line and a journal entry together."""

import secrets
from contextvars import ContextVar

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_current: ContextVar[str] = ContextVar("reference", default="")


def begin() -> str:
    """Start a piece of work under a fresh reference such as ``7KQ2-M9XD``."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    _current.set(f"{text[:4]}-{text[4:]}")
    return reference()


def reference() -> str:
    """The reference of the work in hand, empty outside any."""
    return _current.get()
