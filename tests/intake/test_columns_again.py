"""Columns that were taken for others, once: said anew, and remembered instead."""

import re

import pytest

from app.intake import batches, sheets
from app.intake.models import Step
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import numbers, rows, tabs, workbook

HEAD = ["号码", "原价", "实付"]
LINES = [HEAD, *([n, "999.00", total] for n, _day, total in numbers(1, 2))]


@pytest.fixture
def wrong(fang, work):
    """A list whose sum somebody has taken from the wrong column."""
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (1, 2)])
    batch = batches.begin(workbook(LINES), "十月.xlsx", by=fang)
    batches.choose(batch, "发票", {"number": 0, "total": 1}, by=fang)
    work()
    return batch


@SQLITE_FIRST
def test_what_is_chosen_anew_is_right_for_this_list_and_the_next(browser, wrong, fang, work):
    assert [one.invoice.authenticity.value for one in rows(wrong)] == ["mismatch", "mismatch"]
    page = browser.sign_in(fang).see(f"/batches/{wrong.id}")
    assert "Change the columns" in page.words()
    places = [browser.post(f"/batches/{wrong.id}/sheets").headers["Location"] for _ in range(2)]
    assert places[0] == places[1], "pressed twice it is one list"
    asked = browser.see(places[0])
    assert re.findall(r'value="(\w+)" selected', asked.text) == ["number", "total"]

    again = sheets.ask_again(wrong, by=fang)
    assert again.step is Step.ASKED and again.columns["places"] == {"number": 0, "total": 1}
    batches.choose(again, "发票", {"number": 0, "total": 2}, by=fang)
    work()
    assert [one.invoice.authenticity.value for one in rows(again)] == ["genuine", "genuine"]
    third = batches.begin(workbook([*LINES, LINES[1]]), "十一月.xlsx", by=fang)
    assert third.columns["places"] == {"number": 0, "total": 2}


@SQLITE_FIRST
def test_another_sheet_that_is_asked_about_is_another_list(fang):
    october, november = [HEAD, *numbers(1, 2)], [["发票号码", "价格"], *numbers(3, 4)]
    first = batches.begin(tabs(十月=october, 十一月=november), "两月.xlsx", by=fang)
    batches.choose(first, "十月", {"number": 0, "total": 2}, by=fang)
    second = sheets.begin(first, "十一月", by=fang)
    assert second.step is Step.ASKED
    again = sheets.ask_again(first, by=fang)
    assert again.id != second.id and again.columns["sheet"] == "十月"


@SQLITE_FIRST
def test_what_is_still_to_do_with_wrong_columns_is_left(wrong, fang, work):
    second = batches.begin(workbook([*LINES, LINES[1]]), "十一月.xlsx", by=fang)
    assert second.step is Step.WAITING
    sheets.ask_again(second, by=fang)
    work()
    assert second.step is Step.CANCELLED and rows(second) == []


@SQLITE_FIRST
def test_only_a_list_with_headings_is_asked_about_again(browser, fang, wei, wrong, work):
    text = batches.begin_text(numbers(1, 1)[0][0], by=fang)
    work()
    with pytest.raises(batches.Moved):
        sheets.ask_again(text, by=fang)
    assert "Change the columns" not in browser.sign_in(fang).see(f"/batches/{text.id}").words()
    assert browser.sign_in(wei).post(f"/batches/{wrong.id}/sheets").status == 404
