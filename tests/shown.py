"""Pages of an OFD in pixels, and pictures to put on them."""

from __future__ import annotations

import struct
from io import BytesIO

import qrcode
from PIL import Image, ImageChops, TiffImagePlugin

from app.documents import specimens
from app.documents.readers import ofddraw
from app.documents.readers.page import draw, open_pdf
from app.documents.specimens import Specimen
from tests import fixed, make

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


def saved(picture: Image.Image, form: str = "PNG") -> bytes:
    made = BytesIO()
    picture.save(made, form)
    return made.getvalue()


def corner(mode: str = "RGB") -> Image.Image:
    """Red at the left top, green elsewhere."""
    picture = Image.new(mode, (40, 40), "green" if mode != "L" else 255)
    picture.paste("red" if mode != "L" else 0, (0, 0, 20, 20))
    return picture


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


def code_of(specimen: Specimen, size: int = 6) -> Image.Image:
    made = qrcode.make(specimens.qr_text(specimen), box_size=size, border=4)
    return made.get_image().convert("L")  # type: ignore[no-any-return]
