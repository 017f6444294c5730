"""XML as a tree, found by local names: namespaces and prefixes differ from maker to maker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from app.documents.readers.limits import MIB, MOST_NODES, Refused

Element = etree._Element
LARGEST_PART = 8 * MIB
_MOST_SIGNS = {b"<": 2 * MOST_NODES, b"=": 8 * MOST_NODES}
_BOM = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030",
}  # fmt: skip


def parse(data: bytes) -> Element:
    """The root element; a document type, too many parts or anything that is no XML is Refused.

    Nothing outside the bytes is looked at: no entity, no DTD, no network.
    """
    if len(data) > LARGEST_PART:
        raise Refused("too_large")
    if any(data.count(sign) > most for sign, most in _MOST_SIGNS.items()):
        raise Refused("bomb")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(decode(data).strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("broken") from None
    if root.getroottree().docinfo.doctype:
        raise Refused("doctype")
    return root


def decode(data: bytes) -> str:
    """UTF-8, or GBK where that is declared and true; makers declare it over UTF-8 too.

    Raises:
        Refused: another encoding, or bytes that are not of the declared one.
    """
    plain = data.removeprefix(_BOM)
    declared = _DECLARED.match(plain)
    encoding = _ENCODINGS.get(declared[1].decode().lower() if declared else "utf-8")
    for known in dict.fromkeys(("utf-8", encoding)) if encoding else ():
        try:
            return plain.decode(known)
        except UnicodeDecodeError:
            continue
    raise Refused("broken")


def name(element: Element) -> str:
    """Without namespace and prefix."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def children(element: Element | None, wanted: str = "") -> Iterator[Element]:
    """The child elements, all or those called ``wanted``."""
    if element is not None:
        yield from element.iterchildren(f"{{*}}{wanted or '*'}")


def find(element: Element | None, path: str) -> Element | None:
    """The first element at ``A/B/C`` under ``element``."""
    for step in path.split("/"):
        element = next(children(element, step), None)
    return element


def text(element: Element | None, path: str = "") -> str:
    """The text of the element at ``path``; empty where there is none, or where two differ."""
    there = [element] if element is not None else []
    for step in path.split("/") if path else ():
        there = [child for one in there for child in children(one, step)]
    found = {"".join(str(part) for part in one.itertext()).strip() for one in there}
    return found.pop() if len(found) == 1 else ""
