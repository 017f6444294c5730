"""The service worker: there when the network is not, and nobody's data is in it."""

import pytest
from playwright.sync_api import expect

from tests import make

SHELLS = ("/scan", "/outbox", "/offline")
pytestmark = pytest.mark.xdist_group("browser")
KEPT = """async () => {
  const kept = []
  for (const name of await caches.keys()) kept.push(...await (await caches.open(name)).keys())
  return kept.map((request) => new URL(request.url).pathname)
}"""
READY = "async () => (await navigator.serviceWorker.ready).active.state"


@pytest.fixture
def phone(house, look):
    """A phone on which the service worker has settled."""
    one = look(house.url, "pixel").sign_in(house.person("魏离线")).go("/")
    one.page.evaluate(READY)
    one.go("/")
    assert one.page.evaluate("navigator.serviceWorker.controller !== null")
    return one


def offline(one):
    one.is_offline_on_purpose = True
    one.context.set_offline(True)


def test_without_a_network_a_page_says_so_in_the_reader_s_language(phone):
    offline(phone)
    phone.go("/invoices")
    expect(phone.page.get_by_role("heading", name="No network")).to_be_visible()
    phone.shoot("offline-en")


@pytest.mark.full
def test_the_page_comes_by_itself_when_the_network_is_back(phone):
    offline(phone)
    phone.go("/invoices")
    expect(phone.page.get_by_role("heading", name="No network")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.page.get_by_role("heading", name="Invoices")).to_be_visible()


@pytest.mark.full
def test_it_comes_also_where_the_device_thought_that_it_had_a_network(phone):
    phone.is_offline_on_purpose = True
    silence = "addEventListener('online', (event) => event.stopImmediatePropagation(), true)"
    phone.context.add_init_script(silence)
    phone.context.set_offline(True)
    phone.go("/invoices")
    expect(phone.page.get_by_role("heading", name="No network")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.page.get_by_role("heading", name="Invoices")).to_be_visible()


@pytest.mark.full
def test_a_change_of_language_reaches_the_offline_page(phone):
    phone.page.get_by_role("button", name="中文").locator("visible=true").click()
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-CN")
    phone.page.evaluate(READY)
    phone.page.wait_for_timeout(500)
    offline(phone)
    phone.go("/me")
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-CN")
    phone.shoot("offline-zh")


@pytest.mark.full
def test_a_page_that_is_open_tells_of_the_network(phone):
    banner = phone.page.locator("offline-banner p")
    expect(banner).to_be_hidden()
    offline(phone)
    expect(banner).to_be_visible()
    phone.context.set_offline(False)
    expect(banner).to_be_hidden()


def test_only_what_is_the_same_for_everybody_is_kept(phone, tmp_path):
    file = tmp_path / "private.png"
    file.write_bytes(make.picture(801).getvalue())
    phone.page.locator("[data-any]:visible").set_input_files(file)
    expect(phone.row("private.png").get_by_text(phone.verdict("open"))).to_be_visible()
    for path in ("/invoices", "/me", "/notices", "/"):
        phone.go(path)
    phone.follow_row("private.png")
    kept = phone.page.evaluate(KEPT)
    assert kept and all(path.startswith("/static/") or path in SHELLS for path in kept)
    assert set(SHELLS) & set(kept) >= {"/outbox", "/offline"}
    assert any(path.endswith("/css/app.css") for path in kept)


def test_the_offline_page_names_nobody(phone):
    text = phone.page.evaluate("async () => (await caches.match('/offline')).text()")
    assert "魏离线" not in text and "北京示例" not in text


def test_signing_out_leaves_nothing_of_oneself_in_the_browser(phone):
    phone.go("/me").press("Sign out")
    expect(phone.page).to_have_url(f"{phone.url}/sign-in")
    left = phone.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert left in ("[{},{}]", '[{},{"htmx-current-path-for-history":"/sign-in"}]')
    phone.page.go_back()
    expect(phone.page.locator("[name=password]")).to_be_visible()
