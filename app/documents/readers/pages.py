"""The invoices on the pages of a PDF, by their text (FORMATS §6)."""

from __future__ import annotations

from pypdfium2 import PdfDocument

from app.documents.readers import paper
from app.documents.readers.codes import MOST_PAGES_READ
from app.documents.readers.found import Found
from app.documents.readers.layout import Page
from app.documents.readers.pdftext import Sheet


def read(pdf: PdfDocument) -> list[Found]:
    """What each of the first 20 pages says of an invoice, a page being a body of its own.

    Pages of one invoice repeat its number and are joined by it; a page without text says nothing.
    """
    found = []
    for number in range(1, min(len(pdf), MOST_PAGES_READ) + 1):
        if one := paper.read(Page(Sheet(pdf, number))):
            one.body = number - 1
            found.append(one)
    return found
