"""A workbook's sheets, line by line, within the memory of a sandbox child.

calamine is ten times as fast as openpyxl and holds what it reads, so a large sheet is given to it
in pieces, each a small workbook of its own. openpyxl streams what cannot be cut.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO

from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

HELD_MIB = 128
"""Sheets and texts that unpack to so much are held whole: about 100,000 rows of an export."""

PIECE_MIB, SHARED_MIB = 24, 64
MOST_CELL = 4096
Lines = Iterator[Sequence[Any]]
_SHARED = "xl/sharedStrings.xml"
_HEAVY = ("xl/worksheets/", _SHARED.lower())
_COMMON = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
           "xl/styles.xml", _SHARED)  # fmt: skip
_BEGIN, _ROW_ENDS, _END, _HEAD = b"<sheetData>", b"</row>", b"</sheetData>", 1 << 16


def sheets(
    file: BinaryIO, *, held_mib: int = HELD_MIB, piece_mib: float = PIECE_MIB
) -> dict[str, Callable[[], Lines]]:
    """Each sheet by its name, as a way to its lines from the first of the sheet on.

    The dimension record of real exports is wrong, so it is ignored (FORMATS §8.1).
    """
    archive = zipfile.ZipFile(file)
    file.seek(0)
    if _unpacked(archive) <= held_mib << 20:
        held = CalamineWorkbook.from_filelike(file)
        return {name: _held(held, name) for name in held.sheet_names}
    if whole := _cut(archive, int(piece_mib * (1 << 20))):
        return {name: whole.lines(name) for name in whole.places}
    streamed = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    return {name: _streamed(streamed, name) for name in streamed.sheetnames}


@dataclass(frozen=True, slots=True)
class _Cut:
    """A workbook that is read in pieces: where each sheet lies, and what every piece needs."""

    archive: zipfile.ZipFile
    places: dict[str, str]
    common: dict[str, bytes]
    size: int

    def lines(self, name: str) -> Callable[[], Lines]:
        """The way to the lines of one sheet; blank ones between are given too."""

        def lines() -> Lines:
            given = 0
            for piece in self._pieces(self.places[name]):
                sheet = self._book(self.places[name], piece).get_sheet_by_name(name)
                if sheet.start is None:
                    continue
                top, left = sheet.start
                yield from ((),) * (top - given)
                for cells in sheet.to_python(skip_empty_area=True):
                    yield [*("",) * left, *cells] if left else cells
                    given = top = top + 1

        return lines

    def _pieces(self, place: str) -> Iterator[bytes]:
        with self.archive.open(place) as stream:
            head, _, rest = stream.read(_HEAD).partition(_BEGIN)
            while more := stream.read(self.size):
                rest += more
                ends = rest.rfind(_ROW_ENDS) + len(_ROW_ENDS)
                if ends >= len(_ROW_ENDS):
                    yield b"".join((head, _BEGIN, rest[:ends], _END, b"</worksheet>"))
                    rest = rest[ends:]
            rest = rest.partition(_END)[0]
            yield b"".join((head, _BEGIN, rest, _END, b"</worksheet>"))

    def _book(self, place: str, piece: bytes) -> CalamineWorkbook:
        made = BytesIO()
        with zipfile.ZipFile(made, "w") as small:
            for name, data in {**self.common, place: piece}.items():
                small.writestr(name, data)
        made.seek(0)
        return CalamineWorkbook.from_filelike(made)


def text(cell: Any) -> str:
    """A cell as a person sees it: dates in ISO form, money to the fen, nothing for an empty one.

    A 20-digit number that went through a float is marked as lost: ``2.4112000000e+19``.
    """
    if type(cell) is str:
        return cell.strip()[:MOST_CELL]
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _number(cell)
    return str(cell)


def _number(cell: float) -> str:
    if abs(cell) >= 1e15:
        return f"{cell:.10e}"
    return f"{cell:.2f}".removesuffix(".00")


def _cut(archive: zipfile.ZipFile, size: int) -> _Cut | None:
    """None where a sheet begins in another way, or there are too many texts for each piece."""
    names = set(archive.namelist())
    if _SHARED in names and archive.getinfo(_SHARED).file_size > SHARED_MIB << 20:
        return None
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    places = _places(archive)
    for place in places.values():
        if place not in names or _BEGIN not in archive.open(place).read(_HEAD):
            return None
    common = {name: archive.read(name) for name in _COMMON if name in names}
    return _Cut(archive, places, common, size)


def _places(archive: zipfile.ZipFile) -> dict[str, str]:
    """The file of each sheet, by its name."""
    book = fromstring(archive.read("xl/workbook.xml"))
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): str(link.get("Target")).removeprefix("/xl/") for link in links}
    found = {}
    for sheet in book.iterfind(".//{*}sheet"):
        link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        found[str(sheet.get("name"))] = f"xl/{targets.get(link, '')}"
    return found


def _held(book: CalamineWorkbook, name: str) -> Callable[[], Lines]:
    return lambda: book.get_sheet_by_name(name).iter_rows()


def _streamed(book: Any, name: str) -> Callable[[], Lines]:
    def lines() -> Lines:
        book[name].reset_dimensions()
        yield from book[name].iter_rows(values_only=True)

    return lines


def _unpacked(archive: zipfile.ZipFile) -> int:
    """What its sheets and texts unpack to; the file was measured when it was handed in."""
    entries = archive.infolist()
    return sum(one.file_size for one in entries if one.filename.lower().startswith(_HEAVY))
