"""Which invoice it is (its key) and what sort (its kind)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core import regions
from app.core.dated import Entry, table
from app.core.errors import N_, NotAValue

_SHAPES = {
    "vat": re.compile(r"(?P<code>[0-9]{10}|0[0-9]{11})-(?P<number>[0-9]{8})"),
    "digital": re.compile(r"(?P<code>)(?P<number>[0-9]{20})"),
    "fiscal": re.compile(r"(?P<code>[0-9]{8})-(?P<number>[0-9]{10})"),
    "local": re.compile(r"(?P<code>[12][0-9]{11})-(?P<number>[0-9]{8})"),
    "ticket": re.compile(
        r"(?P<code>)(?P<number>[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff./-]{0,63})"
    ),
    "file": re.compile(r"(?P<code>)(?P<number>[0-9a-f]{64})"),
}
_FIRST_DIGITAL_YEAR = 21
_LAST_LOCAL_BUREAU_YEAR = 18


class NotAnInvoiceKey(NotAValue):
    """A number, or a code with a number, that no invoice can have."""

    message = N_("No invoice has the number “%(text)s”.")


@dataclass(frozen=True, slots=True, order=True)
class InvoiceKey:
    """Identity of one invoice in the whole country, written ``scheme:text``.

    ``vat`` 10 or 12 digits and 8 · ``digital`` 20 digits (rail, air, toll too) · ``fiscal`` 8 and
    10 · ``local`` 12 beginning with 1 or 2, and 8 (taxi, quota, general, and motor vehicle: the
    scheme says how it is numbered, never whether the bureau can be asked) · ``ticket`` · ``file``
    a SHA-256.
    """

    scheme: str
    text: str

    def __post_init__(self) -> None:
        """Refuse a shape that the scheme does not have, and a number that is all zeros."""
        shape = _SHAPES.get(self.scheme)
        found = shape and shape.fullmatch(self.text)
        if not found or not found["number"].strip("0"):
            raise NotAnInvoiceKey(scheme=self.scheme, text=self.text[:80])

    @classmethod
    def of(cls, code: str | None, number: str, *, issued: date | None = None) -> InvoiceKey:
        """Decide the scheme from what is printed or exported.

        A 20-digit number spelled as 12 + 8 (FORMATS §8.2) is joined. ``issued`` settles the few
        spellings that could also be an old local code; without it those stay as written.
        """
        code, number = _digits(code or ""), _digits(number)
        if len(code) == 12 and len(number) == 8 and _spells_digital(code, issued):
            code, number = "", code + number
        if not code:
            return cls("digital", number)
        text = f"{code}-{number}"
        if len(code) == 8:
            return cls("fiscal", text)
        return cls("local" if len(code) == 12 and code[0] in "12" else "vat", text)

    @classmethod
    def ticket(cls, text: str) -> InvoiceKey:
        """The printed mark of a slip without a code (old train ticket, boarding pass)."""
        return cls("ticket", "".join(unicodedata.normalize("NFKC", text).upper().split()))

    @classmethod
    def file(cls, sha256: str) -> InvoiceKey:
        """For a document on which nothing else can be read, until something can."""
        return cls("file", sha256.lower())

    @classmethod
    def parse(cls, text: str) -> InvoiceKey:
        """Read what ``str(key)`` wrote; nothing is joined or tidied here."""
        scheme, _, rest = text.partition(":")
        return cls(scheme, rest)

    @property
    def code(self) -> str:
        """发票代码, empty for every scheme but vat, local and fiscal."""
        return self._part("code")

    @property
    def number(self) -> str:
        """发票号码: 8, 10 or 20 digits; of a ticket or a file, its text."""
        return self._part("number")

    @property
    def region(self) -> str | None:
        """The Chinese name of the region that issued it; None where none is known by its digits."""
        if self.scheme == "digital":
            return regions.of_number(self.number)
        return regions.of_code(self.code) if self.scheme == "vat" else None

    def _part(self, name: str) -> str:
        found = _SHAPES[self.scheme].fullmatch(self.text)
        return found[name] if found else ""

    def __str__(self) -> str:
        """``digital:24…``, as kept in the database and in links."""
        return f"{self.scheme}:{self.text}"


def _digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _spells_digital(code: str, issued: date | None) -> bool:
    """Whether 12 digits are the head of a 20-digit number (FORMATS §2.1, §2.4).

    Codes begin with 0 (national), 1 or 2 (local); a digital number begins with its year, 21 or
    later. So only a leading 2 needs thought: year and province against "2", region and year up to
    2018, when the local bureaus that used the 2 were merged away. If both fit, the date decides.
    """
    if code[0] in "01":
        return False
    if code[0] != "2":
        return True
    digital = int(code[:2]) >= _FIRST_DIGITAL_YEAR and regions.of_number(code) is not None
    local = regions.of_code(code) is not None and 1 <= int(code[5:7]) <= _LAST_LOCAL_BUREAU_YEAR
    if digital and local:
        return issued is not None and issued.year % 100 == int(code[:2])
    return digital


class Basis(StrEnum):
    """What the amount in the QR code means (FORMATS §0.2)."""

    EX_TAX = "ex_tax"
    WITH_TAX = "with_tax"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of invoice. ``word`` is what is stored; the names are shown.

    ``qr`` is field 2 of its QR code, ``bureau`` the bureau's own code (FplxDm, FORMATS §1.2),
    ``ledger`` its 发票票种 in the export (FORMATS §8.1) where that differs from ``zh``. ``asks``
    names the fields that the official site wants besides the number; empty where it knows no such
    kind. ``purpose`` is what was bought, where the kind alone says it. ``since`` and ``until`` are
    days of issue.
    """

    word: str
    zh: str
    en: str
    qr: str = ""
    basis: Basis = Basis.UNKNOWN
    bureau: str = ""
    ledger: str = ""
    asks: tuple[str, ...] = ()
    purpose: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""


_NAMES = {
    "vat_special": N_("Special VAT invoice (paper)"),
    "freight_special": N_("Freight special VAT invoice"),
    "motor_vehicle": N_("Motor vehicle sales invoice"),
    "vat_ordinary": N_("Ordinary VAT invoice (paper)"),
    "vat_e_special": N_("Electronic special VAT invoice"),
    "vat_e_ordinary": N_("Electronic ordinary VAT invoice"),
    "vat_roll": N_("Ordinary VAT invoice (roll)"),
    "toll_e_ordinary": N_("Electronic toll invoice"),
    "used_vehicle": N_("Used vehicle sales invoice"),
    "digital_special": N_("Digital special VAT invoice"),
    "digital_ordinary": N_("Digital ordinary invoice"),
    "rail": N_("Rail e-ticket"),
    "air": N_("Air e-ticket itinerary"),
    "digital_toll": N_("Digital toll invoice"),
    "digital_motor_vehicle": N_("Digital motor vehicle invoice"),
    "digital_used_vehicle": N_("Digital used vehicle invoice"),
    "digital_paper_special": N_("Digital invoice on paper, special"),
    "digital_paper_ordinary": N_("Digital invoice on paper, ordinary"),
    "digital_paper_motor_vehicle": N_("Digital invoice on paper, motor vehicle"),
    "digital_paper_used_vehicle": N_("Digital invoice on paper, used vehicle"),
    "fiscal": N_("Fiscal e-receipt"),
    "general": N_("General machine-printed invoice"),
    "quota": N_("Fixed-amount invoice"),
    "taxi": N_("Taxi slip"),
    "train_ticket": N_("Paper train ticket"),
    "air_itinerary": N_("Paper air itinerary"),
    "other": N_("Other receipt"),
}


def _kind(entry: Entry) -> Kind:
    facts = {name: value for name, value in entry.items() if name not in ("asks", "basis")}
    basis, asks = Basis(entry.get("basis", "unknown")), tuple(entry.get("asks", ()))
    return Kind(**facts, en=_NAMES[entry["word"]], basis=basis, asks=asks)


KINDS: tuple[Kind, ...] = tuple(map(_kind, table("kinds")["kind"]))

_BY_WORD = {kind.word: kind for kind in KINDS}
_BY_QR = {kind.qr: kind for kind in KINDS if kind.qr}
_BY_TITLE = {title: kind for kind in KINDS for title in (kind.zh, kind.ledger) if title}
_BLOCKCHAIN = frozenset({"144031539110", "131001570151", "133011501118", "111001571071"})
_QR_BY_LAST_TWO = {
    "04": "04", "05": "04", "06": "11", "07": "11", "11": "10", "12": "14", "13": "08", "17": "15",
}  # fmt: skip
_QR_BY_EIGHTH = {"1": "01", "5": "01", "6": "04", "3": "04", "7": "02", "2": "02"}


def kind(word: str) -> Kind:
    """The kind stored as ``word``; an unknown word is a KeyError: people never type it."""
    return _BY_WORD[word]


def kind_of_title(title: str) -> Kind | None:
    """The kind with this printed title or ledger name (发票票种), brackets of any width."""
    plain = "".join(title.split()).replace("(", "（").replace(")", "）")
    return _BY_TITLE.get(plain)


def kind_of_code(code: str) -> Kind | None:
    """What the official site's own page makes of a code (FORMATS §2.2); None where it says 99.

    It takes every local code with an eighth digit 2 for a motor vehicle, taxi slips of Guangxi too.
    """
    if len(code) == 10:
        return _BY_QR.get(_QR_BY_EIGHTH.get(code[7], ""))
    if len(code) != 12:
        return None
    if code in _BLOCKCHAIN:
        return _BY_QR["10"]
    if code[0] == "0":
        return _BY_QR.get(_QR_BY_LAST_TWO.get(code[10:], ""))
    return _BY_QR["03"] if code[7] == "2" else None


def kind_of_qr(field: str, key: InvoiceKey) -> Kind | None:
    """The kind from field 2 of a QR code together with its key; None for a field never seen.

    Toll invoices of 2018 say 10 and are known by their code; an e-invoice of 2017 said 51 and had a
    code, which rail never has (FORMATS §1.2).
    """
    if field == "51" and key.code:
        return _BY_QR["10"]
    if field == "10" and key.code.startswith("0") and key.code.endswith("12"):
        return _BY_QR["14"]
    return _BY_QR.get(field)
