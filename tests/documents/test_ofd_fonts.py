"""Fonts that an OFD brings along: TrueType, OpenType and bare CFF, by glyph and by sign."""

from __future__ import annotations

import pytest

from tests import fixed
from tests.boxes import font
from tests.shown import EMBEDDED, shown


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
