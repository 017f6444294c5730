"""Who lists rides in a 行程单, and whether an invoice's seller can be the one behind it."""

from __future__ import annotations

from app.core.dated import Entry, table

_PLATFORMS: tuple[Entry, ...] = tuple(table("platforms")["platform"])
_BY_WORD = {one["word"]: one for one in _PLATFORMS}


def of_title(title: str) -> str:
    """The platform that a title without spaces names, as a word; empty where it names none."""
    return _named(title.upper(), "marks")


def of_seller(name: str) -> str:
    """The platform whose invoices bear this seller's name; empty where that is not known."""
    return _named(name, "sellers")


def may_be_of(platform: str, seller: str) -> bool:
    """False only where the seller is known to be another platform's, and this one sells alone."""
    known = of_seller(seller)
    if not platform or not known or _BY_WORD.get(platform, {}).get("several"):
        return True
    return known == platform


def _named(text: str, column: str) -> str:
    fitting = (one["word"] for one in _PLATFORMS if any(part in text for part in one[column]))
    return str(next(fitting, ""))
