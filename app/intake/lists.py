"""One line of a list as an invoice: its key and values, or what is wrong with which column."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.core.errors import N_
from app.core.fields import MONEY
from app.core.invoice import InvoiceKey, kind_of_code
from app.core.money import Money, NotMoney
from app.documents.readers import qr
from app.documents.readers.tidy import tidy
from app.intake.columns import TEXT

REASONS: dict[str, str] = {
    "no_number": N_("There is no invoice number in this row."),
    "lost": N_("Excel turned the number into %(text)s and lost its last digits. Type all 20."),
    "length": N_("An invoice number has 8 or 20 digits; these are %(count)s."),
    "no_code": N_("A number of 8 digits also needs its code of 10 or 12 digits."),
    "number": N_("No invoice has this number with this code."),
    "issued": N_("The date “%(text)s” cannot be read. Write it as 2026-11-18."),
    "money": N_("The amount “%(text)s” cannot be read. Write it in yuan, such as 628.00."),
    "other": N_("Row %(twin)s names the same invoice with other values."),
    "": N_("Row %(twin)s names the same invoice."),
}

_GROUPED = re.compile(
    r"(?<![0-9])(?![0-9]{12} [0-9]{8}(?![0-9]))[0-9]{4}(?: ?[0-9]{4}){4}(?![0-9])"
)
"""In groups, but not a code of twelve digits and its number."""

_ONE = re.compile(
    rf"(?<![0-9])(?:[0-9]{{12}}|[0-9]{{10}})[^0-9]{{1,12}}[0-9]{{8}}(?![0-9.])|{_GROUPED.pattern}"
)
"""What names one invoice: a code and its number, or a number that needs none."""

_CODE = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{10})(?![0-9])")
_EIGHT = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9.])")
_DAY = re.compile(
    r"(?<![0-9])20[0-9]{2} ?[-/.年] ?[0-9]{1,2} ?[-/.月] ?[0-9]{1,2}(?: ?日)?(?![0-9])"
)
_SUM = re.compile(
    r"(?<![0-9.])[¥￥]? ?-?[0-9][0-9,]*\.[0-9]{1,2}(?![0-9.])|[¥￥] ?-?[0-9](?:[0-9,]*[0-9])?"
)
_LOST = re.compile(r"(?i)(?<![0-9.])[0-9](?:\.[0-9]+)?e\+1[0-9](?![0-9])")
_CHECK = re.compile(r"校验码\D{0,6}([0-9]{6,20})")


class Wrong(ValueError):
    """A line that is no invoice: a word of ``REASONS``, its facts, and the column at fault."""

    def __init__(self, word: str, column: str, **facts: object) -> None:
        super().__init__(word)
        self.word, self.column, self.facts = word, column, facts


@dataclass(frozen=True, slots=True)
class Told:
    """An invoice that a line names; ``values`` in our spelling, as fields keep them."""

    key: InvoiceKey
    values: Mapping[str, str]


def read(texts: Mapping[str, str]) -> Told:
    """What the cells of a line say, by field; running text is under ``TEXT``.

    Codes and numbers from which Excel took the zeros before them get them back, where code and
    number can only be one invoice then.

    Raises:
        Wrong: the first thing that cannot be.
    """
    if TEXT in texts:
        texts = running(texts[TEXT])
    values = {name: _value(name, text) for name, text in texts.items() if name not in _IDENTITY}
    key = _key(texts, values)
    if kind := kind_of_code(key.code):
        values["kind_word"] = kind.word
    return Told(key, {name: text for name, text in values.items() if text})


def apart(text: str) -> list[str]:
    """A line of running text in pieces that each name one invoice; none of a line without digits.

    What stands between two numbers is about the one before, or about the one behind where a sum or
    a day stands before the first and none behind the last.
    """
    plain = unicodedata.normalize("NFKC", text)
    hits = list(_ONE.finditer(plain))
    if len(hits) < 2 or qr.found([plain.strip()]):
        return [text] if any(map(str.isdigit, plain)) else []
    before, behind = plain[: hits[0].start()], plain[hits[-1].end() :]
    leads = _tells(before) and not _tells(behind)
    cuts = [hit.end() for hit in hits[:-1]] if leads else [hit.start() for hit in hits[1:]]
    return [plain[a:b].strip(_BETWEEN) for a, b in pairwise((0, *cuts, len(plain)))]


def running(text: str) -> dict[str, str]:
    """The fields that stand in running text; of an invoice's own code all that it says."""
    plain = unicodedata.normalize("NFKC", text)
    if told := qr.found([plain.strip()]):
        known = told[0].values
        return {name: known[name] for name in _OF_CODE if name in known}
    found: dict[str, str] = {}
    rest = plain
    for name, pattern in _PATTERNS:
        if name not in found and (hit := pattern.search(rest)):
            found[name] = hit[hit.lastindex or 0]
            rest = rest[: hit.start()] + " " + rest[hit.end() :]
    return found


def _tells(text: str) -> bool:
    return bool(_SUM.search(text) or _DAY.search(text))


_BETWEEN = " ,、;。|/+"
_IDENTITY = frozenset({"number", "code"})
_OF_CODE = ("number", "code", "issued", "total", "amount", "check_code")
_PATTERNS = (
    ("number", _GROUPED), ("check_code", _CHECK), ("issued", _DAY),
    ("code", _CODE), ("number", _EIGHT), ("number", _LOST), ("total", _SUM),
)  # fmt: skip


def _key(texts: Mapping[str, str], values: Mapping[str, str]) -> InvoiceKey:
    number, code = _digits(texts.get("number", "")), _digits(texts.get("code", ""))
    if not number:
        raise Wrong("no_number", "number")
    if "e+" in number.lower():
        raise Wrong("lost", "number", text=texts["number"])
    code, number = _with_zeros(code, number)
    if not number.isdecimal() or len(number) not in (8, 10, 20):
        raise Wrong("length", "number", count=sum(sign.isdecimal() for sign in number))
    if len(number) != 20 and not code:
        raise Wrong("no_code", "code")
    try:
        issued = date.fromisoformat(values["issued"]) if values.get("issued") else None
        return InvoiceKey.of("" if len(number) == 20 else code, number, issued=issued)
    except ValueError:
        raise Wrong("number", "number") from None


def _with_zeros(code: str, number: str) -> tuple[str, str]:
    """A code of 11 digits had a zero before it, and so had a shorter number beside a code."""
    if len(code) in (10, 11, 12) and number.isdecimal() and len(number) < 8:
        number = number.zfill(8)
    return code.zfill(12) if len(code) == 11 else code, number


def _value(name: str, text: str) -> str:
    if name in MONEY:
        try:
            return Money.parse(text).yuan
        except NotMoney:
            if tidy(name, text) or not any(map(str.isalnum, text)):
                return tidy(name, text)
            raise Wrong("money", name, text=text[:40]) from None
    value = tidy(name, text)
    if name == "issued" and text and not value:
        raise Wrong("issued", name, text=text[:40])
    return value


def _digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("'`")
