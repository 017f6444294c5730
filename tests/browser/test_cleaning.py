"""Two papers over each other: moved by the keyboard, and side by side without a script."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Member
from app.intake import intake
from app.invoices import cleaning
from app.invoices.cleaning_models import Group, Sort
from app.plumbing.db import db
from tests.installation import until
from tests.invoices.test_cleaning_pages import altered_files

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.full]


@pytest.fixture
def pair(house):
    """Who decides, and the page of an altered pair that somebody else has brought."""
    phone, brings = house.person("方理", "finance"), house.person("魏改")
    with house.installation.inside():
        wei = db.session.scalars(select(Member).join(Member.person).filter_by(phone=brings)).one()
        for data in altered_files():
            intake.hand_in(BytesIO(data), "发票.pdf", by=wei)
        mine = select(Group).where(Group.company_id == wei.company_id, Group.sort == Sort.ALTERED)

        def found():
            db.session.rollback()
            cleaning.catch_up()
            return db.session.scalars(mine.order_by(Group.id.desc())).first()

        until(lambda: found() is not None)
        return phone, f"/cleaning/{found().id}"


def test_the_slider_shows_more_of_the_first_paper_by_the_arrow_keys(house, look, pair):
    phone, path = pair
    one = look(house.url, "pixel", viewport={"width": 360, "height": 780})
    one.sign_in(phone)
    one.go(path)
    slider = one.page.get_by_role("slider")
    expect(slider).to_have_value("50")
    slider.focus()
    for _ in range(5):
        one.page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("55")
    seen = one.page.locator(".stacked").evaluate("it => it.style.getPropertyValue('--seen')")
    assert seen == "55%"
    sizes = one.page.locator(".stacked img").evaluate_all("all => all.map((it) => it.naturalWidth)")
    assert len(sizes) == 2 and min(sizes) > 500, "both are drawn"
    assert not one.overflows()


def test_without_a_script_both_papers_stand_beside_each_other(house, look, pair):
    phone, path = pair
    one = look(house.url, java_script_enabled=False)
    one.sign_in(phone)
    one.go(path)
    assert one.page.locator("two-papers figure img").count() == 2
    assert one.page.get_by_role("slider").count() == 0
    one.page.locator("form.decide [name=why]").first.click()
    expect(one.page.locator(".taken-back")).to_be_visible()
    one.page.locator(".taken-back button").click()
    expect(one.page.locator("form.decide")).to_be_visible()


def test_from_the_review_one_key_leads_to_the_pair_and_its_decision_back(house, look, pair):
    phone, path = pair
    with house.installation.inside():
        invoice_id = db.session.get_one(Group, path.rpartition("/")[2]).pair[0].id
    one = look(house.url).sign_in(phone).go(f"/review/{invoice_id}")
    one.page.keyboard.press("p")
    expect(one.page).to_have_url(re.compile(path))
    one.page.get_by_role("button", name=one.say("Two different invoices")).press("Enter")
    expect(one.page).to_have_url(re.compile(f"/review/{invoice_id}$"))
    expect(one.page.locator("two-papers")).to_have_count(0)
