"""The text of an invoice's QR code (FORMATS §1.1–1.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.errors import N_, NotAValue
from app.core.invoice import Basis, InvoiceKey, Kind, kind_of_qr
from app.core.money import Money
from app.documents.readers import slips
from app.documents.readers.found import Found
from app.documents.readers.glance import Code

_LONGEST = 400
_AROUND_COMMAS = re.compile(r"\s*,\s*")
_GRAMMAR = re.compile(
    r"01,(?P<kind>[0-9]{2}),(?P<code>[0-9]{10}|[0-9]{12})?,(?P<number>[0-9]{8}|[0-9]{20}),"
    r"(?P<amount>-?[0-9]+(?:\.[0-9]{1,2})?),(?P<issued>[0-9]{4}-?[0-9]{2}-?[0-9]{2})"
    r"(?:,(?P<check_code>[0-9]{20})?(?:,(?P<crc>[0-9A-Fa-f]{1,4})?,?)?)?"
)
_BEFORE_CRC = re.compile(r"(?s)(.*,)[^,]+,?\s*")


class Unreadable(NotAValue):
    """A text that is not the QR code of an invoice; it may still be a link or another slip."""

    message = N_("This code is not the code of an invoice.")


@dataclass(frozen=True, slots=True)
class QrText:
    """What a QR code says. Anybody can print one, so it is a claim, never a proof.

    Whether ``amount`` includes tax depends on the kind (``core.invoice.Basis``). ``crc`` is the
    variant of the unkeyed checksum that fits (A, B, C, D), ``unmatched`` or ``absent``: 11 of 112
    real codes fit none, so it may only ever turn a line amber.
    """

    kind_code: str
    key: InvoiceKey
    amount: Money
    issued: date
    check_code: str | None
    crc: str
    raw: str


def read(text: str) -> QrText:
    """Read ``01,kind,code,number,amount,yyyymmdd,check code,crc`` with every tolerance of §1.1.

    Seen on real codes: spaces in empty fields, no checksum field, a dashed date, a comma at the
    end, missing decimals, checksums of 1–4 digits in either case.
    """
    if len(text) > _LONGEST:
        raise Unreadable
    plain = _AROUND_COMMAS.sub(",", text.strip())
    found = _GRAMMAR.fullmatch(plain)
    if not found:
        raise Unreadable
    try:
        issued = date.fromisoformat(found["issued"])
        key = InvoiceKey.of(found["code"], found["number"], issued=issued)
        amount = Money.parse(found["amount"])
    except ValueError as fault:
        raise Unreadable from fault
    crc = variant(text.strip(), plain, found["crc"])
    return QrText(found["kind"], key, amount, issued, found["check_code"], crc, text)


def found(texts: Iterable[str], place: Any = None) -> list[Found]:
    """What codes say, in our words; a text that is no invoice's is left out."""
    told = []
    for text in texts:
        try:
            told.append(_said(read(text), place))
        except Unreadable:
            if other := slips.read(text, place):
                told.append(other)
    return told


def spoken(seen: Iterable[Code]) -> tuple[list[Found], list[str]]:
    """Each code apart, so that each keeps its place; texts of no invoice stay as they are."""
    told: list[Found] = []
    others: list[str] = []
    for code in seen:
        said = found([code.text], {"page": code.page, "box": code.box})
        told += said
        others += [] if said else [code.text]
    return told, others


def _said(code: QrText, place: Any) -> Found:
    """Whether the amount includes tax depends on the kind (FORMATS §0.2)."""
    kind = kind_of_qr(code.kind_code, code.key)
    name = _MEANS[_basis(kind, code.key)]
    values = {
        "code": code.key.code,
        "number": code.key.number,
        "issued": code.issued.isoformat(),
        name: code.amount.yuan,
        "check_code": code.check_code or "",
        "kind_word": kind.word if kind else "",
        "crc": code.crc,
        "qr_kind": code.kind_code,
        "qr": code.raw,
    }
    said = Found("qr")
    for field, value in values.items():
        said.note(field, value, place)
    return said


def _basis(kind: Kind | None, key: InvoiceKey) -> Basis:
    """A kind with a number that it never has was not seen yet, so its amount may be either."""
    is_digital = key.scheme == "digital"
    if kind is None or is_digital != (kind.basis is Basis.WITH_TAX):
        return Basis.UNKNOWN
    return kind.basis


def variant(raw: str, plain: str, crc: str | None) -> str:
    """Which checksum of §1.4 fits, over the text as printed or with its spaces taken out."""
    if not crc:
        return "absent"
    for text in (raw, plain):
        covered = _BEFORE_CRC.fullmatch(text)
        for name, checksum in CHECKSUMS.items():
            if covered and checksum(covered[1].encode()) == int(crc, 16):
                return name
    return "unmatched"


def crc_forward(data: bytes) -> int:
    """CRC-16/UMTS: polynomial 0x8005, start 0, not reflected."""
    register = 0
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ (0x8005 if register & 0x8000 else 0)) & 0xFFFF
    return register


def crc_reflected(data: bytes, start: int) -> int:
    """Polynomial 0x8005 reflected: CRC-16/MODBUS from 0xFFFF, CRC-16/ARC from 0."""
    register = start
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xA001 if register & 1 else 0)
    return register


_MEANS = {Basis.WITH_TAX: "total", Basis.EX_TAX: "amount", Basis.UNKNOWN: "qr_amount"}
CHECKSUMS: dict[str, Callable[[bytes], int]] = {
    "A": crc_forward,
    "B": lambda data: crc_forward(data.removesuffix(b",")),
    "C": lambda data: crc_reflected(data, 0xFFFF),
    "D": lambda data: crc_reflected(data, 0),
}
