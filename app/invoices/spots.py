"""Where on the picture of a page each value stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.documents.models import Document
from app.documents.readers.found import sides
from app.invoices import told
from app.invoices.models import Field, Invoice

_ROOM = 0.004


@dataclass(frozen=True, slots=True)
class Spot:
    """One value's box on a page, counted from 1; the sides are fractions of the page."""

    name: str
    source: str
    page: int
    left: float
    top: float
    width: float
    height: float


def spot(field: Field) -> Spot | None:
    """None for a value whose place is not known as a box on a page that can be drawn."""
    box = field.place.get("box")
    if not box or "page" not in field.place:
        return None
    left, top, right, bottom = sides(box)
    size = (right - left + 2 * _ROOM, bottom - top + 2 * _ROOM)
    page = int(field.place["page"])
    return Spot(field.name, field.source, page, left - _ROOM, top - _ROOM, *size)


def find(invoice: Invoice, document: Document, asked: Mapping[str, str]) -> Spot | None:
    """The place of ``field`` on a page of the document: as ``source`` gave it, else the best."""
    rows = [
        row
        for row in told.everything(invoice)
        if row.document_id == document.id and row.name == asked.get("field")
    ]
    rows.sort(key=lambda row: row.source != asked.get("source"))
    return next(filter(None, map(spot, rows)), None)


def on(invoice: Invoice, document: Document, names: Iterable[str]) -> list[Spot]:
    """Of each of ``names`` the most trusted value that stands on a page of the document."""
    known = set(names)
    rows = [
        row
        for row in told.everything(invoice)
        if row.document_id == document.id and row.name in known
    ]
    first: dict[str, Spot] = {}
    for row in rows:
        if found := spot(row):
            first.setdefault(row.name, found)
    return sorted(first.values(), key=lambda one: (one.page, one.top, one.left))
