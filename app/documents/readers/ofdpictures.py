"""Pictures inside an OFD as PDF has them: JPEG as it is, JBIG2 unpacked, others anew."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import pydyf
from PIL import Image, UnidentifiedImageError

from app.documents.readers.limits import LONGEST_SIDE, MOST_PIXELS
from app.documents.readers.page import FAULTS, flatten

MOST_SHOWN = 9_000_000
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
_JBIG2 = b"\x97JB2\r\n\x1a\n"
_AS_IS = {"RGB": "/DeviceRGB", "L": "/DeviceGray"}
_PAGE_FACTS, _ENDS = 48, frozenset({49, 50, 51})
_MOST_SEGMENTS = 10_000
_NO_LENGTH = 0xFFFFFFFF


def picture(pdf: pydyf.PDF, data: bytes) -> pydyf.Stream | None:
    """A picture as an object of ``pdf``; None of what cannot be opened or is far too large."""
    if data.startswith(_JBIG2):
        return _jbig2(pdf, data)
    try:
        found = Image.open(BytesIO(data), formats=_FORMATS)
        count = found.width * found.height
        if not 0 < count <= MOST_PIXELS or max(found.size) > LONGEST_SIDE:
            return None
        if found.format == "JPEG" and found.mode in _AS_IS and count <= MOST_SHOWN:
            return _add(pdf, data, found.size, _AS_IS[found.mode], Filter="/DCTDecode")
        return _anew(pdf, found)
    except (UnidentifiedImageError, Image.DecompressionBombError, *FAULTS):
        return None
    except Image.DecompressionBombWarning:
        return None


def jbig2(data: bytes) -> tuple[bytes, int, int]:
    """The segments of a JBIG2 file as PDF embeds them, with the width and height of its page.

    Raises:
        ValueError: it is none, or says nothing of its size.
    """
    kept, size = b"", (0, 0)
    for kind, head, body in _segments(data):
        if kind == _PAGE_FACTS:
            size = struct.unpack_from(">II", body)
        if kind not in _ENDS:
            kept += head + body
    if not kept or not all(0 < side <= LONGEST_SIDE for side in size):
        raise ValueError("no page")
    return kept, size[0], size[1]


def _jbig2(pdf: pydyf.PDF, data: bytes) -> pydyf.Stream | None:
    try:
        segments, width, height = jbig2(data)
    except (ValueError, struct.error, IndexError):
        return None
    return _add(
        pdf, segments, (width, height), "/DeviceGray", Filter="/JBIG2Decode", BitsPerComponent=1
    )


def _anew(pdf: pydyf.PDF, found: Image.Image) -> pydyf.Stream:
    """Its first frame, reduced to 9 MP; what is clear in it stays clear."""
    found.load()
    if found.width * found.height > MOST_SHOWN:
        found = found.convert("RGBA" if found.has_transparency_data else "RGB")
        found.thumbnail((3_000, 3_000), reducing_gap=2.0)
    clear = None
    if found.has_transparency_data:
        found = found.convert("RGBA")
        clear = _raw(pdf, found.getchannel("A"))
        found = found.convert("RGB")
    elif found.mode not in _AS_IS:
        found = flatten(found, "L" if found.mode in ("1", "I;16", "I") else "RGB")
    stream = _raw(pdf, found)
    if clear is not None:
        stream.extra["SMask"] = clear.reference
    return stream


def _raw(pdf: pydyf.PDF, found: Image.Image) -> pydyf.Stream:
    packed = zlib.compress(found.tobytes(), 1)
    return _add(pdf, packed, found.size, _AS_IS[found.mode], Filter="/FlateDecode")


def _add(
    pdf: pydyf.PDF, data: bytes, size: tuple[int, int], colours: str, **facts: object
) -> pydyf.Stream:
    extra = {
        "Type": "/XObject", "Subtype": "/Image", "Width": size[0], "Height": size[1],
        "ColorSpace": colours, "BitsPerComponent": 8,
    }  # fmt: skip
    stream = pydyf.Stream([data], extra | facts)
    pdf.add_object(stream)
    return stream


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Kind, head and body of each (ISO/IEC 14492 §7.2); in a random order all heads come first."""
    flags = data[8]
    at = 9 if flags & 2 else 13
    heads: list[tuple[int, bytes, int]] = []
    is_in_order = flags & 1
    while at < len(data) and len(heads) < _MOST_SEGMENTS:
        head, kind, length = _head(data, at)
        at += len(head)
        if is_in_order:
            length = len(data) - at if length == _NO_LENGTH else length
            yield kind, head, data[at : at + length]
            at += length
        heads.append((kind, head, length))
        if kind == 51:
            break
    for kind, head, length in () if is_in_order else heads:
        yield kind, head, data[at : at + length]
        at += length


def _head(data: bytes, at: int) -> tuple[bytes, int, int]:
    """The bytes of a segment's head, its kind, and the length of its body."""
    number, flags, refers = struct.unpack_from(">IBB", data, at)
    count, end = refers >> 5, at + 6
    if count == 7:
        (count,) = struct.unpack_from(">I", data, at + 5)
        count &= 0x1FFFFFFF
        end = at + 9 + (count + 8) // 8
    end += count * (1 if number <= 256 else 2 if number <= 65_536 else 4)
    end += 4 if flags & 0x40 else 1
    (length,) = struct.unpack_from(">I", data, end)
    return data[at : end + 4], flags & 0x3F, length
