"""The wallet in a real browser: search while typing, pick and sum, older ones, the original."""

import re
from datetime import date
from io import BytesIO

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Member
from app.core.money import Money
from app.documents import specimens
from app.intake import intake
from app.invoices import invoices
from app.plumbing.db import db
from tests import make
from tests.installation import until

pytestmark = pytest.mark.xdist_group("browser")
GUN = """(text) => [...text].forEach((key) =>
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""
"""As quick as a scan gun, whatever else the machine has to do."""
SUM, COUNT = "[data-sum]", "[data-count]"


@pytest.fixture(scope="module")
def holder(house):
    """Somebody with sixty-one invoices of one month, and the PDF of an older one."""
    phone = house.person("魏票")
    with house.installation.inside():
        wei = db.session.scalars(select(Member).join(Member.person).filter_by(phone=phone)).one()
        for place in range(1, 61):
            day = date(2026, 5, 1 + place // 3)
            make.invoice(wei, 8000 + place, issued=day, total=Money(100 * place))
        net = {"total": None, "amount": Money(30000), "seller_name": "海淀区示例餐厅"}
        make.invoice(wei, 7100, issued=date(2026, 5, 30), **net)
        one = make.specimen(7200, issued=date(2026, 4, 2))
        copy = intake.hand_in(BytesIO(specimens.draw_pdf(one)), "酒店.pdf", by=wei)
        until(lambda: db.session.rollback() or invoices.of_document(copy.document))
    return phone


@pytest.fixture
def wallet(house, look, holder):
    """Their wallet on a screen."""
    return lambda device="desktop", **more: (
        look(house.url, device, **more).sign_in(holder).go("/invoices")
    )


def pick(one, sequence):
    name = specimens.number(sequence)
    one.page.locator(f"[name=invoice][data-line^='{name}']").check(force=True)


def test_search_while_typing_keeps_the_focus_and_says_how_many(wallet):
    one = wallet()
    field, rows = one.page.locator("[name=q]"), one.page.locator("li.row")
    field.press_sequentially("餐厅", delay=30)
    expect(one.page.get_by_role("status").filter(has_text="1 invoice found")).to_be_visible()
    expect(field).to_be_focused()
    expect(one.page).to_have_url(re.compile(r"/invoices\?q=%E9%A4%90%E5%8E%85$"))
    expect(rows).to_have_count(1)
    one.page.reload()
    expect(field).to_have_value("餐厅")
    field.fill("")
    expect(rows).to_have_count(50)
    expect(one.page).to_have_url(re.compile("/invoices$"))


def test_what_is_picked_is_summed_and_copied_and_kept_while_more_is_loaded(wallet):
    one = wallet(permissions=["clipboard-read", "clipboard-write"])
    bar = one.page.locator("#picked")
    expect(bar).to_be_hidden()
    pick(one, 8060)
    pick(one, 7100)
    expect(bar.locator(SUM)).to_have_text("¥60.00")
    expect(bar).to_contain_text("1 more without tax: ¥300.00")
    one.page.get_by_role("link", name="Older invoices").press("Enter")
    expect(one.page.locator("li.row")).to_have_count(62)
    expect(one.page.get_by_role("heading", name="May")).to_have_count(1)
    expect(one.page.get_by_role("heading", name="Apr")).to_have_count(1)
    expect(one.page.locator("li.row").nth(50).get_by_role("link")).to_be_focused()
    pick(one, 8001)
    expect(bar.locator(COUNT)).to_have_text("Selected: 3")
    expect(bar.locator(SUM)).to_have_text("¥61.00")
    one.press("Copy the list")
    one.reads("Copied")
    copied = one.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[0] == f"{specimens.number(8060)}\t2026-05-21\t北京示例印务有限公司\t60.00"
    assert copied[1].endswith("300.00\twithout tax") and len(copied) == 3
    one.press("Clear")
    expect(bar).to_be_hidden()
    expect(one.page.locator("[name=invoice]:checked")).to_have_count(0)


@pytest.mark.full
def test_by_the_keyboard_x_picks_and_shift_picks_all_between(wallet):
    one = wallet()
    keys, rows, count = one.page.keyboard, one.page.locator("li.row"), one.page.locator(COUNT)
    rows.nth(1).get_by_role("link").focus()
    keys.press("x")
    expect(count).to_have_text("Selected: 1")
    keys.press("Shift+Tab")
    assert one.focus()["tag"] == "input"
    rows.nth(4).locator(".pick").click(modifiers=["Shift"])
    expect(count).to_have_text("Selected: 4")
    one.page.locator("[name=q]").press_sequentially("x")
    expect(one.page.get_by_text("Nothing here fits “x”.")).to_be_visible()
    expect(count).to_have_text("Selected: 4")
    one.page.locator("[name=q]").fill("")
    expect(one.page.locator("[name=invoice]:checked")).to_have_count(4)
    rows.first.get_by_role("link").focus()
    keys.press("Escape")
    expect(one.page.locator("#picked")).to_be_hidden()


@pytest.mark.full
def test_on_the_phone_rows_are_picked_after_a_press_on_select_or_a_long_one(wallet):
    one = wallet("pixel", viewport={"width": 320, "height": 640})
    row, count = one.page.locator("li.row").nth(1), one.page.locator(COUNT)
    one.press("Select")
    row.get_by_role("link").tap()
    expect(count).to_have_text("Selected: 1")
    assert not one.overflows()
    for target in (one.page.locator("#pick"), row.locator(".pick")):
        assert min(target.bounding_box()[side] for side in ("width", "height")) >= 48
    one.press("Done")
    expect(one.page.locator("#picked")).to_be_hidden()

    link = row.get_by_role("link")
    finger = {"pointerType": "touch", "clientX": 150, "clientY": 300, "bubbles": True}
    link.dispatch_event("pointerdown", finger)
    expect(count).to_have_text("Selected: 1")
    link.dispatch_event("pointerup", finger)
    link.dispatch_event("click")
    expect(count).to_have_text("Selected: 1")
    expect(one.page).to_have_url(re.compile("/invoices$"))


@pytest.mark.full
def test_the_original_opens_in_the_app_grows_under_a_tap_and_is_shared(wallet):
    one = wallet("iphone")
    one.page.add_init_script(
        "navigator.canShare = () => true\n"
        "navigator.share = async ({files}) => { document.title = files[0].name }"
    )
    one.go("/invoices?q=2026-04-02").page.locator("li.row a").tap()
    one.follow("View original")
    page = one.page.get_by_role("button", name=specimens.number(7200))
    expect(page.locator("img")).to_have_js_property("complete", True)
    width = page.locator("img").bounding_box()["width"]
    page.tap()
    expect(page).to_have_attribute("aria-pressed", "true")
    assert page.locator("img").bounding_box()["width"] > 2 * width and not one.overflows()
    one.page.get_by_role("link", name="Share or save").tap()
    expect(one.page).to_have_title("酒店.pdf")
    assert "/originals/" in one.page.url


def test_the_sheet_of_filters_narrows_the_list_and_each_is_taken_away(wallet):
    one = wallet("pixel", viewport={"width": 320, "height": 640})
    one.follow("More filters")
    sheet = one.page.get_by_role("dialog")
    sheet.get_by_label("Seller", exact=True).fill("餐厅")
    assert not one.overflows()
    sheet.get_by_role("button", name="Show the invoices").click()
    expect(one.page).to_have_url(re.compile(r"/invoices\?seller=%E9%A4%90%E5%8E%85$"))
    expect(one.page.locator("li.row")).to_have_count(1)
    expect(one.page.get_by_role("status").filter(has_text="1 invoice found")).to_be_visible()
    assert not one.overflows()
    one.page.get_by_role("link", name="Take away: Seller 餐厅").tap()
    expect(one.page.locator("li.row")).to_have_count(50)


def test_by_the_keyboard_slash_finds_everything_and_j_and_k_go_through_the_rows(wallet):
    one = wallet()
    keys, rows = one.page.keyboard, one.page.locator("li.row")
    for key in "jjk":
        keys.press(key)
    expect(rows.first.get_by_role("link")).to_be_focused()
    one.page.wait_for_function("window.htmx")
    one.page.wait_for_timeout(100)  # quicker than a hand is a scan gun
    keys.press("/")
    box = one.page.get_by_role("dialog")
    expect(box.get_by_role("searchbox")).to_be_focused()
    keys.type("餐厅", delay=30)
    expect(box.get_by_role("listitem")).to_have_count(1)
    keys.press("ArrowDown")
    expect(box.get_by_role("link").first).to_be_focused()
    keys.press("Enter")
    expect(one.page.get_by_role("heading", name="海淀区示例餐厅")).to_be_visible()
    one.page.evaluate(GUN, "http://a/page/1")
    expect(one.page.locator("dialog.find")).to_have_count(0)


@pytest.mark.full
def test_without_a_script_one_searches_and_goes_on_by_links(wallet):
    one = wallet("pixel", java_script_enabled=False)
    dead = "#pick:visible, #picked:visible"
    expect(one.page.locator(dead)).to_have_count(0)
    one.page.locator("[name=invoice]").first.check()
    one.press("Export selection")
    expect(one.page.locator("main")).to_contain_text("1 chosen invoice")
    one.go("/invoices").page.get_by_role("link", name="Older invoices").click()
    expect(one.page.locator("li.row")).to_have_count(12)
    one.fill(q="餐厅").page.keyboard.press("Enter")
    expect(one.page.locator("li.row")).to_have_count(1)
    one.page.get_by_role("link", name=re.compile("Problems")).click()
    expect(one.page.locator("[name=q]")).to_have_value("餐厅")
    expect(one.page.get_by_role("link", name="Search all invoices")).to_be_visible()
