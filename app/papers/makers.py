"""Every kind of paper: what it is called, what it is, and who makes it."""

from dataclasses import dataclass

from app.core.errors import N_
from app.papers import commas, originals, pack, report, workbook
from app.papers.making import Maker
from app.papers.models import Kind


@dataclass(frozen=True, slots=True)
class Sort:
    """``title`` begins the file's name; ``media_type`` is what a browser is told.

    ``tells_left`` says that it has the rows of a list too that led to no invoice.
    """

    title: str
    suffix: str
    media_type: str
    make: Maker
    tells_left: bool = False


KINDS: dict[Kind, Sort] = {
    Kind.XLSX: Sort(
        N_("Invoices"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbook.write,
        tells_left=True,
    ),
    Kind.CSV: Sort(N_("Invoices"), "csv", "text/csv; charset=utf-8", commas.write),
    Kind.PDF: Sort(N_("Invoice report"), "pdf", "application/pdf", report.write, tells_left=True),
    Kind.ZIP: Sort(N_("Original files"), "zip", "application/zip", originals.write),
    Kind.PACK: Sort(N_("Print pack"), "pdf", "application/pdf", pack.write),
}
"""What can be asked for today."""
