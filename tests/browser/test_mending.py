"""Rows of a list are mended where they stand, and what is typed stays until it is saved."""

import pytest
from playwright.sync_api import expect

from tests.browser.phone import Phone
from tests.intake.lists_made import numbers, text

pytestmark = pytest.mark.xdist_group("browser")
HEAD = ["发票号码", "开票日期", "价税合计"]


@pytest.mark.full
def test_one_row_is_saved_while_another_is_being_typed(house, look, tmp_path):
    wrong = [["123", "2026-11-10", "1.00"], ["456", "2026-11-10", "2.00"]]
    place = tmp_path / "清单.csv"
    place.write_bytes(text([HEAD, *wrong, *numbers(86430000, 86430000)]).read())
    one = Phone.of(house, look(house.url, service_workers="block"), "改两行").screen
    page = one.go("/batches").page
    page.locator("input[type=file]").first.set_input_files(place)
    page.get_by_role("button", name=one.say("Check %(num)s row", num=3)).click()
    expect(page.locator("#step")).to_contain_text(one.say("Done"), timeout=20_000)

    first, second = page.locator("#row-1"), page.locator("#row-2")
    for row in (first, second):
        row.get_by_role("link", name=one.say("Edit")).click()
    typed = first.locator("[name=number]")
    typed.fill("9900 2000")
    second.locator("[name=number]").fill("45678")
    second.get_by_role("button", name=one.say("Save and check again")).click()
    expect(second.locator(".error")).to_be_visible()
    page.wait_for_timeout(1_500)
    expect(second.locator("[name=number]")).to_have_value("45678")
    expect(typed).to_have_value("9900 2000")
    one.shoot("mending")

    for row, number in ((first, 86430001), (second, 86430002)):
        row.locator("[name=number]").fill(numbers(number, number)[0][0])
        row.get_by_role("button", name=one.say("Save and check again")).click()
        expect(row.locator("[name=number]")).to_have_count(0)
    expect(page.locator("#rows .mend")).to_have_count(0)
