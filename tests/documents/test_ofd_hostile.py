"""Pages of an OFD that want too much, or are broken: drawn as far as they go."""

from __future__ import annotations

import time

import pytest
from PIL import Image

from app.documents.readers import ofd, ofddraw, preview
from app.documents.readers.limits import Refused
from tests import fixed
from tests.shown import (
    BOX,
    ONE,
    SIZE,
    WHITE,
    code_of,
    corner,
    jbig2,
    saved,
    shown,
)


def long(code: str, size: str = "3") -> str:
    return fixed.text_object(code, f'Boundary="0 0 9 9" Size="{size}"')


UNIT = '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="{}"/>'
ITSELF = (
    '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
    + UNIT.format(7) * 9
    + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
)

HOSTILE = {
    "endless units": '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="7"/>' * 9,
    "a long path again and again": '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="8"/>'
    * 2_000,
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
    assert time.process_time() - begun < 20


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


@pytest.mark.parametrize("blob", [b"", b"0", b"\x30\x80", b"\x30\x03\x02\x01\x04"])
def test_a_seal_that_is_none_is_left_out(blob: bytes) -> None:
    parts = fixed.stamped("png", b"x", "100 10 30 20")
    parts["Doc_0/Signs/Sign_0/SignedValue.dat"] = blob
    assert shown(fixed.path(BOX), parts=parts).at(110, 12) == WHITE


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
