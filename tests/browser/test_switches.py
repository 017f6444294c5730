"""Language and colours change by one tap, and nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
GROUND = "one => getComputedStyle(one).backgroundColor"
TYPED = {"name": "魏员工", "email": "wei@example.com", "phone": "138 0000 9999"}


@pytest.fixture
def begun(house, look):
    """A registration that is half filled in, on a phone."""
    screen = look(house.url, "pixel", "zh").go("/register").fill(**TYPED)
    return screen.fill(password="not finished yet")


def test_one_tap_changes_the_language_and_keeps_what_was_typed(begun):
    begun.page.get_by_role("button", name="English").click()
    expect(begun.page.locator("html")).to_have_attribute("lang", "en")
    expect(begun.page.get_by_role("heading", name="Register")).to_be_visible()
    for name, text in TYPED.items():
        expect(begun.page.locator(f"[name={name}]")).to_have_value(text)


def test_a_password_is_not_kept_by_a_change_of_language(begun):
    begun.page.get_by_role("button", name="English").click()
    expect(begun.page.locator("html")).to_have_attribute("lang", "en")
    expect(begun.page.locator("[name=password]")).to_have_value("")
    assert "not finished" not in begun.page.evaluate("JSON.stringify({...sessionStorage})")


@pytest.mark.full
def test_dates_choices_and_ticks_are_kept_too(house, look):
    boss = look(house.url).sign_in(house.person("王总", "administrator", "finance"))
    boss.go("/bureau").fill(starts="2026-10-01", ends="2026-10-31", exported_on="2026-11-02")
    boss.page.locator("[name=direction]").select_option("ISSUED")
    boss.page.get_by_role("button", name="中文").locator("visible=true").click()
    expect(boss.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(boss.page.locator("[name=starts]")).to_have_value("2026-10-01")
    expect(boss.page.locator("[name=direction]")).to_have_value("ISSUED")

    boss.go("/company/invitations")
    for role in ("auditor", "archivist"):
        boss.page.locator(f"[name=roles][value={role}]").check()
    boss.page.get_by_role("button", name="English").locator("visible=true").click()
    expect(boss.page.locator("html")).to_have_attribute("lang", "en")
    expect(boss.page.locator("[name=roles][value=auditor]")).to_be_checked()
    expect(boss.page.locator("[name=roles][value=archivist]")).to_be_checked()


@pytest.mark.full
def test_the_language_is_kept_with_the_person(house, look):
    phone = house.person("林语", "employee")
    one = look(house.url, "pixel", "en").sign_in(phone).go("/")
    one.page.get_by_role("button", name="中文").locator("visible=true").click()
    expect(one.page.locator("html")).to_have_attribute("lang", "zh-CN")
    other = look(house.url, "desktop", "en").sign_in(phone).go("/")
    expect(other.page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_colours_change_in_place_and_are_kept(house, look):
    one = look(house.url, color_scheme="light").sign_in(house.person("林色")).go("/me")
    ground = one.page.locator(":root")
    bright = ground.evaluate(GROUND)
    with one.page.expect_response(re.compile("/theme$")):
        one.page.get_by_role("button", name="Dark").locator("visible=true").click()
    expect(one.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(ground).not_to_have_css("background-color", bright)

    one.go("/me")
    expect(one.page.locator("html")).to_have_attribute("data-theme", "dark")
    pressed = one.page.get_by_role("button", name="Dark").locator("visible=true")
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_auto_colours_follow_the_device(house, look):
    one = look(house.url, "pixel", color_scheme="dark").go("/sign-in")
    dark = one.page.locator(":root").evaluate(GROUND)
    one.page.emulate_media(color_scheme="light")
    expect(one.page.locator(":root")).not_to_have_css("background-color", dark)
