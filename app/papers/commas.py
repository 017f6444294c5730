"""A list as CSV: for programs, and safe to open with a spreadsheet (TRUST §2.8)."""

import csv
import io
from typing import IO

from app.core.money import Money
from app.papers import listed
from app.papers.making import Making
from app.papers.rows import Cell, titles

_FORMULA = tuple("=+-@\t\r\0＝＋－＠")


def write(work: Making, file: IO[bytes]) -> None:
    """UTF-8 with a mark at the start, RFC 4180, one line an invoice; nobody's zero is written."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(titles(listed.columns(work.batch_id)))
    for page in work.pages():
        told = listed.numbered(page, work.member, work.batch_id)
        lines.writerows([cell(one) for one in row.cells] for row in told)
    text.detach()


def cell(value: Cell) -> str:
    """Amounts and days as they are; a text that a spreadsheet would compute gets a ``'``."""
    if isinstance(value, Money):
        return value.yuan
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.lstrip(" \ufeff").startswith(_FORMULA) else value
