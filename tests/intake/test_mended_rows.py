"""A number that was wrong in a list: its invoice goes with it, unless somebody has brought it."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.documents import specimens
from app.intake import batches, intake, mending
from app.invoices import invoices
from app.invoices.models import Invoice
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import numbers, rows, text
from tests.intake.test_batches import hand_in

HEAD = ["发票号码", "开票日期", "价税合计"]


@pytest.fixture
def listed(fang, work):
    """A list of one row whose number was mistyped."""
    make.ledger(fang, [make.export_row(make.specimen(1))])
    work()

    def of(number):
        batch = batches.begin(text([HEAD, *numbers(number, number)]), "清单.csv", by=fang)
        if batch.columns["places"] and batch.step.value == "asked":
            batches.choose(batch, batch.columns["sheet"], batch.columns["places"], by=fang)
        work()
        (row,) = rows(batch)
        return row

    return of


def wallet(member):
    """The numbers that the member sees."""
    return {one.key.number for one in db.session.scalars(invoices.visible_to(member))}


@SQLITE_FIRST
def test_an_invoice_that_only_the_wrong_number_brought_goes_with_it(fang, listed):
    row = listed(2)
    assert wallet(fang) == {make.specimen(2).number}
    mending.mend(row, {"number": make.specimen(1).number}, by=fang)
    assert wallet(fang) == {make.specimen(1).number}
    gone = select(Invoice).where(Invoice.is_let_go)
    assert [one.key.number for one in db.session.scalars(gone)] == [make.specimen(2).number]
    mending.mend(row, {"number": make.specimen(2).number}, by=fang)
    assert wallet(fang) == {make.specimen(2).number}, "and comes back with it"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_was_brought_as_a_file_or_before_or_by_another_list_stays(fang, listed, work):
    row = listed(2)
    intake.hand_in(BytesIO(specimens.write_xml(make.specimen(2))), "二.xml", by=fang)
    work()
    mending.mend(row, {"number": make.specimen(1).number}, by=fang)
    assert wallet(fang) == {make.specimen(1).number, make.specimen(2).number}

    for one in (listed(3), listed(3)):
        mending.mend(one, {"number": make.specimen(1).number}, by=fang)
        assert make.specimen(3).number in wallet(fang), "it was there before the second list"


@SQLITE_FIRST
def test_the_first_that_repeated_it_takes_its_place(fang, work):
    wrong, right = make.specimen(2).number, make.specimen(3).number
    lines = [[wrong, "2026-11-10", total] for total in ("106.00", "107.00", "106.00", "107.00")]
    batch = hand_in([HEAD, *lines], by=fang)
    work()
    told = [(one.state.value, one.twin, one.reason) for one in rows(batch)]
    assert told == [("done", None, ""), *(("repeated", 1, why) for why in ("other", "", "other"))]
    mending.mend(rows(batch)[0], {"number": right}, by=fang)
    first, second, *others = rows(batch)
    assert first.invoice.key.number == right and second.invoice.key.number == wrong
    assert (second.state.value, second.twin) == ("done", None)
    told = [(one.state.value, one.twin, one.reason) for one in others]
    assert told == [("repeated", 2, "other"), ("repeated", 2, "")]
    mending.mend(first, {"number": wrong}, by=fang)
    assert [(one.state.value, one.twin) for one in rows(batch)] == [
        ("repeated", 2), ("done", None), ("repeated", 2), ("repeated", 2),
    ]  # fmt: skip
