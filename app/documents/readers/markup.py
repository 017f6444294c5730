"""XML as a tree, found by local names: namespaces and prefixes differ from maker to maker."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.documents.readers.limits import Refused

Element = etree._Element


def parse(data: bytes) -> Element:
    """The root element; a document type or anything that is no XML is Refused.

    Nothing outside the bytes is looked at: no entity, no DTD, no network.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("broken") from None
    if root.getroottree().docinfo.doctype:
        raise Refused("doctype")
    return root


def name(element: Element) -> str:
    """Without namespace and prefix."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def children(element: Element | None, wanted: str = "") -> Iterator[Element]:
    """The child elements, all or those called ``wanted``."""
    for child in element if element is not None else ():
        if isinstance(child.tag, str) and wanted in ("", name(child)):
            yield child


def find(element: Element | None, path: str) -> Element | None:
    """The first element at ``A/B/C`` under ``element``."""
    for step in path.split("/"):
        element = next(children(element, step), None)
    return element


def text(element: Element | None, path: str = "") -> str:
    """The text of the element at ``path``; empty where there is none."""
    there = find(element, path) if path else element
    return "".join(str(part) for part in there.itertext()).strip() if there is not None else ""
