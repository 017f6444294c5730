"""What is missing on either side, as a workbook that another program opens."""

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.papers import papers
from app.papers.models import Kind, Paper, Step
from app.plumbing.db import db
from tests import make

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_both_sides_are_listed_with_the_likely_reasons(browser, fang, wei, work):
    make.ledger(fang, [make.export_row(make.specimen(1)), make.export_row(make.specimen(2))])
    work()
    make.invoice(wei, 2), make.invoice(wei, 3)
    browser.sign_in(fang)
    assert "papers/gaps" in browser.see("/missing").text
    assert browser.post("/papers/gaps").status == 303
    work()
    paper = db.session.scalars(select(Paper)).one()
    assert (paper.step, paper.total, paper.kind_word) == (Step.DONE, 2, Kind.GAPS), paper.reason
    assert "Not in the system" in browser.see("/papers").words()
    with papers.open_file(paper) as file:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
    assert book.sheet_names == ["Nobody handed it in", "Not in the ledger", "About this list"]
    for sheet, number in zip(book.sheet_names, (1, 3), strict=False):
        head, row, total = book.get_sheet_by_name(sheet).to_python()
        assert (head[0], head[-1]) == ("Number", "Reason")
        assert row[0] == make.specimen(number).number and row[4] == total[4] == 106.0 and row[6]


def test_it_is_for_finance_and_not_asked_for_where_nothing_is_missing(browser, fang, wei, work):
    make.invoice(wei, 3)
    assert browser.sign_in(wei).post("/papers/gaps").status == 403
    assert browser.post("/papers", paper="gaps", state="").status == 422
    browser.sign_in(fang)
    make.ledger(fang, [make.export_row(make.specimen(3))])
    work()
    with pytest.raises(papers.Nothing):
        papers.request(Kind.GAPS, {"gaps": True}, by=fang, language="zh")
    assert "papers/gaps" not in browser.see("/missing").text
