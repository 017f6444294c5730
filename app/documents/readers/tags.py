"""The tags of an OFD: elements that point at text objects on its pages (FORMATS §5 C)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.documents.readers import einvoice, original
from app.documents.readers.found import Found
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
        self._by_id: dict[str, Written] = {}
        pages = list(children(find(document, "Pages"), "Page"))
        for number, page in enumerate(pages, start=1):
            self._take(parts.tree(folder + page.get("BaseLoc", "").lstrip("/")), number)
        for layer in children(find(document, "CommonData"), "TemplatePage"):
            self._take(parts.tree(folder + layer.get("BaseLoc", "").lstrip("/")), 1)

    def texts(self) -> Iterator[str]:
        """Everything that is written anywhere."""
        return (written.words for written in self._by_id.values())

    def read_tag(self, entry: str) -> Found | None:
        """What the tags of one file say; None where its XML is broken or names nothing."""
        root = self._parts.tree(entry)
        if root is None:
            return None
        top = next(children(root, original.ROOT), root)
        is_new = find(top, "TaxSupervisionInfo") is not None
        found = Found("ofd")
        for field, path in (einvoice.PATHS if is_new else original.PATHS).items():
            if field != "total_words":
                self._note(found, field, find(top, path))
        self._note_lines(found, top)
        return found if found.values else None

    def _take(self, page: Element | None, number: int) -> None:
        for element in page.iter() if page is not None else ():
            if isinstance(element.tag, str) and name(element) == "TextObject":
                words = "".join(text(code) for code in children(element, "TextCode"))
                box = [float(side) for side in element.get("Boundary", "0 0 0 0").split()]
                self._by_id.setdefault(element.get("ID", ""), Written(words, number, box))

    def _note(self, found: Found, field: str, element: Element | None) -> None:
        """The currency sign and the figures are objects of their own, and are joined."""
        written = self._written(element)
        words = "".join(one.words for one in written) or text(element, "ObjectData")
        found.note(field, words, written[-1].place if written else None)

    def _written(self, element: Element | None) -> list[Written]:
        refs = (text(ref) for ref in children(element, "ObjectRef"))
        return [self._by_id[ref] for ref in refs if ref in self._by_id]

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
        starts = sorted({(one.page, one.box[1]) for one in columns["amount"]})
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else (start[0] + 1, 0.0)
            found.add_line(
                {
                    field: _join([one for one in column if _between(one, start, end)])
                    for field, column in columns.items()
                }
            )


def _between(one: Written, start: tuple[int, float], end: tuple[int, float]) -> bool:
    top = (one.page, one.box[1] + _SAME_ROW)
    return start <= top < (end[0], end[1])


def _join(written: list[Written]) -> str:
    return "".join(one.words for one in written)
