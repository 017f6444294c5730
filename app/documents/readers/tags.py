"""The tags of an OFD: elements that point at text objects on its pages (FORMATS §5 C)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from app.documents.readers import einvoice, original
from app.documents.readers.found import MOST_LINES, Found
from app.documents.readers.limits import MOST_PAGES
from app.documents.readers.markup import Element, children, find, name, text

_SAME_ROW = 1.0


class Parts(Protocol):
    """What is needed of the package."""

    def under(self, folder: str) -> list[str]:
        """The names below a folder."""

    def tree(self, name: str) -> Element | None:
        """One entry as XML."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text object: its words, its page from 1, its box ``x y width height`` in millimetres."""

    words: str
    page: int
    box: list[float]

    @property
    def place(self) -> dict[str, object]:
        """As readings keep it."""
        return {"page": self.page, "box_mm": self.box}


class Objects:
    """The text objects of one document, by id."""

    def __init__(self, parts: Parts, folder: str, document: Element | None) -> None:
        self._parts = parts
        self._folder = folder
        self._on_page: dict[tuple[str, str], Written] = {}
        self._by_id: dict[str, list[Written]] = {}
        pages = list(children(find(document, "Pages"), "Page"))[:MOST_PAGES]
        layers = list(children(find(document, "CommonData"), "TemplatePage"))[:MOST_PAGES]
        seen: set[str] = set()
        for number, page in [*enumerate(pages, start=1), *((1, layer) for layer in layers)]:
            place = page.get("BaseLoc", "").lstrip("/")
            if place not in seen:
                seen.add(place)
                self._take(place, number, page.get("ID", ""))

    def texts(self) -> Iterator[str]:
        """Everything that is written anywhere."""
        return (written.words for same in self._by_id.values() for written in same)

    def read_tag(self, entry: str) -> list[Found]:
        """What the tags of one file say, one for each invoice; none where its XML is broken."""
        root = self._parts.tree(entry)
        if root is None:
            return []
        found = [self._read(top) for top in [*children(root, original.ROOT)] or [root]]
        return [one for one in found if one.values]

    def _read(self, top: Element) -> Found:
        is_new = find(top, "TaxSupervisionInfo") is not None
        found = Found("ofd")
        for field, path in (einvoice.PATHS if is_new else original.PATHS).items():
            if field != "total_words":
                self._note(found, field, find(top, path))
        self._note_lines(found, top)
        return found

    def _take(self, place: str, number: int, page_id: str) -> None:
        """A place is below the document's folder; some makers write it from the root."""
        page = self._parts.tree(self._folder + place)
        page = self._parts.tree(place) if page is None else page
        for element in page.iter() if page is not None else ():
            if isinstance(element.tag, str) and name(element) == "TextObject":
                words = "".join(text(code) for code in children(element, "TextCode"))
                object_id = element.get("ID", "")
                written = Written(words, number, _box(element.get("Boundary", "")))
                self._on_page.setdefault((page_id, object_id), written)
                self._by_id.setdefault(object_id, []).append(written)

    def _note(self, found: Found, field: str, element: Element | None) -> None:
        """The currency sign and the figures are objects of their own, and are joined."""
        written = self._written(element)
        words = "".join(one.words for one in written) or text(element, "ObjectData")
        found.note(field, words, written[-1].place if written else None)

    def _written(self, element: Element | None) -> list[Written]:
        refs = [(ref.get("PageRef", ""), text(ref)) for ref in children(element, "ObjectRef")]
        found = (self._on_page.get(ref) or self._anywhere(ref[1]) for ref in refs)
        return [written for written in found if written]

    def _anywhere(self, object_id: str) -> Written | None:
        """The object of a page that is not named; none where two pages have different ones."""
        same = self._by_id.get(object_id, [])
        return same[0] if len({written.words for written in same}) == 1 else None

    def _note_lines(self, found: Found, top: Element) -> None:
        goods = find(top, "GoodsInfos")
        for item in children(goods, "GoodsInfo"):
            cells = {
                field: self._written(find(item, path)) for field, path in original.LINE.items()
            }
            found.add_line({field: _join(written) for field, written in cells.items()})
        if goods is None:
            self._note_columns(found, top)

    def _note_columns(self, found: Found, top: Element) -> None:
        """Columns without rows: a cell belongs to the last amount that begins above it."""
        columns = {
            field: [one for tag in children(top, path) for one in self._written(tag)]
            for field, path in original.LINE.items()
        }
        starts = sorted({(one.page, one.box[1]) for one in columns["amount"]})[:MOST_LINES]
        rows: list[dict[str, str]] = [{} for _ in starts]
        for field, column in columns.items():
            for one in column:
                row = bisect_right(starts, (one.page, one.box[1] + _SAME_ROW)) - 1
                if row >= 0 and starts[row][0] == one.page:
                    rows[row][field] = rows[row].get(field, "") + one.words
        for cells in rows:
            found.add_line(cells)


def _box(text: str) -> list[float]:
    """Four sides; of a text without a place, four times 0."""
    try:
        sides = [float(side) for side in text.split()]
    except ValueError:
        sides = []
    return sides if len(sides) == 4 and all(map(isfinite, sides)) else [0.0] * 4


def _join(written: list[Written]) -> str:
    return "".join(one.words for one in written)
