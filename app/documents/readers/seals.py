"""The seals of a file of any kind."""

from __future__ import annotations

from app.documents.readers import seals_ofd, seals_pdf
from app.documents.readers.page import open_pdf
from app.documents.readers.seal import Seal


def seals_in(data: bytes, kind: str) -> list[Seal]:
    """In the order of the file; empty for kinds that carry none, as 数电 XML does (FORMATS §9.3).

    Raises:
        Refused: the file cannot be opened.
    """
    if kind == "ofd":
        return seals_ofd.read(data)
    if kind == "pdf":
        with open_pdf(data) as pdf:
            return seals_pdf.read(pdf, data)
    return []
