"""The goods on an invoice's page: which cell of the table is what (FORMATS §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.core.money import Money
from app.documents.readers.layout import GAP, Page, Span

_COLUMNS = {
    "index": "序号",
    "name": "项目名称|货物或应税劳务、服务名称|货物或应税劳务名称|货物(劳务)名称",
    "spec": "规格型号",
    "plate": "车牌号",
    "type": "类型",
    "from": "通行日期起",
    "to": "通行日期止",
    "unit": "单位",
    "quantity": "数量",
    "price": "单价",
    "amount": "金额",
    "rate": "税率/征收率|税率",
    "tax": "税额",
}
_FIGURES = re.compile(r"-?¥?-?[0-9][0-9,]*(?:\.[0-9]+)?")
_MONEY = re.compile(r"-?¥?-?[0-9][0-9,]*\.[0-9]{2}")
_FITS = {
    "index": re.compile("[0-9]{1,4}"),
    "quantity": _FIGURES,
    "price": _FIGURES,
    "amount": _MONEY,
    "rate": re.compile(r"[0-9]{1,2}(?:\.[0-9]+)?%?|\*{2,3}|免税|不征税|[\u4e00-\u9fff]{0,4}零税率"),
    "tax": re.compile(rf"{_MONEY.pattern}|\*{{2,3}}"),
}
_AMOUNTS = re.compile(f"金{GAP}*额")
_END = re.compile(f"(?:^|{GAP})(?:合{GAP}*计|小{GAP}*计|总{GAP}*计|价税合计)")
_OTHER_TABLE = re.compile(
    "出行人|有效身份证件号|运输工具|起运地|到达地|出发地|建筑服务发生地|产权证书"
)
_NEW_NAME = re.compile(r"\*[^*]{1,20}\*")
_LETTER = re.compile(r"[^\W\d_]")
_WORDS = {"name", "spec", "unit"}
_FIGURED = {"quantity", "price", "rate", "tax"}
_CELL = 0.45
_MOST_CELLS = 30
_MOST_ROWS = 1_000
_FAR = 10_000.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading; ``left`` and ``right`` are where its cells are looked for."""

    name: str
    left: float
    right: float


def read(page: Page) -> list[dict[str, str]]:
    """The lines of the page's table as its cells say; none where two cannot be told apart."""
    head = _head(page)
    if head is None:
        return []
    row, columns = head
    lines: list[dict[str, str]] = []
    for one in page.rows[:_MOST_ROWS]:
        if one.base <= row.base + 0.5 * row.em:
            continue
        if _END.search(one.plain) or _OTHER_TABLE.search(one.plain.replace(GAP, "")):
            break
        if not _take(lines, _placed(_cells(one), columns)):
            return []
    lines = [_checked(one) for one in lines]
    return lines if all(_is_whole(one) for one in lines) else []


def adds_up(lines: list[dict[str, str]], amount: str, name: str = "amount") -> bool:
    """Whether the lines make the sum that the page names; ``***`` is nothing."""
    try:
        parts = [Money.parse(one.get(name, "0").replace("*", "") or "0") for one in lines]
        return bool(lines) and Money.sum(parts) == Money.parse(amount)
    except ValueError:
        return False


def _head(page: Page) -> tuple[Span, list[Column]] | None:
    """The line of headings: name, amount and tax are on it."""
    for first in page.find(_AMOUNTS):
        row = page.level(first)
        places = {
            name: found for name, words in _COLUMNS.items() if (found := _heading(row, words))
        }
        if {"name", "amount", "tax"} <= places.keys():
            ordered = sorted(places.items(), key=lambda one: one[1].left)
            return row, [
                Column(name, 0.0 if not place else span.left, span.right)
                for place, (name, span) in enumerate(ordered)
            ]
    return None


def _heading(row: Span, words: str) -> Span | None:
    for word in words.split("|"):
        spaced = f"{GAP}*".join(map(re.escape, word))
        if found := re.search(spaced, row.plain):
            return row.group(found)
    return None


def _cells(row: Span) -> list[Span]:
    """Parted at narrower gaps than elsewhere: figures of two columns nearly touch."""
    ends = [
        place
        for place, (one, other) in enumerate(pairwise(row.glyphs), start=1)
        if other.left - one.right > _CELL * one.em
    ]
    bounds = [0, *ends, len(row.glyphs)]
    return [Span(row.glyphs[start:end]) for start, end in pairwise(bounds)][:_MOST_CELLS]


def _placed(cells: list[Span], columns: list[Column]) -> dict[str, str]:
    """The cells by column, from left to right, so that they are nearest to their headings."""
    paths: dict[int, tuple[float, tuple[int, ...]]] = {-1: (0.0, ())}
    for cell in cells:
        best: dict[int, tuple[float, tuple[int, ...]]] = {}
        prices = [_price(cell, column) for column in columns]
        for last, (cost, path) in paths.items():
            for place in range(max(last, 0), len(columns)):
                is_twice = place == last and columns[place].name in _FITS
                price = cost + (_FAR if is_twice else prices[place])
                if place not in best or price < best[place][0]:
                    best[place] = (price, (*path, place))
        paths = best
    _, path = min(paths.values())
    told: dict[str, str] = {}
    for cell, place in zip(cells, path, strict=True):
        told[columns[place].name] = _joined(told.get(columns[place].name, ""), cell.text)
    return told


def _price(cell: Span, column: Column) -> float:
    """How far a cell is from a heading; what cannot be in the column is far."""
    fits = _FITS.get(column.name)
    if fits and not fits.fullmatch(cell.plain.replace(GAP, "")):
        return _FAR
    apart = max(0.0, column.left - cell.right, cell.left - column.right)
    return apart + 0.01 * abs(cell.middle - (column.left + column.right) / 2)


def _joined(one: str, other: str) -> str:
    is_latin = bool(one) and one[-1] < "\u2e80" and other[0] < "\u2e80"
    is_word = is_latin and one[-1] not in "*-/" and other[0] not in "*-/"
    return f"{one} {other}" if is_word else one + other


def _take(lines: list[dict[str, str]], cells: dict[str, str]) -> bool:
    """Whether a row could be placed: one without an amount goes on with the line above it.

    A line begins with an amount, or with the ``*class*`` of a name that is folded before it. A rate
    or a tax without an amount belongs to nobody knows which line.
    """
    has_amount = bool(_FITS["amount"].fullmatch(cells.get("amount", "")))
    is_new = bool(_NEW_NAME.match(cells.get("name", "")))
    waits = bool(lines) and "amount" not in lines[-1]
    if (has_amount and not (waits and not is_new)) or (is_new and not has_amount):
        lines.append(cells)
    elif has_amount:
        lines[-1] = {**cells, "name": lines[-1].get("name", "") + cells.get("name", "")}
    elif lines and not _FIGURED & cells.keys():
        for name in _WORDS & cells.keys():
            lines[-1][name] = lines[-1].get(name, "") + cells[name]
    else:
        return False
    return True


def _is_whole(line: dict[str, str]) -> bool:
    """Every line has an amount and a name in words, else two lines were taken for one."""
    return "amount" in line and bool(_LETTER.search(line.get("name", "")))


def _checked(line: dict[str, str]) -> dict[str, str]:
    """Without a quantity and a price that do not make the amount: one was folded, or two joined."""
    told = {name: text.replace(",", "").replace("¥", "") for name, text in line.items()}
    told |= {name: line[name] for name in ("name", "spec", "unit", "plate") if name in line}
    if {"quantity", "price", "amount"} <= told.keys() and not _makes(told):
        return {name: text for name, text in told.items() if name not in ("quantity", "price")}
    return told


def _makes(told: dict[str, str]) -> bool:
    if not all(_FIGURES.fullmatch(told[name]) for name in ("quantity", "price", "amount")):
        return False
    amount = Decimal(told["amount"])
    product = Decimal(told["quantity"]) * Decimal(told["price"])
    return abs(product - amount) <= Decimal("0.02") + abs(amount) / 200
