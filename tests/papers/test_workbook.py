"""The Excel file, opened by other programs: digits, sums, links, colours, both languages."""

import io
from datetime import date, datetime

import openpyxl
import pypdfium2 as pdfium
import pytest
from python_calamine import CalamineWorkbook

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.documents import specimens
from app.intake import batches, intake
from app.intake.models import Step
from app.papers import papers, workbook
from app.papers.models import Kind
from app.papers.rows import COLUMNS, tone
from app.plumbing import storage
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST

NUMBER = {column.name: place for place, column in enumerate(COLUMNS)}


@pytest.fixture
def listed(work):
    """Ask for a workbook and open it with openpyxl."""

    def of(by, language="en", asked=None):
        paper = papers.request(Kind.XLSX, asked or {"state": {}}, by=by, language=language)
        work()
        db.session.rollback()
        with papers.open_file(paper) as file:
            return io.BytesIO(file.read())

    return of


@SQLITE_FIRST
def test_digits_stay_digits_and_sums_are_right_in_another_program(wei, fang, listed):
    digital = make.invoice(wei, 1, total=Money(62800), amount=Money(59245), tax=Money(3555))
    make.invoice(
        wei, 2, key=InvoiceKey("vat", "1100191130-00012345"), total=Money(-10050), amount=None
    )
    make.invoice(wei, 3, total=None, amount=Money(42), key=InvoiceKey("file", "ab" * 32))
    file = listed(fang)
    head, *body, total = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert head[:3] == ["Number", "Code", "Kind"]
    by_number = {row[0]: row for row in body}
    assert set(by_number) == {digital.key.number, "00012345", ""}
    assert by_number["00012345"][1] == "1100191130"
    assert by_number[digital.key.number][8:11] == [592.45, 35.55, 628.0]
    assert by_number["00012345"][8:11] == ["", "", -100.5], "unknown is empty, never 0"
    assert by_number[""][10] == "" and by_number[""][8] == 0.42
    assert total[0] == "Sum" and total[8:11] == [592.87, 35.55, 527.5]
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    assert sheet.cell(5, 11).value == "=SUBTOTAL(109,K2:K4)"
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == "A1:V4"


@SQLITE_FIRST
def test_days_are_days_and_links_are_links(wei, fang, listed, monkeypatch):
    one = make.invoice(wei, 1, checked_at=datetime.fromisoformat("2026-11-20T16:30:00+00:00"))
    book = openpyxl.load_workbook(listed(fang))
    line = {name: book.worksheets[0].cell(2, place + 1) for name, place in NUMBER.items()}
    assert line["issued"].value.date() == date(2026, 11, 10)
    assert line["checked_at"].value == datetime(2026, 11, 21, 0, 30), "as in Shanghai"
    assert line["link"].hyperlink.target == f"http://yanpiao.test/invoices/{one.id}"
    monkeypatch.setattr(workbook, "MOST_LINKS", 0)
    cell = openpyxl.load_workbook(listed(fang)).worksheets[0].cell(2, NUMBER["link"] + 1)
    assert cell.hyperlink is None and cell.value == f"http://yanpiao.test/invoices/{one.id}"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_list_of_which_nothing_was_taken_says_why_row_by_row(fang, listed, work):
    text = "发票号码,备注\n123,住宿\n12345678,没有代码\n"
    batch = batches.begin(io.BytesIO(text.encode()), "清单.csv", by=fang)
    if batch.step is Step.ASKED:
        batches.choose(batch, batch.columns["sheet"], {"number": 0}, by=fang)
    work()
    asked = {"state": {"batch": batch.id}}
    book = CalamineWorkbook.from_filelike(listed(fang, asked=asked))
    assert len(book.get_sheet_by_name("Invoices").to_python()) == 1
    _, *rows = book.get_sheet_by_name("Not taken").to_python()
    assert [row[:2] for row in rows] == [[2, "123"], [3, "12345678"]] and all(r[2] for r in rows)
    for kind in (Kind.CSV, Kind.ZIP, Kind.PACK):
        with pytest.raises(papers.Nothing):
            papers.request(kind, asked, by=fang, language="en")
    report = papers.request(Kind.PDF, asked, by=fang, language="en")
    work()
    db.session.refresh(report)
    with pdfium.PdfDocument(storage.path(report.digest)) as pdf:
        told = pdf[0].get_textpage().get_text_bounded()
    assert "Not taken" in told and "12345678" in told and rows[0][2] in told


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_rows_of_a_list_that_led_nowhere_stand_on_a_sheet_of_their_own(fang, listed, work):
    good, wrong = make.specimen(41).number, f"{make.specimen(42).number}1"
    text = f"发票号码,备注\n{good},住宿\n{wrong},多一位\n{good},又一次\n"
    batch = batches.begin(io.BytesIO(text.encode()), "清单.csv", by=fang)
    if batch.step is Step.ASKED:
        batches.choose(batch, batch.columns["sheet"], {"number": 0}, by=fang)
    work()
    file = listed(fang, asked={"state": {"batch": batch.id}})
    book = CalamineWorkbook.from_filelike(file)
    assert book.sheet_names == ["Invoices", "Not taken", "About this list"]
    head, *rows = book.get_sheet_by_name("Not taken").to_python()
    assert head == ["Row", "Number", "Reason"]
    assert [row[:2] for row in rows] == [[3, wrong], [4, good]] and all(row[2] for row in rows)
    assert CalamineWorkbook.from_filelike(listed(fang)).sheet_names == [
        "Invoices",
        "About this list",
    ]


@SQLITE_FIRST
def test_verdicts_wear_their_colours(wei, fang, listed):
    make.invoice(wei, 1, authenticity=Authenticity.GENUINE)
    make.invoice(wei, 2, authenticity=Authenticity.MISMATCH)
    sheet = openpyxl.load_workbook(listed(fang)).worksheets[0]
    cells = [sheet.cell(line, NUMBER["verdict"] + 1) for line in (2, 3)]
    worn = {one.value: (one.fill.fgColor.rgb, one.font.color.rgb) for one in cells}
    assert worn == {
        "Genuine": ("FFE3F4EA", "FF0B6B3A"),
        "Does not match": ("FFFCE8E6", "FFB3261E"),
    }


@SQLITE_FIRST
def test_a_text_that_looks_like_a_formula_is_text(wei, fang, listed):
    make.invoice(wei, 1, seller_name='=HYPERLINK("http://evil.example","x")\x07')
    cell = openpyxl.load_workbook(listed(fang)).worksheets[0].cell(2, NUMBER["seller_name"] + 1)
    assert cell.data_type == "s" and cell.hyperlink is None
    assert cell.value == '=HYPERLINK("http://evil.example","x")'


@SQLITE_FIRST
def test_a_list_speaks_the_language_that_was_asked_for_and_says_what_it_is(
    wei, fang, tea, listed
):  # fmt: skip
    make.invoice(wei, 1, authenticity=Authenticity.GENUINE, total=None)
    book = openpyxl.load_workbook(listed(fang, "zh"))
    first, about = book.worksheets
    assert (
        first.cell(1, 1).value == "发票号码"
        and first.cell(2, NUMBER["verdict"] + 1).value == "真票"
    )
    facts = {row[0].value: row[1].value for row in about.iter_rows() if row[0].value}
    assert tea.name in " ".join(facts.values()) and "方财务" in facts.values()
    english = openpyxl.load_workbook(listed(fang)).worksheets[1]
    told = " ".join(str(cell.value) for row in english.iter_rows() for cell in row)
    assert "All invoices" in told and "1 of unknown amount" in told
    assert "It is not zero, and it is in no sum" in told


@SQLITE_FIRST
def test_every_verdict_of_the_specimen_company_wears_the_word(wei, fang, tea, listed):
    make.invoice(wei, 1, authenticity=Authenticity.GENUINE)
    with transaction():
        tea.is_specimen = True
    book = openpyxl.load_workbook(listed(fang, "zh"))
    assert book.worksheets[0].cell(2, NUMBER["verdict"] + 1).value == "样票 · 真票"
    assert book.worksheets[1].cell(1, 1).value == "样票"


@SQLITE_FIRST
def test_the_verdict_names_the_row_of_the_bureau_that_it_stands_on(wei, fang, listed, work):
    one = make.specimen(1)
    intake.hand_in(io.BytesIO(specimens.write_xml(one)), "样票.xml", by=wei)
    make.ledger(fang, [make.export_row(one)])
    work()
    cells = openpyxl.load_workbook(listed(fang)).worksheets[0]
    line = {name: cells.cell(2, place + 1).value for name, place in NUMBER.items()}
    assert line["verdict"] == "Genuine" and line["state"] == "Valid"
    assert "全量发票查询导出结果.xlsx" in line["source"] and "2026-11-20" in line["source"]
    assert "line 2" in line["source"] and len(line["evidence"]) == 26
    assert (line["brought_by"], line["files"]) == ("魏员工", "样票.xml")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_colours_are_those_of_the_pages(app, wei):
    show = app.jinja_env.get_template("shared/show.html").module
    one = make.invoice(wei, 1)
    with app.test_request_context():
        for one.authenticity in Authenticity:
            for one.lifecycle in Lifecycle:
                shown = str(show.verdict_tone(one.authenticity, one.lifecycle)).strip()
                assert tone(one) == shown
    db.session.rollback()
