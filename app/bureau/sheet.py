"""Read the export's sheet in the sandbox: find the header by its names, give rows by name.

The dimension record of real exports is wrong, so it is ignored (FORMATS §8.1).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import count
from typing import Any, BinaryIO

from openpyxl import load_workbook

from app.plumbing.sandbox import Unreadable

SHEET = "发票基础信息"
COLUMNS = {
    "发票代码": "code",
    "发票号码": "number",
    "数电发票号码": "digital_number",
    "数电票号码": "digital_number",
    "全电发票号码": "digital_number",
    "销方识别号": "seller_tax_id",
    "销方名称": "seller_name",
    "购方识别号": "buyer_tax_id",
    "购买方名称": "buyer_name",
    "购方名称": "buyer_name",
    "开票日期": "issued",
    "金额": "amount",
    "税额": "tax",
    "价税合计": "total",
    "发票票种": "kind_title",
    "发票状态": "state",
    "是否正数发票": "is_positive",
}
NEEDED = ("issued", "total", "state")
MOST_ROWS, MOST_CELL, CHUNK, _HEADER_WITHIN = 1_048_576, 4096, 200, 30
_LOOSE = re.compile(r"[\s*＊]+")


def rows(file: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Give ``{"rows": [[line, {name: text}], …]}`` in chunks of at most 200.

    Numbers come as the text that a person would see; dates in ISO form.

    Raises:
        Unreadable: ``no_sheet`` or ``no_header`` when this is another file.
    """
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    names = [name for name in book.sheetnames if name.startswith(SHEET)]
    if not names:
        raise Unreadable("no_sheet")
    lines = count(1)
    for name in names:
        sheet = book[name]
        sheet.reset_dimensions()
        yield from _chunks(_named(zip(sheet.iter_rows(values_only=True), lines, strict=False)))


def _named(lines: Iterable[tuple[tuple[Any, ...], int]]) -> Iterator[list[Any]]:
    """``lines`` go on counting from one sheet to the next, so that no two rows share one."""
    columns: dict[int, str] = {}
    for place, (cells, line) in enumerate(lines, start=1):
        if line > MOST_ROWS:
            raise Unreadable("too_large")
        if not columns:
            columns = _columns(cells)
            if not columns and place > _HEADER_WITHIN:
                raise Unreadable("no_header")
            continue
        row = {name: _text(cells[place]) for place, name in columns.items() if place < len(cells)}
        if any(row.values()):
            yield [line, row]
    if not columns:
        raise Unreadable("no_header")


def _columns(cells: tuple[Any, ...]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        name = COLUMNS.get(_LOOSE.sub("", str(cell or "")))
        if name and name not in found.values():
            found[place] = name
    has_number = {"number", "digital_number"} & set(found.values())
    return found if has_number and all(name in found.values() for name in NEEDED) else {}


def _chunks(named: Iterator[list[Any]]) -> Iterator[tuple[dict[str, Any], bytes]]:
    chunk: list[list[Any]] = []
    for row in named:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield {"rows": chunk}, b""
            chunk = []
    if chunk:
        yield {"rows": chunk}, b""


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _number(cell)
    return str(cell).strip()[:MOST_CELL]


def _number(cell: float) -> str:
    """Money to the fen; a 20-digit number that went through a float is marked as lost."""
    if abs(cell) >= 1e15:
        return f"{cell:.10e}"
    return f"{cell:.2f}".removesuffix(".00")
