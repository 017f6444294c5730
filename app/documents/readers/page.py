"""Pictures and PDF pages as upright pixels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from math import sqrt

import pi_heif
import pypdfium2 as pdfium
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pypdfium2 import raw

from app.documents.readers.limits import LONGEST_SIDE, MOST_PAGES, MOST_PIXELS, Refused

PICTURES = ("JPEG", "PNG", "WEBP", "HEIF")
REDUCED_FROM = 24_000_000
MOST_RENDERED = 20_000_000
LONGEST_NAME = 200
_POINTS_PER_INCH = 72
# Pillow has no error of its own for a damaged file: its plugins let these through.
FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, TypeError,
    struct.error, zlib.error,
)  # fmt: skip

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pi_heif.register_heif_opener(thumbnails=False)
pi_heif.options.DECODE_THREADS = 1


def open_picture(data: bytes) -> Image.Image:
    """Its head only, no pixels yet: JPEG, PNG, WEBP or HEIC within 64 MP, else Refused."""
    try:
        picture = Image.open(BytesIO(data), formats=PICTURES)
    except Image.DecompressionBombError:
        raise Refused("bomb") from None
    except Image.DecompressionBombWarning:
        raise Refused("too_large") from None
    except UnidentifiedImageError:
        raise Refused("broken" if data else "empty") from None
    except FAULTS:
        raise Refused("broken") from None
    if max(picture.size) > LONGEST_SIDE or picture.width * picture.height > MOST_PIXELS:
        raise Refused("too_large")
    return picture


def load(picture: Image.Image) -> Image.Image:
    """All its pixels, upright as the camera was held; a truncated picture is Refused.

    The switch is set each time, because WeasyPrint turns it on for its whole process.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
    except FAULTS:
        raise Refused("broken") from None
    return picture


def gray(data: bytes) -> Image.Image:
    """The picture in 8-bit gray on white; above 24 MP at half its size, a JPEG decoded so."""
    picture = open_picture(data)
    half = 2 if picture.width * picture.height > REDUCED_FROM else 1
    picture.draft("L", (picture.width // half, picture.height // half))
    flat = flatten(load(picture), "L")
    return flat.reduce(2) if flat.width * flat.height > REDUCED_FROM else flat


def flatten(picture: Image.Image, mode: str) -> Image.Image:
    """The picture as ``L`` or ``RGB``, transparent parts white: a clear code is drawn on paper."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value / 256)
    if not picture.has_transparency_data:
        return picture if picture.mode == mode else picture.convert(mode)
    clear = picture if picture.mode in ("RGBA", "LA") else picture.convert("RGBA")
    paper = Image.new(mode, clear.size, "white")
    paper.paste(clear.convert(mode), mask=clear.getchannel("A"))
    return paper


@contextmanager
def open_pdf(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """The PDF, closed afterwards; an encrypted one is Refused even where no password is asked."""
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as fault:
        locked = fault.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Refused("encrypted" if locked else "broken") from None
    try:
        if raw.FPDF_GetSecurityHandlerRevision(pdf) != -1:
            raise Refused("encrypted")
        if not 0 < len(pdf) <= MOST_PAGES:
            raise Refused("too_many" if len(pdf) else "broken")
        yield pdf
    finally:
        pdf.close()


def attached_name(pdf: pdfium.PdfDocument, index: int) -> str:
    """The beginning of the name of an embedded file; one that cannot be read has none."""
    try:
        name: str = pdf.get_attachment(index).get_name()
    except (pdfium.PdfiumError, ValueError):
        return ""
    return name[:LONGEST_NAME]


def wide(pdf: pdfium.PdfDocument, number: int) -> float:
    """How wide page ``number``, from 1, is in points; one that is no page is Refused."""
    try:
        return float(pdf.get_page_size(number - 1)[0])
    except pdfium.PdfiumError:
        raise Refused("broken") from None


def draw(pdf: pdfium.PdfDocument, number: int, *, dpi: float, mode: str) -> Image.Image:
    """Page ``number``, from 1, as ``L`` or ``RGB``; at most 20 MP however large the page."""
    try:
        page = pdf[number - 1]
        width, height = page.get_size()
        if min(width, height) <= 0:
            raise Refused("broken")
        scale = min(dpi / _POINTS_PER_INCH, sqrt(MOST_RENDERED / (width * height)))
        bitmap = page.render(scale=scale, grayscale=mode == "L")
        drawn: Image.Image = bitmap.to_pil().convert(mode).copy()
        return drawn
    except (pdfium.PdfiumError, IndexError, ValueError):
        raise Refused("broken") from None
