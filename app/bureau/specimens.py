"""An export in the bureau's form, of our own making, for the specimen company and for tests."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any, Protocol

import xlsxwriter

from app.bureau.sheet import SHEET
from app.core.money import Money

MADE_AT = datetime(2026, 11, 20)
"""Kept in every file, so that the same rows give the same bytes."""


class Facts(Protocol):
    """What an export says of an invoice; a party is its name and its tax id."""

    @property
    def number(self) -> str:
        """20 digits."""

    @property
    def issued(self) -> date:
        """The day of issue."""

    @property
    def amount(self) -> Money:
        """Without tax."""

    @property
    def tax(self) -> Money:
        """The tax."""

    @property
    def total(self) -> Money:
        """With tax."""

    @property
    def seller(self) -> tuple[str, str]:
        """Name and tax id."""

    @property
    def buyer(self) -> tuple[str, str]:
        """Name and tax id."""


def row(one: Facts, **changed: object) -> dict[str, object]:
    """The row of one invoice, header name → value; ``changed`` says what differs."""
    return {
        "数电发票号码": one.number,
        "销方识别号": one.seller[1],
        "销方名称": one.seller[0],
        "购方识别号": one.buyer[1],
        "购买方名称": one.buyer[0],
        "开票日期": f"{one.issued} 10:30:00",
        "金额": float(one.amount.yuan),
        "税额": float(one.tax.yuan),
        "价税合计": float(one.total.yuan),
        "发票来源": "电子发票服务平台",
        "发票票种": "数电发票（普通发票）",
        "发票状态": "正常",
        "是否正数发票": "是",
        **changed,
    }


def export(header: Iterable[str], rows: Iterable[Mapping[str, Any]], sheet: str = SHEET) -> bytes:
    """A workbook with one sheet; a cell is found by its header, spaces and stars aside."""
    file, names = BytesIO(), list(header)
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": MADE_AT})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, names)
    for line, one in enumerate(rows, start=1):
        page.write_row(line, 0, [one.get(name.strip(" *"), "") for name in names])
    book.close()
    return file.getvalue()
