"""What is written on a page of a PDF, glyph by glyph, with the place of each (FORMATS §6)."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_double, c_int
from math import atan2, hypot

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, PdfTextPage, raw

from app.documents.readers.glyphs import MOST_GLYPHS, UNKNOWN, Frame, Sheet, Sign, spell

_NOT_DRAWN = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP, -1})
_FINE = 1_000_000
_END_OF_UNICODE = 0x110000


def sheet(pdf: PdfDocument, number: int) -> Sheet:
    """The page ``number``, from 1; one that cannot be read has no glyphs."""
    try:
        page = pdf[number - 1]
        return Sheet("pdf", number, _frame(page), _drawn(page.get_textpage()))
    except (PdfiumError, IndexError, ValueError):
        return Sheet("pdf", number)


def _frame(page: PdfPage) -> Frame:
    """How a point of the page falls on it as it is shown, turned and cut, in fractions."""

    def shown(x: float, y: float) -> tuple[float, float]:
        across, along = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, byref(across), byref(along))
        return across.value / _FINE, along.value / _FINE

    corner, right, up = shown(0, 0), shown(100, 0), shown(0, 100)
    return Frame(
        corner,
        ((right[0] - corner[0]) / 100, (right[1] - corner[1]) / 100),
        ((up[0] - corner[0]) / 100, (up[1] - corner[1]) / 100),
    )


def _drawn(text: PdfTextPage) -> Iterator[Sign]:
    """The signs that somebody sees: none of a hidden layer."""
    modes: dict[int, bool] = {}
    for index in range(min(text.count_chars(), MOST_GLYPHS)):
        code = raw.FPDFText_GetUnicode(text, index)
        if not 0 < code < _END_OF_UNICODE or raw.FPDFText_HasUnicodeMapError(text, index):
            code = ord(UNKNOWN)
        sign, plain = spell(chr(code))
        if not sign or not _is_drawn(text, index, modes):
            continue
        yield _measured(text, index, sign, plain)


def _measured(text: PdfTextPage, index: int, sign: str, plain: str) -> Sign:
    matrix, x, y, loose = raw.FS_MATRIX(), c_double(), c_double(), raw.FS_RECTF()
    left, right, low, top = (c_double() for _ in range(4))
    raw.FPDFText_GetCharOrigin(text, index, byref(x), byref(y))
    raw.FPDFText_GetMatrix(text, index, byref(matrix))
    raw.FPDFText_GetCharBox(text, index, byref(left), byref(right), byref(low), byref(top))
    raw.FPDFText_GetLooseCharBox(text, index, byref(loose))
    box = (left.value, low.value, right.value, top.value)
    wide = (loose.left, loose.bottom, loose.right, loose.top)
    size = raw.FPDFText_GetFontSize(text, index) * hypot(matrix.c, matrix.d)
    angle = atan2(matrix.b, matrix.a)
    return Sign(sign, plain, (x.value, y.value), box, wide, size, angle)


def _is_drawn(text: PdfTextPage, index: int, modes: dict[int, bool]) -> bool:
    thing = raw.FPDFText_GetTextObject(text, index)
    if not thing:
        return False
    address = raw.cast(thing, raw.c_void_p).value or 0
    if address not in modes:
        modes[address] = raw.FPDFTextObj_GetTextRenderMode(thing) not in _NOT_DRAWN
    return modes[address]
