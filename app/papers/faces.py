"""Fonts of the machine with Chinese signs, as a PDF of our own uses them."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import uharfbuzz
from fontTools.ttLib import TTFont

from app.papers.press import Press

_FOLDERS = (
    Path("/usr/share/fonts"), Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts", Path.home() / ".fonts",
)  # fmt: skip
_KNOWN = (
    ("wqy-microhei.ttc", 0), ("NotoSansCJK-Regular.ttc", 2), ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansSC-Regular.otf", 0), ("NotoSansSC-Regular.ttf", 0),
    ("SourceHanSansSC-Regular.otf", 0), ("SourceHanSansCN-Regular.otf", 0), ("wqy-zenhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0), ("DroidSansFallback.ttf", 0),
    ("NotoSerifCJK-Regular.ttc", 2),
)  # fmt: skip
"""Files that are known to hold simplified Chinese, and the place of that font in each."""

_KEPT = frozenset({"glyf", "loca", "head", "hhea", "hmtx", "maxp", "CFF "})
"""The tables of a font that a PDF needs."""

_FLAGS = uharfbuzz.SubsetFlags
_SHORTENED = _FLAGS.NO_HINTING | _FLAGS.NOTDEF_OUTLINE | _FLAGS.NO_LAYOUT_CLOSURE
_SYSTEM = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"


class _Embedded(NamedTuple):
    """A font in the file: ``called`` is what the PDF calls each glyph."""

    kind: bytes
    entry: bytes
    encoding: bytes
    called: Mapping[int, int]


class Face:
    """One font; it is opened when the first sign is asked of it. Lengths are thousandths."""

    def __init__(self, place: Path, part: int) -> None:
        """A font of a file, which may hold several."""
        self._place, self._part = place, part
        self._used: dict[int, str] = {}
        self.number = 0

    @cached_property
    def _font(self) -> uharfbuzz.Font:
        file = uharfbuzz.Blob.from_file_path(str(self._place))
        font = uharfbuzz.Font(uharfbuzz.Face(file, self._part))
        font.scale = 1000, 1000
        return font

    def glyph(self, sign: str) -> int:
        """The number of its glyph, 0 for one that it lacks."""
        return self._font.get_nominal_glyph(ord(sign)) or 0

    def use(self, sign: str) -> int:
        """The same, and it is embedded."""
        glyph = self.glyph(sign)
        self._used[glyph] = sign
        return glyph

    def advance(self, glyph: int) -> int:
        """How wide it is."""
        return int(self._font.get_glyph_h_advance(glyph))

    def write(self, press: Press, place: int) -> None:
        """As a composite font whose codes are the numbers of its glyphs."""
        if not self._used:
            press.write(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", number=self.number)
            return
        name = b"YPKAAA+Own%d" % place
        made, height = self._embed(press), self._font.get_font_extents("ltr")
        descriptor = press.write(
            b"<</Type/FontDescriptor/FontName/%b/Flags 4/ItalicAngle 0/StemV 80/CapHeight 700"
            b"/FontBBox[-200 -300 1200 1100]/Ascent %d/Descent %d%b>>"
            % (name, height.ascender, height.descender, made.entry)
        )
        wide = sorted((code, self.advance(glyph)) for glyph, code in made.called.items())
        widths = b"".join(b"%d[%d]" % one for one in wide)
        signs = press.write(
            b"<</Type/Font/BaseFont/%b%b%b/DW 1000/W[%b]/FontDescriptor %d 0 R>>"
            % (name, made.kind, _SYSTEM, widths, descriptor)
        )
        signs_of = {one: f"<{sign.encode('utf-16-be').hex()}>" for one, sign in self._used.items()}
        spoken = press.pack(b"", _map("bfchar", signs_of))
        press.write(
            b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding%b/DescendantFonts[%d 0 R]"
            b"/ToUnicode %d 0 R>>" % (name, made.encoding, signs, spoken),
            number=self.number,
        )

    def _embed(self, press: Press) -> _Embedded:
        """What was used of it. The glyphs of TrueType keep their numbers.

        Those of a CFF are called as it calls them itself, or by their place in the smaller font
        (ISO 32000-1, 9.7.4.2), so that the numbers are led there by a map of our own.
        """
        if "CFF " not in self._font.face.table_tags:
            data, called = self._shortened(_SHORTENED | _FLAGS.RETAIN_GIDS)
            file = press.pack(b"/Length1 %d" % len(data), data)
            kind = b"/Subtype/CIDFontType2/CIDToGIDMap/Identity"
            return _Embedded(kind, b"/FontFile2 %d 0 R" % file, b"/Identity-H", called)
        data, places = self._shortened(_SHORTENED)
        with TTFont(BytesIO(data)) as font:
            top = font["CFF "].cff[0]
            names = top.charset if hasattr(top, "ROS") else []
            file = press.pack(b"/Subtype/CIDFontType0C", font.reader["CFF "])
        called = {one: int(names[to][3:]) if names and to else to for one, to in places.items()}
        facts = b"/Type/CMap/CMapName/Own" + _SYSTEM
        codes = press.pack(facts, _map("cidchar", {one: str(to) for one, to in called.items()}))
        kind, encoding = b"/Subtype/CIDFontType0", b" %d 0 R" % codes
        return _Embedded(kind, b"/FontFile3 %d 0 R" % file, encoding, called)

    def _shortened(self, flags: int) -> tuple[bytes, dict[int, int]]:
        """The file of a font of nothing but the glyphs used, and the number there of each."""
        face, wanted = self._font.face, uharfbuzz.SubsetInput()
        wanted.flags = flags
        wanted.glyph_set.update(self._used)
        wanted.drop_table_tag_set.update(
            int.from_bytes(table.encode(), "big") for table in face.table_tags if table not in _KEPT
        )
        plan = uharfbuzz.SubsetPlan(face, wanted)
        places = plan.old_to_new_glyph_mapping
        return plan.execute().blob.data, {one: places[one] for one in self._used}


def installed() -> Iterator[tuple[Path, int]]:
    """The known ones that are here, the best first: a file, and the place of the font in it."""
    wanted = dict(_KNOWN)
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for place, _, names in os.walk(folder):
            for name in wanted.keys() & set(names):
                found.setdefault(name, Path(place) / name)
    return ((found[name], part) for name, part in _KNOWN if name in found)


def _map(kind: str, codes: Mapping[int, str]) -> bytes:
    """A CMap from codes to signs (``bfchar``) or to what glyphs are called (``cidchar``)."""
    pairs = [f"<{code:04x}> {to}" for code, to in sorted(codes.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    listed = "\n".join(
        f"{len(block)} begin{kind}\n" + "\n".join(block) + f"\nend{kind}" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering (Identity) def\n"
        "/Supplement 0 def end def /CMapName /Own def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{listed}\nendcmap end end"
    ).encode()
