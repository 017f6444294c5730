"""The pages of papers: choose, see it made, fetch it, delete it; all without a script as well."""

import io
import zipfile
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from app.documents import specimens
from app.intake import intake
from app.papers.models import Kind, Paper, Step
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE


def the_paper():
    db.session.rollback()
    return db.session.scalars(select(Paper)).one()


def fetch(browser, paper):
    with browser.client.get(f"/papers/{paper.id}/file", base_url=BASE) as answer:
        return answer.data, answer.headers


@SQLITE_FIRST
def test_a_list_is_exported_from_its_address_to_a_file(browser, fang, wei, work):
    one = make.invoice(wei, 1, seller_name="北京示例酒店有限公司")
    make.invoice(wei, 2)
    browser.sign_in(fang)
    (link,) = [a.get("href") for a in browser.see("/invoices?q=酒店").all("a")
               if a.get("class") == "export"]  # fmt: skip
    asked = browser.see(link)
    assert "Search words 酒店" in asked.words() and "1 invoice" in asked.words()
    (state,) = [field.get("value") for field in asked.all("input") if field.get("name") == "state"]
    assert browser.post("/papers", state=state, paper="csv").headers["Location"] == "/papers"
    assert "In line" in browser.see("/papers").words()
    work()
    paper = the_paper()
    assert (paper.step, paper.asked) == (Step.DONE, {"state": {"q": "酒店"}})
    page = browser.see("/papers")
    assert paper.name in page.words() and "kept until" in page.words()
    data, headers = fetch(browser, paper)
    assert one.key.number in data.decode() and len(data.splitlines()) == 2
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    browser.post(f"/papers/{paper.id}/deletion")
    assert "Nothing has been exported yet" in browser.see("/papers").words()


@SQLITE_FIRST
def test_picked_rows_are_exported(browser, fang, wei, work):
    ids = [make.invoice(wei, sequence).id for sequence in (1, 2, 3)]
    browser.sign_in(fang)
    assert 'formaction="/papers/new"' in browser.see("/invoices").text
    asked = browser.post("/papers/new", invoice=ids[:2])
    assert asked.status == 200 and "2 chosen invoices" in asked.words()
    browser.post("/papers", invoice=ids[:2], paper="xlsx")
    work()
    assert (the_paper().total, the_paper().kind_word) == (2, Kind.XLSX)


@SQLITE_FIRST
def test_names_are_previewed_before_and_a_wrong_template_is_said(browser, wei, work):
    intake.hand_in(io.BytesIO(specimens.write_xml(make.specimen(1))), "a.xml", by=wei)
    work()
    browser.sign_in(wei)
    assert "2026-11-10_北京示例酒店有限公司_106.00" in browser.see("/papers/new").words()
    shown = browser.post("/papers/names", htmx=True, names="{who}-{total}", state="")
    assert "魏员工-106.00.xml" in shown.words()
    wrong = browser.post("/papers", paper="zip", names="{seler}", state="")
    assert wrong.status == 422 and "“{seler}” is no field" in wrong.words()
    again = browser.post("/papers/new", paper="zip", names="{who}", state="")
    assert "魏员工.xml" in again.words()
    browser.post("/papers", paper="zip", names="{who}", state="")
    work()
    data, _ = fetch(browser, the_paper())
    assert zipfile.ZipFile(io.BytesIO(data)).namelist()[0] == "魏员工.xml"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_paper_in_the_making_asks_for_itself_until_it_is_over(browser, fang, work):
    make.invoice(fang, 1)
    browser.sign_in(fang)
    browser.post("/papers", state="", paper="xlsx")
    paper = the_paper()
    assert 'hx-trigger="load delay:1s"' in browser.see("/papers").text
    with transaction():
        paper.step, paper.total, paper.done = Step.WORKING, 2000, 1500
    assert "1,500 / 2,000" in browser.see(f"/papers/{paper.id}", htmx=True).words()
    assert browser.see(f"/papers/{paper.id}", status=303).headers["Location"].endswith(paper.id)
    work()
    assert "hx-get" not in browser.see(f"/papers/{paper.id}", htmx=True).text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_cannot_be_exported_is_said_on_the_page(browser, fang):
    browser.sign_in(fang)
    page = browser.post("/papers", state=urlencode({"q": "nothing"}), paper="csv")
    assert page.status == 422 and "There is no invoice here" in page.words()
    assert browser.post("/papers", state="", paper="pack").status == 422


@SQLITE_FIRST
def test_a_colleague_sees_no_paper_of_another(browser, fang, lin, work):
    make.invoice(fang, 1)
    browser.sign_in(fang).post("/papers", state="", paper="csv")
    work()
    paper = the_paper()
    browser.sign_in(lin)
    for path in (f"/papers/{paper.id}", f"/papers/{paper.id}/file"):
        browser.see(path, status=404)
    assert browser.post(f"/papers/{paper.id}/deletion").status == 404
    assert paper.name not in browser.see("/papers").text
