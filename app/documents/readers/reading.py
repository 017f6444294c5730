"""Read one file of any kind: the one way in for the worker and for the command line."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import byref, c_ulong, create_string_buffer
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, raw

from app.documents.readers import codes, itinerary, ofd, ofdtext, ofdtree, pages, qr, xml
from app.documents.readers.codes import MOST_PAGES_READ, SCANNED_PAGES_TRIED
from app.documents.readers.found import Found
from app.documents.readers.layout import Page
from app.documents.readers.limits import LARGEST, Refused
from app.documents.readers.package import Package
from app.documents.readers.page import attached_name, open_pdf
from app.documents.readers.pdftext import sheet
from app.documents.readers.print import Prints
from app.documents.readers.seals import seals_in

_MOST_ATTACHED = 20


def read(data: bytes, kind: str) -> dict[str, Any]:
    """``{"reader", "found": [Found as JSON, …], "codes": [texts of no invoice], "seals": […]}``.

    ``found`` is empty for a file that is no invoice. ``is_picture`` says that text can only be had
    by looking (``sighted.look``), ``itinerary`` what goes with an invoice and is none, ``prints``
    what its pages are known by again. Raises Refused for a file that cannot be read.
    """
    reader = _READERS.get(kind)
    if reader is None:
        raise Refused("wrong_kind")
    prints = Prints()
    found, others = reader(data, prints)
    told = {"found": [one.plain() for one in found], "codes": others}
    seals = [one.plain() for one in seals_in(data, kind)]
    is_picture = _is_picture(data, kind, found)
    facts = {"reader": kind, **told, "seals": seals, "is_picture": is_picture}
    facts["prints"] = [one.plain() for one in prints.taken]
    trip = _itinerary(data) if kind == "pdf" and not found and not is_picture else None
    return facts | {"itinerary": trip.plain()} if trip else facts


def _read_xml(data: bytes, _prints: Prints) -> tuple[list[Found], list[str]]:
    return xml.read(data), []


def _read_ofd(data: bytes, prints: Prints) -> tuple[list[Found], list[str]]:
    return ofd.read(data, prints.passing), []


def _read_picture(data: bytes, _prints: Prints) -> tuple[list[Found], list[str]]:
    return qr.spoken(codes.in_picture(data))


def _read_pdf(data: bytes, prints: Prints) -> tuple[list[Found], list[str]]:
    """The XML that rail tickets carry (FORMATS §7.1), the text of the pages, and their codes."""
    with open_pdf(data) as pdf:
        attached = [one for index in range(_count(pdf)) for one in _attached(pdf, index)]
        sheets = (sheet(pdf, number) for number in range(1, len(pdf) + 1))
        written = pages.read(prints.passing(sheets))
        drawn, others = qr.spoken(codes.in_pdf(pdf))
    for one in drawn:
        one.body = _page(one) - 1
    named = {one.body for one in attached + drawn if "number" in one.values}
    return attached + [one for one in written if one.key or one.body in named] + drawn, others


def _itinerary(data: bytes) -> itinerary.Itinerary | None:
    with open_pdf(data) as pdf:
        numbers = range(1, min(len(pdf), MOST_PAGES_READ) + 1)
        return itinerary.read(Page(sheet(pdf, number)) for number in numbers)


def _page(found: Found) -> int:
    return min((int(place["page"]) for place in found.places.values()), default=1)


def _count(pdf: PdfDocument) -> int:
    count: int = pdf.count_attachments()
    return min(count, _MOST_ATTACHED)


def _attached(pdf: PdfDocument, index: int) -> list[Found]:
    """One embedded file, if it is an XML of ours; a blob of something else is nobody's business."""
    size = c_ulong()
    try:
        attachment = pdf.get_attachment(index)
        raw.FPDFAttachment_GetFile(attachment, None, 0, byref(size))
        if not 0 < size.value <= LARGEST["xml"]:
            return []
        content = create_string_buffer(size.value)
        raw.FPDFAttachment_GetFile(attachment, content, size, byref(size))
        return xml.read(content.raw, attached_name(pdf, index))
    except (Refused, PdfiumError):
        return []


def _is_picture(data: bytes, kind: str, found: list[Found]) -> bool:
    """Pictures, and files whose pages have no text at all: scans."""
    if kind == "pdf":
        with open_pdf(data) as pdf:
            pages = range(1, min(len(pdf), SCANNED_PAGES_TRIED) + 1)
            return not any(sheet(pdf, page).glyphs for page in pages)
    if kind == "ofd":
        documents = ofdtree.documents(Package(data)) if not any(map(_is_written, found)) else ()
        sheets = [one for document in documents for one in ofdtext.sheets(document)]
        return bool(sheets) and not any(one.glyphs for one in sheets)
    return _READERS[kind] is _read_picture


def _is_written(found: Found) -> bool:
    return any(isinstance(place, dict) and "box" in place for place in found.places.values())


_READERS: dict[str, Callable[[bytes, Prints], tuple[list[Found], list[str]]]] = {
    "xml": _read_xml,
    "ofd": _read_ofd,
    "pdf": _read_pdf,
    "jpeg": _read_picture,
    "png": _read_picture,
    "webp": _read_picture,
    "heic": _read_picture,
}
