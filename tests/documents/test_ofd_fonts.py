"""Fonts that an OFD brings along: TrueType, OpenType and bare CFF, by glyph and by sign."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from tests import fixed
from tests.shown import EMBEDDED, shown


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


@pytest.mark.parametrize("form", ["ttf", "otf", "cff"])
@pytest.mark.parametrize(("glyph", "wide"), [(1, 20), (2, 10)])
def test_a_glyph_is_drawn_by_its_number(form: str, glyph: int, wide: float) -> None:
    chosen = (
        '<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1">'
        f"<ofd:Glyphs>{glyph}</ofd:Glyphs></ofd:CGTransform>"
    )
    text = fixed.text_object(
        chosen + '<ofd:TextCode X="0" Y="20">x</ofd:TextCode>',
        'Boundary="20 20 60 20" Size="20" Font="9"',
    )
    seen = shown(text, resources=EMBEDDED, parts={"Doc_0/Res/a.ttf": font(form)})
    assert seen.inked() == pytest.approx((20, 30, 20 + wide, 40), abs=0.3)


@pytest.mark.parametrize("form", ["ttf", "otf"])
@pytest.mark.parametrize(("sign", "wide"), [("一", 20), ("二", 10)])
def test_a_sign_is_found_in_the_font(form: str, sign: str, wide: float) -> None:
    text = fixed.text_object(
        f'<ofd:TextCode X="0" Y="20">{sign}</ofd:TextCode>',
        'Boundary="20 20 60 20" Size="20" Font="9"',
    )
    seen = shown(text, resources=EMBEDDED, parts={"Doc_0/Res/a.ttf": font(form)})
    assert seen.inked() == pytest.approx((20, 30, 20 + wide, 40), abs=0.3)
