"""Every QR code in a picture or a PDF, as text and place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageChops, ImageFilter
from pypdfium2 import PdfDocument

from app.documents.readers import mended
from app.documents.readers.glance import Code, placed, see, union
from app.documents.readers.page import draw, gray

MOST_PAGES_READ = 20
SCANNED_PAGES_TRIED = 3
DPI = 200
_HALVED_FROM = 6_000_000
_DOUBLED_UP_TO = 4_500_000
_TRIPLED_UP_TO = 1_500_000
_SHORTEST_SURE_TEXT = 20
_LOCAL_SLIP = re.compile(r"[0-9]{24}")
_CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)


def in_picture(data: bytes) -> list[Code]:
    """Every code of a photo or scan; raises Refused for a file that cannot be opened."""
    return _climb(gray(data), 1)


def drawn(data: bytes) -> list[Code]:
    """The codes that one pass sees in a picture that software drew."""
    return see(gray(data), 1)


def in_pdf(pdf: PdfDocument) -> list[Code]:
    """The codes of the first 20 pages, each text once per page.

    A PDF made by software reads at once; only one without any code may be a scan to climb.
    """
    numbers = range(1, min(len(pdf), MOST_PAGES_READ) + 1)
    codes: list[Code] = []
    for number in numbers:
        codes += see(draw(pdf, number, dpi=DPI, mode="L"), number)
    for number in numbers[:SCANNED_PAGES_TRIED] if not codes else ():
        codes += _climb(draw(pdf, number, dpi=DPI, mode="L"), number)
    return codes


def _climb(picture: Image.Image, page: int) -> list[Code]:
    """The cheap looks first; each dearer one only where nothing answered before."""
    return (
        twice(picture, page)
        or mended.look(picture, page)
        or filtered(picture, page)
        or _slips(picture, page)
    )


def twice(picture: Image.Image, page: int) -> list[Code]:
    """As it is and enlarged, always both: one photo may show several invoices (SPIKE §3)."""
    return union([*see(picture, page), *see(_enlarge(_halve(picture)), page)])


def filtered(picture: Image.Image, page: int) -> list[Code]:
    """The ladder of SPIKE §3: filters until one answers.

    A filtered picture can give a short false text (FORMATS §1.8), so only long ones count.
    """
    small = _halve(picture)
    for rung in _rungs(small, _enlarge(small)):
        codes = [code for code in see(rung, page) if len(code.text) >= _SHORTEST_SURE_TEXT]
        if codes:
            return codes
    return []


def _rungs(picture: Image.Image, enlarged: Image.Image) -> Iterator[Image.Image]:
    """Blurring joins the dots of needle printers: 5 of 20 photos still unread, and close-ups."""
    soft = picture.filter(ImageFilter.GaussianBlur(1))
    yield soft
    yield enlarged.filter(ImageFilter.BoxBlur(3))
    yield _threshold(soft)
    yield picture.filter(ImageFilter.BoxBlur(4))
    if picture.width * picture.height <= _TRIPLED_UP_TO:
        yield _resize(picture, 3)


def _slips(picture: Image.Image, page: int) -> list[Code]:
    """Local slips without a QR code: Code 128 of 24 digits, 12 of them the code (FORMATS §1.5)."""
    seen = zxingcpp.read_barcodes(picture, _CODE_128, try_invert=False)
    return [placed(one, picture, page) for one in seen if _LOCAL_SLIP.fullmatch(one.text)]


def _halve(picture: Image.Image) -> Image.Image:
    """Above 6 MP the ladder gained nothing at full size."""
    return picture if picture.width * picture.height <= _HALVED_FROM else picture.reduce(2)


def _enlarge(picture: Image.Image) -> Image.Image:
    return _resize(picture, 2 if picture.width * picture.height <= _DOUBLED_UP_TO else 1.5)


def _resize(picture: Image.Image, factor: float) -> Image.Image:
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _threshold(soft: Image.Image) -> Image.Image:
    """Black where darker than its surroundings: shadows and stamps fall away."""
    difference = ImageChops.subtract(soft, soft.filter(ImageFilter.BoxBlur(10)), 1, 128)
    return difference.point([0] * 124 + [255] * 132)
