"""The documents in an OFD: their pages with what lies above and below, and what pages share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.documents.readers.limits import MOST_PAGES
from app.documents.readers.markup import Element, children, find, text
from app.documents.readers.package import Package

Box = tuple[float, float, float, float]
POINTS = 72 / 25.4
"""In a millimetre."""

A4 = (0.0, 0.0, 210.0, 297.0)
_LARGEST_SIDE = 5_000.0
_FARTHEST = 1e6
_MOST_BODIES = 20
_MOST_RESOURCES = 5_000
_MOST_LAYERS = 200
_MOST_NOTES = 200
_SHARED = {
    "Font": "Fonts",
    "ColorSpace": "ColorSpaces",
    "DrawParam": "DrawParams",
    "MultiMedia": "MultiMedias",
    "CompositeGraphicUnit": "CompositeGraphicUnits",
}
_ORDER = ("Background", "Body", "Foreground")


@dataclass(frozen=True, slots=True)
class Layer:
    """Objects that lie together on a page: ``origin`` is added to their places, in millimetres."""

    element: Element
    origin: tuple[float, float] = (0.0, 0.0)


class Document:
    """One document of a package; what is missing or broken in it is left out."""

    def __init__(self, package: Package, body: Element) -> None:
        """Find its pages and what they share."""
        self.package = package
        self._place = package.place(text(body, "DocRoot"), "")
        self._tree = package.tree(self._place)
        self.common = find(self._tree, "CommonData")
        self._shared: dict[tuple[str, str], tuple[Element, str]] = {}
        for kind in ("PublicRes", "DocumentRes"):
            for one in children(self.common, kind):
                self.share(package.place(text(one), self._place))
        self._templates = {one.get("ID", ""): one for one in children(self.common, "TemplatePage")}
        self._trees: dict[str, Element | None] = {}
        self.pages = [
            Page(self, number, one)
            for number, one in enumerate(
                islice(children(find(self._tree, "Pages"), "Page"), MOST_PAGES), start=1
            )
        ]
        self.signatures = text(body, "Signatures")

    def share(self, place: str) -> None:
        """Take a file of resources in; the first of an id counts."""
        root = self.package.tree(place) if place else None
        folder = root.get("BaseLoc", "") if root is not None else ""
        for kind, group in _SHARED.items():
            for one in (one for many in children(root, group) for one in children(many, kind)):
                if len(self._shared) < _MOST_RESOURCES:
                    beside = posixpath.join(posixpath.dirname(place), folder, "_")
                    self._shared.setdefault((kind, one.get("ID", "")), (one, beside))

    def shared(self, kind: str, known_as: str) -> Element | None:
        """A resource by its kind and id."""
        found = self._shared.get((kind, known_as))
        return found[0] if found else None

    def file_of(self, kind: str, known_as: str, path: str) -> bytes:
        """The bytes that a resource names at ``path``; empty where there are none."""
        one, beside = self._shared.get((kind, known_as), (None, ""))
        named = text(one, path)
        return self.package.bytes(self.package.place(named, beside)) if named else b""

    def template(self, known_as: str) -> tuple[Element | None, str]:
        """A page that lies under others or above them, and where it wants to lie."""
        one = self._templates.get(known_as)
        if one is None:
            return None, ""
        if known_as not in self._trees:
            self._trees[known_as] = self.package.tree(self.beside(one.get("BaseLoc", "")))
        return self._trees[known_as], one.get("ZOrder", "")

    def beside(self, path: str) -> str:
        """A place that the document names."""
        return self.package.place(path, self._place)

    def notes(self, page_id: str) -> Iterator[Element]:
        """The annotations of a page."""
        listed = text(self._tree, "Annotations")
        place = self.beside(listed) if listed else ""
        for one in children(self.package.tree(place) if place else None, "Page"):
            if one.get("PageID") == page_id and (named := text(one, "FileLoc")):
                yield from children(self.package.tree(self.package.place(named, place)), "Annot")


class Page:
    """One page, read when it is first asked for; ``number`` counts from 1."""

    def __init__(self, document: Document, number: int, listed: Element) -> None:
        self.document, self.number = document, number
        self.id = listed.get("ID", "")
        self._place = document.beside(listed.get("BaseLoc", ""))
        self._tree: Element | None = None
        self._is_read = False

    @property
    def tree(self) -> Element | None:
        """Its XML; resources of its own are shared from then on."""
        if not self._is_read:
            self._is_read = True
            self._tree = self.document.package.tree(self._place)
            for one in children(self._tree, "PageRes"):
                self.document.share(self.document.package.place(text(one), self._place))
        return self._tree

    @property
    def box(self) -> Box:
        """Left, top, width and height in millimetres: its own, its template's, the document's."""
        templates = (tree for tree, _ in self._templates())
        areas = [find(one, "Area") for one in (self.tree, *templates)]
        for area in (*areas, find(self.document.common, "PageArea")):
            box = numbers(text(area, "PhysicalBox"))
            if len(box) == 4 and 0 < box[2] <= _LARGEST_SIDE and 0 < box[3] <= _LARGEST_SIDE:
                return (box[0], box[1], box[2], box[3])
        return A4

    def layers(self) -> list[Layer]:
        """From the lowest to the highest: templates, its own, templates, annotations."""
        ranked = [
            (_rank(order), layer)
            for tree, order in self._templates()
            for layer in children(find(tree, "Content"), "Layer")
        ]
        own = children(find(self.tree, "Content"), "Layer")
        ranked += [(_rank(layer.get("Type", "Body")) + 0.5, layer) for layer in own]
        ranked.sort(key=lambda one: one[0])
        layers = [Layer(layer) for _, layer in ranked[:_MOST_LAYERS]]
        return layers + list(islice(self._noted(), _MOST_NOTES))

    def _templates(self) -> Iterator[tuple[Element | None, str]]:
        for one in islice(children(self.tree, "Template"), _MOST_LAYERS):
            tree, order = self.document.template(one.get("TemplateID", ""))
            yield tree, one.get("ZOrder") or order or "Background"

    def _noted(self) -> Iterator[Layer]:
        for note in self.document.notes(self.id):
            look = find(note, "Appearance")
            if look is not None and note.get("Visible", "true") != "false":
                box = numbers(look.get("Boundary", ""))
                yield Layer(look, (box[0], box[1]) if len(box) == 4 else (0.0, 0.0))


def bodies(root: Element | None) -> list[Element]:
    """The documents that OFD.xml names, each once however often; the first 20."""
    named = {text(body, "DocRoot"): body for body in children(root, "DocBody")}
    return list(named.values())[:_MOST_BODIES]


def documents(package: Package) -> Iterator[Document]:
    """Every document of the package, in order."""
    yield from (Document(package, body) for body in bodies(package.tree("OFD.xml")))


def numbers(written: str | None) -> list[float]:
    """The numbers of a list; none of one that holds anything else."""
    try:
        found = [float(one) for one in (written or "").split()]
    except ValueError:
        return []
    for one in found:
        if not -_FARTHEST <= one <= _FARTHEST:
            return []
    return found


def number(written: str | None, otherwise: float) -> float:
    """One number, or ``otherwise``."""
    if written is None:
        return otherwise
    found = numbers(written)
    return found[0] if len(found) == 1 else otherwise


def _rank(order: str) -> float:
    return float(_ORDER.index(order)) if order in _ORDER else 1.0
