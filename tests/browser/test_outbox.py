"""What was captured waits on the device until the server has it: none is lost, none doubled."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.phone import Phone
from tests.browser.tunnel import Tunnel

pytestmark = pytest.mark.xdist_group("browser")
LEASE = """async () => {
  await outbox.drain()
  const asked = indexedDB.open("outbox")
  await new Promise((done) => (asked.onsuccess = done))
  const lease = asked.result.transaction("facts").objectStore("facts").get("lease")
  await new Promise((done) => (lease.onsuccess = done))
  asked.result.close()
  return lease.result ?? null
}"""


@pytest.fixture
def phone(house, look, request):
    """An employee's phone without a service worker, as some browsers have none."""
    return Phone(house, look, request.node.name.removeprefix("test_")[:30])


def test_what_is_captured_offline_outlives_a_reload_and_a_closed_tab(phone, photo):
    one = phone.screen
    files = [photo(1101), photo(1102)]
    phone.offline()
    one.choose(*files)
    one.reads(one.say("Waiting for the network"), one.row("photo-1101"))
    expect(one.page.locator("header outbox-count")).to_have_text("2 to be sent")
    phone.offline(False)
    one.page.route("**/files", lambda route: route.abort())
    one.go("/")
    expect(one.row("photo-1102")).to_be_visible()
    one.page.close()

    one.page = one.context.new_page()
    one.go("/")
    for file in files:
        expect(one.row(file.name).get_by_text(one.verdict("open"))).to_be_visible()
    expect(one.page.locator("header outbox-count a")).to_be_hidden()
    assert phone.copies() == {"photo-1101.png": 1, "photo-1102.png": 1}


@pytest.mark.full
def test_twenty_broken_connections_lose_and_double_nothing(house, look, photo):
    tunnel = Tunnel(house.installation.bind, most=1 << 40)
    phone = Phone(house, look, "魏二十", tunnel.url)
    page = phone.screen.page
    phone.screen.is_offline_on_purpose = True
    files = [photo(1110 + place, padding=200_000) for place in range(5)]
    tunnel.most = 50_000
    phone.screen.choose(*files)
    cuts = 0
    for _ in range(1200):
        page.wait_for_timeout(30)
        if tunnel.is_cut:
            cuts += 1
            tunnel.mend()
            if cuts == 20:
                break
            tunnel.most = 30_000 + 7_000 * (cuts % 20)
        page.evaluate("outbox.drain({ now: true }) && 0")
    assert cuts == 20
    page.evaluate("outbox.drain({ now: true })")
    phone.arrive(0)
    tunnel.close()
    assert phone.copies() == {file.name: 1 for file in files}


@pytest.mark.full
def test_a_lost_answer_doubles_nothing(phone, photo):
    one, line = phone.screen, phone.screen.context.new_cdp_session(phone.screen.page)
    one.is_offline_on_purpose = True
    lost = []

    def lose_two(event):
        step = "Fetch.failRequest" if len(lost) < 2 else "Fetch.continueRequest"
        more = {"errorReason": "ConnectionReset"} if len(lost) < 2 else {}
        lost.append(event["request"]["headers"]["Idempotency-Key"])
        line.send(step, {"requestId": event["requestId"], **more})

    line.on("Fetch.requestPaused", lose_two)
    answers = {"urlPattern": "*/files", "requestStage": "Response"}
    line.send("Fetch.enable", {"patterns": [answers]})
    one.choose(photo(1121))
    for _ in range(2):
        one.reads(one.say("Could not be sent. It will be tried again by itself."))
        one.press("Retry")
    phone.arrive(0)
    assert len(lost) == 3 and len(set(lost)) == 1
    assert phone.copies() == {"photo-1121.png": 1}


@pytest.mark.full
def test_a_tab_that_is_killed_in_the_middle_leaves_its_file_to_the_next(phone, photo):
    one = phone.screen
    one.is_offline_on_purpose = True
    line = one.context.new_cdp_session(one.page)
    slow = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 30_000, "offline": False}
    line.send("Network.emulateNetworkConditions", slow)
    one.choose(photo(1131, padding=300_000))
    expect(one.row("photo-1131").locator("[data-detail]")).to_contain_text("/ 0.3 MB")
    one.page.close()
    one.page = one.context.new_page()
    one.go("/invoices")
    phone.arrive(0)
    assert phone.copies() == {"photo-1131.png": 1}


@pytest.mark.full
def test_two_tabs_send_each_once(phone, photo):
    one, sent = phone.screen, []
    other = one.context.new_page()
    other.goto(f"{one.url}/outbox")
    one.context.on("response", lambda told: told.url.endswith("/files") and sent.append(told))
    phone.offline()
    one.choose(*(photo(1140 + place) for place in range(6)))
    expect(other.locator("outbox-list li")).to_have_count(6)
    other.wait_for_function("outbox.list().then((all) => all.some(({ tries }) => tries))")
    phone.offline(False)
    for page in (one.page, other):
        page.evaluate("outbox.drain({ now: true }) && 0")
    phone.arrive(0)
    expect(other.locator("outbox-list li")).to_have_count(0)
    assert len(sent) == 6
    assert set(phone.copies().values()) == {1} and len(phone.copies()) == 6


def test_after_the_session_has_ended_it_waits_for_the_sign_in(phone, photo):
    one = phone.screen
    one.expected.add(401)
    one.context.clear_cookies(name="sid")
    one.choose(photo(1151, padding=1_000_000), photo(1152))
    one.reads(one.say("Sign in to go on"))
    expect(one.page.locator("header outbox-count")).to_have_text(one.say("Sign in to send"))
    one.go("/outbox")
    expect(one.page.locator("outbox-list li")).to_have_count(2)
    one.shoot("outbox-sign-in")
    one.page.locator("outbox-list").get_by_role("link", name=one.say("Sign in")).click()
    one.fill(identifier=phone.number, password=make.PASSWORD).press("Sign in")
    expect(one.page).to_have_url(f"{one.url}/outbox")
    phone.arrive(0)
    one.reads(one.say("Nothing waits on this device: everything you handed in is on the server."))
    assert phone.copies() == {"photo-1151.png": 1, "photo-1152.png": 1}


@pytest.mark.full
def test_what_somebody_else_captured_stays_apart(house, phone, photo):
    one = phone.screen
    one.expected.add(401)
    phone.offline()
    one.choose(photo(1161))
    one.reads(one.say("Waiting for the network"))
    one.context.clear_cookies(name="sid")
    phone.offline(False)
    other = house.person("方别人")
    one.page.goto("about:blank")
    one.sign_in(other).go("/")
    expect(one.page.locator("header outbox-count a")).to_be_hidden()
    expect(one.row("photo-1161")).to_have_count(0)
    one.go("/outbox")
    one.reads(one.say("Another person's captures on this device: %(count)s", count=1))
    assert "photo-1161" not in one.page.content()
    one.shoot("outbox-others")
    assert phone.copies() == {}

    one.context.clear_cookies(name="sid")
    one.sign_in(phone.number).go("/")
    phone.arrive(0)
    assert phone.copies() == {"photo-1161.png": 1}


@pytest.mark.full
def test_signing_out_asks_about_what_waits_and_empties_the_device(phone, photo):
    one = phone.screen
    one.page.route("**/files", lambda route: route.abort())
    one.is_offline_on_purpose = True
    one.choose(photo(1171))
    one.reads(one.say("Could not be sent. It will be tried again by itself."))
    one.go("/me").press("Sign out")
    dialog = one.page.locator("#leaving")
    one.reads(one.say("Yours on this device: %(count)s", count=1), dialog)
    one.shoot("outbox-leaving")
    one.press("Send first")
    expect(dialog).to_be_hidden()
    one.reads(one.say("Not everything could be sent. You are still signed in."))
    one.press("Sign out")
    one.press("Sign out and delete")
    expect(one.page).to_have_url(f"{one.url}/sign-in")
    phone.arrive(0)
    assert phone.copies() == {}
    assert not [cookie for cookie in one.context.cookies() if cookie["name"] in ("who", "sid")]


@pytest.mark.full
def test_sent_first_one_is_signed_out_with_everything_on_the_server(phone, photo):
    one = phone.screen
    phone.offline()
    one.choose(photo(1172))
    one.reads(one.say("Waiting for the network"))
    one.page.route("**/files", lambda route: route.abort())
    phone.offline(False)
    one.go("/me").press("Sign out")
    one.page.unroute("**/files")
    one.press("Send first")
    expect(one.page).to_have_url(f"{one.url}/sign-in")
    assert phone.copies() == {"photo-1172.png": 1}


@pytest.mark.full
def test_a_typed_invoice_waits_for_the_network(phone):
    one = phone.screen
    number = make.specimen(1211).number
    one.go("/ask").fill(q=number)
    one.page.locator("[name=issued]").wait_for()
    one.fill(issued="2026-11-10", total="106.00")
    one.page.wait_for_load_state("networkidle")
    phone.offline()
    one.press("Keep and check")
    one.reads(one.say("No network: kept on this device, sent as soon as it is back."))
    phone.offline(False)
    phone.arrive(0)
    one.go("/invoices")
    expect(one.page.locator("li.row")).to_have_count(1)


@pytest.mark.full
def test_a_browser_that_keeps_nothing_sends_at_once_and_says_so(phone, photo):
    one = phone.screen
    one.page.add_init_script("Object.defineProperty(self, 'indexedDB', { value: undefined })")
    one.page.route("**/files", lambda route: route.abort())
    one.is_offline_on_purpose = True
    one.go("/").choose(photo(1221))
    one.reads(one.say("Could not be sent. It will be tried again by itself."))
    one.page.unroute("**/files")
    one.press("Retry")
    phone.arrive(0)
    assert phone.copies() == {"photo-1221.png": 1}


@pytest.mark.full
def test_more_than_fifty_for_one_address_are_refused_in_words_until_there_is_room(phone, photo):
    one = phone.screen
    phone.offline()
    one.page.evaluate("""async () => {
      const file = new File(["x"], "filler.xml")
      for (let n = 0; n < 50; n++) await outbox.put({ url: "/files", file })
      await outbox.put({ url: "/nowhere", file })
    }""")
    one.choose(photo(1231))
    one.reads("50 files or 100 MB wait on this device already.", one.row("photo-1231"))
    one.page.evaluate("outbox.list().then(([first]) => outbox.remove(first.key))")
    one.reads(one.say("Waiting for the network"), one.row("photo-1231"))
    one.page.evaluate("outbox.purge()")


@pytest.mark.full
def test_over_plain_http_a_row_stands_in_for_the_lock(phone, photo):
    one, sent = phone.screen, []
    for missing in ("Navigator.prototype.locks", "BroadcastChannel", "crypto.randomUUID"):
        owner, _, name = missing.rpartition(".")
        taken = f"Object.defineProperty({owner or 'self'}, '{name}', {{ value: undefined }})"
        one.context.add_init_script(taken)
    other = one.context.new_page()
    other.goto(f"{one.url}/outbox")
    one.go("/")
    assert one.page.evaluate("!navigator.locks && !self.BroadcastChannel && !crypto.randomUUID")
    one.context.on("response", lambda told: told.url.endswith("/files") and sent.append(told))
    phone.offline()
    one.choose(*(photo(1240 + place) for place in range(3)))
    one.reads(one.say("Waiting for the network"), one.row("photo-1242"))
    phone.offline(False)
    for page in (one.page, other):
        page.evaluate("outbox.drain({ now: true }) && 0")
    phone.arrive(0)
    assert len(sent) == 3 and set(phone.copies().values()) == {1}


def test_a_page_with_nothing_to_send_holds_nobody_up(phone, photo):
    one = phone.screen
    taken = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
    one.context.add_init_script(taken)
    assert one.go("/").page.evaluate(LEASE) is None
    one.choose(photo(1251))
    expect(one.row("photo-1251").get_by_text(one.verdict("open"))).to_be_visible()
    assert phone.copies() == {"photo-1251.png": 1}
