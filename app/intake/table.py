"""The window to lists: the lines of a workbook or a text, cell by cell, as a person sees them."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from app.bureau import book
from app.documents.readers import plain
from app.documents.readers.limits import Refused
from app.plumbing.envelope import Unreadable

MOST_LINES, MOST_CELLS, MOST_SIGNS, MOST_TEXT = 100_000, 60, 300, 4_000
HEAD, SHEETS, CHUNK = 30, 31, 400
SHOWN = 120
"""Signs of a cell that are enough to see what its column is."""

_SIGNS = ("\t", ",", ";", "|")
_TWENTY = re.compile(r"[0-9]{20}")
Line = tuple[int, list[str]]
Answers = Iterator[tuple[dict[str, Any], bytes]]


def head(file: BinaryIO, *, kind: str) -> Answers:
    """``{"sheets": [{"name", "lines": [[line, [cell, …]], …], "count"}, …]}``.

    Of each of the first 31 sheets the first 30 lines that are not blank, and how many there are.
    """
    found = []
    most = MOST_SIGNS if kind == "csv" else SHOWN
    for name, lines in islice(_sheets(file, kind), SHEETS):
        told = [(line, [cell[:most] for cell in cells]) for line, cells in islice(lines, HEAD)]
        found.append({"name": name, "lines": told, "count": len(told) + sum(1 for _ in lines)})
    yield {"sheets": found}, b""


def rows(file: BinaryIO, *, kind: str, sheet: str, after: int, is_text: bool = False) -> Answers:
    """``{"lines": [[line, [cell, …]], …]}``, some at a time, those behind line ``after``.

    Lines are counted from 1 as the program that wrote the file counts them; blank ones are left
    out. A line of running text (``is_text``) is one cell: its commas part nothing. A number that
    went through a float and lost digits comes as ``2.4112000000e+19``, also where a text was saved
    by a program that had rounded it.

    Raises:
        Unreadable: ``too_large`` beyond 100,000 lines, ``broken`` for a text in no known writing.
    """
    rounded = _rounded(file) if kind == "csv" and not is_text else set()
    for name, lines in _sheets(file, kind, is_text=is_text):
        if name == sheet:
            fresh = (line for line in lines if line[0] > after)
            while chunk := list(islice(fresh, CHUNK)):
                yield {"lines": [_unrounded(line, rounded) for line in chunk]}, b""
            return
    raise Unreadable("broken")


def _sheets(
    file: BinaryIO, kind: str, *, is_text: bool = False
) -> Iterator[tuple[str, Iterator[Line]]]:
    if kind == "csv":
        try:
            text = plain.decode(file.read())
            whole = enumerate(([line.strip()] for line in text.splitlines()), start=1)
            yield "", _told(whole, MOST_TEXT) if is_text else _told(_read(text))
        except Refused as refusal:
            raise Unreadable(refusal.word) from refusal
        return
    for name, lines in book.sheets(file).items():
        cells = map(_as_text, lines()) if is_text else lines()
        yield name, _told(enumerate(cells, start=1), MOST_TEXT if is_text else MOST_SIGNS)


def _as_text(cells: Sequence[Any]) -> list[str]:
    return [" ".join(filter(None, map(book.text, cells[:MOST_CELLS])))]


def _told(lines: Iterable[tuple[int, Sequence[Any]]], most: int = MOST_SIGNS) -> Iterator[Line]:
    for count, (number, cells) in enumerate(lines):
        if count >= MOST_LINES:
            raise Unreadable("too_large")
        told = [book.text(cell)[:most] for cell in cells[:MOST_CELLS]]
        if any(told):
            yield number, told


def _rounded(file: BinaryIO) -> set[int]:
    """Excel keeps 15 digits: a column in which all numbers of 20 end in five zeros went through it.

    A single true number does so once in 100,000.
    """
    ends: dict[int, bool] = {}
    for _, lines in _sheets(file, "csv"):
        for _, cells in lines:
            for place, cell in enumerate(cells):
                if _TWENTY.fullmatch(cell):
                    ends[place] = ends.get(place, True) and cell.endswith("00000")
    file.seek(0)
    return {place for place, are_all in ends.items() if are_all}


def _unrounded(line: Line, rounded: set[int]) -> Line:
    number, cells = line
    return number, [_as_float(cell) if at in rounded else cell for at, cell in enumerate(cells)]


def _as_float(cell: str) -> str:
    return f"{int(cell):.14e}" if _TWENTY.fullmatch(cell) else cell


def _read(text: str) -> Iterator[tuple[int, list[str]]]:
    """Cells parted by the sign that parts most of the first lines; quotes as Excel writes them."""
    first = text[: 1 << 16].splitlines()[:HEAD]
    counts = {sign: sum(sign in line for line in first) for sign in _SIGNS}
    sign = max(counts, key=lambda one: counts[one])
    csv.field_size_limit(1 << 20)
    begun = 1
    reader = csv.reader(text.splitlines(keepends=True), delimiter=sign)
    try:
        for cells in reader:
            yield begun, cells
            begun = reader.line_num + 1
    except csv.Error:
        raise Unreadable("broken") from None
