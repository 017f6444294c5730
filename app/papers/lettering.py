"""Words on pages of our own: a Chinese font of the machine, of which only what is used is embedded.

Signs that the first font lacks, such as rare ones in names, come from the next that has them.
"""

import os
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont

from app.core.errors import N_, Problem
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

_ELLIPSIS, _SMALLEST, _HAIR = "…", 0.8, 0.01
_FIRST_CHINESE = "\u2e80"
_NO_BREAK_BEFORE = frozenset("，。、；：）！？》」,.;:)!?%")


class NoFont(Problem):
    """No font with Chinese signs is installed where the program looks for them."""

    message = N_("No Chinese font is installed on the server, so nothing can be printed.")
    status = 503


class Lettering:
    """The fonts of one file in the making; what is written is noted, so that it can be embedded."""

    def __init__(self) -> None:
        """Look for fonts. Raises NoFont."""
        self._faces = [_Face(*one) for one in _installed()]
        if not self._faces:
            raise NoFont

    def wide(self, text: str, size: float) -> float:
        """How long a text is, in points."""
        return sum(face.advance(glyph) for face, glyph in self._signs(text)) * size / 1000

    def cut(self, text: str, size: float, room: float) -> str:
        """The text, or as much of its beginning as ``room`` points hold, with an ellipsis."""
        if self.wide(text, size) <= room:
            return text
        left = room - self.wide(_ELLIPSIS, size)
        kept = ""
        for sign in text:
            left -= self.wide(sign, size)
            if left < 0:
                break
            kept += sign
        return kept.rstrip() + _ELLIPSIS

    def fit(self, text: str, size: float, room: float) -> tuple[str, float]:
        """The text and its size for ``room`` points: too wide, it becomes smaller, then is cut."""
        wide = self.wide(text, size)
        if wide <= room:
            return text, size
        size *= max(room / wide, _SMALLEST)
        return self.cut(text, size, room + _HAIR), size

    def lines(self, text: str, size: float, room: float) -> list[str]:
        """The text in lines no longer than ``room``: between Chinese signs, else at spaces."""
        made = [""]
        for word in _words(text):
            if made[-1] and self.wide(made[-1] + word.rstrip(), size) > room:
                made.append("")
            made[-1] += word if made[-1] else word.lstrip()
        return [one.rstrip() for one in made]

    def show(self, text: str, size: float, x: float, y: float, *, is_bold: bool = False) -> str:
        """The operators of a line that begins at ``x`` and stands on ``y``."""
        told, last = [f"BT {x:.2f} {y:.2f} Td"], None
        told.append(f"2 Tr {size * 0.025:.3f} w" if is_bold else "0 Tr")
        for face, glyph in self._signs(text):
            if face is not last:
                told += [">Tj"] if last else []
                told.append(f"/F{self._faces.index(face)} {size:g} Tf <")
                last = face
            told[-1] += f"{glyph:04x}"
        return " ".join(told) + (">Tj ET" if last else " ET")

    def numbers(self, press: Press) -> dict[str, int]:
        """The names of the fonts and the numbers of their objects, to be written by ``embed``."""
        for face in self._faces:
            face.number = face.number or press.reserve()
        return {f"F{place}": face.number for place, face in enumerate(self._faces)}

    def embed(self, press: Press) -> None:
        """Write the fonts with the signs that were used."""
        for place, face in enumerate(self._faces):
            face.write(press, place)

    def _signs(self, text: str) -> Iterator[tuple["_Face", int]]:
        for sign in text:
            face = next((one for one in self._faces if ord(sign) in one.glyphs), self._faces[0])
            yield face, face.use(sign)


class _Measures(NamedTuple):
    """What has to be known of a font to write with it; lengths are thousandths of the size."""

    glyphs: Mapping[int, int]
    advances: Sequence[int]
    ascent: int
    descent: int


class _Face:
    """One font; it is opened when the first sign is asked of it."""

    def __init__(self, place: Path, part: int) -> None:
        self._place, self._part = place, part
        self._used: dict[int, str] = {}
        self.number = 0

    @property
    def _measures(self) -> _Measures:
        return _measured(self._place, self._part)

    @property
    def glyphs(self) -> Mapping[int, int]:
        """By the number of a sign: that of its glyph."""
        return self._measures.glyphs

    def use(self, sign: str) -> int:
        """The number of its glyph, 0 for one that is in no font."""
        glyph = self.glyphs.get(ord(sign), 0)
        self._used[glyph] = sign
        return glyph

    def advance(self, glyph: int) -> int:
        """How wide it is."""
        return self._measures.advances[glyph]

    def write(self, press: Press, place: int) -> None:
        """As a composite font whose codes are the numbers of its glyphs."""
        if not self._used:
            press.write(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", number=self.number)
            return
        name = b"YPKAAA+Own%d" % place
        kind, file = self._embedded(press)
        descriptor = press.write(
            b"<</Type/FontDescriptor/FontName/%b/Flags 4/ItalicAngle 0/StemV 80/CapHeight 700"
            b"/FontBBox[-200 -300 1200 1100]/Ascent %d/Descent %d%b>>"
            % (name, self._measures.ascent, self._measures.descent, file)
        )
        widths = b"".join(b"%d[%d]" % (one, self.advance(one)) for one in sorted(self._used))
        system = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        signs = press.write(
            b"<</Type/Font/BaseFont/%b%b%b/DW 1000/W[%b]/FontDescriptor %d 0 R>>"
            % (name, kind, system, widths, descriptor)
        )
        spoken = press.pack(b"", _to_unicode(self._used))
        press.write(
            b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]"
            b"/ToUnicode %d 0 R>>" % (name, signs, spoken),
            number=self.number,
        )

    def _embedded(self, press: Press) -> tuple[bytes, bytes]:
        """The kind of the font, and the entry of its file."""
        made = BytesIO()
        with _open(self._place, self._part) as font:
            _shorten(font, list(self._used))
            font.save(made)
            if "CFF " in font:
                file = press.pack(b"/Subtype/CIDFontType0C", _table(made, "CFF "))
                return b"/Subtype/CIDFontType0", b"/FontFile3 %d 0 R" % file
            places = press.pack(b"", _places(font.getGlyphOrder(), self._used))
        file = press.pack(b"/Length1 %d" % made.tell(), made.getvalue())
        kind = b"/Subtype/CIDFontType2/CIDToGIDMap %d 0 R" % places
        return kind, b"/FontFile2 %d 0 R" % file


def _open(place: Path, part: int, *more: str) -> TTFont:
    """Without the names of its glyphs, which take longest: each is called by its number.

    The same letters give the same bytes, whenever they are written.
    """
    font = TTFont(place, lazy=True, fontNumber=part, recalcTimestamp=False)
    for table in set(font.keys()) - _KEPT - {"GlyphOrder", *more}:
        del font[table]
    if "CFF " not in font:
        font.setGlyphOrder([f"glyph{glyph:05d}" for glyph in range(font["maxp"].numGlyphs)])
    return font


@cache
def _measured(place: Path, part: int) -> _Measures:
    with _open(place, part, "cmap") as font:
        scale = 1000 / font["head"].unitsPerEm
        names, metrics, head = font.getGlyphOrder(), font["hmtx"].metrics, font["hhea"]
        numbers = {name: number for number, name in enumerate(names)}
        glyphs = {sign: numbers[name] for sign, name in (font.getBestCmap() or {}).items()}
        advances = array("H", (round(metrics[name][0] * scale) for name in names))
        return _Measures(glyphs, advances, round(head.ascent * scale), round(head.descent * scale))


def _shorten(font: TTFont, glyphs: list[int]) -> None:
    """Leave only these; in a CFF each keeps the name that its number is of."""
    options = subset.Options()
    options.hinting, options.notdef_outline, options.glyph_names = False, True, True
    smaller = subset.Subsetter(options)
    smaller.populate(gids=glyphs)
    smaller.subset(font)


def _places(names: Sequence[str], used: Collection[int]) -> bytes:
    """By the number of a glyph in the whole font: its number in the smaller one."""
    places = array("H", bytes(2 * (max(used) + 1)))
    for place, name in enumerate(names):
        if (glyph := int(name[-5:])) in used:
            places[glyph] = place
    places.byteswap()
    return places.tobytes()


def _installed() -> Iterator[tuple[Path, int]]:
    wanted = dict(_KNOWN)
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for place, _, names in os.walk(folder):
            for name in wanted.keys() & set(names):
                found.setdefault(name, Path(place) / name)
    return ((found[name], part) for name, part in _KNOWN if name in found)


def _words(text: str) -> Iterator[str]:
    """Pieces after which a line may end: words with the space after them, single Chinese signs."""
    piece = ""
    for sign in text:
        stays = sign in _NO_BREAK_BEFORE or sign.isspace()
        last = piece[-1:]
        if last and not stays and (last.isspace() or max(sign, last) > _FIRST_CHINESE):
            yield piece
            piece = ""
        piece += sign
    yield piece


def _table(font: BytesIO, name: str) -> bytes:
    font.seek(0)
    with TTFont(font, lazy=True) as whole:
        found: bytes = whole.reader[name]
    return found


def _to_unicode(used: dict[int, str]) -> bytes:
    pairs = [
        f"<{glyph:04x}> <{sign.encode('utf-16-be').hex()}>" for glyph, sign in sorted(used.items())
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    listed = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Own def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{listed}\nendcmap end end"
    ).encode()
