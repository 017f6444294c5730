"""Fonts of two signs that are boxes, one twice as wide as the other."""

from __future__ import annotations

from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont


def font(form: str) -> bytes:
    """Two signs: 一 is a box as wide as the size, 二 is half as wide; glyphs 1 and 2."""
    names, widths = [".notdef", "one", "two"], {"one": 1000, "two": 500}
    builder = FontBuilder(1000, isTTF=form == "ttf")
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("一"): "one", ord("二"): "two"})
    drawn = {name: box(form, widths.get(name, 0)) for name in names}
    if form == "ttf":
        builder.setupGlyf(drawn)
    else:
        builder.setupCFF("Boxes", {}, drawn, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=859, descent=-141)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    made = BytesIO()
    builder.save(made)
    if form != "cff":
        return made.getvalue()
    return bytes(TTFont(BytesIO(made.getvalue())).getTableData("CFF "))


def box(form: str, width: int) -> object:
    pen = TTGlyphPen(None) if form == "ttf" else T2CharStringPen(1000, None)
    if width:
        pen.moveTo((0, 0))
        for corner in ((0, 500), (width, 500), (width, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph() if form == "ttf" else pen.getCharString()
