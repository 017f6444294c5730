"""The original is shown in the app; an invoice says its age, its title and what it is for."""

import re
from datetime import timedelta
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from sqlalchemy import select

from app.core.period import today
from app.documents import specimens
from app.documents.specimens import older
from app.intake import intake
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db
from tests import fixed, make, sheets
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE, Browser


def handed_in(data, name, by, work):
    copy = intake.hand_in(BytesIO(data), name, by=by)
    work()
    return copy.document_id, db.session.scalars(select(Invoice).order_by(Invoice.id.desc())).first()


def two_pages(one):
    drawn = BytesIO()
    with pdfium.PdfDocument(specimens.draw_pdf(one)) as page, pdfium.PdfDocument.new() as both:
        both.import_pages(page)
        both.import_pages(page)
        both.save(drawn)
    return drawn.getvalue()


@pytest.mark.parametrize("kind", ["pdf", "ofd"])
@SQLITE_FIRST
def test_every_page_is_a_picture_that_says_which_invoice_it_is(browser, wei, work, kind):
    one = make.specimen()
    data = two_pages(one) if kind == "pdf" else fixed.ofd(sheets.bureau(one), sheets.bureau(one))
    document_id, invoice = handed_in(data, f"two.{kind}", wei, work)
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}/originals/{document_id}")
    pictures = [one for one in page.all("img") if "/preview" in one.get("src")]
    assert [one.get("src").rpartition("?")[2] for one in pictures] == ["page=1", "page=2"]
    alt = f"Picture of the invoice, number {specimens.number(1)}, amount ¥106.00"
    assert [one.get("alt") for one in pictures] == [f"{alt} · page 1", f"{alt} · page 2"]
    for one in pictures:
        drawn = browser.client.get(one.get("src"), base_url=BASE)
        assert drawn.mimetype == "image/webp" and drawn.data[:4] == b"RIFF"
    assert "1 / 2" in page.words()
    assert f'href="/invoices/{invoice.id}"' in page.text, "the way back is to the invoice"


@pytest.mark.parametrize("kind", ["png", "ofd"])
@SQLITE_FIRST
def test_the_invoice_leads_to_its_original_in_the_app_and_never_to_the_file(
    browser, wei, work, kind
):
    one = make.specimen()
    data = make.picture().getvalue() if kind == "png" else specimens.write_ofd(one)
    document_id, invoice = handed_in(data, f"one.{kind}", wei, work)
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}")
    ways = [one.get("href") for one in page.all("a")]
    assert f"/invoices/{invoice.id}/originals/{document_id}" in ways
    assert not any(way and way.endswith("/original") for way in ways)
    picture = next(one for one in page.all("img") if "/preview" in one.get("src"))
    assert specimens.number(1) in picture.get("alt")


PAGELESS = specimens.pack_ofd({"original_invoice.xml": older.write_original(make.specimen())})


@pytest.mark.parametrize(("data", "kind", "says"), [
    (specimens.write_xml(make.specimen()), "xml", "XML files cannot be drawn here yet"),
    (PAGELESS, "ofd", "This file cannot be drawn"),
])  # fmt: skip
@SQLITE_FIRST
def test_what_cannot_be_drawn_says_so_and_can_be_saved(browser, wei, work, data, kind, says):
    document_id, invoice = handed_in(data, f"one.{kind}", wei, work)
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}/originals/{document_id}")
    assert says in page.words()
    link = next(one for one in page.all("a") if one.get("href", "").endswith("/original"))
    assert "download" in link.attrib
    with browser.client.get(link.get("href"), base_url=BASE) as answer:
        assert answer.data == data


@SQLITE_FIRST
def test_a_file_of_another_invoice_or_of_a_colleague_is_not_here(app, tea, wei, work):
    first, invoice = handed_in(make.picture(1).getvalue(), "one.png", wei, work)
    second, _ = handed_in(make.picture(2).getvalue(), "two.png", wei, work)
    browser = Browser(app).sign_in(wei)
    browser.see(f"/invoices/{invoice.id}/originals/{first}")
    browser.see(f"/invoices/{invoice.id}/originals/{second}", status=404)
    colleague = Browser(app).sign_in(make.member("同事", tea, "employee"))
    colleague.see(f"/invoices/{invoice.id}/originals/{first}", status=404)


@pytest.mark.parametrize(("days", "said"), [(30, False), (31, True), (90, True)])
@SQLITE_FIRST
def test_the_page_says_how_long_an_invoice_has_lain(browser, wei, work, days, said):
    issued = today(now()) - timedelta(days=days)
    _, invoice = handed_in(specimens.write_xml(make.specimen(issued=issued)), "a.xml", wei, work)
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}")
    assert (f"Issued {days} days ago and not claimed yet" in page.words()) is said
    assert ('class="age" data-tone="warn"' in page.text) is (days == 90)


@SQLITE_FIRST
def test_an_invoice_of_somebody_else_is_a_problem_until_it_is_corrected(browser, wei, work):
    other = make.specimen(buyer=("上海示例贸易有限公司", specimens.tax_id(2)))
    _, invoice = handed_in(specimens.write_xml(other), "other.xml", wei, work)
    assert invoice.is_misaddressed and invoice.has_problem
    words = browser.sign_in(wei).see("/invoices?only=problems").words()
    assert "Wrong title" in words and "Not made out to your company" in words

    path = f"/invoices/{invoice.id}/correct"
    name, tax_id = "北京示例茶叶有限公司", specimens.tax_id(1)
    assert browser.post(path, buyer_name=name, buyer_tax_id=tax_id).status == 303
    db.session.refresh(invoice)
    assert not invoice.is_misaddressed and not invoice.has_problem
    assert "Nothing needs you" in browser.see("/invoices?only=problems").words()


@SQLITE_FIRST
def test_what_was_bought_is_known_from_the_goods(wei, work):
    goods = make.specimen().lines[0]
    stay = specimens.Line("*样票*住宿费", goods.amount, goods.tax, goods.rate)
    _, invoice = handed_in(specimens.write_xml(make.specimen(lines=(stay,))), "h.xml", wei, work)
    assert invoice.purpose == "hotel"


@SQLITE_FIRST
def test_a_ticket_is_known_by_its_way(browser, wei, work):
    ride = make.specimen()
    data = specimens.draw_pdf(ride, {"rai_issuer_1.xml": specimens.write_rail(ride)})
    _, invoice = handed_in(data, "ticket.pdf", wei, work)
    assert invoice.purpose == "train"
    words = browser.sign_in(wei).see("/invoices").words()
    assert "样票东 → 样票北 11-10 · G0" in words


@SQLITE_FIRST
def test_a_value_leads_to_its_place_on_the_page(browser, wei, work):
    one = make.specimen()
    document_id, invoice = handed_in(specimens.draw_pdf(one), "one.pdf", wei, work)
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}")
    path = f"/invoices/{invoice.id}/originals/{document_id}"
    ways = {way.partition("field=")[2] for one in page.all("a") if path in (way := one.get("href"))}
    assert {"number#page-1", "issued#page-1", "buyer_name#page-1"} <= ways

    page = browser.see(f"{path}?field=buyer_name")
    (box,) = re.findall('<rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/>', page.text)
    sides = [*map(float, box)]
    assert all(0 < side < 1 for side in sides) and sides[0] < 0.5, "the buyer is on the left"
    (chosen,) = [one for one in page.all("a") if one.get("aria-current") == "true"]
    assert "".join(chosen.itertext()) == "Buyer"
    assert browser.see(f"{path}?field=nonsense").text.count("<rect ") == 0


@SQLITE_FIRST
def test_a_value_without_a_place_leads_nowhere(browser, wei, work):
    _, invoice = handed_in(specimens.write_xml(make.specimen()), "one.xml", wei, work)
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}")
    assert not [one for one in page.all("a") if "field=" in one.get("href", "")]
