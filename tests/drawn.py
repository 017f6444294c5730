"""A PDF of our own, in a font whose signs are boxes: what counts is where each one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import cos, radians, sin

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

WIDTH, HEIGHT = 595.0, 397.0


@dataclass(frozen=True)
class Text:
    """A piece of text: its left side and its line from the top, in points."""

    x: float
    y: float
    text: str
    size: float = 9.0
    angle: float = 0.0
    mode: int = 0


Page = Sequence[Text]


def pdf(*pages: Page, turned: int = 0, producer: str = "") -> bytes:
    """A PDF of these pages; ``turned`` is their /Rotate."""
    signs = sorted({sign for page in pages for one in page for sign in one.text})
    codes = {sign: place for place, sign in enumerate(signs, start=1)}
    unicode, file = _to_unicode(codes), font(codes)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", _FONT, _descendant(codes)]
    objects += [_stream(unicode), _stream(file)]
    kids = []
    for page in pages:
        content = "\n".join(_shown(one, codes) for one in page).encode()
        objects.append(_stream(content))
        kids.append(len(objects) + 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Rotate {turned}"
            f"/Resources<</Font<</F 3 0 R>>>>/Contents {len(objects)} 0 R>>".encode()
        )
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{listed}]>>".encode()
    objects.append(f"<</Producer({producer})/Title()>>".encode())
    return _file(objects)


def signs(text: Text) -> list[Text]:
    """The same text, a piece for each sign."""
    pieces, across = [], text.x
    for sign in text.text:
        pieces.append(replace(text, x=across, text=sign))
        across += text.size * wide(sign) / 1000
    return [piece for piece in pieces if piece.text != " "]


def wide(sign: str) -> int:
    """The width of a sign in thousandths of its size."""
    return 500 if sign < "\x7f" or sign == "¥" else 1000


def _shown(text: Text, codes: dict[str, int]) -> str:
    turn, rise = cos(radians(text.angle)), sin(radians(text.angle))
    drawn = "".join(f"{codes[sign]:04X}" for sign in text.text)
    return (
        f"BT /F {text.size} Tf {text.mode} Tr {turn:.4f} {rise:.4f} {-rise:.4f} {turn:.4f} "
        f"{text.x:.2f} {HEIGHT - text.y:.2f} Tm <{drawn}> Tj ET"
    )


_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/Sheets/Encoding/Identity-H"
    b"/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>"
)


def _descendant(codes: dict[str, int]) -> bytes:
    widths = " ".join(f"{code}[{wide(sign)}]" for sign, code in codes.items())
    return (
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Sheets/DW 1000/CIDToGIDMap/Identity"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/W[{widths}]/FontDescriptor<</Type/FontDescriptor/FontName/Sheets/Flags 4"
        "/FontBBox[0 -141 1000 859]/ItalicAngle 0/Ascent 859/Descent -141/CapHeight 700"
        "/StemV 80/FontFile2 6 0 R>>>>"
    ).encode()


def font(codes: dict[str, int]) -> bytes:
    """A font whose every sign is a box: what counts is where it stands and what it is called."""
    names = [".notdef", *(f"g{code}" for code in codes.values())]
    widths = [1000, *map(wide, codes)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf(dict(zip(names, map(_box, widths), strict=True)))
    builder.setupHorizontalMetrics(
        {name: (width, 50) for name, width in zip(names, widths, strict=True)}
    )
    builder.setupHorizontalHeader(ascent=859, descent=-141)
    builder.setupNameTable({"familyName": "Sheets", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    made = BytesIO()
    builder.save(made)
    return made.getvalue()


def _box(width: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (width - 50, 700), (width - 50, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def _to_unicode(codes: dict[str, int]) -> bytes:
    chars = list(codes.items())
    parts = []
    for at in range(0, len(chars), 100):
        some = chars[at : at + 100]
        rows = "\n".join(f"<{code:04X}> <{sign.encode('utf-16-be').hex()}>" for sign, code in some)
        parts.append(f"{len(some)} beginbfchar\n{rows}\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def "
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + "\n".join(parts)
        + "\nendcmap end end"
    ).encode()


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _file(objects: list[bytes]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        made
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Size {count}/Root 1 0 R"
            f"/Info {len(objects)} 0 R>>\nstartxref\n{len(made)}\n%%EOF"
        ).encode()
    )
