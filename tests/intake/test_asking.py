"""An invoice is asked for by what stands on the paper, and found where it is known."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.core.invoice import InvoiceKey
from app.core.verdict import Authenticity
from app.documents import specimens
from app.intake import asking, intake
from app.invoices import holdings, invoices
from app.invoices.models import Invoice
from app.journal.models import Entry
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser

NUMBER = specimens.number(1)
WHOLE = {"q": NUMBER, "issued": "2026-11-10", "total": "106.00"}


@pytest.fixture
def ledger(app, fang, work) -> None:
    """Specimens 1 and 2 are in the bureau's ledger, until the 19th."""
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (1, 2)])
    work()


@pytest.mark.parametrize(
    ("number", "code", "fields"),
    [
        ("", "", ()),
        ("12345678", "", ("code", "issued", "total")),
        ("12345678", "1100162130", ("code", "issued", "amount")),
        ("12345678", "011001900111", ("code", "issued", "check_code")),
        ("12345678", "011001900113", ("code", "issued", "amount")),
        ("１２３４５６７８", "0110 0190 0117", ("code", "issued", "total")),
        (NUMBER, "", ("issued", "total")),
        ("1234567890123", "", ()),
    ],
)
def test_each_kind_asks_just_what_it_needs(number, code, fields):
    assert asking.wanted(number, code) == fields


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        ("1234567", "", None),
        ("12345678", "", "code of 10 or 12"),
        ("261120000000", "", "8 digits to go"),
        ("26112000000000001001", "", "Digital invoice of 2026 · 北京"),
        ("26002000000000001001", "", "No year or region"),
        ("12345678", "1100162130", "增值税专用发票 · 北京"),
        ("12345678", "161001718100", "does not answer for this kind"),
        ("123456789012345678901", "", "no invoice number"),
        ("北京京东", "", None),
    ],
)
@SQLITE_FIRST
def test_hints_follow_the_digits(app, number, code, said):
    found = asking.hint(number, code)
    assert (found is None) == (said is None)
    assert said is None or said in found.message % found.facts


@SQLITE_FIRST
def test_wallet_and_ledger_answer_to_number_part_name_and_tax_id(ledger, fang, work):
    intake.hand_in(make.picture(1), "票.png", by=fang)
    work()
    for text in (NUMBER, NUMBER[-8:], "示例酒店", specimens.tax_id(8).lower()):
        found = asking.find(text, fang)
        numbers = [one.key.number for one in (*found.invoices, *found.rows)]
        assert numbers[0] == NUMBER, text
        assert len(numbers) == (1 if text == NUMBER or text == NUMBER[-8:] else 2)
    for text in ("", "1", "123", "没有这个", "%", "_"):
        assert asking.find(text, fang) == asking.Matches()


@SQLITE_FIRST
def test_one_finds_only_what_one_may_see(ledger, wei, fang, stranger, work):
    intake.hand_in(make.picture(1), "票.png", by=fang)
    work()
    for member in (wei, stranger):
        assert asking.find(NUMBER, member) == asking.Matches()
    key = InvoiceKey.of("", NUMBER)
    assert asking.held_by_others(key, wei)
    assert not asking.held_by_others(key, fang) and not asking.held_by_others(key, stranger)
    holdings.let_go(db.session.scalars(invoices.visible_to(fang)).one(), by=fang)
    assert not asking.held_by_others(key, wei), "nobody holds it any more"


@pytest.mark.parametrize(
    ("values", "authenticity", "words"),
    [
        ({"issued": "2026-11-10", "total": "106"}, Authenticity.GENUINE, "agrees"),
        ({"issued": "2026-11-10", "total": "160"}, Authenticity.MISMATCH, "differs"),
        ({"issued": "2026-11-11", "total": "106"}, Authenticity.MISMATCH, "differs"),
    ],
)
@SQLITE_FIRST
def test_the_ledger_answers_and_nothing_is_kept(ledger, wei, values, authenticity, words):
    found = asking.answer(InvoiceKey.of("", NUMBER), values, by=wei)
    assert (found.authenticity, found.words) == (authenticity, words)
    assert db.session.scalars(select(Invoice)).all() == []


@SQLITE_FIRST
def test_absent_and_uncovered_are_told_apart(ledger, wei):
    key = InvoiceKey.of("", specimens.number(9))
    inside = asking.answer(key, {"issued": "2026-11-10", "total": "1"}, by=wei)
    outside = asking.answer(key, {"issued": "2026-11-21", "total": "1"}, by=wei)
    assert inside.authenticity is Authenticity.NOT_FOUND
    assert (outside.authenticity, outside.words) == (None, "uncovered")


@SQLITE_FIRST
def test_the_page_asks_answers_and_keeps(app, ledger, wei):
    browser = Browser(app).sign_in(wei)
    page = browser.see(f"/ask?q={NUMBER}")
    assert {"issued", "total"} <= {one.get("name") for one in page.all("input")}
    refused = browser.see(f"/ask?q={NUMBER}&ask=1&issued=2026-11-10", status=422)
    assert "Please fill this in" in refused.words()
    answer = browser.see(f"/ask?q={NUMBER}&ask=1&issued=2026-11-10&total=160.00").words()
    assert "Does not match" in answer and "you typed 160.00" in answer and "106.00" not in answer

    assert browser.post("/ask", **{**WHOLE, "total": "x"}).status == 422
    assert browser.post("/ask", **WHOLE).status == 303
    invoice = db.session.scalars(select(Invoice)).one()
    assert invoice.authenticity is Authenticity.GENUINE
    words = browser.see(f"/invoices/{invoice.id}").words()
    assert "Typed" in words and "No file yet" in words
    assert "In your invoices" in browser.see(f"/ask?q={NUMBER}").words()


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (
            "01,32,,99002000000000000001,106.00,20261110,,AB12",
            {"q": NUMBER, "issued": "2026-11-10", "total": "106.00"},
        ),
        (
            "０１，０４，011001900111，12345678，100.50，20190102，12345678901234567890，",
            {
                "q": "12345678",
                "code": "011001900111",
                "issued": "2019-01-02",
                "amount": "100.50",
                "check_code": "12345678901234567890",
            },
        ),
        (NUMBER, {}),
        ("https://example.com/01,32", {}),
        ("北京京东", {}),
    ],
)
def test_the_text_of_a_code_fills_the_form(text, filled):
    assert asking.of_code(text) == filled


@SQLITE_FIRST
def test_a_gun_on_the_look_up_gets_the_answer_at_once(app, ledger, wei):
    browser = Browser(app).sign_in(wei)
    code = "01,32,,99002000000000000001,106.00,20261110,,"
    moved = browser.see(f"/ask?q={code}", status=303).headers["Location"]
    assert "Genuine" in browser.see(moved).words()
    part = browser.see(f"/ask?q={code}", htmx=True, status=204)
    assert part.headers["HX-Redirect"] == moved
    assert db.session.scalars(select(Invoice)).all() == []


@SQLITE_FIRST
def test_somebody_without_a_role_may_ask_and_keeps_nothing(app, ledger, tea):
    guest = make.member("访客", tea)
    browser = Browser(app).sign_in(guest)
    path = f"/ask?q={NUMBER}&ask=1&issued=2026-11-10&total=106.00"
    page = browser.see(path).words()
    assert "Genuine" in page and "Keep and check" not in page
    assert browser.post("/ask", **WHOLE).status == 403


def blank() -> BytesIO:
    """A picture without a code."""
    drawn = BytesIO()
    Image.new("RGB", (40, 40), "white").save(drawn, "PNG")
    drawn.seek(0)
    return drawn


@SQLITE_FIRST
def test_a_file_that_gave_no_invoice_gets_its_number_by_hand(app, wei, work):
    copy = intake.hand_in(blank(), "糊.png", by=wei)
    work()
    browser = Browser(app).sign_in(wei)
    path = f"/ask?document={copy.document_id}"
    for offer in ("/", f"/documents/{copy.document_id}"):
        page = browser.see(offer)
        assert path in {one.get("href") for one in page.all("a")}, offer
    page = browser.see(path)
    assert {"document": copy.document_id}.items() <= {
        one.get("name"): one.get("value") for one in page.all("input")
    }.items()
    assert "糊.png" in page.words()

    assert browser.post("/ask", document=copy.document_id, **{**WHOLE, "total": "x"}).status == 422
    for _ in range(2):
        assert browser.post("/ask", document=copy.document_id, **WHOLE).status == 303
    (invoice,) = db.session.scalars(select(Invoice))
    assert "糊.png" in browser.see(f"/invoices/{invoice.id}").words()
    attached = select(Entry).where(Entry.action == "document-attached")
    assert len(db.session.scalars(attached).all()) == 1
    for offer in ("/", f"/documents/{copy.document_id}"):
        page = browser.see(offer)
        assert path not in page.text and f"/invoices/{invoice.id}" in page.text


@SQLITE_FIRST
def test_only_ones_own_files_get_a_number(app, wei, fang, stranger, work):
    copy = intake.hand_in(blank(), "糊.png", by=wei)
    work()
    export = make.ledger(fang, [make.export_row(make.specimen(1))]).document_id
    browser = Browser(app).sign_in(fang)
    assert "Type its number" not in browser.see(f"/documents/{copy.document_id}").text
    for asker, document_id in ((fang, copy.document_id), (stranger, copy.document_id),
                               (fang, export), (wei, "nothing")):  # fmt: skip
        browser = Browser(app).sign_in(asker)
        browser.see(f"/ask?document={document_id}", status=404)
        assert browser.post("/ask", document=document_id, **WHOLE).status == 404
    assert db.session.scalars(select(Invoice)).all() == []


@SQLITE_FIRST
def test_a_colleague_with_the_same_file_sees_nothing_of_what_was_typed(app, wei, tea, work):
    colleague = make.member("钱同事", tea, "employee")
    for member in (wei, colleague):
        copy = intake.hand_in(blank(), "糊.png", by=member)
    work()
    Browser(app).sign_in(wei).post("/ask", document=copy.document_id, **WHOLE)
    page = Browser(app).sign_in(colleague).see("/")
    assert "/invoices/" not in page.text and "Type its number" in page.words()


@SQLITE_FIRST
def test_an_empty_result_is_said_in_words(app, ledger, fang):
    assert "Nothing like this" in Browser(app).sign_in(fang).see("/ask?q=没有这家公司").words()


@SQLITE_FIRST
def test_an_old_number_needs_its_code(app, ledger, wei):
    browser = Browser(app).sign_in(wei)
    refused = browser.post("/ask", q="12345678", code="", issued="2026-11-10", total="1")
    assert refused.status == 422 and "Please fill this in" in refused.words()
    kept = browser.post(
        "/ask", q="12345678", code="011001900111", issued="2019-11-10", check_code="1" * 20
    )
    assert kept.status == 303
    assert db.session.scalars(select(Invoice)).one().kind_word == "vat_e_ordinary"
