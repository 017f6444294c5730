"""What is written on a page of a PDF, glyph by glyph, with the place of each (FORMATS §6)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from ctypes import byref, c_double, c_int
from math import atan2, hypot, pi
from typing import NamedTuple

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, PdfTextPage, raw

MOST_GLYPHS = 8_000
UNKNOWN = "\ufffd"
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_NAMELESS = frozenset({"Co", "Cn", "Cs"})
_NOT_DRAWN = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP, -1})
_STRAIGHT = 0.02
_FINE = 1_000_000
_END_OF_UNICODE = 0x110000
# The radicals of simplified characters have no compatibility mapping in Unicode.
_RADICALS = dict(
    zip(
        "⺠⺟⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "民母西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)


class Glyph(NamedTuple):
    """One sign as it is read (``sign``) and as it is compared (``plain``, NFKC).

    ``left``, ``right`` and ``base`` (its line, downwards) are points with the text upright;
    ``em`` is the size of its font there, ``box`` its sides in the space of the page.
    """

    sign: str
    plain: str
    left: float
    right: float
    base: float
    em: float
    box: tuple[float, float, float, float]


class Sheet:
    """The visible text of one page, ``number`` counted from 1, read in its main direction.

    ``slack`` is by how many ems two signs of one line may stand higher or lower.
    """

    slack = 0.4

    def __init__(self, pdf: PdfDocument, number: int) -> None:
        """Take the glyphs; a page that cannot be read has none."""
        self.number = number
        self.glyphs: list[Glyph] = []
        try:
            page = pdf[number - 1]
            self._corner, self._right, self._down = _frame(page)
            self.glyphs = _upright(list(_drawn(page.get_textpage(), self._is_on)))
        except (PdfiumError, IndexError, ValueError):
            return

    def place(self, glyphs: Iterable[Glyph]) -> dict[str, object]:
        """Where they stand: the page, and left, top, right, bottom as fractions of it upright."""
        boxes = [glyph.box for glyph in glyphs]
        corners = [
            self._seen(x, y)
            for left, low, right, top in boxes
            for x, y in ((left, low), (right, top))
        ]
        across, along = [x for x, _ in corners], [y for _, y in corners]
        sides = (min(across), min(along), max(across), max(along))
        return {"page": self.number, "box": [round(side, 5) for side in sides]}

    def _seen(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._corner[0] + x * self._right[0] + y * self._down[0],
            self._corner[1] + x * self._right[1] + y * self._down[1],
        )

    def _is_on(self, x: float, y: float) -> bool:
        across, along = self._seen(x, y)
        return 0 <= across <= 1 and 0 <= along <= 1


def spell(sign: str) -> tuple[str, str]:
    """A sign as it is read and as it is compared, one character each; empty where none is seen.

    Prints of macOS have radicals for characters (FORMATS §6); brackets keep their width. A sign
    that has no name, as rare characters of some fonts, is ``UNKNOWN``: a hole must be noticed.
    """
    if sign < "\x7f":
        return (sign, sign) if sign > " " else ("", "")
    category = unicodedata.category(sign)
    if category in _UNSEEN:
        return "", ""
    if category in _NAMELESS:
        return UNKNOWN, UNKNOWN
    same = _RADICALS.get(sign) or unicodedata.normalize("NFKC", sign)
    if "\u2e80" <= sign <= "\u2fdf" or "\uf900" <= sign <= "\ufaff":
        sign = same
    return sign, same if len(same) == 1 else sign


def _frame(page: PdfPage) -> tuple[tuple[float, float], ...]:
    """How a point of the page falls on it as it is shown, turned and cut, in fractions."""

    def shown(x: float, y: float) -> tuple[float, float]:
        across, along = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, byref(across), byref(along))
        return across.value / _FINE, along.value / _FINE

    corner, right, up = shown(0, 0), shown(100, 0), shown(0, 100)
    return (
        corner,
        ((right[0] - corner[0]) / 100, (right[1] - corner[1]) / 100),
        ((up[0] - corner[0]) / 100, (up[1] - corner[1]) / 100),
    )


class _Raw(NamedTuple):
    sign: str
    plain: str
    origin: tuple[float, float]
    box: tuple[float, float, float, float]
    wide: tuple[float, float, float, float]
    em: float
    angle: float


def _drawn(text: PdfTextPage, is_on: Callable[[float, float], bool]) -> Iterator[_Raw]:
    """The signs that somebody sees: none of a hidden layer, none beside the page."""
    modes: dict[int, bool] = {}
    for index in range(min(text.count_chars(), MOST_GLYPHS)):
        code = raw.FPDFText_GetUnicode(text, index)
        if not 0 < code < _END_OF_UNICODE or raw.FPDFText_HasUnicodeMapError(text, index):
            code = ord(UNKNOWN)
        sign, plain = spell(chr(code))
        if not sign or not _is_drawn(text, index, modes):
            continue
        one = _measured(text, index, sign, plain)
        if one.em > 0 and is_on((one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2):
            yield one


def _measured(text: PdfTextPage, index: int, sign: str, plain: str) -> _Raw:
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
    return _Raw(sign, plain, (x.value, y.value), box, wide, size, angle)


def _is_drawn(text: PdfTextPage, index: int, modes: dict[int, bool]) -> bool:
    thing = raw.FPDFText_GetTextObject(text, index)
    if not thing:
        return False
    address = raw.cast(thing, raw.c_void_p).value or 0
    if address not in modes:
        modes[address] = raw.FPDFTextObj_GetTextRenderMode(thing) not in _NOT_DRAWN
    return modes[address]


def _upright(signs: list[_Raw]) -> list[Glyph]:
    """Only those of the main direction: the letters of seals and of marks across lean."""
    quarters = Counter(
        round(sign.angle / (pi / 2)) % 4 for sign in signs if _leans(sign.angle) < _STRAIGHT
    )
    if not quarters:
        return []
    quarter = quarters.most_common(1)[0][0]
    return [
        _turned(sign, quarter)
        for sign in signs
        if _leans(sign.angle) < _STRAIGHT and round(sign.angle / (pi / 2)) % 4 == quarter
    ]


def _leans(angle: float) -> float:
    """By how much it differs from the nearest quarter, in quarters."""
    quarters = angle / (pi / 2)
    return abs(quarters - round(quarters))


def _turned(sign: _Raw, quarter: int) -> Glyph:
    left, low, right, top = sign.wide if _is_wide(sign.wide) else sign.box
    across = [_turn(x, y, quarter)[0] for x, y in ((left, low), (right, top))]
    base = _turn(*sign.origin, quarter)[1]
    return Glyph(sign.sign, sign.plain, min(across), max(across), base, sign.em, sign.box)


def _is_wide(box: tuple[float, float, float, float]) -> bool:
    return box[0] < box[2] and box[1] < box[3]


def _turn(x: float, y: float, quarter: int) -> tuple[float, float]:
    """The same point where text runs to the right and lines follow downwards."""
    return ((x, -y), (y, x), (-x, y), (-y, -x))[quarter]
