"""Make a ledger row of the named cells of one line, or say why not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.bureau.models import Direction
from app.core.errors import N_
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Lifecycle

STATES = {
    "正常": Lifecycle.NORMAL,
    "已作废": Lifecycle.VOIDED,
    "作废": Lifecycle.VOIDED,
    "已红冲-全额": Lifecycle.RED_FULL,
    "已红冲-部分": Lifecycle.RED_PARTIAL,
    "已红冲": Lifecycle.RED_UNKNOWN,
}
REASONS = {
    "number": N_("The invoice number is missing or is not a number an invoice can have."),
    "number_lost": N_("Excel has rounded the invoice number. Export the file again."),
    "issued": N_("The date cannot be read."),
    "money": N_("An amount cannot be read."),
    "state": N_("The state of the invoice is a word that is not known here."),
    "stranger": N_("Neither buyer nor seller is this company."),
    "side": N_("This invoice belongs to the other direction (received or issued)."),
    "outside": N_("The date lies outside the days that you said this file covers."),
    "twice": N_("The same invoice stands twice in this file, with different values."),
    "apart": N_(
        "Lines of this invoice stand apart in this file, so they were not added up. Sort the file "
        "by invoice number and import it again."
    ),
}
ELSEWHERE = ("stranger", "side", "outside")
"""Refusals of rows that were read well but belong to somebody or somewhere else."""

Goods = Sequence[Mapping[str, str]]
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_BLUE_DIGITAL = re.compile(r"蓝字(?:数电|全电)?发?票?号码[:：]\s*(\d{20})(?!\d)")
_BLUE_OLDER = re.compile(r"对应正数发票代码[:：]\s*(\d{10,12})\D{0,4}?号码[:：]\s*(\d{8})(?!\d)")


class Refused(ValueError):
    """A line that cannot be taken; the message is a word of ``REASONS``."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one ledger row; money in yuan, ``amount`` without tax.

    ``blue_key`` is the invoice that a red one takes back, where its remark names it.
    """

    key: InvoiceKey
    kind_title: str
    issued: date
    amount: Money | None
    tax: Money | None
    total: Money
    seller_name: str
    seller_tax_id: str
    buyer_name: str
    buyer_tax_id: str
    lifecycle: Lifecycle
    blue_key: InvoiceKey | None


def values(cells: Mapping[str, str], goods: Goods = ()) -> Values:
    """Read one line (FORMATS §8.1), or the lines of one invoice, whose money is added up.

    Raises:
        Refused: with the reason's word.
    """
    issued = _issued(cells.get("issued", ""))
    lines = goods or (cells,)
    total = _sum(lines, "total")
    if total is None:
        raise Refused("money")
    lifecycle = _lifecycle(cells, total)
    return Values(
        key=_key(cells, issued),
        kind_title=cells.get("kind_title", ""),
        issued=issued,
        amount=_sum(lines, "amount"),
        tax=_sum(lines, "tax"),
        total=total,
        seller_name=cells.get("seller_name", ""),
        seller_tax_id=cells.get("seller_tax_id", "").upper(),
        buyer_name=cells.get("buyer_name", ""),
        buyer_tax_id=cells.get("buyer_tax_id", "").upper(),
        lifecycle=lifecycle,
        blue_key=_blue(cells.get("remark", "")) if _is_red(cells, total) else None,
    )


def number_of(cells: Mapping[str, str]) -> str:
    """What is left of a row's number, by which its invoice can be known again.

    A number that Excel has rounded keeps the digits that were left, ``2.4312e+19``.
    """
    try:
        return key_of(cells).number
    except Refused:
        text = cells.get("digital_number") or cells.get("number", "")
        return _rounded(text) or text[:40]


def key_of(cells: Mapping[str, str]) -> InvoiceKey:
    """Which invoice a row is about; raises Refused where it names none."""
    return _key(cells, None)


def roundings(number: str) -> list[str]:
    """Every form in which ``number_of`` may have kept this number, itself first."""
    if not number.isdecimal():
        return [number]
    return [number, *{_rounded(f"{float(number):.{digits}e}") for digits in range(11)}]


def place(found: Values, tax_id: str | None, direction: Direction) -> None:
    """Refuse a row in which the company has no part, or the other part."""
    sides = {Direction.RECEIVED: found.buyer_tax_id, Direction.ISSUED: found.seller_tax_id}
    if not tax_id or tax_id not in sides.values():
        raise Refused("stranger")
    if sides[direction] != tax_id:
        raise Refused("side")


def side_of(cells: Mapping[str, str], tax_id: str | None) -> Direction | None:
    """Which part the company has in a row: buyer, seller or none."""
    if tax_id and cells.get("buyer_tax_id", "").upper() == tax_id:
        return Direction.RECEIVED
    if tax_id and cells.get("seller_tax_id", "").upper() == tax_id:
        return Direction.ISSUED
    return None


def day_of(cells: Mapping[str, str]) -> date | None:
    """The day of issue, or None where it cannot be read."""
    try:
        return _issued(cells.get("issued", ""))
    except Refused:
        return None


def _key(cells: Mapping[str, str], issued: date | None) -> InvoiceKey:
    """Codes and numbers that were kept as numbers have lost the zeros before them."""
    digital, number = cells.get("digital_number", ""), cells.get("number", "")
    code = "" if digital else cells.get("code", "")
    text = digital or number
    if _rounded(text):
        raise Refused("number_lost")
    if code:
        code, text = code.zfill(12) if len(code) == 11 else code, text.zfill(8)
    try:
        return InvoiceKey.of(code, text, issued=issued)
    except ValueError as fault:
        raise Refused("number") from fault


def _rounded(text: str) -> str:
    """The digits that Excel left of a long number; empty for any other text."""
    if "e+" not in text.lower():
        return ""
    try:
        mantissa, _, exponent = f"{float(text):.10e}".partition("e")
    except ValueError:
        return ""
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"


def _blue(remark: str) -> InvoiceKey | None:
    """FORMATS §4 for digital invoices; older ones name code and number."""
    try:
        if found := _BLUE_DIGITAL.search(remark):
            return InvoiceKey.of("", found[1])
        if found := _BLUE_OLDER.search(remark):
            return InvoiceKey.of(found[1], found[2])
    except ValueError:
        return None
    return None


def _issued(text: str) -> date:
    found = _DAY.match(text.strip())
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text[:10])
    except ValueError as fault:
        raise Refused("issued") from fault


def _money(text: str) -> Money | None:
    """``***`` is 免税 in old invoices and counts as nothing stated (FORMATS §0.5)."""
    if not text or "*" in text:
        return None
    try:
        return Money.parse(text)
    except ValueError as fault:
        raise Refused("money") from fault


def _sum(lines: Goods, name: str) -> Money | None:
    """What the lines state together; None where none states anything."""
    if len(lines) == 1:
        return _money(lines[0].get(name, ""))
    stated = [money for line in lines if (money := _money(line.get(name, ""))) is not None]
    return Money.sum(stated) if stated else None


def _lifecycle(cells: Mapping[str, str], total: Money) -> Lifecycle:
    state = STATES.get("".join(cells.get("state", "").split()).replace("－", "-"))
    if state is None:
        raise Refused("state")
    return Lifecycle.IS_RED if state is Lifecycle.NORMAL and _is_red(cells, total) else state


def _is_red(cells: Mapping[str, str], total: Money) -> bool:
    return cells.get("is_positive") == "否" or total.fen < 0
