"""A phone that comes by a name: without encryption it has no camera, with it everything."""

import base64
import hashlib
import re
import shutil
from itertools import product

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect

from app.documents import specimens
from app.plumbing import authority
from tests import make
from tests.browser.test_pages import AXE, RUN
from tests.installation import free, started

pytestmark = pytest.mark.xdist_group("browser")
NAME = "yanpiao.test"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
ALL = list(product(("zh", "en"), ("light", "dark"), (360, 1440)))
HAS = """() => [isSecureContext, Boolean(navigator.mediaDevices?.getUserMedia),
  Boolean(crypto.randomUUID), Boolean(navigator.serviceWorker), Boolean(navigator.clipboard)]"""
READY = "async () => (await navigator.serviceWorker.ready).active.state"
WAITING = """async () => {
  await outbox.count()
  const asked = indexedDB.open("outbox")
  await new Promise((done) => (asked.onsuccess = done))
  const change = asked.result.transaction("items", "readwrite")
  for (const key of ["one", "two"]) change.objectStore("items").put({ key, uid: "another", at: 0 })
  await new Promise((done) => (change.oncomplete = done))
  asked.result.close()
  localStorage.setItem("torch", "on")
  await caches.open("asset-old")
}"""
LEFT = """async () => [
  (await outbox.count()).others, localStorage.length, await caches.has("asset-old"),
]"""


@pytest.fixture(scope="module")
def secured(prepared, tmp_path_factory):
    """An installation with an authority of its own."""
    more = {"YANPIAO_HTTPS": NAME, "YANPIAO_HTTP_BIND": free()}
    with started(prepared, tmp_path_factory.mktemp("secured"), **more) as at:
        with at.inside():
            tea = make.company("北京示例茶叶有限公司", 1)
            at.phone = make.member("魏扫码", tea, "employee").person.phone
        yield at
        assert "Traceback" not in at.said()


@pytest.fixture(scope="module")
def knowing(playwright, secured):
    """A browser that finds the name and trusts the certificate."""
    found = authority.read(authority.server(secured.var / "ca")).public_key()
    key = found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    mark = base64.b64encode(hashlib.sha256(key).digest()).decode()
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
        args=[*FLAGS, f"--ignore-certificate-errors-spki-list={mark}"],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def known():
    """The cookies of those who have signed in already, by address."""
    return {}


@pytest.fixture
def inside(look, knowing, known):
    """A phone of somebody who signed in by the form, the first time."""

    def at(url, phone):
        one = look(url, "pixel", browser=knowing, storage_state=known.get(url))
        if url not in known:
            one.go("/sign-in").fill(identifier=phone, password=make.PASSWORD).press("Sign in")
            expect(one.page).to_have_url(f"{url}/")
            known[url] = one.context.storage_state()
        return one.go("/")

    return at


@pytest.fixture
def named(house, inside):
    """A phone at an address without encryption, under a name."""
    url = f"http://{NAME}:{house.installation.bind.partition(':')[2]}"
    return inside(url, house.person("魏明文"))


@pytest.fixture
def trusting(secured, inside):
    """A phone at the encrypted address."""
    return inside(secured.url, secured.phone)


def line(one, name):
    return one.page.locator(f"#diag-{name}")


@pytest.mark.full
def test_without_encryption_the_page_says_why_and_everything_else_works(named, tmp_path):
    assert named.page.evaluate(HAS) == [False] * 5
    named.reads("No camera at this address", named.page.locator("#plain-http"))
    named.shoot("plain-http")
    for name, field, number in (("photo.png", "[capture]", 1101), ("file.png", "[data-any]", 1102)):
        file = tmp_path / name
        file.write_bytes(make.picture(number).getvalue())
        named.page.locator(f"upload-zone .tiles {field}").set_input_files(file)
        expect(named.row(name).get_by_text(named.verdict("open"))).to_be_visible()
    named.go("/scan").reads(named.say("No camera at this address"), named.page.locator("scan-view"))
    expect(named.page.locator("scan-view")).to_have_attribute("data-state", "insecure")
    named.page.locator("upload-zone [data-any]").set_input_files(file)
    expect(named.page.locator("#tray > li")).to_contain_text(name)
    named.go("/").follow("No file or code? Look it up by its number")
    named.page.wait_for_load_state()
    named.fill(q=specimens.number(1102))
    expect(named.page.locator("#asked")).to_contain_text(named.verdict("open"))


@pytest.mark.full
def test_without_encryption_the_way_to_the_camera_is_explained(named):
    named.follow("How to get the camera")
    named.reads("Why there is no camera here")
    expect(named.page.locator("code")).to_have_text("bin/run --https yanpiao.lan")
    named.follow("Back")
    expect(named.page).to_have_url(f"{named.url}/")


@pytest.mark.full
def test_without_encryption_the_self_check_says_what_is_missing(named):
    named.go("/diag")
    for name, tone in (("secure", "bad"), ("camera", "bad"), ("worker", "warn"), ("decode", "ok")):
        expect(line(named, name)).to_have_attribute("data-tone", tone)
    expect(named.page.locator("[data-try]")).to_be_disabled()
    named.press("Copy report")
    expect(named.page.locator("#toasts")).to_contain_text("Copied")


@pytest.mark.full
def test_with_the_certificate_a_phone_has_everything(trusting):
    assert trusting.page.evaluate(HAS) == [True] * 5
    assert trusting.page.evaluate(READY) in ("activating", "activated")
    expect(trusting.page.locator("#plain-http")).to_have_count(0)
    (kept,) = [one for one in trusting.context.cookies() if "sid" in one["name"]]
    assert kept["name"] == "__Host-sid" and kept["secure"] and kept["httpOnly"]


@pytest.mark.full
def test_the_self_check_finds_all_well_and_opens_the_camera_only_when_told(trusting):
    trusting.page.evaluate(READY)
    trusting.go("/diag")
    expect(line(trusting, "picture")).to_contain_text("Try the camera")
    for name in ("secure", "camera", "cameras", "worker", "database", "storage", "locks", "online"):
        expect(line(trusting, name)).to_have_attribute("data-tone", "ok")
    for name in ("fetch", "send", "time", "decode"):
        expect(line(trusting, name)).to_have_attribute("data-tone", "ok")
    expect(line(trusting, "decode")).to_contain_text(re.compile(r": 99\d{18}$"))
    trusting.press("Try the camera")
    expect(line(trusting, "picture")).to_contain_text(re.compile(r"\d+ × \d+ pixels"))
    expect(line(trusting, "permission")).to_contain_text("Allowed.")
    report = trusting.page.locator("#diag-report").get_attribute("value")
    assert "Passed | Encrypted address | Yes." in report and "Mozilla/" in report
    assert "魏扫码" not in report and "北京" not in report
    trusting.shoot("diag")


@pytest.mark.full
def test_clearing_the_device_asks_first_and_leaves_nothing(trusting):
    trusting.page.evaluate(READY)
    trusting.go("/diag").page.evaluate(WAITING)
    expect(line(trusting, "decode")).to_have_attribute("data-tone", "ok")
    trusting.press("Clear this device")
    dialog = trusting.page.locator("#diag-clear")
    trusting.reads("Waiting here to be sent: 2. They will be lost.", dialog)
    trusting.press("Leave it as it is")
    assert trusting.page.evaluate(LEFT) == [2, 1, True]
    trusting.press("Clear this device")
    with trusting.page.expect_navigation():
        dialog.get_by_role("button", name="Clear", exact=True).click()
    expect(line(trusting, "decode")).to_have_attribute("data-tone", "ok")
    assert trusting.page.evaluate(LEFT) == [0, 0, False]


@pytest.mark.full
@pytest.mark.parametrize("looks", [ALL], ids=len)
def test_the_guide_is_whole_in_every_look(secured, look, knowing, looks):
    one = look(secured.url, browser=knowing, service_workers="block")
    faults = []
    for language, scheme, width in looks:
        one.page.set_viewport_size({"width": width, "height": 800})
        one.page.emulate_media(color_scheme=scheme)
        one.go(f"/ca?lang={language}")
        for guide in one.page.locator("details:not([open]) > summary").all()[:1]:
            guide.click()
        one.page.evaluate(AXE)
        faults += [f"{language} {scheme} {width}: {fault}" for fault in one.page.evaluate(RUN)]
        one.shoot(f"ca-{language}-{scheme}-{width}")
        one.page.set_viewport_size({"width": 320, "height": 640})
        faults += [f"{language}: sideways at 320 px"] if one.overflows() else []
    assert faults == []
