"""The fonts of an OFD as PDF has them: those in the file, else those of the house."""

from __future__ import annotations

import struct
from functools import cached_property
from io import BytesIO
from typing import Any

import pydyf
from fontTools.ttLib import TTFont, TTLibError

from app.documents.readers.glyphs import spell
from app.documents.readers.markup import Element
from app.documents.readers.ofdtree import Document

LARGEST = 32 << 20
_TRUETYPE = (b"\x00\x01\x00\x00", b"true", b"ttcf")
_COMPACT = b"\x01\x00\x04"
_NAMES = {"楷": "KaiTi", "黑": "SimHei", "仿宋": "FangSong"}
_LATIN = {"courier": "Courier", "times": "Times", "arial": "Helvetica", "helvetica": "Helvetica"}
_BOLD = {"Times": "Times-Bold"}
_ROMAN = {"Times": "Times-Roman"}
_NARROW = "¥£"
"""Half as wide as Chinese signs in the fonts of invoices, but not in those of the house."""

_SYMBOLS = 0xF000
_FAULTS = (
    TTLibError, struct.error, KeyError, ValueError, IndexError, AssertionError, AttributeError,
    EOFError, OverflowError, TypeError,
)  # fmt: skip
_SIDES = [-200, -300, 1200, 1000]


class Font:
    """One font: which code of which PDF font draws a sign.

    A font that is in the file is used as it is. Others are left to the machine that draws, which
    finds a Chinese font by itself, as the PDFs of rail tickets have it.
    """

    def __init__(self, document: Document, known_as: str) -> None:
        """Look the font up; one that nobody describes is a Chinese font of the house."""
        described = document.shared("Font", known_as)
        self._names = _names(described)
        data = document.file_of("Font", known_as, "FontFile")
        self._data = data if _kind(data) and len(data) <= LARGEST else b""
        self.is_bold = not self._data and _says(described, "Bold")

    def code(self, sign: str, glyph: int | None) -> tuple[str, bytes] | None:
        """Which of its fonts, ``file``, ``latin`` or ``house``, and the bytes there."""
        if self._data:
            found = glyph if glyph is not None else self._glyph(sign)
            if found and 0 < found < 1 << 16:
                return "file", struct.pack(">H", found)
        sign = spell(sign)[0]
        if not sign:
            return None
        if (self._latin or sign in _NARROW) and (byte := _byte(sign)):
            return "latin", byte
        return "house", sign.encode("utf-16-be", "ignore")

    def make(self, pdf: pydyf.PDF, which: str) -> pydyf.Dictionary:
        """The PDF font that ``code`` spoke of."""
        if which == "file":
            return _in_file(pdf, self._data)
        if which == "latin":
            return _latin(pdf, self._latin or "Helvetica")
        return _of_house(pdf, self._house)

    @cached_property
    def _latin(self) -> str | None:
        plain = self._names.lower()
        base = next((ours for theirs, ours in _LATIN.items() if theirs in plain), None)
        if base and self.is_bold:
            return _BOLD.get(base, f"{base}-Bold")
        return _ROMAN.get(base, base) if base else None

    @cached_property
    def _house(self) -> str:
        return next((ours for theirs, ours in _NAMES.items() if theirs in self._names), "SimSun")

    @cached_property
    def _glyphs(self) -> dict[int, int]:
        try:
            font = TTFont(BytesIO(self._data), lazy=True, fontNumber=0)
            named = font["cmap"].getBestCmap() or _symbols(font)
            return {code: int(font.getGlyphID(name)) for code, name in named.items()}
        except _FAULTS:
            return {}

    def _glyph(self, sign: str) -> int | None:
        return self._glyphs.get(ord(sign)) or self._glyphs.get(_SYMBOLS + ord(sign))


def _names(described: Element | None) -> str:
    if described is None:
        return ""
    return f"{described.get('FontName', '')} {described.get('FamilyName', '')}"


def _says(described: Element | None, attribute: str) -> bool:
    return described is not None and described.get(attribute) == "true"


def _kind(data: bytes) -> str:
    if data.startswith(_TRUETYPE):
        return "truetype"
    if data.startswith(b"OTTO"):
        return "opentype"
    return "compact" if data.startswith(_COMPACT) else ""


def _symbols(font: TTFont) -> dict[int, str]:
    found: dict[int, str] = {}
    for table in font["cmap"].tables:
        found |= table.cmap
    return found


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return b""


def _in_file(pdf: pydyf.PDF, data: bytes) -> pydyf.Dictionary:
    """By the numbers of its glyphs."""
    kind = _kind(data)
    extra = {"truetype": {}, "opentype": {"Subtype": "/OpenType"}}
    stream = pydyf.Stream([data], extra.get(kind, {"Subtype": "/CIDFontType0C"}))
    pdf.add_object(stream)
    file = {"FontFile2" if kind == "truetype" else "FontFile3": stream.reference}
    more = {"CIDToGIDMap": "/Identity"} if kind == "truetype" else {}
    subtype = "/CIDFontType2" if kind == "truetype" else "/CIDFontType0"
    return _composite(
        pdf, "Inside", ("Identity", 0), "/Identity-H", file, {"Subtype": subtype, **more}
    )


def _of_house(pdf: pydyf.PDF, name: str) -> pydyf.Dictionary:
    widths = pydyf.Array([1, pydyf.Array([500] * 95)])
    extra = {"Subtype": "/CIDFontType2", "W": widths}
    return _composite(pdf, name, ("GB1", 5), "/UniGB-UTF16-H", {}, extra)


def _latin(pdf: pydyf.PDF, name: str) -> pydyf.Dictionary:
    font = pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{name}",
        "Encoding": "/WinAnsiEncoding",
    })  # fmt: skip
    pdf.add_object(font)
    return font


def _composite(
    pdf: pydyf.PDF,
    name: str,
    order: tuple[str, int],
    encoding: str,
    file: dict[str, Any],
    extra: dict[str, Any],
) -> pydyf.Dictionary:
    descriptor = pydyf.Dictionary({
        "Type": "/FontDescriptor", "FontName": f"/{name}", "Flags": 4, "ItalicAngle": 0,
        "FontBBox": pydyf.Array(_SIDES), "Ascent": 859, "Descent": -141, "CapHeight": 700,
        "StemV": 80, **file,
    })  # fmt: skip
    pdf.add_object(descriptor)
    system = {
        "Registry": pydyf.String("Adobe"),
        "Ordering": pydyf.String(order[0]),
        "Supplement": order[1],
    }
    signs = pydyf.Dictionary({
        "Type": "/Font", "BaseFont": f"/{name}", "CIDSystemInfo": pydyf.Dictionary(system),
        "DW": 1000, "FontDescriptor": descriptor.reference, **extra,
    })  # fmt: skip
    pdf.add_object(signs)
    font = pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/Type0", "BaseFont": f"/{name}", "Encoding": encoding,
        "DescendantFonts": pydyf.Array([signs.reference]),
    })  # fmt: skip
    pdf.add_object(font)
    return font
