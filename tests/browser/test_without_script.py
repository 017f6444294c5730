"""Everything that matters works without a line of JavaScript."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def plain(look):
    """A screen whose browser runs no scripts."""
    return lambda url, device="desktop": look(url, device, java_script_enabled=False)


def save(folder, name, content):
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.full
def test_the_first_company_is_opened_and_one_signs_in_again(empty, plain):
    at, link = empty
    boss = plain(at.url).go(link)
    boss.fill(company="北京示例茶叶有限公司", tax_id="91310110591673062R", name="林管理")
    boss.fill(email="lin@example.com", password="short").expected.add(422)
    boss.press("Open the company")
    expect(boss.page.locator(".summary")).to_contain_text("15")
    expect(boss.page.locator("[name=company]")).to_have_value("北京示例茶叶有限公司")

    boss.fill(password=make.PASSWORD).press("Open the company")
    boss.go("/me").press("Sign out")
    expect(boss.page).to_have_url(f"{at.url}/sign-in")
    boss.fill(identifier="lin@example.com", password=make.PASSWORD).press("Sign in")
    expect(boss.page).to_have_url(f"{at.url}/")


def test_of_two_files_one_is_kept_and_one_refused_in_words(house, plain, tmp_path):
    clerk = plain(house.url, "pixel").sign_in(house.person("魏素")).go("/")
    good = save(tmp_path, "good.png", make.picture(501).getvalue())
    bad = save(tmp_path, "notes.txt", b"only words")
    clerk.page.locator("[name=file][multiple]:visible").set_input_files([good, bad])
    clerk.expected.add(422)
    clerk.press("Upload")
    expect(clerk.row("notes.txt").locator("[data-tone=bad]")).to_have_text(re.compile(r"\w+ \w+"))
    expect(clerk.row("good.png")).to_be_visible()
    for _ in range(20):
        clerk.go("/")
        if clerk.row("good.png").get_by_text(clerk.verdict("open")).count():
            break
        clerk.page.wait_for_timeout(250)
    expect(clerk.row("good.png").get_by_text(clerk.verdict("open"))).to_be_visible()
    expect(clerk.row("notes.txt")).to_have_count(0)


def test_sending_the_same_form_again_doubles_nothing(house, plain, tmp_path):
    clerk = plain(house.url, "pixel").sign_in(house.person("魏复")).go("/")
    file = save(tmp_path, "once.png", make.picture(502).getvalue())
    form = {"_key": clerk.page.locator("[name=_key]").input_value()}
    form["file"] = {"name": file.name, "mimeType": "image/png", "buffer": file.read_bytes()}
    for _ in range(2):
        sent = clerk.context.request.post(
            f"{house.url}/files", multipart=form, headers={"Origin": house.url}, max_redirects=0
        )
        assert sent.status == 303
    expect(clerk.go("/").row("once.png")).to_have_count(1)


def test_finance_imports_a_ledger(house, plain, tmp_path):
    finance = plain(house.url).sign_in(house.person("方素", "finance")).go("/bureau")
    row = make.export_row(make.specimen(503, issued=date(2026, 6, 10)))
    file = save(tmp_path, "plain-ledger.xlsx", make.export([row]).getvalue())
    finance.page.locator("[name=file]").set_input_files(file)
    finance.fill(starts="2026-06-01", ends="2026-06-20", exported_on="2026-06-21")
    finance.press("Import")
    card = finance.page.locator("section[id^=import-]").filter(has_text="plain-ledger.xlsx")
    for _ in range(20):
        expect(card).to_be_visible()
        if card.get_by_text("Done").count():
            break
        finance.page.wait_for_timeout(250)
        finance.go("/bureau")
    expect(card.get_by_text("Done")).to_be_visible()
    expect(card.locator(".stats")).to_contain_text("1new")


@pytest.mark.full
def test_the_administrator_lets_somebody_in_who_asked(house, plain):
    boss = plain(house.url).sign_in(house.person("林准", "administrator")).go("/company")
    boss.page.locator("form[action$='/join-code'] button").click()
    asking = plain(house.url, "pixel").go(boss.page.locator("code").last.inner_text())
    asking.fill(name="齐新人", phone="13900000001", password=make.PASSWORD).press("Ask to join")
    expect(asking.page).to_have_url(re.compile(r"/join/.*/asked"))

    boss.go("/company").page.get_by_role("listitem").filter(has_text="齐新人").get_by_role(
        "button", name="Let in"
    ).click()
    row = boss.page.get_by_role("listitem").filter(has_text="齐新人")
    expect(row.get_by_role("link", name="齐新人")).to_be_visible()
    asking.go("/me")
    expect(asking.page.get_by_role("list", name="Companies")).to_contain_text("北京示例茶叶")
