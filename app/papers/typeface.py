"""Fonts of the machine; a PDF carries of each the signs that it uses: it looks alike anywhere."""

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from app.papers.making import Unmade

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
_FILES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "DroidSansFallbackFull.ttf",
    "DejaVuSans.ttf",
)
"""Good ones first; a sign that one has not is looked for in the next."""

_UNSEEN = "□"
Sign = tuple["Face", int, int]


class Face:
    """One font. Its codes are those of the PDF, widths are thousandths of the size."""

    def __init__(self, place: Path) -> None:
        """Open it, of a collection the face for simplified Chinese."""
        self._file, self._font = _open(place)
        self._names = self._font.getBestCmap() or {}
        self._scale = 1000 / self._font["head"].unitsPerEm
        self._is_by_cid = "CFF " in self._font and hasattr(_top(self._font), "ROS")
        self._used: dict[int, tuple[str, int]] = {}

    def sign(self, sign: str) -> tuple[int, int] | None:
        """Its code and width, if the font has it; it will be carried then."""
        name = self._names.get(ord(sign))
        if name is None:
            return None
        code = int(name[3:]) if self._is_by_cid else int(self._font.getGlyphID(name))
        width = round(self._font["hmtx"][name][0] * self._scale)
        self._used[code] = (sign, width)
        return code, width

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def is_used(self) -> bool:
        """Whether anything is drawn with it."""
        return bool(self._used)

    def embed(self, pdf: pydyf.PDF) -> Any:
        """The font with what was used of it, as an object of the PDF; nothing can be added then."""
        system = {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity")}
        is_compact = "CFF " in self._font
        widths = [[code, pydyf.Array([width])] for code, (_, width) in sorted(self._used.items())]
        own = {
            "Type": "/Font",
            "Subtype": "/CIDFontType0" if is_compact else "/CIDFontType2",
            "BaseFont": "/Signs",
            "CIDSystemInfo": pydyf.Dictionary({**system, "Supplement": 0}),
            "FontDescriptor": self._describe(pdf, is_compact=is_compact).reference,
            "W": pydyf.Array([part for pair in widths for part in pair]),
            **({} if is_compact else {"CIDToGIDMap": "/Identity"}),
        }
        signs = _add(pdf, pydyf.Dictionary(own))
        spelled = _add(pdf, pydyf.Stream([_spell(self._used)], compress=True))
        whole = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": "/Signs",
            "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([signs.reference]),
            "ToUnicode": spelled.reference,
        }
        return _add(pdf, pydyf.Dictionary(whole)).reference

    def _describe(self, pdf: pydyf.PDF, *, is_compact: bool) -> Any:
        ascent = round(self._font["hhea"].ascent * self._scale)
        descent = round(self._font["hhea"].descent * self._scale)
        extra = {"Subtype": "/CIDFontType0C"} if is_compact else {}
        file = _add(pdf, pydyf.Stream([self._cut()], extra, compress=True))
        facts = {
            "Type": "/FontDescriptor",
            "FontName": "/Signs",
            "Flags": 4,
            "FontBBox": pydyf.Array([-200, descent, 1200, ascent]),
            "ItalicAngle": 0,
            "Ascent": ascent,
            "Descent": descent,
            "CapHeight": 730,
            "StemV": 80,
            "FontFile3" if is_compact else "FontFile2": file.reference,
        }
        return _add(pdf, pydyf.Dictionary(facts))

    def _cut(self) -> bytes:
        chosen = subset.Options(
            retain_gids=not self._is_by_cid, notdef_outline=True, layout_features=[], hinting=False
        )
        chosen.drop_tables += ["FFTM"]
        cutter = subset.Subsetter(chosen)
        cutter.populate(unicodes=[ord(sign) for sign, _ in self._used.values()])
        cutter.subset(self._font)
        written = BytesIO()
        self._font.save(written)
        if "CFF " not in self._font:
            return written.getvalue()
        with TTFont(written) as cut:
            compact: bytes = cut.getTableData("CFF ")
        return compact


class Faces:
    """The fonts that there are, opened as they are needed."""

    def __init__(self) -> None:
        """Raises Unmade where the machine has none."""
        self._places = found()
        if not self._places:
            raise Unmade("font")
        self.opened: list[Face] = []
        self._signs: dict[str, Sign] = {}

    def sign(self, sign: str) -> Sign:
        """Which font draws it, its code there, and its width; a box for what none has."""
        known = self._signs.get(sign)
        if known is None:
            known = self._signs[sign] = self._look(sign)
        return known

    def close(self) -> None:
        """Let go of all files."""
        for face in self.opened:
            face.close()

    def width(self, words: str, size: float) -> float:
        """How wide a line is, in the unit of ``size``."""
        return sum(self.sign(sign)[2] for sign in words) * size / 1000

    def _look(self, sign: str) -> Sign:
        for face in self._each():
            if told := face.sign(sign):
                return face, *told
        return self.sign("?" if sign == _UNSEEN else _UNSEEN)

    def _each(self) -> Iterator[Face]:
        for number, place in enumerate(self._places):
            if number == len(self.opened):
                self.opened.append(Face(place))
            yield self.opened[number]


@cache
def found() -> Sequence[Path]:
    """Where the fonts lie that this machine has, good ones first."""
    places = [place for folder in _FOLDERS for place in Path(folder).expanduser().rglob("*.[ot]t*")]
    by_name = {place.name: place for place in reversed(places)}
    return [by_name[name] for name in _FILES if name in by_name]


def _open(place: Path) -> tuple[TTFont | TTCollection, TTFont]:
    """What has to be closed, and the font."""
    if place.suffix != ".ttc":
        font = TTFont(place, lazy=True)
        return font, font
    whole = TTCollection(str(place), lazy=True)
    named = (face for face in whole.fonts if " SC" in (face["name"].getDebugName(4) or ""))
    return whole, next(named, whole.fonts[0])


def _top(font: TTFont) -> Any:
    return font["CFF "].cff.topDictIndex[0]


def _add(pdf: pydyf.PDF, thing: Any) -> Any:
    pdf.add_object(thing)
    return thing


def _spell(used: dict[int, tuple[str, int]]) -> str:
    """Which sign each code is, so that text can be found and copied (PDF 32000-1 §9.10.3)."""
    pairs = [
        f"<{code:04x}> <{sign.encode('utf-16-be').hex()}>"
        for code, (sign, _) in sorted(used.items())
    ]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    told = "".join(
        f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CMapName /Signs def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{told}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
