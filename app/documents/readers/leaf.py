"""A file as pages that can be printed among others: what is drawn, and nothing else of the file.

Each page becomes a form of a new PDF that pdfium writes: upright, its CropBox and ``/Rotate``
worked in, the appearances of seals and fields drawn into it. Scripts, actions, attachments,
outlines, comments and metadata stay behind. Vectors and text stay what they are; pictures are made
anew. The new pages are empty, and each form is the object that comes after its page: to place it
there, pdfium would read it once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import pydyf
import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from app.documents.readers import ofddraw
from app.documents.readers.limits import MOST_PAGES, Refused
from app.documents.readers.page import draw, flatten, load, open_pdf, open_picture

POINTS = 72 / 25.4
MOST_DPI = 200
QUALITY = 85
_DRAWN = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_STAMP)
_LARGE = 1.3 * 210 * 148 * POINTS**2
_INK_DPI, _PAPER = 24, 250
_FEWEST_POINTS = 1.0
Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
Part = Mapping[str, Any]


def make(
    data: bytes, kind: str, parts: Sequence[Part] = (), room: tuple[float, float] = (190, 130)
) -> tuple[bytes, list[dict[str, Any]]]:
    """The pages as a PDF, and of each ``{"width", "height", "matrix", "ink", "is_photo"}``.

    ``parts`` are the pages asked for, all if none: ``{"page": 1, "last": 3, 0 for the end, "box":
    fractions from the left top, "turn": quarters clockwise}``. ``room`` is where a photo will
    stand, in millimetres: it has no size of its own, fills that and is kept at ``MOST_DPI`` there.
    Sizes are in points; ``matrix`` leads from the page's form to the page, ``ink`` is left, bottom,
    right and top of what is drawn on a page larger than A5, None of others. Raises Refused.
    """
    if kind == "pdf":
        with open_pdf(data) as pdf:
            return _gather((pdf, part) for part in _each(parts, len(pdf)))
    if kind == "ofd":
        return _gather(_of_ofd(data, parts))
    return _gather(_of_picture(data, parts, room), is_photo=True)


def _each(parts: Sequence[Part], count: int) -> Iterator[Part]:
    """One page after the other."""
    for part in parts or [{"page": 1, "last": 0}]:
        last = min(int(part.get("last", part["page"])) or count, count)
        for number in range(int(part["page"]), last + 1) if "last" in part else [part["page"]]:
            yield {**part, "page": number}


def _of_ofd(data: bytes, parts: Sequence[Part]) -> Iterator[tuple[pdfium.PdfDocument, Part]]:
    for part in _each(parts, ofddraw.count(data)):
        with open_pdf(ofddraw.draw(data, int(part["page"]))) as pdf:
            yield pdf, {**part, "page": 1}


def _of_picture(
    data: bytes, parts: Sequence[Part], room: tuple[float, float]
) -> Iterator[tuple[pdfium.PdfDocument, Part]]:
    for part in _each(parts, 1):
        if part["page"] != 1:
            raise Refused("too_many")
        with open_pdf(_photo(data, part, room)) as pdf:
            yield pdf, {"page": 1}


def _gather(
    asked: Iterable[tuple[pdfium.PdfDocument, Part]], *, is_photo: bool = False
) -> tuple[bytes, list[dict[str, Any]]]:
    made, pages = pdfium.PdfDocument.new(), list[dict[str, Any]]()
    try:
        for pdf, part in asked:
            if len(pages) == MOST_PAGES:
                raise Refused("too_many")
            pages.append(_copy(made, pdf, part, len(pages)) | {"is_photo": is_photo})
        if not pages:
            raise Refused("broken")
        written = BytesIO()
        made.save(written)
        return written.getvalue(), pages
    finally:
        made.close()


def _copy(
    made: pdfium.PdfDocument, pdf: pdfium.PdfDocument, part: Part, place: int
) -> dict[str, Any]:
    """Draw one page, or a part of it, on a new page of its own size."""
    number = int(part["page"])
    if not 1 <= number <= len(pdf):
        raise Refused("too_many")
    try:
        size = _draw_stamps(pdf, number - 1)
    except pdfium.PdfiumError:
        raise Refused("broken") from None
    if min(size) < _FEWEST_POINTS:
        raise Refused("broken")
    whole = "box" not in part and not part.get("turn")
    ink = _ink(pdf, number, size) if whole and size[0] * size[1] > _LARGE else None
    matrix, (width, height) = _seen(size, part.get("box") or WHOLE, int(part.get("turn", 0)))
    page = raw.FPDFPage_New(made, place, width, height)
    form = raw.FPDF_NewXObjectFromPage(made, pdf, number - 1)
    raw.FPDF_ClosePage(page)
    if not form:
        raise Refused("broken")
    raw.FPDF_CloseXObject(form)
    return {"width": width, "height": height, "matrix": list(matrix), "ink": ink}


def _draw_stamps(pdf: pdfium.PdfDocument, index: int) -> tuple[float, float]:
    """Seals and filled-in fields become part of the page; gives its upright size in points."""
    page = pdf[index]
    for place in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        is_drawn = bool(annotation) and raw.FPDFAnnot_GetSubtype(annotation) in _DRAWN
        if annotation:
            raw.FPDFPage_CloseAnnot(annotation)
        if not is_drawn:
            raw.FPDFPage_RemoveAnnot(page, place)
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    width, height = page.get_size()
    page.close()
    return float(width), float(height)


def _ink(pdf: pdfium.PdfDocument, number: int, size: tuple[float, float]) -> Box | None:
    """What is not blank on it, in points from the left bottom; None of a blank page."""
    picture = draw(pdf, number, dpi=_INK_DPI, mode="L")
    box = picture.point(lambda shade: 255 if shade < _PAPER else 0).getbbox()
    if box is None:
        return None
    across, down = size[0] / picture.width, size[1] / picture.height
    left, top, right, bottom = box
    return left * across, size[1] - bottom * down, right * across, size[1] - top * down


def _seen(
    size: tuple[float, float], box: Sequence[float], turn: int
) -> tuple[tuple[float, ...], tuple[float, float]]:
    """The matrix that brings ``box`` to the origin, turned; and the size it has then."""
    left, top, right, bottom = box
    width, height = (right - left) * size[0], (bottom - top) * size[1]
    if min(width, height) < _FEWEST_POINTS:
        raise Refused("broken")
    west, south = left * size[0], (1 - bottom) * size[1]
    turned = (
        (1.0, 0.0, 0.0, 1.0, -west, -south),
        (0.0, -1.0, 1.0, 0.0, -south, width + west),
        (-1.0, 0.0, 0.0, -1.0, width + west, height + south),
        (0.0, 1.0, -1.0, 0.0, height + south, -west),
    )[turn % 4]
    return turned, (width, height) if turn % 2 == 0 else (height, width)


def _photo(data: bytes, part: Part, room: tuple[float, float]) -> bytes:
    """A PDF of one page that a picture fills: upright, as large as ``room`` lets it be."""
    picture = _upright(data, part)
    scale = min(side * POINTS / pixels for side, pixels in zip(room, picture.size, strict=True))
    width, height = (pixels * scale for pixels in picture.size)
    picture.thumbnail((width / 72 * MOST_DPI, height / 72 * MOST_DPI), Image.Resampling.LANCZOS)
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=QUALITY)
    return _page_of(packed.getvalue(), picture, (width, height))


def _upright(data: bytes, part: Part) -> Image.Image:
    picture = open_picture(data)
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    longest = max(picture.size)
    picture.draft(mode, (longest // 2, longest // 2) if longest > 6000 else picture.size)
    flat = flatten(load(picture), mode)
    if "box" in part:
        sides = (flat.width, flat.height) * 2
        left, top, right, bottom = (
            round(side * of) for side, of in zip(part["box"], sides, strict=True)
        )
        flat = flat.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    turn = int(part.get("turn", 0)) % 4
    return flat.rotate(-90 * turn, expand=True) if turn else flat


def _page_of(jpeg: bytes, picture: Image.Image, size: tuple[float, float]) -> bytes:
    pdf = pydyf.PDF()
    colours = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
    image = pydyf.Stream([jpeg], {
        "Type": "/XObject", "Subtype": "/Image", "Width": picture.width, "Height": picture.height,
        "ColorSpace": colours, "BitsPerComponent": 8, "Filter": "/DCTDecode",
    })  # fmt: skip
    pdf.add_object(image)
    content = pydyf.Stream([f"{size[0]:.4f} 0 0 {size[1]:.4f} 0 0 cm /P Do".encode()])
    pdf.add_object(content)
    named = pydyf.Dictionary({"P": image.reference})
    pdf.add_page(pydyf.Dictionary({
        "Type": "/Page", "Parent": pdf.pages.reference, "Contents": content.reference,
        "MediaBox": pydyf.Array([0, 0, *(round(side, 4) for side in size)]),
        "Resources": pydyf.Dictionary({"XObject": named}),
    }))  # fmt: skip
    made = BytesIO()
    pdf.write(made)
    return made.getvalue()
