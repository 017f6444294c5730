"""Printing in a real browser: order by buttons and by the grip, layout, preview, no script."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Member
from app.core.money import Money
from app.plumbing.db import db
from tests.browser.test_pages import AXE, RUN
from tests.installation import until
from tests.papers import held, originals

pytestmark = pytest.mark.xdist_group("browser")
SHOPS = ("北京示例酒店有限公司", "示例出行科技有限公司", "海淀区示例餐厅", "示例商贸有限公司")


@pytest.fixture(scope="module")
def holder(house):
    """Somebody with four invoices and their files."""
    phone = house.person("魏印")
    with house.installation.inside():
        wei = db.session.scalars(select(Member).join(Member.person).filter_by(phone=phone)).one()
        for place, shop in enumerate(SHOPS, start=1):
            data = originals.pdf(f"{originals.words(f'invoice {place}', size=40)} {originals.RED}")
            facts = {"issued": date(2026, 5, place), "total": Money(10000 * place)}
            held.invoice(wei, 8800 + place, data, seller_name=shop, **facts)
    return phone


@pytest.fixture
def printing(house, look, holder):
    """Their way to the printer, all four picked in the wallet."""

    def open_(device="desktop", **more):
        one = look(house.url, device, **more).sign_in(holder).go("/papers/pack")
        expect(one.page.locator("#order li")).to_have_count(4)
        return one

    return open_


def order(one):
    names = one.page.locator("#order li b").all_inner_texts()
    return [SHOPS.index(name.partition(". ")[2]) + 1 for name in names]


def drawn(pictures):
    return [hash(src) for src in pictures.evaluate_all("all => all.map((one) => one.src)")]


@pytest.mark.full
def test_the_order_is_changed_by_buttons_and_by_the_grip_and_the_preview_follows(printing):
    one = printing()
    pictures = one.page.locator("#sheets img")
    expect(pictures).to_have_count(2)
    assert order(one) == [4, 3, 2, 1]
    before = drawn(pictures)

    down = one.page.get_by_role("button", name=re.compile("^Move down: 示例商贸"))
    down.focus()
    one.page.keyboard.press("Enter")
    expect(one.page.locator("#order li b").first).to_have_text("1. 海淀区示例餐厅")
    expect(down).to_be_focused()
    expect(pictures).to_have_count(2)
    until(lambda: drawn(pictures) != before)

    grip = one.page.locator(".grip").nth(3).bounding_box()
    top = one.page.locator("#order li").first.bounding_box()
    one.page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    one.page.mouse.down()
    one.page.mouse.move(grip["x"] + 10, top["y"] + 2, steps=4)
    one.page.mouse.up()
    expect(one.page.locator("#order li b").first).to_have_text("1. 北京示例酒店有限公司")
    assert order(one) == [1, 3, 4, 2]

    until(lambda: not one.page.locator(".htmx-request").count())
    before = drawn(pictures)
    one.page.get_by_label("One on a page").check()
    until(lambda: drawn(pictures) != before)
    one.press("Make the PDF")
    expect(one.page).to_have_url(re.compile("/papers$"))
    one.reads("Print pack")


@pytest.mark.full
@pytest.mark.parametrize(("language", "colours"), [("zh", "light"), ("en", "dark")])
def test_it_fits_a_narrow_phone_and_a_finger(printing, language, colours):
    narrow = {"width": 320, "height": 640}
    one = printing("pixel", viewport=narrow, language=language, color_scheme=colours)
    expect(one.page.locator("#sheets img")).to_have_count(2)
    assert not one.overflows()
    for target in one.page.locator("#order .icon-btn:visible, #order .grip:visible").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 48, target
    one.page.evaluate(AXE)
    assert one.page.evaluate(RUN) == []
    one.shoot(f"pack-{language}")


@pytest.mark.full
def test_without_javascript_the_order_and_the_preview_are_there(printing):
    one = printing(java_script_enabled=False)
    one.page.get_by_role("button", name=re.compile("^Move down: 示例商贸")).click()
    assert order(one) == [3, 4, 2, 1]
    one.press("Show the first pages")
    expect(one.page.locator("#sheets img")).to_have_count(2)
    assert order(one) == [3, 4, 2, 1]
    one.press("Make the PDF")
    one.reads("Print pack")
