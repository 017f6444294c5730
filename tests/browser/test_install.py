"""The app on the home screen: browsers may install it, and we offer it at the right moment."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
SIXTY_DAYS = 60 * 24 * 3600


def card(one):
    return one.page.locator("install-card")


def test_chromium_finds_nothing_against_installing(owned, house):
    owned.sign_in(house.person("魏安装")).go("/install")
    devtools = owned.context.new_cdp_session(owned.page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    expect(owned.page.get_by_role("button", name="Install on this device")).to_be_visible()


@pytest.mark.full
def test_the_offer_comes_after_the_second_success_and_rests_for_sixty_days(owned, house, photo):
    owned.sign_in(house.person("魏两次")).go("/")
    for number, shown in ((9201, False), (9202, True)):
        owned.choose(photo(number))
        row = owned.row(f"photo-{number}")
        expect(row.get_by_text(owned.verdict("open"))).to_be_visible()
        expect(card(owned)).to_be_visible(visible=shown)
    owned.shoot("install-card")
    owned.go("/invoices")
    expect(card(owned).get_by_role("button", name="Install", exact=True)).to_be_visible()
    owned.press("Not now")
    expect(card(owned)).to_be_hidden()
    (kept,) = [one for one in owned.context.cookies() if one["name"] == "install"]
    now = owned.page.evaluate("() => Date.now() / 1000")
    assert abs(kept["expires"] - now - SIXTY_DAYS) < 60
    owned.go("/").page.wait_for_timeout(500)
    expect(card(owned)).to_be_hidden()


def test_an_iphone_is_shown_the_way_in_pictures(house, look):
    one = look(house.url, "iphone", "zh").sign_in(house.person("魏苹果"))
    one.speak("zh")
    one.page.add_init_script("navigator.standalone = false; localStorage.wins = 2")
    one.go("/invoices")
    expect(card(one).get_by_role("button", name="安装")).to_be_hidden()
    one.follow("How it works")
    expect(one.page).to_have_url(re.compile("/install$"))
    guide = one.page.locator("details[open]")
    expect(guide).to_contain_text("添加到主屏幕")
    expect(guide.locator("svg.screen")).to_have_count(3)
    one.shoot("install-iphone")
    one.page.add_init_script("navigator.standalone = true")
    one.go("/invoices")
    expect(card(one)).to_be_hidden()
