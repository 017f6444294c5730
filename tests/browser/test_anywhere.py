"""Files and codes come from anywhere: dropped, pasted, from a scan gun, on whichever page."""

import base64
import re

import pytest
from playwright.sync_api import expect

from app.documents import specimens
from app.documents.specimens import qr_text
from tests import make
from tests.browser.screen import GUN

pytestmark = pytest.mark.xdist_group("browser")
GIVE = """([how, name, type, bytes, also]) => {
  const given = new DataTransfer()
  const raw = Uint8Array.from(atob(bytes), (one) => one.charCodeAt())
  given.items.add(new File([raw], name, { type }))
  for (const kind of also) given.setData(kind, "text")
  const facts = { bubbles: true, cancelable: true }
  const at = document.activeElement
  if (how === "paste") return at.dispatchEvent(new ClipboardEvent("paste", { ...facts, clipboardData: given }))
  for (const event of ["dragover", "drop"]) at.dispatchEvent(new DragEvent(event, { ...facts, dataTransfer: given }))
}"""  # noqa: E501
OPENED = """
  const raw = Uint8Array.from(atob("BYTES"), (one) => one.charCodeAt())
  const getFile = async () => new File([raw], "opened.png", { type: "image/png" })
  const launchQueue = { setConsumer: (act) => act({ files: [{ getFile }] }) }
  Object.defineProperty(window, "launchQueue", { value: launchQueue })
"""
PASTE = """(text) => {
  const given = new DataTransfer()
  given.setData("text/plain", text)
  document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: given }))
}"""  # noqa: E501


@pytest.fixture
def desk(house, look, request):
    """An employee at a desk."""
    name = request.node.name.removeprefix("test_")[:30]
    return look(house.url, language="en").sign_in(house.person(name))


def give(one, how, file, *also, kind="image/png"):
    content = base64.b64encode(file.read_bytes()).decode()
    one.page.evaluate(GIVE, [how, file.name, kind, content, also])


def tray(one):
    return one.page.locator("#tray > li[id^=scan-]")


@pytest.mark.parametrize("how", [pytest.param("drop", marks=pytest.mark.full), "paste"])
def test_on_any_page_a_file_is_handed_in_and_shown_where_it_is(desk, photo, how):
    desk.go("/invoices")
    give(desk, how, photo(9101))
    desk.reads(desk.say("Files taken: %(num)s", num=1), desk.page.locator("#toasts"))
    desk.press("Show")
    expect(desk.row("photo-9101").get_by_text(desk.verdict("open"))).to_be_visible()


@pytest.mark.full
def test_a_file_that_the_computer_opens_with_the_app_is_handed_in(desk, photo):
    content = base64.b64encode(photo(9110).read_bytes()).decode()
    desk.page.add_init_script(OPENED.replace("BYTES", content))
    desk.go("/")
    expect(desk.row("opened.png").get_by_text(desk.verdict("open"))).to_be_visible()


def test_what_is_pasted_into_a_field_or_comes_from_a_spreadsheet_is_no_file(desk, photo):
    desk.go("/invoices")
    give(desk, "paste", photo(9103), "text/html", "text/plain")
    desk.page.locator("[name=q]").focus()
    give(desk, "paste", photo(9103), "text/plain")
    desk.page.wait_for_timeout(300)
    assert desk.page.evaluate("() => outbox.count().then(({ mine }) => mine)") == 0
    expect(desk.page.locator("#toasts toast-note")).to_have_count(0)
    expect(desk.go("/").page.locator("#files > li")).to_have_count(0)


@pytest.mark.full
def test_a_page_with_a_field_of_its_own_gets_the_file_there(house, look, photo):
    one = look(house.url, language="en").sign_in(house.person("方落下", "finance")).go("/bureau")
    give(one, "drop", photo(9104))
    field = one.page.locator("[data-drop]")
    assert field.evaluate("(field) => field.files[0].name") == "photo-9104.png"


@pytest.mark.parametrize("how", [GUN, PASTE], ids=["gun", "paste"])
def test_a_code_opens_the_look_up_with_what_it_says(desk, how):
    desk.go("/invoices").page.evaluate(how, qr_text(make.specimen(9105, total="88.50")))
    expect(desk.page).to_have_url(re.compile(r"/ask\?q=\d{20}&"))
    expect(desk.page.locator("[name=total]")).to_have_value("88.50")
    expect(desk.page.locator("[name=issued]")).to_have_value("2026-11-10")
    expect(desk.page.locator("#asked")).to_contain_text(desk.verdict("open"))


def test_at_the_desk_a_gun_fills_the_tray_and_a_number_is_looked_up(desk):
    desk.go("/scan")
    expect(desk.page.locator("[name=q]")).to_be_focused()
    for number in (9106, 9107):
        desk.page.keyboard.type(qr_text(make.specimen(number, total="10.00")))
        desk.page.keyboard.press("Enter")
    expect(tray(desk)).to_have_count(2)
    expect(desk.page.locator("a[data-done]")).to_contain_text("2 · ¥20.00")
    desk.page.locator("body").click(position={"x": 300, "y": 700})
    desk.gun("０１，３２，，" + qr_text(make.specimen(9108))[7:])
    expect(tray(desk)).to_have_count(3)
    desk.fill(q=specimens.number(9106)).page.keyboard.press("Enter")
    expect(desk.page).to_have_url(re.compile(rf"/ask\?q={specimens.number(9106)}"))
    expect(desk.page.locator("#asked")).to_contain_text(desk.verdict("open"))


def test_typing_by_hand_and_other_texts_lead_nowhere(desk):
    desk.go("/invoices").gun("https://example.com/pay")
    for key in "01,":
        desk.page.evaluate(GUN.replace(', "Enter"', ""), key)
        desk.page.wait_for_timeout(120)
    desk.gun("32,,99002000000000009109,1.00,20261110,,")
    desk.page.wait_for_timeout(300)
    expect(desk.page).to_have_url(f"{desk.url}/invoices")
