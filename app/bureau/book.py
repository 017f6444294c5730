"""A workbook's sheets, line by line, within the memory of a sandbox child.

calamine is ten times faster than openpyxl and holds the whole sheet; openpyxl streams. What a sheet
will take is known from what it unpacks to: about a kilobyte a row (DESIGN §5).
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

HELD_MIB = 128
"""Up to here a workbook is held whole: about 100,000 rows of an export, 250 MiB of memory."""

Lines = Iterator[Sequence[Any]]
_HEAVY = ("xl/worksheets/", "xl/sharedstrings.xml")


def sheets(file: BinaryIO, *, held_mib: int = HELD_MIB) -> dict[str, Callable[[], Lines]]:
    """Each sheet by its name, as a way to its lines from the first of the sheet on.

    The dimension record of real exports is wrong, so it is ignored (FORMATS §8.1).
    """
    if _unpacked(file) <= held_mib << 20:
        held = CalamineWorkbook.from_filelike(file)
        return {name: _held(held, name) for name in held.sheet_names}
    streamed = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    return {name: _streamed(streamed, name) for name in streamed.sheetnames}


def _held(book: CalamineWorkbook, name: str) -> Callable[[], Lines]:
    return lambda: book.get_sheet_by_name(name).iter_rows()


def _streamed(book: Any, name: str) -> Callable[[], Lines]:
    def lines() -> Lines:
        book[name].reset_dimensions()
        yield from book[name].iter_rows(values_only=True)

    return lines


def _unpacked(file: BinaryIO) -> int:
    """What its sheets and texts unpack to; the file was measured when it was handed in."""
    entries = zipfile.ZipFile(file).infolist()
    file.seek(0)
    return sum(one.file_size for one in entries if one.filename.lower().startswith(_HEAVY))
