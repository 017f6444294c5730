"""Every page renders, in both languages, for those who may see it."""

from io import BytesIO

import pytest

from app.accounts import companies, members
from app.intake import batches, intake
from app.papers import papers
from app.papers.models import Kind
from app.plumbing.settings import ROOT
from app.verification import trust
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import HEAD, numbers, workbook
from tests.signers import by_rsa

PAGES = (
    "/", "/invoices", "/me", "/me/password", "/me/devices", "/me/company/new", "/company",
    "/company/roles", "/company/units", "/company/settings", "/company/invitations", "/notices",
    "/certificates",
    "/notices/choices", "/health", "/bureau", "/_ui", "/offline", "/outbox", "/join", "/register",
    "/forgotten", "/sign-in", "/diag", "/ca", "/scan", "/install", "/help/kinds", "/batches",
    "/papers", "/papers/new", "/papers/pack", "/review", "/filters", "/views", "/search",
    "/cleaning", "/cleaning?state=decided", "/cleaning?only=run", "/cleaning/figures",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@SQLITE_FIRST
def test_every_page_is_valid_and_has_one_heading(browser, tea, lin, fang, wei, work, language):
    boss = make.member("王总", tea, "administrator", "finance")
    companies.renew_join_code(tea, by=lin)
    companies.add_unit(name="销售部", cost_centre="S01", parent=None, manager=wei, by=lin)
    companies.add_grade(name="经理", by=lin)
    members.invite([], email="new@example.com", unit=None, by=lin)
    intake.hand_in(make.picture(), "photo.png", by=boss)
    trust.pin(BytesIO(by_rsa("示例电子认证有限公司").certificate), by=boss)
    make.invoice(boss, 5)
    papers.request(Kind.ZIP, {"state": {"q": "示例"}}, by=boss, language="zh")
    imported = make.ledger(boss, [make.export_row(make.specimen()), {"数电发票号码": "x"}])
    asked = batches.begin(workbook([HEAD, *numbers(1, 2), ["123", "", ""]]), "a.xlsx", by=boss)
    listed = batches.begin_text(f"{numbers(3, 3)[0][0]}\n样票 123", by=boss)
    work()
    browser.sign_in(boss)
    browser.speak(language)

    lists = [f"/batches/{asked.id}", f"/batches/{listed.id}", f"/batches/{listed.id}?only=problem"]
    for path in (*PAGES, f"/bureau/imports/{imported.id}", *lists):
        browser.see(path)
    for link in _links(browser.see("/invoices")) | _links(browser.see("/")):
        browser.see(link)
        if link.startswith("/invoices/"):
            browser.see(f"{link}/decision")
    browser.see(f"/join/{tea.join_code}")
    browser.see("/nowhere", status=404)


@SQLITE_FIRST
def test_the_journal_is_read_by_the_auditor(browser, shen, lin, tea):
    companies.renew_join_code(tea, by=lin)
    assert "Join code renewed" in browser.sign_in(shen).see("/journal").words()


def _links(page) -> set[str]:
    found = {one.get("href", "") for one in page.all("a")}
    return {path for path in found if path.startswith(("/invoices/", "/documents/"))}


def test_a_page_whose_parts_morph_brings_what_it_takes():
    for place in (ROOT / "templates").rglob("*.html"):
        text = place.read_text()
        if 'hx-swap="morph' in text and not place.name.startswith("_"):
            assert "set morph = True" in text, place.name
