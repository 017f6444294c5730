"""A page to look at: always newly drawn, so nothing of the original file reaches a browser."""

from __future__ import annotations

from io import BytesIO

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
)

QUALITY = 80
_LONGEST_WEBP = 16_383
_POINTS_PER_INCH = 72


def render(
    data: bytes, media_type: str, page: int = 1, width: int = 1200
) -> tuple[bytes, dict[str, object]]:
    """The page as WebP without metadata, and its media type, page, pages, width and height.

    ``width`` is in pixels; a picture is never enlarged. Raises Refused.
    """
    if media_type == MEDIA_TYPES["pdf"]:
        picture, pages = _draw_pdf(data, page, width)
    elif media_type == MEDIA_TYPES["ofd"]:
        picture, pages = _draw_pdf(ofddraw.draw(data, page), 1, width)[0], ofddraw.count(data)
    else:
        picture, pages = _draw_picture(data, width), 1
    if not 1 <= page <= pages:
        raise Refused("too_many")
    drawn = BytesIO()
    picture.save(drawn, "WEBP", quality=QUALITY, method=4)
    meta: dict[str, object] = {
        "media_type": "image/webp",
        "page": page,
        "pages": pages,
        "width": picture.width,
        "height": picture.height,
    }
    return drawn.getvalue(), meta


def _draw_pdf(data: bytes, page: int, width: int) -> tuple[Image.Image, int]:
    with open_pdf(data) as pdf:
        if not 1 <= page <= len(pdf):
            raise Refused("too_many")
        points = pdf.get_page_size(page - 1)[0]
        picture = draw(pdf, page, dpi=width * _POINTS_PER_INCH / max(points, 1), mode="RGB")
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
