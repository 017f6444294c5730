"""An XML file, alone or inside an OFD or a PDF: which family it is, and what it says."""

from __future__ import annotations

from app.documents.readers import einvoice, markup, original, xbrl
from app.documents.readers.found import Found


def read(data: bytes, part: str = "") -> list[Found]:
    """What an XML says of an invoice; empty where it is of no family known here.

    ``part`` names the file inside the package it came from. Raises Refused.
    """
    root = markup.parse(data)
    if markup.name(root) == einvoice.ROOT:
        return [einvoice.read(root, part)]
    if markup.name(root) == original.ROOT:
        return original.read(root, part)
    return xbrl.read(root, part) if markup.name(root) == xbrl.ROOT else []
