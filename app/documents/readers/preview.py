"""A page to look at: always newly drawn, so nothing of the original file reaches a browser."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import pypdfium2 as pdfium
from PIL import Image

from app.documents.readers import ofddraw
from app.documents.readers.limits import MEDIA_TYPES, Refused
from app.documents.readers.page import (
    MOST_RENDERED,
    draw,
    flatten,
    load,
    open_pdf,
    open_picture,
    wide,
)

QUALITY = 80
_EFFORT = 2
"""3 % larger than with 4, in half the time."""

_LONGEST_WEBP = 16_383
_POINTS_PER_INCH = 72
_STYLES = (b"SimSun", b"KaiTi")
_ONE_SIGN = b"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R
/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 23>>stream
BT /F 9 Tf <53D1> Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UTF16-H
/DescendantFonts[6 0 R]>>endobj
6 0 obj<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000/FontDescriptor 7 0 R
/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>>>endobj
7 0 obj<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0
/Ascent 859/Descent -141/CapHeight 700/StemV 80>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


def render(
    data: bytes, media_type: str, page: int = 1, width: int = 1200
) -> tuple[bytes, dict[str, object]]:
    """The page as WebP without metadata, and its media type, page, pages, width and height.

    ``width`` is in pixels; a picture is never enlarged. Raises Refused.
    """
    picture, pages = drawn(data, media_type, page, width)
    meta: dict[str, object] = {
        "media_type": "image/webp",
        "page": page,
        "pages": pages,
        "width": picture.width,
        "height": picture.height,
    }
    return webp(picture), meta


def drawn(data: bytes, media_type: str, page: int, width: int) -> tuple[Image.Image, int]:
    """The page in colour, and how many there are; raises Refused."""
    if media_type == MEDIA_TYPES["pdf"]:
        picture, pages = _draw_pdf(data, page, width)
    elif media_type == MEDIA_TYPES["ofd"]:
        picture, pages = _draw_pdf(ofddraw.draw(data, page), 1, width)[0], ofddraw.count(data)
    else:
        picture, pages = _draw_picture(data, width), 1
    if not 1 <= page <= pages:
        raise Refused("too_many")
    return picture, pages


def webp(picture: Image.Image) -> bytes:
    """Its bytes, without anything beside the pixels."""
    made = BytesIO()
    picture.save(made, "WEBP", quality=QUALITY, method=_EFFORT)
    return made.getvalue()


@cache
def warm_up() -> list[pdfium.PdfPage]:
    """Draw a Chinese sign in each style that files name and do not bring, and keep the pages open.

    As long as they are, the engine has those fonts of the machine at hand, also in whoever is
    forked from this process: without, a page of an older invoice takes twice as long.
    """
    pages = [pdfium.PdfDocument(_ONE_SIGN.replace(b"SimSun", style))[0] for style in _STYLES]
    for page in pages:
        page.render()
    return pages


def _draw_pdf(data: bytes, page: int, width: int) -> tuple[Image.Image, int]:
    with open_pdf(data) as pdf:
        if not 1 <= page <= len(pdf):
            raise Refused("too_many")
        dpi = width * _POINTS_PER_INCH / max(wide(pdf, page), 1)
        picture = draw(pdf, page, dpi=dpi, mode="RGB")
        return _fit(picture, width), len(pdf)


def _draw_picture(data: bytes, width: int) -> Image.Image:
    picture = open_picture(data)
    smaller = max(1, min(picture.size) // width)
    picture.draft("RGB", (picture.width // smaller, picture.height // smaller))
    load(picture)
    if picture.mode in ("RGB", "RGBA", "L"):
        _fit(picture, width)
    return _fit(flatten(picture, "RGB"), width)


def _fit(picture: Image.Image, width: int) -> Image.Image:
    """Scale down to ``width``, and further where a long screenshot would break WebP's own limit."""
    tallest = min(_LONGEST_WEBP, MOST_RENDERED // max(width, 1))
    picture.thumbnail((width, tallest), Image.Resampling.LANCZOS)
    return picture
