"""What an invoice is for, as far as it is sure: for the picture beside it, never for a rule."""

from collections.abc import Iterable

from app.core.dated import Entry, table
from app.core.invoice import kind

_PURPOSES: tuple[Entry, ...] = tuple(table("purposes")["purpose"])


def purpose(kind_word: str, goods: Iterable[str] = (), seller: str = "") -> str:
    """A word of ``tables/purposes.toml``, ``train`` or ``air``; empty when nothing is sure.

    The kind decides, then the first of the goods that says something; the seller's name speaks
    only where no goods are known.
    """
    if known := kind(kind_word).purpose:
        return known
    names = list(goods)
    if names:
        return next(filter(None, (_named(name, "goods") for name in names)), "")
    return _named(seller, "sellers")


def _named(text: str, column: str) -> str:
    fitting = (one["word"] for one in _PURPOSES if any(part in text for part in one[column]))
    return str(next(fitting, ""))
