"""One look at one picture: all that a frame of a live camera gets, because the next one follows."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import zxingcpp
from PIL import Image, ImageFile, UnidentifiedImageError

from app.documents.readers.limits import Refused

MOST_BYTES = 250_000
MOST_PIXELS = 2_100_000
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

_FAULTS = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Code:
    """One code; ``box`` is its four corners as fractions of the upright page, clockwise."""

    text: str
    page: int
    box: list[list[float]]


def in_frame(data: bytes) -> list[Code]:
    """The codes in a frame: the one sort of file that is decoded in the web process (DESIGN §5).

    Raises:
        Refused: it is no JPEG, or more than 250 KB or 2.1 MP, or damaged.
    """
    return see(open_frame(data), 1)


def see(picture: Image.Image, page: int) -> list[Code]:
    """The QR codes that one pass over a gray picture finds, each text once."""
    seen = zxingcpp.read_barcodes(picture, _QR, try_invert=False)
    return union([placed(barcode, picture, page) for barcode in seen if barcode.bytes])


def placed(barcode: zxingcpp.Barcode, picture: Image.Image, page: int) -> Code:
    """A barcode with its text in the encoding it was written in, and its place as fractions."""
    place = barcode.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    box = [
        [round(corner.x / picture.width, 5), round(corner.y / picture.height, 5)]
        for corner in corners
    ]
    return Code(_spell(barcode.bytes, barcode.text), page, box)


def union(codes: list[Code]) -> list[Code]:
    """Each text once, where it was seen first."""
    return list({code.text: code for code in reversed(codes)}.values())[::-1]


def open_frame(data: bytes) -> Image.Image:
    """A frame in gray; raises what ``in_frame`` raises."""
    if not 0 < len(data) <= MOST_BYTES:
        raise Refused("too_large" if data else "empty")
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture = Image.open(BytesIO(data), formats=("JPEG",))
    except UnidentifiedImageError:
        raise Refused("wrong_kind") from None
    except _FAULTS:
        raise Refused("broken") from None
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused("too_large")
    try:
        picture.draft("L", picture.size)
        picture.load()
        return picture if picture.mode == "L" else picture.convert("L")
    except _FAULTS:
        raise Refused("broken") from None


def _spell(payload: bytes, shown: str) -> str:
    """UTF-8, else GBK, which the machine-printed slips of Shaanxi use (FORMATS §1.5)."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError:
            continue
    return shown
