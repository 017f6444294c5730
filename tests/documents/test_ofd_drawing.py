"""OFD pages as pictures: signs, paths and colours where and how GB/T 33190 says."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

import pytest
from PIL import ImageChops

from app.documents.readers import ofddraw, ofdtext, ofdtree, pages, pdftext
from app.documents.readers.glyphs import Glyph, Sheet
from app.documents.readers.package import Package
from app.documents.readers.page import draw, open_pdf
from app.documents.specimens import Specimen
from tests import drawn, fixed, sheets
from tests.drawn import Text
from tests.shown import (
    BLACK,
    BOX,
    DPI,
    EMBEDDED,
    GREEN,
    ONE,
    PURE_RED,
    RED,
    WHITE,
    shown,
)


def text_of(pdf_data: bytes) -> Sheet:
    with open_pdf(pdf_data) as pdf:
        return pdftext.sheet(pdf, 1)


def in_order(sheet: Sheet) -> list[Glyph]:
    return sorted(sheet.glyphs, key=lambda glyph: (round(glyph.base), glyph.left))


FAMILIES = (sheets.bureau, sheets.gp_template, sheets.tax_control, sheets.toll, sheets.rail)


@pytest.mark.parametrize("layout", FAMILIES)
def test_what_is_drawn_says_what_is_written(layout: Callable[[Specimen], list[Text]]) -> None:
    """The words of the drawing, read back, stand within a millimetre of those of the file."""
    data = fixed.ofd(layout(ONE))
    (document,) = ofdtree.documents(Package(data))
    (written,) = ofdtext.sheets(document)
    seen = text_of(ofddraw.draw(data, 1))
    pairs = list(zip(in_order(written), in_order(seen), strict=True))
    assert len(pairs) > 100
    for one, other in pairs:
        assert one.plain == other.plain
        assert abs(one.left - other.left) < ofdtree.POINTS
    (read,), (again,) = pages.read([written]), pages.read([seen])
    assert {**again.values, "": ""} == {**read.values, "": ""}


def test_with_the_same_font_an_ofd_and_a_pdf_are_the_same_picture() -> None:
    """Our boxes for signs, embedded in both: not one pixel in two hundred may differ much."""
    texts = sheets.bureau(ONE)
    signs = sorted({sign for one in texts for sign in one.text})
    codes_of = {sign: place for place, sign in enumerate(signs, start=1)}
    objects = "".join(
        fixed.written(one)
        .replace(
            "<ofd:TextCode",
            f'<ofd:CGTransform CodePosition="0" CodeCount="{len(one.text)}" '
            f'GlyphCount="{len(one.text)}"><ofd:Glyphs>'
            f"{' '.join(str(codes_of[sign]) for sign in one.text)}</ofd:Glyphs></ofd:CGTransform>"
            "<ofd:TextCode",
        )
        .replace('Font="1"', 'Font="9"')
        for one in texts
    )
    parts = {"Doc_0/Res/a.ttf": drawn.font(codes_of)}
    data = fixed.pack(objects, resources=EMBEDDED, parts=parts)
    with open_pdf(drawn.pdf(texts)) as pdf:
        expected = draw(pdf, 1, dpi=DPI, mode="L")
    with open_pdf(ofddraw.draw(data, 1)) as pdf:
        found = draw(pdf, 1, dpi=DPI, mode="L").resize(expected.size)
    differs = ImageChops.difference(expected, found).point(lambda value: value > 128 and 255)
    share = differs.histogram()[255] / (expected.width * expected.height)
    inked = expected.histogram()[0] / (expected.width * expected.height)
    assert inked > 0.03 and share < 0.005, (inked, share)


def test_paths_are_filled_and_stroked_as_they_say() -> None:
    filled = shown(fixed.path(BOX, 'Fill="true" Stroke="false"', PURE_RED))
    assert filled.at(40, 40) == RED and filled.at(10, 10) == WHITE
    assert filled.inked() == pytest.approx((20, 20, 60, 60), abs=0.2)
    stroked = shown(fixed.path(BOX, 'LineWidth="2"', '<ofd:StrokeColor Value="0 255 0"/>'))
    assert stroked.at(40, 20) == GREEN and stroked.at(40, 40) == WHITE
    assert stroked.inked() == pytest.approx((19, 19, 61, 61), abs=0.2)
    assert shown(fixed.path(BOX, 'Fill="true"')).at(40, 40) == WHITE, "no colour is clear"
    both = BOX + " M 30 30 L 50 30 L 50 50 L 30 50 C"
    holed = shown(fixed.path(both, 'Fill="true" Rule="Even-Odd"', PURE_RED))
    assert (holed.at(25, 25), holed.at(40, 40)) == (RED, WHITE)


def test_a_matrix_moves_what_is_in_a_boundary() -> None:
    small = fixed.path("M 0 0 L 4 0 L 4 4 L 0 4 C",
                       'Boundary="20 20 40 40" CTM="10 0 0 10 0 0" Fill="true" Stroke="false"',
                       PURE_RED)  # fmt: skip
    assert shown(small).inked() == pytest.approx((20, 20, 60, 60), abs=0.2)


@pytest.mark.parametrize(("curve", "box"), [
    ("M 20 40 A 20 20 0 0 1 60 40 L 20 40 C", (20, 20, 60, 40)),
    ("M 20 40 A 20 20 0 0 0 60 40 L 20 40 C", (20, 40, 60, 60)),
    ("M 40 20 A 20 20 0 1 1 39.99 20 C", (20, 20, 60, 60)),
    ("M 20 40 A 20 10 0 1 1 60 40 C", (20, 30, 60, 40)),
    ("M 20 40 A 10 20 90 0 1 60 40 C", (20, 30, 60, 40)),
    ("M 20 20 Q 40 60 60 20 C", (20, 20, 60, 40)),
    ("M 20 20 B 20 60 60 60 60 20 C", (20, 20, 60, 50)),
    ("S 20 20 L 60 20 60 60 20 60 C", (20, 20, 60, 60)),
    ("M20,20L60,20L60,60C", (20, 20, 60, 60)),
])  # fmt: skip
def test_every_sort_of_curve_goes_where_it_should(curve: str, box: tuple[float, ...]) -> None:
    found = shown(fixed.path(curve, 'Fill="true" Stroke="false"', PURE_RED)).inked()
    assert found == pytest.approx(box, abs=0.3)


@pytest.mark.parametrize(("colour", "expected"), [
    ('Value="255 0 0"', RED),
    ('Value="0"', BLACK),
    ('Value="#FF #00 #00"', RED),
    ('Value="0 0 0 255" ColorSpace="3"', BLACK),
    ('Value="15 0 0" ColorSpace="4"', RED),
    ('Index="1" ColorSpace="5"', GREEN),
    ('Value="255 0"', WHITE),
    ('Value="red"', WHITE),
    ('Value="0 0 0" Alpha="0"', WHITE),
])  # fmt: skip
def test_colours_of_every_space(colour: str, expected: tuple[int, ...]) -> None:
    spaces = (
        '<ofd:ColorSpaces><ofd:ColorSpace ID="3" Type="CMYK"/>'
        '<ofd:ColorSpace ID="4" Type="RGB" BitsPerComponent="4"/>'
        '<ofd:ColorSpace ID="5" Type="RGB"><ofd:Palette><ofd:CV>255 0 0</ofd:CV>'
        "<ofd:CV>0 255 0</ofd:CV></ofd:Palette></ofd:ColorSpace></ofd:ColorSpaces>"
    )
    inner = f"<ofd:FillColor {colour}/>"
    seen = shown(fixed.path(BOX, 'Fill="true" Stroke="false"', inner), resources=spaces).at(40, 40)
    near = [abs(one - other) < 40 for one, other in zip(seen, expected, strict=True)]
    assert all(near), seen


def test_clear_things_let_shine_through() -> None:
    for way in ('<ofd:FillColor Value="255 0 0" Alpha="128"/>', PURE_RED):
        alpha = "" if "Alpha" in way else 'Alpha="128"'
        seen = shown(fixed.path(BOX, f'Fill="true" Stroke="false" {alpha}', way)).at(40, 40)
        assert seen[0] == 255 and 110 < seen[1] < 145


def test_a_shading_counts_as_its_first_colour() -> None:
    shaded = (
        '<ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="9 9"><ofd:Segment>'
        '<ofd:Color Value="255 0 0"/></ofd:Segment></ofd:AxialShd></ofd:FillColor>'
    )
    assert shown(fixed.path(BOX, 'Fill="true" Stroke="false"', shaded)).at(40, 40) == RED


def test_drawing_parameters_are_inherited() -> None:
    params = (
        '<ofd:DrawParams><ofd:DrawParam ID="3" LineWidth="4"><ofd:StrokeColor Value="255 0 0"/>'
        '</ofd:DrawParam><ofd:DrawParam ID="4" Relative="3"><ofd:FillColor Value="0 255 0"/>'
        '</ofd:DrawParam><ofd:DrawParam ID="6" Relative="6" LineWidth="9"/></ofd:DrawParams>'
    )
    both = fixed.path(BOX, 'Fill="true" DrawParam="4"')
    plain = fixed.path(BOX, 'Fill="true"')
    for objects in (both, f'<ofd:Layer DrawParam="4">{plain}</ofd:Layer>'):
        seen = shown(objects, resources=params)
        assert (seen.at(40, 40), seen.at(40, 20)) == (GREEN, RED)
        assert seen.inked() == pytest.approx((18, 18, 62, 62), abs=0.2)
    own = fixed.path(BOX, 'DrawParam="6" LineWidth="2"')
    assert shown(own, resources=params).inked() == pytest.approx((19, 19, 61, 61), abs=0.2)


def test_dashes_leave_gaps() -> None:
    line = fixed.path("M 20 40 L 100 40", 'LineWidth="2" DashPattern="10 10"')
    seen = shown(line)
    assert (seen.at(25, 40), seen.at(35, 40), seen.at(45, 40)) == (BLACK, WHITE, BLACK)
    assert shown(fixed.path("M 20 40 L 100 40", 'DashPattern="0 0"')).at(35, 40) != WHITE


def test_clips_cut_off() -> None:
    hole = (
        '<ofd:Clips TransFlag="{}"><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 99 99">'
        "<ofd:AbbreviatedData>M 2 2 L 3 2 L 3 3 L 2 3 C</ofd:AbbreviatedData></ofd:Path>"
        "</ofd:Area></ofd:Clip></ofd:Clips>"
    )
    scaled = 'CTM="10 0 0 10 0 0" Fill="true" Stroke="false"'
    data = "M 0 0 L 9 0 L 9 9 L 0 9 C"
    with_it = shown(fixed.path(data, scaled, hole.format("true") + PURE_RED))
    assert with_it.inked() == pytest.approx((20, 20, 30, 30), abs=0.2)
    without = shown(fixed.path(data, scaled, hole.format("false") + PURE_RED))
    assert without.inked() == pytest.approx((2, 2, 3, 3), abs=0.2)
    nothing = shown(fixed.path(data, scaled, "<ofd:Clips/>" + PURE_RED))
    assert nothing.inked() == pytest.approx((0, 0, 90, 90), abs=0.2)


def test_signs_that_the_font_of_the_file_lacks_come_from_the_house() -> None:
    words = '<ofd:TextCode X="0" Y="20">发票</ofd:TextCode>'
    text = fixed.text_object(words, 'Boundary="20 20 60 20" Size="20" Font="9"')
    whole = drawn.font({"样": 1})
    for font in (b"", b"\x00\x01\x00\x00junk", whole[:300], whole):
        seen = shown(text, resources=EMBEDDED, parts={"Doc_0/Res/a.ttf": font})
        assert seen.inked()[2] > 55, "both signs are seen"


def test_turned_stretched_and_bold_signs() -> None:
    def box(attributes: str) -> tuple[float, ...]:
        code = '<ofd:TextCode X="0" Y="20">一</ofd:TextCode>'
        return shown(
            fixed.text_object(code, f'Boundary="50 50 9 9" Size="20" {attributes}')
        ).inked()

    left, top, right, low = box("")
    assert right - left > 3 * (low - top) and left > 50 and low < 70
    turned = box('CharDirection="90"')
    assert turned[3] - turned[1] > 3 * (turned[2] - turned[0]) and turned[1] > 69
    assert box('HScale="0.5"')[2] - 50 == pytest.approx((right - 50) / 2, abs=0.5)
    bold = box('Weight="700"')
    assert bold[3] - bold[1] > low - top


def test_a_wheel_of_strokes_stays_round() -> None:
    """Lines in every direction, so that no axis is mirrored or swapped."""
    spokes = "".join(
        fixed.path(f"M 70 70 L {70 + 50 * cos(turn):.3f} {70 + 50 * sin(turn):.3f}",
                   'LineWidth="1"', f'<ofd:StrokeColor Value="{step * 60} 0 0"/>')
        for step in range(4) for turn in [step * pi / 2]
    )  # fmt: skip
    seen = shown(spokes)
    for step in range(4):
        turn = step * pi / 2
        red = seen.at(70 + 40 * cos(turn), 70 + 40 * sin(turn))[0]
        assert red == pytest.approx(step * 60, abs=6)
