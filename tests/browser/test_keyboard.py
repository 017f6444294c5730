"""With the keyboard alone; the focus is always to be seen and never lost."""

import re

import pytest
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def picture(tmp_path):
    file = tmp_path / "key.png"
    file.write_bytes(make.picture(601).getvalue())
    return file


def test_sign_in_open_an_invoice_expand_a_check_and_sign_out(house, look, picture):
    one = look(house.url).go("/sign-in")
    keys = one.page.keyboard
    one.tab_to("identifier")
    keys.type(house.person("魏键"))
    one.tab_to("password")
    keys.type(make.PASSWORD)
    keys.press("Enter")
    expect(one.page).to_have_url(f"{house.url}/")
    one.page.wait_for_load_state()

    one.page.locator("[data-any]:visible").set_input_files(picture)
    expect(one.row("key.png").get_by_text(one.verdict("open"))).to_be_visible()
    one.go("/").tab_to("key.png")
    keys.press("Enter")
    expect(one.page.locator("#verdict")).to_be_visible()

    one.tab_to("Handed in once")
    keys.press("Enter")
    expect(one.page.locator("#check-holders .evidence")).to_be_visible()
    assert one.focus()["tag"] == "summary"

    one.go("/me").tab_to("Sign out")
    keys.press("Enter")
    expect(one.page).to_have_url(f"{house.url}/sign-in")


def test_the_first_stop_leads_past_the_navigation(house, look):
    one = look(house.url).sign_in(house.person("魏跳")).go("/invoices")
    one.page.keyboard.press("Tab")
    assert one.focus()["words"] == "Skip to content"
    one.page.keyboard.press("Enter")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.closest('main, .acts') !== null")


@pytest.mark.full
def test_a_row_that_changes_under_the_focus_keeps_it(house, look, picture):
    one = look(house.url).sign_in(house.person("魏焦")).go("/")
    with house.installation.frozen("worker"):
        one.page.locator("[data-any]:visible").set_input_files(picture)
        link = one.row("key.png").get_by_role("link")
        link.focus()
        one.reads("Reading", one.row("key.png"))
    expect(one.row("key.png").get_by_text(one.verdict("open"))).to_be_visible()
    one.page.wait_for_timeout(200)
    assert one.focus()["words"] == "key.png"


@pytest.mark.full
def test_a_card_that_counts_rows_keeps_the_focus(house, look, tmp_path):
    one = look(house.url).sign_in(house.person("方焦", "finance")).go("/bureau")
    file = tmp_path / "focus.xlsx"
    file.write_bytes(make.export([make.export_row(make.specimen(602))]).getvalue())
    one.page.locator("[name=file]").set_input_files(file)
    one.fill(starts="2026-05-01", ends="2026-05-31", exported_on="2026-06-01")
    with house.installation.frozen("worker"):
        one.press("Import")
        card = one.page.locator("section[id^=import-]").filter(has_text="focus.xlsx")
        card.get_by_role("link").focus()
        with one.page.expect_response(re.compile("/bureau/imports/")):
            expect(card.get_by_role("progressbar")).to_be_visible()
    one.reads("Done", card)
    one.page.wait_for_timeout(200)
    assert one.focus()["words"] == "focus.xlsx"


def test_the_tiles_for_files_are_reached_and_opened_by_the_keyboard(house, look):
    one = look(house.url).sign_in(house.person("魏砖"))
    choosers = []
    one.page.on("filechooser", lambda chooser: choosers.append(chooser))
    one.go("/")
    for _ in range(20):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("document.activeElement.matches('[type=file][multiple]')"):
            break
    assert one.focus()["tag"] == "input"
    one.page.keyboard.press("Enter")
    for _ in range(50):
        if choosers:
            break
        one.page.wait_for_timeout(100)
    assert [chooser.is_multiple() for chooser in choosers] == [True]


def test_a_refused_form_puts_the_focus_on_what_is_wrong(house, look):
    one = look(house.url).go("/register")
    one.expected.add(422)
    one.fill(name="魏错", phone="12", password=make.PASSWORD).press("Register")
    expect(one.page.locator(".summary")).to_be_focused()
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Enter")
    expect(one.page.locator("[name=phone]")).to_be_focused()
    one.focus()
