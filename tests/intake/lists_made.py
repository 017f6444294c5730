"""Lists of invoices as people hand them in."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from app.accounts.models import Member
from app.intake.models import Batch, Item
from app.invoices import filters, invoices
from app.invoices.models import Invoice
from app.invoices.narrowing import narrow
from app.plumbing.db import db
from tests import make


def workbook(lines: Iterable[Sequence[Any]], sheet: str = "发票") -> BytesIO:
    """One sheet, cell by cell; numbers stay numbers."""
    return tabs(**{sheet: lines})


def tabs(**sheets: Iterable[Sequence[Any]]) -> BytesIO:
    """Several sheets, by their names."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    for name, lines in sheets.items():
        page = book.add_worksheet(name)
        for place, cells in enumerate(lines):
            page.write_row(place, 0, cells)
    book.close()
    made.seek(0)
    return made


def text(lines: Iterable[Sequence[Any]], codec: str = "utf-8-sig", sign: str = ",") -> BytesIO:
    """The same as a text, in a writing of one's choice."""
    made = StringIO()
    csv.writer(made, delimiter=sign).writerows(lines)
    return BytesIO(made.getvalue().encode(codec))


def numbers(first: int, last: int, total: str = "106.00") -> list[list[str]]:
    """Number, day and total of specimens."""
    return [[make.specimen(n).number, "2026-11-10", total] for n in range(first, last + 1)]


def rows(batch: Batch) -> list[Item]:
    """In their order, as they are now."""
    db.session.expire_all()
    return list(db.session.query(Item).filter_by(batch_id=batch.id).order_by(Item.row))


def listed(batch: Batch, member: Member) -> set[str]:
    """The ids of the invoices that the member sees of it."""
    demands = filters.demands({"batch": batch.id}, member)
    query = narrow(invoices.visible_to(member), demands).query
    return set(db.session.scalars(query.with_only_columns(Invoice.id)))


HEAD = ["发票号码", "开票日期", "价税合计（元）"]
