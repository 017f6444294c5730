"""The box that finds everything: each room's answer, and only what one may see."""

import pytest

from app.core.invoice import InvoiceKey
from app.documents import specimens
from app.intake import batches
from app.plumbing.db import transaction
from tests import make


@pytest.fixture
def stocked(tea, wei):
    """Eight invoices of one seller."""
    for sequence in range(1, 9):
        make.invoice(wei, 4000 + sequence, seller_name="魏记示例茶庄")
    make.invoice(wei, key=InvoiceKey("file", "ab" * 32), seller_name="", total=None, issued=None)
    return wei


def test_it_finds_invoices_and_people_and_leads_to_all_of_them(browser, stocked, fang):
    page = browser.sign_in(fang).see("/search?q=魏")
    words = page.words()
    assert "Invoices" in words and "People" in words and "魏员工" in words
    assert words.count("魏记示例茶庄") == 6
    links = [one.get("href") for one in page.all("a")]
    assert "/invoices?q=%E9%AD%8F" in links and "/invoices?who=%E9%AD%8F%E5%91%98%E5%B7%A5" in links
    for link in links:
        if link and link.startswith("/invoices"):
            browser.see(link)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_number_leads_to_its_invoice(browser, stocked):
    part = browser.sign_in(stocked).see(f"/search?q={specimens.number(4003)}", htmx=True)
    assert part.is_fragment and part.words().count("魏记示例茶庄") == 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_only_who_manages_people_finds_them_by_phone(browser, tea, lin, fang, wei):
    phone = wei.person.phone
    assert "魏员工" in browser.sign_in(lin).see(f"/search?q={phone}").words()
    assert "魏员工" not in browser.sign_in(fang).see(f"/search?q={phone}").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_of_others_is_found(browser, stocked, stranger, tea):
    browser.sign_in(stranger)
    for words in ("魏", specimens.number(4003), "茶庄"):
        assert "Nothing here fits" in browser.see(f"/search?q={words}").words()
    browser.sign_in(make.member("同事", tea, "employee"))
    assert "Nothing here fits" in browser.see("/search?q=茶庄").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_list_is_found_by_its_name_by_those_who_may_see_it(browser, tea, wei, fang, stranger):
    batch = batches.begin_text(specimens.number(1), by=wei)
    with transaction():
        batch.name = "十一月差旅.xlsx"
    for who in (wei, fang):
        page = browser.sign_in(who).see("/search?q=差旅")
        assert f"/batches/{batch.id}" in [one.get("href") for one in page.all("a")]
    for who in (stranger, make.member("同事", tea, "employee")):
        assert "Nothing here fits" in browser.sign_in(who).see("/search?q=差旅").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_without_a_question_it_is_only_the_field(browser, wei):
    browser.sign_in(wei)
    assert "Nothing" not in browser.see("/search").words()
    assert "Search everything" in browser.see("/search/box", htmx=True).words()
