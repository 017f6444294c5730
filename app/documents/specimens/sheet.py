"""Where everything stands on the page of a 数电票, in millimetres; for the OFD of a specimen."""

from __future__ import annotations

from typing import NamedTuple

from app.core.capitals import spell
from app.documents.specimens.invoice import Line, Specimen

_SIZE = 3.2
_NARROW = frozenset("¥£")


class Text(NamedTuple):
    """One piece of text on the page in millimetres; ``tag`` is its path in CustomTag, or empty.

    ``runs_down`` is how far its signs are below each other, 0 for a line.
    """

    tag: str
    x: float
    y: float
    size: float
    text: str
    runs_down: float = 0.0


def wide(text: str, size: float) -> float:
    """How wide a text is: Latin signs take half their size."""
    return sum(size / 2 if sign < "\x7f" or sign in _NARROW else size for sign in text)


def values(specimen: Specimen) -> list[Text]:
    """Values and lines; ¥ and its number are two pieces, as the bureau writes them."""
    heads = [
        Text("InvoiceNo", 170, 10, _SIZE, specimen.number),
        Text("IssueDate", 170, 16, _SIZE, specimen.day),
        Text("Buyer/BuyerName", 21, 34, _SIZE, specimen.buyer[0]),
        Text("Buyer/BuyerTaxID", 58.5, 43, _SIZE, specimen.buyer[1]),
        Text("Seller/SellerName", 121, 34, _SIZE, specimen.seller[0]),
        Text("Seller/SellerTaxID", 159, 43, _SIZE, specimen.seller[1]),
        Text("Note", 12, 106, _SIZE, specimen.remark),
        Text("InvoiceClerk", 31, 128, _SIZE, specimen.drawer),
        Text("", 65, 97.5, _SIZE, spell(specimen.total)),
    ]
    totals = {
        "TaxExclusiveTotalAmount": (153.0, 90.0, specimen.amount),
        "TaxTotalAmount": (205.0, 90.0, specimen.tax),
        "TaxInclusiveTotalAmount": (180.0, 97.5, specimen.total),
    }
    for tag, (right, y, amount) in totals.items():
        x = round(right - wide(amount.yuan, _SIZE), 2)
        heads += [
            Text(tag, round(x - _SIZE / 2, 2), y, _SIZE, "¥"),
            Text(tag, x, y, _SIZE, amount.yuan),
        ]
    return heads + [text for row, line in enumerate(specimen.lines) for text in _row(row, line)]


def _row(row: int, line: Line) -> list[Text]:
    """The name begins at the left, figures end at the right."""
    cells = [
        ("MeasurementDimension", 75, line.unit),
        ("Quantity", 102, line.quantity),
        ("Price", 128, line.price),
        ("Amount", 153, line.amount.yuan),
        ("TaxScheme", 173, line.rate),
        ("TaxAmount", 205, line.tax.yuan),
    ]
    y = 57 + 4 * row
    told = [Text("Item", 5.5, y, _SIZE, line.name)]
    told += [
        Text(tag, round(right - wide(text, _SIZE), 2), y, _SIZE, text)
        for tag, right, text in cells
        if text
    ]
    return told


_NAME, _TAX_ID = "名称：", "统一社会信用代码/纳税人识别号："
_COLUMNS = {
    "项目名称": 20, "规格型号": 46, "单位": 68.6, "数量": 95.6, "单价": 121.6, "金额": 146.6,
    "税率/征收率": 158, "税额": 198.6,
}  # fmt: skip
LABELS = (
    Text("", 153, 10, _SIZE, "发票号码："),
    Text("", 153, 16, _SIZE, "开票日期："),
    *(
        label
        for left, side in ((5.9, "购买方信息"), (106.4, "销售方信息"))
        for label in (
            Text("", left, 31.6, _SIZE, side, 4.1),
            Text("", left + 5.6, 34, _SIZE, _NAME),
            Text("", left + 5.6, 43.2, 2.95, _TAX_ID),
        )
    ),
    *(Text("", x, 52.4, _SIZE, word) for word, x in _COLUMNS.items()),
    Text("", 20, 90, _SIZE, "合"),
    Text("", 34, 90, _SIZE, "计"),
    Text("", 15, 97.5, _SIZE, "价税合计（大写）"),
    Text("", 146, 97.5, _SIZE, "（小写）"),
    Text("", 5.9, 107, _SIZE, "备注", 8),
    Text("", 18, 128, _SIZE, "开票人："),
)
LINES = (
    "M 62 18 L 148 18 M 62 19 L 148 19",
    "M 4.5 30 L 205.5 30 L 205.5 124 L 4.5 124 C",
    "M 4.5 52 L 205.5 52 M 4.5 96 L 205.5 96 M 4.5 104 L 205.5 104",
    "M 10.5 30 L 10.5 52 M 105 30 L 105 52 M 111 30 L 111 52 M 56.5 96 L 56.5 104",
    "M 10.5 104 L 10.5 124",
)
TIMES = (
    "M 63.9 100 A 2.1 2.1 0 1 1 59.7 100 A 2.1 2.1 0 1 1 63.9 100 "
    "M 60.3 98.5 L 63.3 101.5 M 60.3 101.5 L 63.3 98.5"
)
