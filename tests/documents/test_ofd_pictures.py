"""Pictures, codes, templates and seals on the pages of an OFD."""

from __future__ import annotations

import pytest
from PIL import Image

from app.documents.readers import codes, ofd, ofddraw, preview
from app.documents.readers.page import open_pdf
from tests import fixed
from tests.shown import (
    BLACK,
    BOX,
    GREEN,
    ONE,
    PURE_RED,
    RED,
    SIZE,
    WHITE,
    Shown,
    code_of,
    corner,
    jbig2,
    saved,
    shown,
)


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


def test_the_codes_of_a_drawn_page_are_those_of_its_pictures() -> None:
    png = saved(code_of(ONE))
    data = fixed.pack(
        fixed.image(7, (10, 10, 30, 30)), size=SIZE, resources=fixed.media(i7="a.png"),
        parts={"Doc_0/Res/a.png": png},
    )  # fmt: skip
    with open_pdf(ofddraw.draw(data, 1)) as pdf:
        seen = codes.in_pdf(pdf)
    assert [one.text for one in seen] == [one.text for one in codes.drawn(png)]


def test_the_engine_knows_a_chinese_font_of_the_house() -> None:
    preview.warm_up()
    words = '<ofd:TextCode X="0" Y="20">票</ofd:TextCode>'
    seen = shown(fixed.text_object(words, 'Boundary="20 20 60 20" Size="20"'))
    left, top, right, low = seen.inked()
    assert 14 < right - left < 20 and 14 < low - top < 20
