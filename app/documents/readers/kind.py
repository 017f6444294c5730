"""What kind of file it is, by its bytes, and whether it is fit to be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from xml.parsers import expat

from pypdfium2 import raw

from app.documents.readers import container, ofddraw, plain
from app.documents.readers.limits import (
    DEEPEST_XML,
    LARGEST,
    MEDIA_TYPES,
    MOST_ATTACHED,
    MOST_NODES,
    Refused,
)
from app.documents.readers.markup import decode
from app.documents.readers.page import attached_name, load, open_pdf, open_picture

_MAGIC = (
    (re.compile(rb"%PDF-"), "pdf"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "webp"),
    (re.compile(rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL), "heic"),
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), "zip"),
    (re.compile(rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!DOCTYPE\s+html|html)\b"), "unknown"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z_]"), "xml"),
)
_TEXTS = (".csv", ".txt", ".tsv")
_XFA = (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)


def sniff(head: bytes, name: str = "") -> str:
    """The kind by its first bytes; ``name`` helps with a ZIP whose end is not in ``head``.

    Text shows by nothing, so that what is called a text is one until it is looked at.
    """
    for magic, kind in _MAGIC:
        if magic.match(head):
            return _sniff_zip(head, name) if kind == "zip" else kind
    suffix = PurePath(name).suffix.lower()
    return "csv" if suffix in _TEXTS else "unknown"


def inspect(data: bytes, name: str = "") -> dict[str, object]:
    """``{"kind", "media_type", "size", "refusal": word or None, …}`` and what was counted.

    The whole file is walked, so this belongs in the sandbox.
    """
    kind = sniff(data, name)
    report: dict[str, object] = {
        "kind": kind,
        "media_type": MEDIA_TYPES.get(kind, "application/octet-stream"),
        "size": len(data),
        "refusal": None,
    }
    try:
        return report | _look(data, kind)
    except Refused as refused:
        return report | {"refusal": refused.word}


def _look(data: bytes, kind: str) -> dict[str, object]:
    if not data:
        raise Refused("empty")
    if kind not in _LOOKS:
        raise Refused("wrong_kind")
    if len(data) > LARGEST[kind]:
        raise Refused("too_large")
    return _LOOKS[kind](data)


def _sniff_zip(head: bytes, name: str) -> str:
    names = {entry.removeprefix("/").lower() for entry in container.names(head)}
    if not names:
        suffix = PurePath(name).suffix.lower().removeprefix(".")
        return suffix if suffix in ("ofd", "xlsx") else "zip"
    if "ofd.xml" in names:
        return "ofd"
    if "[content_types].xml" in names:
        return "xlsx" if "xl/workbook.xml" in names else "unknown"
    return "zip"


def _look_at_pdf(data: bytes) -> dict[str, object]:
    """Scripts, launches and forms of the XFA kind are refused; other files inside it are listed.

    Rail tickets carry an XML and fiscal receipts an unnamed blob (FORMATS §1.5, §7.1).
    """
    after = data[data.rfind(b"%%EOF") + 5 :]
    if b"%%EOF" not in data or after.strip(b"\0 \t\r\n\f"):
        raise Refused("broken")
    with open_pdf(data) as pdf:
        scripts = raw.FPDFDoc_GetJavaScriptActionCount(pdf) > 0
        if scripts or b"/JavaScript" in data or b"/Launch" in data or pdf.get_formtype() in _XFA:
            raise Refused("active")
        count = pdf.count_attachments()
        if count > MOST_ATTACHED:
            raise Refused("too_many")
        return {"pages": len(pdf), "attachments": [attached_name(pdf, at) for at in range(count)]}


def _look_at_picture(data: bytes) -> dict[str, object]:
    """Phones hide a second frame in a JPEG; of other pictures more than one is refused."""
    picture = open_picture(data)
    size = picture.size
    if picture.format in ("PNG", "WEBP") and getattr(picture, "n_frames", 1) > 1:
        raise Refused("animated")
    picture.draft("L", (size[0] // 8, size[1] // 8))
    load(picture)
    return {"width": size[0], "height": size[1]}


def _look_at_xml(data: bytes) -> dict[str, object]:
    """UTF-8 or GBK as declared, no document type, ≤ 64 deep, ≤ 50,000 elements; tells the root."""
    counter = _Counter()
    try:
        counter.walk(decode(data))
    except expat.ExpatError:
        raise Refused("broken") from None
    return {"root": counter.root, "nodes": counter.nodes}


class _Counter:
    """Counts elements as they pass, so that nothing is built before it is known to be small."""

    def __init__(self) -> None:
        self.root, self.nodes, self.depth = "", 0, 0

    def walk(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.Parse(text, True)

    def _refuse(self, *_: object) -> None:
        raise Refused("doctype")

    def _open(self, name: str, _: object) -> None:
        self.root = self.root or name.rpartition(":")[2]
        self.nodes += 1
        self.depth += 1
        if self.nodes > MOST_NODES or self.depth > DEEPEST_XML:
            raise Refused("bomb")

    def _close(self, _: str) -> None:
        self.depth -= 1


_LOOKS: dict[str, Callable[[bytes], dict[str, object]]] = {
    "pdf": _look_at_pdf,
    "xml": _look_at_xml,
    "jpeg": _look_at_picture,
    "png": _look_at_picture,
    "webp": _look_at_picture,
    "heic": _look_at_picture,
    "ofd": lambda data: container.measure(data, "ofd") | {"pages": ofddraw.count(data)},
    "xlsx": lambda data: container.measure(data, "xlsx"),
    "zip": lambda data: container.measure(data, "zip"),
    "csv": lambda data: {"lines": len(plain.decode(data).splitlines())},
}
