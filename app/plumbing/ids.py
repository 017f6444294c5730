"""Row ids: in order for the database, random to a stranger."""

import os
import secrets
import time
from datetime import datetime
from functools import lru_cache

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_SHIFTS = tuple(range(40, -1, -10))
_SIGNS = (_ALPHABET * 8).encode()


def new_id() -> str:
    """26 characters, ULID: 48 bits of milliseconds, then 80 random bits."""
    return _spell(time.time_ns() // 1_000_000) + os.urandom(16).translate(_SIGNS).decode()


def new_token() -> str:
    """256 random bits for a link or a cookie; only its digest is ever stored."""
    return secrets.token_urlsafe(32)


def oldest_id(moment: datetime) -> str:
    """The least id that a row of this moment, or of a later one, can have."""
    return _spell(int(moment.timestamp() * 1000)) + _ALPHABET[0] * 16


@lru_cache(maxsize=1)
def _spell(milliseconds: int) -> str:
    return "".join([_PAIRS[milliseconds >> shift & 1023] for shift in _SHIFTS])
