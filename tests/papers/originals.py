"""Originals as senders make them: turned, cropped, stamped, and with what has no place on paper."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pydyf
import pypdfium2 as pdfium
from PIL import Image

MM = 72 / 25.4
HALF = (0, 0, 210 * MM, 140 * MM)
RED = "0.9 0 0.1 rg 40 40 60 60 re f"


def pdf(*contents: str, box: Sequence[float] = HALF, **facts: Any) -> bytes:
    """A PDF whose pages hold these operators; ``facts`` are entries of every page.

    ``/H`` is Helvetica. ``stamp`` is the appearance of a signature field, 60 × 60 points at 40, 40;
    ``catalog`` are entries of the catalog.
    """
    made = pydyf.PDF()
    stamp, catalog = facts.pop("stamp", None), facts.pop("catalog", {})
    font = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"}
    named = pydyf.Dictionary({"Font": pydyf.Dictionary({"H": pydyf.Dictionary(font)})})
    for content in contents:
        drawn = pydyf.Stream([content.encode()])
        made.add_object(drawn)
        page = {"Type": "/Page", "Parent": made.pages.reference, "MediaBox": pydyf.Array(box)}
        page |= {"Contents": drawn.reference, "Resources": named, **facts}
        if stamp:
            page["Annots"] = pydyf.Array([_stamped(made, stamp)])
        made.add_page(pydyf.Dictionary(page))
    made.catalog.update(catalog)
    written = BytesIO()
    made.write(written)
    return written.getvalue()


def words(text: str, x: float = 60, y: float = 200, size: float = 12) -> str:
    """The operators of a line of Latin text."""
    return f"BT /H {size} Tf {x} {y} Td ({text}) Tj ET"


def photo(width: int = 3000, height: int = 2000, colour: str = "white", turn: int = 1) -> bytes:
    """A JPEG, red on its left side; ``turn`` is the orientation a camera notes."""
    picture = Image.new("RGB", (width, height), colour)
    picture.paste("red", (0, 0, width // 4, height))
    noted = Image.Exif()
    noted[0x0112] = turn
    taken = BytesIO()
    picture.save(taken, "JPEG", quality=92, exif=noted)
    return taken.getvalue()


def text(data: bytes, page: int = 0) -> str:
    """What can be searched on a page."""
    return pdfium.PdfDocument(data)[page].get_textpage().get_text_range()


def seen(data: bytes, page: int = 0, scale: float = 1.0) -> Image.Image:
    """The page as somebody sees it, a pixel a point."""
    return pdfium.PdfDocument(data)[page].render(scale=scale).to_pil().convert("RGB")


def sizes(data: bytes) -> list[tuple[int, int]]:
    """Width and height of every page in whole millimetres."""
    return [(round(wide / MM), round(high / MM)) for wide, high in _sizes(data)]


def _sizes(data: bytes) -> list[tuple[float, float]]:
    return [page.get_size() for page in pdfium.PdfDocument(data)]


def _stamped(made: pydyf.PDF, drawn: str) -> bytes:
    box = pydyf.Array([0, 0, 60, 60])
    look = pydyf.Stream([drawn.encode()], {"Type": "/XObject", "Subtype": "/Form", "BBox": box})
    made.add_object(look)
    field = pydyf.Dictionary({
        "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "F": 132,
        "Rect": pydyf.Array([40, 40, 100, 100]), "T": pydyf.String("seal"),
        "AP": pydyf.Dictionary({"N": look.reference}),
        "A": pydyf.Dictionary({"S": "/JavaScript", "JS": pydyf.String("app.alert(1)")}),
    })  # fmt: skip
    made.add_object(field)
    return bytes(field.reference)
