"""The whole way, as people go it: from the setup link to a verdict with its evidence."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core.money import Money
from tests import make
from tests.browser import papers
from tests.browser.papers import Paper, Papers
from tests.browser.screen import Screen
from tests.installation import Installation

pytestmark = pytest.mark.xdist_group("browser")
WALKS = [
    pytest.param("sqlite", "zh", "pixel", id="sqlite-zh", marks=pytest.mark.full),
    pytest.param("sqlite", "en", "iphone", id="sqlite-en", marks=pytest.mark.full),
    pytest.param("postgresql", "en", "iphone", id="postgresql-en"),
]


@dataclass
class Walk:
    """Who walks, where, and with which papers."""

    at: Installation
    papers: Papers
    folder: Path
    boss: Screen
    clerk: Screen
    finance: Screen


@pytest.mark.parametrize(("empty", "language", "phone"), WALKS, indirect=["empty"])
def test_from_the_setup_link_to_every_verdict(empty, language, phone, look, tmp_path, request):
    at, link = empty
    real = papers.real() if "sqlite" in request.node.name else None
    found = real or papers.specimen(tmp_path)
    seats = [look(at.url, device, language) for device in ("desktop", phone, "desktop")]
    walk = Walk(at, found, tmp_path, *seats)

    the_first_administrator_opens_the_company(walk, link)
    a_member_comes_in_by_link(walk)
    the_member_hands_a_file_in(walk)
    nobody_has_asked_the_bureau_yet(walk)
    the_original_comes_back_byte_for_byte(walk)
    finance_comes_in_by_link(walk)
    first = finance_imports_the_ledger(walk, "ledger.xlsx")
    the_card_is_genuine_and_shows_the_row(walk, first)
    another_invoice_is_not_found_and_a_third_not_checked(walk)
    another_amount_does_not_match(walk)


def the_first_administrator_opens_the_company(walk, link):
    boss, (name, tax_id) = walk.boss, walk.papers.known.buyer
    boss.go(link).shoot(f"setup-{boss.language}")
    boss.fill(company=name, tax_id=tax_id, name="林管理", email="lin@example.com")
    boss.fill(password=make.PASSWORD).press("Open the company")
    expect(boss.page).to_have_url(f"{walk.at.url}/")
    boss.reads(boss.say("Nothing here yet. Take a photo of an invoice, or choose its file."))
    boss.expected.add(404)
    boss.go(link).reads(boss.say("This link no longer works. Please ask for a new one."))
    boss.expected.remove(404)


def a_member_comes_in_by_link(walk):
    come_in(walk, walk.clerk, "魏员工", "13800000001", [])
    walk.clerk.reads(walk.clerk.say("Take a photo"), walk.clerk.page.locator("label"))


def finance_comes_in_by_link(walk):
    come_in(walk, walk.finance, "方财务", "13800000002", ["finance"])


def come_in(walk, who, name, phone, roles):
    boss = walk.boss
    boss.go("/company").follow("Invite")
    for role in roles:
        boss.page.locator(f"[name=roles][value={role}]").check()
    boss.press("Make the link")
    who.go(boss.page.locator("#invitation-url").inner_text())
    who.reads(who.say("Join %(company)s", company=walk.papers.known.buyer[0]))
    who.fill(name=name, phone=phone, password=make.PASSWORD).press("Join")
    expect(who.page).to_have_url(f"{walk.at.url}/")


def the_member_hands_a_file_in(walk):
    clerk, paper = walk.clerk, walk.papers.known
    line = clerk.context.new_cdp_session(clerk.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": 100_000})
    with walk.at.frozen("worker"):
        clerk.choose(paper.file)
        row = clerk.row(paper.file.name)
        expect(row.get_by_role("progressbar")).to_be_visible()
        expect(row.get_by_text(re.compile(r"[\d.]+ / [\d.]+ (KB|MB)"))).to_be_visible()
        clerk.reads(clerk.say("Reading"), row)
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    expect(row.get_by_text(clerk.verdict("open"))).to_be_visible()
    clerk.reads(f"¥{paper.total}", row)
    clerk.shoot(f"files-{clerk.language}")


def nobody_has_asked_the_bureau_yet(walk):
    clerk, paper = walk.clerk, walk.papers.known
    clerk.follow_row(paper.file.name)
    clerk.reads(clerk.verdict("open"), clerk.page.locator("#verdict"))
    clerk.reads(clerk.say("Nobody has asked the tax bureau yet"))
    expect(clerk.page.locator(".number").first).to_have_text(paper.number)
    clerk.shoot(f"invoice-open-{clerk.language}")


def the_original_comes_back_byte_for_byte(walk):
    clerk, paper = walk.clerk, walk.papers.known
    clerk.page.locator("a[href^='/documents/']").first.click()
    clerk.reads(paper.digest)
    expect(clerk.page.locator("figure img")).to_have_js_property("complete", True)
    clerk.shoot(f"document-{clerk.language}")
    with clerk.page.expect_download() as download:
        clerk.follow("Download the original")
    assert download.value.suggested_filename == paper.file.name
    assert Path(download.value.path()).read_bytes() == paper.file.read_bytes()


def finance_imports_the_ledger(walk, name, later=0, **changed):
    finance, (starts, ends) = walk.finance, walk.papers.period
    file = walk.papers.ledger(walk.folder, name, **changed)
    finance.go("/bureau")
    finance.page.locator("[name=file]").set_input_files(file)
    exported = ends + timedelta(days=later)
    days = {"starts": starts, "ends": ends, "exported_on": exported}
    finance.fill(**{field: day.isoformat() for field, day in days.items()})
    card = finance.page.locator("section[id^=import-]").filter(has_text=name)
    with finance.imports(), walk.at.frozen("worker"):
        finance.press("Import")
        expect(card.get_by_role("progressbar")).to_be_visible()
        born = finance.page.evaluate("performance.timeOrigin")
    expect(card.get_by_text(finance.say("Done"))).to_be_visible()
    assert finance.page.evaluate("performance.timeOrigin") == born, "it had to be reloaded"
    finance.shoot(f"bureau-{finance.language}")
    expect(finance.go("/").page.get_by_text(name)).to_have_count(0)
    return file


def the_card_is_genuine_and_shows_the_row(walk, file):
    clerk, (_, ends) = walk.clerk, walk.papers.period
    show_until(walk, walk.papers.known, "genuine")
    line = clerk.page.locator("#check-ledger")
    line.locator("summary").click()
    evidence = line.locator(".evidence")
    for said in (hashlib.sha256(file.read_bytes()).hexdigest(), "方财务", ends.isoformat()):
        clerk.reads(said, evidence)
    clerk.reads(clerk.say("Line"), evidence)
    expect(evidence.locator("dd").filter(has_text=re.compile(r"^\s*2\s*$"))).to_be_visible()
    clerk.shoot(f"invoice-genuine-{clerk.language}")


def another_invoice_is_not_found_and_a_third_not_checked(walk):
    clerk, absent, outside = walk.clerk, walk.papers.absent, walk.papers.outside
    clerk.go("/").choose(absent.file, outside.file)
    clerk.reads(clerk.verdict("absent"), clerk.row(absent.file.name))
    clerk.reads(clerk.verdict("open"), clerk.row(outside.file.name))
    show(walk, absent)
    clerk.reads(clerk.say("The tax bureau's list does not have it"))
    clerk.shoot(f"invoice-absent-{clerk.language}")


def another_amount_does_not_match(walk):
    clerk, paper = walk.clerk, walk.papers.known
    finance_imports_the_ledger(walk, "later.xlsx", later=1, 价税合计=paper.total.fen / 100 + 54)
    show_until(walk, paper, "mismatch")
    clerk.shoot(f"invoice-mismatch-{clerk.language}")
    side_by_side = clerk.page.locator("table.compare tbody tr")
    theirs = Money(paper.total.fen + 5400)
    expect(side_by_side.filter(has_text=str(paper.total))).to_contain_text(str(theirs))
    walk.finance.go("/bureau")
    walk.finance.reads(walk.finance.say("Before"))


def show_until(walk: Walk, paper: Paper, verdict: str) -> None:
    """Look again until the invoices that an import names have been asked about anew."""
    answer = walk.clerk.page.locator("#verdict").get_by_text(walk.clerk.verdict(verdict))
    for _ in range(30):
        show(walk, paper)
        if answer.count():
            break
        walk.clerk.page.wait_for_timeout(500)
    expect(answer.first).to_be_visible()


def show(walk: Walk, paper: Paper) -> None:
    walk.clerk.go("/").follow_row(paper.file.name)
    expect(walk.clerk.page).to_have_url(re.compile("/invoices/"))
