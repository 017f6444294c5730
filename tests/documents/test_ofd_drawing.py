"""OFD pages as pictures: every sort of object where and how GB/T 33190 says, and no more."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from io import BytesIO
from math import cos, pi, sin

import pytest
import qrcode
from PIL import Image, ImageChops, TiffImagePlugin

from app.documents import specimens
from app.documents.readers import codes, ofd, ofddraw, ofdtext, ofdtree, pages, pdftext, preview
from app.documents.readers.glyphs import Glyph, Sheet
from app.documents.readers.limits import Refused
from app.documents.readers.package import Package
from app.documents.readers.page import draw, open_pdf
from app.documents.specimens import Specimen
from tests import drawn, fixed, make, sheets
from tests.drawn import Text

ONE = make.specimen()
SIZE = (210, 140)
DPI = 254
RED, GREEN, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (255, 255, 255), (0, 0, 0)
PURE_RED = '<ofd:FillColor Value="255 0 0"/>'
EMBEDDED = (
    '<ofd:Fonts><ofd:Font ID="9" FontName="a"><ofd:FontFile>a.ttf</ofd:FontFile></ofd:Font>'
    "</ofd:Fonts>"
)
BOX = "M 20 20 L 60 20 L 60 60 L 20 60 C"


class Shown:
    """A page in pixels, ten for a millimetre."""

    def __init__(self, data: bytes, number: int = 1) -> None:
        with open_pdf(ofddraw.draw(data, number)) as pdf:
            self.picture = draw(pdf, 1, dpi=DPI, mode="RGB")

    def at(self, x: float, y: float) -> tuple[int, ...]:
        pixel = self.picture.getpixel((round(x * 10), round(y * 10)))
        assert isinstance(pixel, tuple)
        return tuple(255 if part > 250 else 0 if part < 5 else part for part in pixel)

    def inked(self) -> tuple[float, ...]:
        """The sides of all that is not white, in millimetres."""
        box = ImageChops.invert(self.picture.convert("L")).point(lambda v: v > 60 and 255).getbbox()
        assert box
        return tuple(side / 10 for side in box)


def shown(objects: str, **how: object) -> Shown:
    return Shown(fixed.pack(objects, size=SIZE, **how))  # type: ignore[arg-type]


def text_of(pdf_data: bytes) -> Sheet:
    with open_pdf(pdf_data) as pdf:
        return pdftext.sheet(pdf, 1)


def in_order(sheet: Sheet) -> list[Glyph]:
    return sorted(sheet.glyphs, key=lambda glyph: (round(glyph.base), glyph.left))


def saved(picture: Image.Image, form: str = "PNG") -> bytes:
    made = BytesIO()
    picture.save(made, form)
    return made.getvalue()


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


def corner(mode: str = "RGB") -> Image.Image:
    """Red at the left top, green elsewhere."""
    picture = Image.new(mode, (40, 40), "green" if mode != "L" else 255)
    picture.paste("red" if mode != "L" else 0, (0, 0, 20, 20))
    return picture


@pytest.mark.parametrize(("form", "mode"), [
    ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("BMP", "RGB"), ("GIF", "P"),
    ("TIFF", "RGB"),
])  # fmt: skip
def test_pictures_stand_upright_in_their_box(form: str, mode: str) -> None:
    picture = corner().convert(mode)
    seen = shown(
        fixed.image(7, (20, 30, 40, 20)),
        resources=fixed.media(i7="a.bin"),
        parts={"Doc_0/Res/a.bin": saved(picture, form)},
    )
    assert seen.at(25, 33)[0] > 200 and seen.at(25, 33)[1] < 60
    assert seen.at(50, 45)[0] < 60 and seen.at(50, 45)[1] > 90
    assert seen.inked() == pytest.approx((20, 30, 60, 50), abs=0.3)


def test_what_is_clear_in_a_picture_is_clear_on_the_page() -> None:
    picture = corner("RGBA")
    picture.paste((0, 0, 0, 0), (20, 20, 40, 40))
    seen = shown(
        fixed.image(7, (20, 30, 40, 20)),
        resources=fixed.media(i7="a.png"),
        parts={"Doc_0/Res/a.png": saved(picture)},
    )
    assert seen.at(50, 45) == WHITE


def test_a_picture_without_a_matrix_fills_its_boundary() -> None:
    objects = '<ofd:ImageObject ResourceID="7" Boundary="20 30 40 20"/>'
    parts = {"Doc_0/Res/a.png": saved(corner())}
    seen = shown(objects, resources=fixed.media(i7="a.png"), parts=parts)
    assert seen.inked() == pytest.approx((20, 30, 60, 50), abs=0.3)
    assert shown(objects).at(40, 40) == WHITE, "one that is missing is left out"


def jbig2(picture: Image.Image, *, is_in_order: bool = True) -> bytes:
    """A JBIG2 file of one page: a generic region coded as fax machines do (ISO/IEC 14492)."""
    made = BytesIO()
    picture.convert("1").save(made, "TIFF", compression="group4", tiffinfo=_one_strip(picture))
    made.seek(0)
    tiff = Image.open(made)
    start, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
    coded = made.getvalue()[start : start + size]
    width, height = picture.size
    facts = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + coded
    segments = [(48, facts), (38, region), (49, b""), (51, b"")]
    heads = [
        struct.pack(">IBBBI", number, kind, 0, 0 if kind == 51 else 1, len(body))
        for number, (kind, body) in enumerate(segments)
    ]
    bodies = [body for _, body in segments]
    rest = (
        b"".join(head + body for head, body in zip(heads, bodies, strict=True))
        if is_in_order
        else b"".join(heads) + b"".join(bodies)
    )
    return b"\x97JB2\r\n\x1a\n" + bytes([is_in_order]) + struct.pack(">I", 1) + rest


def _one_strip(picture: Image.Image) -> TiffImagePlugin.ImageFileDirectory_v2:
    facts = TiffImagePlugin.ImageFileDirectory_v2()
    facts[278] = picture.height
    facts[262] = 0
    return facts


@pytest.mark.parametrize("is_in_order", [True, False])
def test_a_code_packed_as_jbig2_is_drawn_and_read(is_in_order: bool) -> None:
    code = code_of(ONE)
    data = fixed.pack(
        fixed.image(7, (10, 10, 30, 30)),
        size=SIZE,
        resources=fixed.media(i7="image_1.jb2"),
        parts={"Doc_0/Res/image_1.jb2": jbig2(code, is_in_order=is_in_order)},
    )
    assert Shown(data).at(100, 100) == WHITE
    (found,) = ofd.read(data)
    assert (found.source, found.values["number"]) == ("qr", ONE.number)
    assert found.places["number"]["page"] == 1


def code_of(specimen: Specimen, size: int = 6) -> Image.Image:
    made = qrcode.make(specimens.qr_text(specimen), box_size=size, border=4)
    return made.get_image().convert("L")  # type: ignore[no-any-return]


def test_a_code_drawn_by_lines_is_read() -> None:
    code = code_of(ONE, 1)
    dark = [
        f"M {x} {y} L {x + 1} {y} L {x + 1} {y + 1} L {x} {y + 1} C"
        for y in range(code.height)
        for x in range(code.width)
        if code.getpixel((x, y)) == 0
    ]
    objects = fixed.path(
        " ".join(dark), 'CTM="0.7 0 0 0.7 9 9" Fill="true" Stroke="false"',
        '<ofd:FillColor Value="0 0 0"/>',
    )  # fmt: skip
    (found,) = ofd.read(fixed.pack(objects, size=SIZE))
    assert (found.source, found.values["number"]) == ("qr", ONE.number)


def test_templates_lie_below_or_above_as_they_say() -> None:
    mine = fixed.path(BOX, 'Fill="true" Stroke="false"', PURE_RED)
    other = fixed.page(mine.replace("255 0 0", "0 255 0"))
    for order, expected in (("Background", RED), ("Foreground", GREEN), ("", RED)):
        seen = shown(
            mine,
            area=f'<ofd:Template TemplateID="501" ZOrder="{order}"/>',
            common=fixed.templates("Tpls/Tpl_0/Content.xml"),
            parts={"Doc_0/Tpls/Tpl_0/Content.xml": other},
        )
        assert seen.at(40, 40) == expected


def test_a_page_shows_what_is_in_its_own_box() -> None:
    area = "<ofd:Area><ofd:PhysicalBox>20 20 100 50</ofd:PhysicalBox></ofd:Area>"
    seen = shown(fixed.path(BOX, 'Fill="true" Stroke="false"', PURE_RED), area=area)
    assert seen.picture.size == pytest.approx((1000, 500), abs=2)
    assert seen.at(20, 20) == RED and seen.at(60, 20) == WHITE


def seal_of(objects: str) -> bytes:
    """The picture of a seal that is an OFD itself, 30 × 20 mm."""
    return fixed.pack(objects, size=(30, 20))


def test_a_seal_lies_where_it_was_put_and_hides_no_word() -> None:
    words = fixed.path("M 90 20 L 130 20", 'LineWidth="2"')
    red = fixed.path("M 0 0 L 30 0 L 30 20 L 0 20 C", 'Fill="true" Stroke="false"', PURE_RED)
    png = saved(Image.new("RGB", (60, 40), "white"))
    for form, picture, inside in (("ofd", seal_of(red), RED), ("png", png, WHITE)):
        seen = shown(words, parts=fixed.stamped(form, picture, "100 10 15 10"))
        assert seen.at(105, 12) == inside and seen.at(120, 12) == WHITE
        assert form == "ofd" or seen.at(105, 20) == BLACK
    cut = fixed.stamped("ofd", seal_of(red), "100 30 15 10", "0 0 5 10")
    seen = shown(words, parts=cut)
    assert (seen.at(102, 35), seen.at(110, 35)) == (RED, WHITE)


def test_a_seal_within_a_seal_is_not_looked_at() -> None:
    red = fixed.path("M 0 0 L 30 0 L 30 20 L 0 20 C", 'Fill="true" Stroke="false"', PURE_RED)
    inner = fixed.pack(
        fixed.path("M 0 19 L 30 19"), size=(30, 20),
        parts=fixed.stamped("ofd", seal_of(red), "0 0 30 20"),
    )  # fmt: skip
    seen = shown("", parts=fixed.stamped("ofd", inner, "100 10 30 20"))
    assert seen.at(110, 12) == WHITE and seen.at(110, 29) != WHITE


@pytest.mark.parametrize("blob", [b"", b"0", b"\x30\x80", b"\x30\x03\x02\x01\x04"])
def test_a_seal_that_is_none_is_left_out(blob: bytes) -> None:
    parts = fixed.stamped("png", b"x", "100 10 30 20")
    parts["Doc_0/Signs/Sign_0/SignedValue.dat"] = blob
    assert shown(fixed.path(BOX), parts=parts).at(110, 12) == WHITE


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


def long(code: str, size: str = "3") -> str:
    return fixed.text_object(code, f'Boundary="0 0 9 9" Size="{size}"')


ITSELF = (
    '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
    + '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="7"/>' * 9
    + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
)
HOSTILE = {
    "endless units": '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="7"/>' * 9,
    "deep groups": "<ofd:PageBlock>" * 50 + fixed.path(BOX) + "</ofd:PageBlock>" * 50,
    "a long path": fixed.path("M 0 0 " + "L 9 9 L 99 99 " * 60_000),
    "many arcs": fixed.path("M 0 0 " + "A 9 9 0 1 1 9 10 A 9 9 0 1 1 9 9 " * 9_000),
    "huge numbers": fixed.path("M 0 0 L 1e300 9 L 9e5 nan L inf 0 B 1 2"),
    "many dashes": fixed.path("M 0 0 L 1e6 1e6", 'DashPattern="0.0001 0.0001"'),
    "many signs": long(f"<ofd:TextCode>{'票' * 90_000}</ofd:TextCode>"),
    "endless runs": long('<ofd:TextCode DeltaX="g 999999999 1 g 1e9 1">票票</ofd:TextCode>'),
    "a huge sign": long("<ofd:TextCode>票</ofd:TextCode>", "900000"),
    "odd attributes": (
        fixed.path(BOX, 'CTM="1 2" LineWidth="-1" MiterLimit="x" DashOffset="y" Alpha="z"')
        + long('<ofd:TextCode X="a" DeltaX="g g g">票</ofd:TextCode>', "x")
        + "<ofd:ImageObject/><ofd:CompositeObject/><ofd:PageBlock/><ofd:Nothing/>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_drawn_as_far_as_it_goes_and_soon(name: str) -> None:
    data = fixed.pack(HOSTILE[name], size=SIZE, resources=ITSELF)
    begun = time.process_time()
    picture, meta = preview.render(data, "application/ofd")
    assert picture[:4] == b"RIFF" and meta["width"] == 1200
    ofd.read(data)
    assert time.process_time() - begun < 5


def test_pictures_that_are_bombs_or_nothing_are_left_out() -> None:
    bomb = saved(Image.new("1", (11_000, 11_000)))
    for data in (
        bomb,
        b"",
        b"junk",
        saved(corner())[:60],
        b"\x97JB2\r\n\x1a\n\x01",
        jbig2(code_of(ONE))[:40],
    ):
        seen = shown(
            fixed.image(7, (20, 30, 40, 20)) * 3,
            resources=fixed.media(i7="a.png"),
            parts={"Doc_0/Res/a.png": data},
        )
        assert seen.at(5, 5) == WHITE


def test_pages_are_counted_and_shown_one_by_one() -> None:
    data = fixed.pack(fixed.path(BOX), "", size=SIZE)
    assert ofddraw.count(data) == 2 and ofddraw.count(b"PK") == 0
    _, meta = preview.render(data, "application/ofd", page=2, width=600)
    assert (meta["page"], meta["pages"], meta["width"]) == (2, 2, 600)
    for page in (0, 3):
        with pytest.raises(Refused):
            preview.render(data, "application/ofd", page=page)
    with pytest.raises(Refused):
        preview.render(b"PK\x05\x06" + bytes(18), "application/ofd")


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


def test_the_codes_of_a_drawn_page_are_those_of_its_pictures() -> None:
    png = saved(code_of(ONE))
    data = fixed.pack(
        fixed.image(7, (10, 10, 30, 30)), size=SIZE, resources=fixed.media(i7="a.png"),
        parts={"Doc_0/Res/a.png": png},
    )  # fmt: skip
    with open_pdf(ofddraw.draw(data, 1)) as pdf:
        seen = codes.in_pdf(pdf)
    assert [one.text for one in seen] == [one.text for one in codes.drawn(png)]
