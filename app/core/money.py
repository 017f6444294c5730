"""Renminbi as whole fen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import N_, NotAValue

MOST_FEN = 10**13
_PLAIN = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{1,2})0*)?")
_LONGEST = 64


class NotMoney(NotAValue):
    """A text that is not an amount of whole fen."""

    message = N_("“%(text)s” is not an amount in yuan with at most two decimals.")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in renminbi, held as a whole number of fen (1 yuan = 100 fen)."""

    fen: int

    def __post_init__(self) -> None:
        """Refuse anything but an int: ``Money(0.1 + 0.2)`` must not exist."""
        if type(self.fen) is not int:
            raise NotMoney(text=repr(self.fen))

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read yuan: ``"1,234.50"``, ``"¥1234.5"``, ``"１２３"``, ``"-3"``, ``"0.120000"``.

        Refuses parts of a fen, exponents, NaN, and more than 10^13 fen (the bureau's
        own field holds eleven digits of yuan, FORMATS §3.1).
        """
        found = _PLAIN.fullmatch(_plain(text))
        if not found:
            raise NotMoney(text=text)
        sign, yuan, fraction = found.groups()
        fen = int(yuan.replace(",", "") + (fraction or "").ljust(2, "0"))
        if fen > MOST_FEN:
            raise NotMoney(text=text)
        return cls(-fen if sign else fen)

    @classmethod
    def sum(cls, amounts: Iterable[Money]) -> Money:
        """The total; nothing at all is zero."""
        return cls(sum(amount.fen for amount in amounts))

    @property
    def yuan(self) -> str:
        """Yuan with two decimals and no grouping, ``"1234.50"``: for files, QR texts, requests."""
        return str(self).replace(",", "")

    def __str__(self) -> str:
        """Yuan with grouping and two decimals, ``"1,234.50"``, without a currency sign."""
        yuan, fen = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}{yuan:,}.{fen:02d}"

    def __add__(self, other: Money) -> Money:
        """Exact; the sum may exceed what ``parse`` accepts for one invoice."""
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        """Exact, and may be negative."""
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        """The amount of the red invoice that takes this one back."""
        return Money(-self.fen)


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        raise NotMoney(text=text[:_LONGEST])
    if text.isascii():
        return text.strip()
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    return re.sub(r"^(-?)\s*[¥￥]\s*", r"\1", plain)
