"""What is taken out of one list has its order, and says which row each invoice is of."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from app.intake import batches
from app.invoices import listings
from app.papers import listed, making, pack, papers
from app.papers.models import Kind, Step
from app.papers.rows import COLUMNS
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import HEAD, numbers, rows, text

ORDER = [3, 1, 3, 2]
"""Specimens on the lines 2 to 5; the third line names the first once more."""


@pytest.fixture
def batch(fang, work):
    made = batches.begin(text([HEAD, *(numbers(n, n)[0] for n in ORDER)]), "十月.csv", by=fang)
    batches.choose(made, made.columns["sheet"], made.columns["places"], by=fang)
    work()
    assert made.taken == len(ORDER)
    return made


@pytest.fixture
def taken_out(work):
    """A paper in English, as its bytes."""

    def of(kind, by, state):
        paper = papers.request(kind, {"state": state}, by=by, language="en")
        work()
        db.session.rollback()
        assert paper.step is Step.DONE, paper.reason
        with papers.open_file(paper) as file:
            return file.read()

    return of


def sheet(data):
    head, *lines = (
        CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    )
    return head, [(line[0], line[len(COLUMNS) :]) for line in lines[:-1]]


@SQLITE_FIRST
def test_it_is_in_the_order_of_the_list(fang, batch, taken_out):
    head, lines = sheet(taken_out(Kind.XLSX, fang, {"batch": batch.id}))
    assert head[-1] == "Row in the list"
    wanted = [(make.specimen(n).number, [row]) for n, row in ((3, 2), (1, 3), (2, 5))]
    assert lines == wanted
    told = csv.reader(
        io.StringIO(taken_out(Kind.CSV, fang, {"batch": batch.id}).decode("utf-8-sig"))
    )
    assert [(line[0], [int(line[-1])]) for line in list(told)[1:]] == wanted
    _head, some = sheet(taken_out(Kind.XLSX, fang, {"batch": batch.id, "q": wanted[1][0]}))
    assert some == [wanted[1]]


@SQLITE_FIRST
def test_page_by_page_it_is_the_same_though_rows_change_between(
    fang, batch, taken_out, monkeypatch
):
    monkeypatch.setattr(making, "PAGE", 1)
    monkeypatch.setattr(making, "BREATH", 0.0)
    usual = listed.numbered

    def then_the_first_row_names_another(page, *facts):
        told = usual(page, *facts)
        if page and page[0].key.number == make.specimen(3).number:
            with transaction():
                first = rows(batch)[0]
                first.invoice_id = rows(batch)[1].invoice_id
        return told

    monkeypatch.setattr(listed, "numbered", then_the_first_row_names_another)
    _head, lines = sheet(taken_out(Kind.XLSX, fang, {"batch": batch.id}))
    assert [number for number, _row in lines] == [make.specimen(n).number for n in (3, 1, 2)]


@SQLITE_FIRST
def test_a_pack_has_the_order_of_the_list_too(fang, batch):
    asked = {"state": {"batch": batch.id}}
    told = [one.key.number for one in pack.in_turn(asked, fang, 2)]
    assert told == [make.specimen(n).number for n in (3, 1)]


@SQLITE_FIRST
def test_whoever_may_not_see_the_list_gets_no_rows_of_it(fang, wei, batch, taken_out):
    mine = make.invoice(wei, 9)
    with transaction():
        listings.note(batch.id, [mine.id])
    head, lines = sheet(taken_out(Kind.XLSX, wei, {"batch": batch.id}))
    assert head[-1] == "Link" and lines == [(mine.key.number, [])]


@SQLITE_FIRST
def test_what_came_with_a_file_of_it_stands_at_the_end(fang, wei, batch, taken_out):
    other = make.invoice(wei, 9)
    with transaction():
        listings.note(batch.id, [other.id])
    _head, lines = sheet(taken_out(Kind.XLSX, fang, {"batch": batch.id}))
    assert [row for _number, row in lines] == [[2], [3], [5], [""]]
    assert lines[-1][0] == other.key.number


@SQLITE_FIRST
def test_other_papers_have_no_such_column(fang, tea, batch, taken_out):
    head, lines = sheet(taken_out(Kind.XLSX, fang, {}))
    assert head[-1] == "Link" and len(head) == len(COLUMNS) and len(lines) == 3


@SQLITE_FIRST
def test_it_says_from_which_list(browser, fang, wei, batch, taken_out):
    data = taken_out(Kind.XLSX, fang, {"batch": batch.id})
    about = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("About this list")
    assert ["Content", "From one list 十月.csv"] in about.to_python()
    browser.sign_in(fang)
    for path in (f"/invoices?batch={batch.id}", "/papers", f"/papers/new?batch={batch.id}"):
        assert "From one list 十月.csv" in browser.see(path).words()
    assert "十月" not in browser.sign_in(wei).see(f"/invoices?batch={batch.id}").words()
