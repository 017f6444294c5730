"""The product is no Chromium-only affair: one short walk in Firefox, where there is one."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.screen import Screen

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.full]


@pytest.fixture
def firefox(playwright):
    """Playwright's own Firefox; that of a distribution cannot be driven by it."""
    if not Path(playwright.firefox.executable_path).exists():
        pytest.skip("there is no Firefox that Playwright can drive")
    browser = playwright.firefox.launch()
    yield browser
    browser.close()


def test_sign_in_hand_in_and_read_the_verdict(house, firefox, tmp_path):
    file = tmp_path / "fox.png"
    file.write_bytes(make.picture(1001).getvalue())
    one = Screen(firefox.new_context(locale="en-GB"), house.url, "en").go("/sign-in")
    one.fill(identifier=house.person("胡里"), password=make.PASSWORD).press("Sign in")
    one.page.locator("[data-any]:visible").set_input_files(file)
    expect(one.row("fox.png").get_by_text(one.verdict("open"))).to_be_visible()
    one.follow_row("fox.png")
    one.reads(one.verdict("open"), one.page.locator("#verdict"))
    assert one.trouble == []
