"""Odd words in a list are words on every page it comes to, and in every file (F54)."""

import csv
from io import BytesIO, StringIO

import pypdfium2 as pdfium
import pytest
from python_calamine import CalamineWorkbook

from app.documents.documents import Refused
from app.documents.readers import kind
from app.intake import batches
from app.intake.models import Batch, State
from app.papers import papers
from app.papers.commas import cell
from app.papers.models import Kind
from app.papers.rows import COLUMNS
from app.plumbing.db import db
from tests import make
from tests.browser_like import Page
from tests.intake.lists_made import rows, text
from tests.intake.test_odd_words import LEADING, ODD

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
TITLES = ["发票号码", "开票日期", "价税合计", "销售方"]
NAME = "<img src=x onerror=alert(1)>{{7*7}}示例.csv"
RUN = ("<script>alert", "<img src=x", "49示例")
SELLER = [column.name for column in COLUMNS].index("seller_name")


def lines(words, first: int = 71) -> list[list[str]]:
    """An invoice of each of these sellers."""
    return [
        [make.specimen(number).number, "2026-11-10", "106.00", word]
        for number, word in enumerate(words, start=first)
    ]


def as_words(page: Page, words) -> None:
    """All of them can be read, and nothing of them was carried out."""
    told = page.words()
    assert [word for word in words if word not in told] == []
    assert [trace for trace in RUN if trace in page.text] == []


@pytest.fixture
def listed(browser, wei, fang, work) -> Batch:
    """A list of odd sellers, and after them of odd numbers; the ledger knows none of them."""
    make.ledger(fang, [make.export_row(make.specimen(1))])
    odd_numbers = [[word, "2026-11-10", word, word] for word in ODD]
    batch = batches.begin(text([TITLES, *lines(ODD), *odd_numbers]), NAME, by=wei)
    as_words(browser.sign_in(wei).see(f"/batches/{batch.id}"), ODD[:4])
    batches.choose(batch, "", batch.columns["places"], by=wei)
    work()
    return batch


def test_f54_on_every_page(browser, listed, fang):
    good, refused = rows(listed)[: len(ODD)], rows(listed)[len(ODD) :]
    assert [one.invoice.seller_name for one in good] == list(ODD)
    assert {one.state for one in refused} == {State.REFUSED}
    assert [one.texts["seller_name"] for one in refused] == list(ODD)
    as_words(browser.see(f"/batches/{listed.id}"), (*ODD, NAME))
    as_words(browser.see("/batches"), (NAME,))
    for one in refused:
        page = browser.see(f"/batches/{listed.id}/rows/{one.id}?edit={one.id}", htmx=True)
        as_words(page, (one.texts["seller_name"],))
        typed = {field.get("name"): field.get("value") for field in page.all("input")}
        assert typed["number"] == typed["seller_name"] == one.texts["number"]
    browser.sign_in(fang)
    as_words(browser.see("/invoices"), ODD)
    for path in ("/invoices", "/search"):
        found = browser.see(f"{path}?q=%7B%7B7*7%7D%7D")
        as_words(found, ("{{7*7}}示例",))
    for one in good:
        as_words(browser.see(f"/review/{one.invoice_id}"), (one.invoice.seller_name,))


@pytest.mark.full
def test_f54_in_every_file(listed, fang, work):
    made = {sort: papers.request(sort, {"state": {"batch": listed.id}}, by=fang, language="en")
            for sort in (Kind.XLSX, Kind.CSV, Kind.PDF)}  # fmt: skip
    work()
    db.session.rollback()
    told = {}
    for sort, paper in made.items():
        with papers.open_file(paper) as file:
            told[sort] = file.read()
    book = CalamineWorkbook.from_filelike(BytesIO(told[Kind.XLSX]))
    invoices, left = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    assert {row[SELLER] for row in invoices[1:-1]} == set(ODD)
    assert [row[1] for row in left[1:]] == list(ODD)
    text = told[Kind.CSV].decode("utf-8-sig")
    _head, *listing = csv.reader(StringIO(text, newline=""))
    assert {row[SELLER] for row in listing} == {cell(word) for word in ODD}
    with pdfium.PdfDocument(told[Kind.PDF]) as pdf:
        drawn = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert kind.inspect(told[Kind.PDF])["refusal"] is None, "nothing in it is carried out"
    assert [word for word in ODD if word not in drawn] == []


def test_f54_signs_that_nobody_sees_and_signs_that_no_text_has(fang, work):
    batch = batches.begin(text([TITLES, *lines(LEADING)]), "清单.csv", by=fang)
    batches.choose(batch, "", batch.columns["places"], by=fang)
    work()
    assert [one.invoice.seller_name for one in rows(batch)] == list(LEADING.values())
    with pytest.raises(Refused) as refused:
        batches.begin(text([TITLES, *lines(["示例\0店"])]), "清单.csv", by=fang)
    assert refused.value.reason == "broken"
