"""The window to the export files: find each header by its names, give rows by name.

FORMATS §8.1: 发票基础信息 has one row an invoice, 信息汇总表 one row a line of an invoice; which of
the two a sheet is shows by its columns.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, BinaryIO

from app.bureau import book
from app.plumbing.envelope import Unreadable

SHEET, SUMMARY = "发票基础信息", "信息汇总表"
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
    "备注": "remark",
}
GOODS = {
    "货物或应税劳务名称": "name",
    "规格型号": "spec",
    "单位": "unit",
    "数量": "quantity",
    "单价": "price",
    "税率": "rate",
    "税收分类编码": "tax_class",
}
NUMBERS = ("digital_number", "code", "number")
NEEDED = {"issued": "开票日期", "total": "价税合计", "state": "发票状态"}
MONEY = ("amount", "tax", "total")
SUMS = frozenset({"合计", "总计", "小计"})
MOST_ROWS, CHUNK, MOST_GOODS = 1_048_576, 500, 10_000
_HEADER_WITHIN, _RECOGNISED = 30, 3
_LOOSE = re.compile(r"[\s*＊]+")
Row = tuple[int, dict[str, str], list[dict[str, str]]]


def rows(file: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Give ``{"rows": [[line, {name: text}, goods], …], "is_detail": bool}``, at most 500 a time.

    ``goods`` are the lines of one invoice, empty where the sheet has one row an invoice. Rows of a
    detail add their goods to invoices that came before. Lines go on counting from one sheet to the
    next, so that no two rows share one. Numbers come as the text that a person would see, dates in
    ISO form, empty cells not at all.

    Raises:
        Unreadable: ``no_sheet`` or ``no_header`` when this is another file, ``no_column:`` and the
            names of the columns that are missing.
    """
    pages, lines = book.sheets(file), count(1)
    invoices = [name for name in pages if name.startswith(SHEET)]
    summaries = [name for name in pages if name.startswith(SUMMARY)]
    if not invoices and not summaries:
        raise Unreadable("no_sheet")
    for name in invoices or summaries:
        yield from _chunks(_Page(needed=NEEDED).rows(pages[name](), lines), is_detail=False)
    for name in summaries if invoices else ():
        page = _Page(needed={}, only_goods=True)
        yield from _chunks(page.rows(pages[name](), lines), is_detail=True)


@dataclass(slots=True)
class _Page:
    """One sheet, and where its columns stand once the header was found."""

    needed: dict[str, str]
    only_goods: bool = False
    columns: dict[int, str] = field(default_factory=dict)
    goods: dict[int, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def rows(self, lines: book.Lines, numbers: Iterator[int]) -> Iterator[Row]:
        """The rows; lines of one invoice that follow each other are one row with its goods."""
        named = self._named(zip(lines, numbers, strict=False))
        return _together(named) if self._finds(named) else iter(())

    def _finds(self, named: Iterator[Row]) -> bool:
        """Read as far as the header; a sheet that only adds goods may do without."""
        try:
            next(named)
        except Unreadable:
            if not self.only_goods:
                raise
            return False
        return bool(self.goods) or not self.only_goods

    def _named(self, lines: Iterable[tuple[Sequence[Any], int]]) -> Iterator[Row]:
        for place, (cells, line) in enumerate(lines, start=1):
            if place > MOST_ROWS:
                raise Unreadable("too_large")
            if not self.columns:
                if self._is_header(cells):
                    yield line, {}, []
                elif place > _HEADER_WITHIN:
                    break
            elif row := self._row(line, cells):
                yield row
        if not self.columns:
            raise Unreadable(
                "no_column:" + "、".join(self.missing) if self.missing else "no_header"
            )

    def _is_header(self, cells: Sequence[Any]) -> bool:
        titles = [_LOOSE.sub("", str(cell or "")) for cell in cells]
        columns, goods = _places(titles, COLUMNS), _places(titles, GOODS)
        missing = [] if set(NUMBERS[::2]) & set(columns.values()) else ["发票号码"]
        missing += [title for name, title in self.needed.items() if name not in columns.values()]
        if not missing:
            self.columns, self.goods = columns, goods
        elif len(columns) >= _RECOGNISED:
            self.missing = missing
        return not missing

    def _row(self, line: int, cells: Sequence[Any]) -> Row | None:
        row = _cells(cells, self.columns, book.text)
        if not row or not any(name in row for name in NUMBERS) and _is_sum(cells):
            return None
        if not self.goods:
            return line, row, []
        money = {name: row[name] for name in MONEY if name in row}
        return line, row, [{**_cells(cells, self.goods, _exact), **money}]


def _places(titles: list[str], names: dict[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, title in enumerate(titles):
        name = names.get(title)
        if name and name not in found.values():
            found[place] = name
    return found


def _cells(cells: Sequence[Any], names: dict[int, str], read: Any) -> dict[str, str]:
    found, most = {}, len(cells)
    for place, name in names.items():
        if place < most and (text := read(cells[place])):
            found[name] = text
    return found


def _is_sum(cells: Sequence[Any]) -> bool:
    """The line below an export that adds its columns up."""
    return any(isinstance(cell, str) and _LOOSE.sub("", cell) in SUMS for cell in cells)


def _together(named: Iterator[Row]) -> Iterator[Row]:
    last: Row | None = None
    for row in named:
        if last and row[2] and len(last[2]) < MOST_GOODS and _same(last[1], row[1]):
            last[2].extend(row[2])
            continue
        if last:
            yield last
        last = row
    if last:
        yield last


def _same(one: dict[str, str], other: dict[str, str]) -> bool:
    numbers = [one.get(name) for name in NUMBERS]
    return any(numbers) and numbers == [other.get(name) for name in NUMBERS]


def _chunks(named: Iterator[Row], *, is_detail: bool) -> Iterator[tuple[dict[str, Any], bytes]]:
    chunk: list[Row] = []
    size = 0
    for row in named:
        chunk.append(row)
        size += max(1, len(row[2]))
        if size >= CHUNK:
            yield {"rows": chunk, "is_detail": is_detail}, b""
            chunk, size = [], 0
    if chunk:
        yield {"rows": chunk, "is_detail": is_detail}, b""


def _exact(cell: Any) -> str:
    """Quantities and unit prices keep all their decimals."""
    return f"{cell:.15g}" if isinstance(cell, float) else book.text(cell)[:300]
