"""What a specimen invoice says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.core.errors import N_, NotAValue
from app.core.money import Money
from app.core.party import check_character
from app.documents.readers.qr import CHECKSUMS

MARK = "样票"
_NUMBER = re.compile(r"99[0-9]{18}")
_QR_TYPES = {"special": "31", "ordinary": "32"}
_TITLES = {"special": "电子发票（增值税专用发票）", "ordinary": "电子发票（普通发票）"}


class NotASpecimen(NotAValue):
    """A number that could be a real one."""

    message = N_("The number of a specimen begins with 99 and has 20 digits.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``rate`` is printed as it stands (``6%``, ``免税``), ``amount`` is ex tax."""

    name: str
    amount: Money
    tax: Money
    rate: str
    unit: str = ""
    quantity: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen of a 数电票; a party is its name and its tax id."""

    number: str
    issued: date
    seller: tuple[str, str]
    buyer: tuple[str, str]
    lines: tuple[Line, ...]
    sort: Literal["special", "ordinary"] = "ordinary"
    drawer: str = MARK

    def __post_init__(self) -> None:
        """Refuse any number that the bureau could have assigned."""
        if not _NUMBER.fullmatch(self.number):
            raise NotASpecimen

    @property
    def amount(self) -> Money:
        """合计金额, ex tax."""
        return Money.sum(line.amount for line in self.lines)

    @property
    def tax(self) -> Money:
        """合计税额."""
        return Money.sum(line.tax for line in self.lines)

    @property
    def total(self) -> Money:
        """价税合计."""
        return self.amount + self.tax

    @property
    def title(self) -> str:
        """The title at the top of the page."""
        return _TITLES[self.sort]

    @property
    def day(self) -> str:
        """开票日期 as it is printed."""
        return f"{self.issued.year}年{self.issued.month:02d}月{self.issued.day:02d}日"

    @property
    def remark(self) -> str:
        """备注, which says again what this is."""
        return f"{MARK}：仅供演示，不是发票，不得报销入账。"


def number(sequence: int) -> str:
    """A 20-digit number of the year 99 and the province 00; ``sequence`` has at most 15 digits."""
    return f"99002{sequence:015d}"


def tax_id(sequence: int) -> str:
    """A tax id of the region 000000, which does not exist, with its right check character."""
    first = f"91000000MA{sequence:07d}"
    return first + check_character(first)


def qr_text(specimen: Specimen) -> str:
    """The text of its QR code, in the grammar of FORMATS §1.3 with checksum A."""
    head = (
        f"01,{_QR_TYPES[specimen.sort]},,{specimen.number},"
        f"{specimen.total.yuan},{specimen.issued:%Y%m%d},,"
    )
    return f"{head}{CHECKSUMS['A'](head.encode()):04X}"
