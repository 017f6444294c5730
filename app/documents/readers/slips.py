"""The codes on slips that do not follow the VAT grammar (FORMATS §1.5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.core.money import Money
from app.documents.readers.found import Found

_BLOCKCHAIN = re.compile(
    r"https://bcfp\.shenzhen\.chinatax\.gov\.cn/verify/scan\?"
    r"(?=[^#]*\bbill_num=(?P<number>[0-9]{8})\b)(?=[^#]*\btotal_amount=(?P<fen>[0-9]{1,13})\b).+"
)
_FISCAL = re.compile(
    r"https?://[a-z0-9.-]{3,60}/page/(?P<code>[0-9]{8})/(?P<number>[0-9]{10})/"
    r"(?P<check_code>[0-9a-zA-Z]{6})"
)
_GENERAL = re.compile(
    r"(?P<code>[12][0-9]{11}),(?P<number>[0-9]{8}),(?P<total>[0-9]+(?:\.[0-9]{1,2})?),"
    r"(?P<issued>[0-9]{4}-[0-9]{2}-[0-9]{2}),(?P<buyer_name>[^,]{1,100})"
)
_PRINTED = re.compile(
    r"(?s).*发票代码(?P<code>[12][0-9]{11})\D*发票号码(?P<number>[0-9]{8})(?!\d).*"
)
_AIR_SPECIMEN = re.compile(
    r"01,61,,(?P<number>[0-9]{19}),(?P<total>[0-9]+(?:\.[0-9]{1,2})?),(?P<issued>[0-9]{8}),,[0-9]{4}"
)
_LOCAL_CODE = re.compile(r"(?P<code>[12][0-9]{11})(?P<check_code>[0-9]{12})")


def read(text: str, place: Any = None) -> Found | None:
    """What the code of a slip says; some hold no number, and then only a person can add it."""
    for grammar, tell in _GRAMMARS:
        if told := grammar.fullmatch(text.strip()):
            found = Found("qr")
            for name, value in {**tell(told), "qr": text}.items():
                found.note(name, value, place)
            return found
    return None


def _as_named(kind_word: str) -> Callable[[re.Match[str]], dict[str, str]]:
    return lambda told: {**told.groupdict(""), "kind_word": kind_word}


def _blockchain(told: re.Match[str]) -> dict[str, str]:
    """The link gives the number and the total in fen, and leaves the code out."""
    total = Money(int(told["fen"])).yuan
    return {"number": told["number"], "total": total, "kind_word": "vat_e_ordinary"}


_GRAMMARS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dict[str, str]]], ...] = (
    (_BLOCKCHAIN, _blockchain),
    (_FISCAL, _as_named("fiscal")),
    (_GENERAL, _as_named("general")),
    (_PRINTED, _as_named("general")),
    (_AIR_SPECIMEN, _as_named("air")),
    (_LOCAL_CODE, _as_named("general")),
)
