"""A slip whose code leaves the number out is an invoice all the same, and gets its number once."""

from io import BytesIO

import pytest
import qrcode
from sqlalchemy import select

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.intake import asking, intake, repair
from app.invoices import invoices
from app.invoices.models import Change, Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser

KEY = InvoiceKey.of("144031539110", "01234567")
LINK = "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=" + "a" * 66
LINK += "&bill_num=01234567&total_amount=12345"


@pytest.fixture
def slip(wei, work):
    """A blockchain invoice: its code tells number and total, and no 发票代码."""
    drawn = BytesIO()
    qrcode.make(LINK).save(drawn, "PNG")
    drawn.seek(0)
    copy = intake.hand_in(drawn, "区块链.png", by=wei)
    work()
    return copy.document


@SQLITE_FIRST
def test_it_is_known_by_its_file_until_it_is_numbered(slip, wei, work):
    (invoice,) = invoices.of_document(slip)
    assert str(invoice.key) == f"file:{slip.digest}"
    assert invoice.total == Money.parse("123.45")
    kept = asking.keep(KEY, {"issued": "2026-11-10", "total": "123.45"}, by=wei, document=slip)
    assert kept is invoice and invoice.key == KEY
    facts = db.session.scalars(select(Change).filter_by(what="numbered")).one().facts
    assert facts == {"before": f"file:{slip.digest}", "after": str(KEY)}

    repair.read_again(slip, by=wei)
    work()
    assert [one.key for one in db.session.scalars(select(Invoice))] == [KEY]
    assert journal.verify() == []


@SQLITE_FIRST
def test_a_number_that_is_known_already_takes_the_file_in(slip, wei, fang):
    with transaction():
        known = invoices.type_in(KEY, {"seller_name": "深圳示例公司"}, by=fang)
    kept = asking.keep(KEY, {"issued": "2026-11-10", "total": "123.45"}, by=wei, document=slip)
    assert kept is known and kept.total == Money.parse("123.45")
    assert kept.seller_name == "深圳示例公司"
    assert {one.member_id for one in kept.holdings} == {wei.id, fang.id}
    seen = db.session.scalars(invoices.visible_to(fang)).all()
    assert seen == [known], "what was known by its file only is nobody's any more"


@SQLITE_FIRST
def test_its_page_and_row_ask_for_the_number(app, slip, wei):
    browser = Browser(app).sign_in(wei)
    (invoice,) = invoices.of_document(slip)
    page = browser.see(f"/invoices/{invoice.id}")
    assert (
        "not known yet" in page.words() and slip.digest not in page.words().split("Where each")[0]
    )
    links = [one.get("href") for one in page.all("a")]
    assert f"/ask?document={slip.id}&slip={invoice.id}" in links
    assert "number not known yet" in browser.see("/invoices").words()


@SQLITE_FIRST
def test_a_page_with_another_code_is_still_an_attachment(wei, work):
    drawn = BytesIO()
    qrcode.make("https://example.com/menu").save(drawn, "PNG")
    drawn.seek(0)
    copy = intake.hand_in(drawn, "菜单.png", by=wei)
    work()
    assert invoices.of_document(copy.document) == []
    assert copy.document.reason == "other_code"
