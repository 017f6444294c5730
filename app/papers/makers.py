"""Every kind of paper: what it is called, what it is, and who makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.models import Member
from app.core.errors import N_
from app.documents.readers.limits import MEDIA_TYPES
from app.papers import commas, gaps, left, originals, pack, report, workbook
from app.papers.making import Maker
from app.papers.models import Kind

Others = Callable[[Mapping[str, Any], Member], int]


@dataclass(frozen=True, slots=True)
class Sort:
    """``title`` begins the file's name; ``media_type`` is what a browser is told.

    ``others`` counts what it has besides invoices.
    """

    title: str
    suffix: str
    media_type: str
    make: Maker
    others: Others = lambda _asked, _member: 0


KINDS: dict[Kind, Sort] = {
    Kind.XLSX: Sort(
        N_("Invoices"),
        "xlsx",
        MEDIA_TYPES["xlsx"],
        workbook.write,
        left.how_many,
    ),
    Kind.CSV: Sort(N_("Invoices"), "csv", "text/csv; charset=utf-8", commas.write),
    Kind.PDF: Sort(N_("Invoice report"), "pdf", "application/pdf", report.write, left.how_many),
    Kind.ZIP: Sort(N_("Original files"), "zip", "application/zip", originals.write),
    Kind.PACK: Sort(N_("Print pack"), "pdf", "application/pdf", pack.write),
    Kind.GAPS: Sort(
        N_("Not in the system"), "xlsx", MEDIA_TYPES["xlsx"], gaps.write, gaps.how_many
    ),
}
"""What can be asked for today."""
