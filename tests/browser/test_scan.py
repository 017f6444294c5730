"""The camera's page in a real browser, with a camera that shows what we want it to see."""

import shutil
from io import BytesIO
from itertools import product

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import expect

from app.accounts.models import Member
from app.documents import specimens
from app.documents.specimens import qr_text
from app.plumbing.db import db
from tests import make, needle
from tests.browser.conftest import FLAGS
from tests.browser.screen import Screen
from tests.browser.test_pages import AXE, RUN
from tests.needle import Paper

pytestmark = pytest.mark.xdist_group("browser")
TOTALS = {8901: "628.00", 8902: "42.35", 8903: "234.05"}
TEXTS = [qr_text(make.specimen(number, total=total)) for number, total in TOTALS.items()]
REFUSED = """
  self.why = "NotAllowedError"
  self.asked = 0
  navigator.mediaDevices.getUserMedia = () => ++self.asked && Promise.reject(new DOMException("", self.why))
"""  # noqa: E501
CAMERA = [
    *FLAGS,
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


def scene(texts, size=(1280, 720), each=30):
    """A film for the camera: each text as a code for a second, with a little shaking."""
    film = BytesIO()
    for text in texts:
        table = Image.new("RGB", size, (205, 200, 190))
        if text:
            code = qrcode.QRCode(box_size=9, border=4)
            code.add_data(text)
            drawn = code.make_image().get_image().convert("RGB")
            table.paste(drawn, ((size[0] - drawn.width) // 2, (size[1] - drawn.height) // 2))
        for turn in range(each):
            shaken = Image.new("RGB", size, (205, 200, 190))
            shaken.paste(table, (turn % 3 * 2, turn % 2 * 2))
            shaken.save(film, "JPEG", quality=80)
    return film.getvalue()


@pytest.fixture
def camera(house, playwright, tmp_path):
    """Gives a phone whose camera sees a film; at the end it had no trouble."""
    browsers, screens = [], []

    def see(texts, *, language="zh", device="Pixel 7", who="", each=30, **more):
        film = tmp_path / f"{len(browsers)}.mjpeg"
        film.write_bytes(texts if isinstance(texts, bytes) else scene(texts, each=each))
        path = shutil.which("chromium") or shutil.which("google-chrome")
        flags = [*CAMERA, f"--use-file-for-fake-video-capture={film}"]
        browsers.append(playwright.chromium.launch(executable_path=path, args=flags))
        facts = {**playwright.devices[device], "locale": "zh-CN", "permissions": ["camera"], **more}
        screens.append(Screen(browsers[-1].new_context(**facts), house.url, language))
        one = screens[-1].sign_in(who or house.person("魏扫码"))
        one.speak(language)
        return one

    yield see
    trouble = [line for screen in screens for line in screen.trouble]
    for browser in browsers:
        browser.close()
    assert trouble == []


def tray(one):
    return one.page.locator("#tray > li[id^=scan-]")


def test_one_after_the_other_and_the_sum_follows(camera):
    one = camera(["", *TEXTS]).go("/scan")
    expect(tray(one)).to_have_count(3, timeout=20_000)
    expect(one.page.locator("a[data-done]")).to_have_text("完成 · 3张 ¥904.40")
    one.shoot("scan-zh")
    one.page.wait_for_timeout(4000)
    expect(tray(one)).to_have_count(3)
    assert not one.overflows()
    one.page.reload()
    expect(tray(one)).to_have_count(3)


@pytest.mark.full
def test_ten_in_a_row_are_ten_cards_and_one_sum(camera):
    numbers = range(8941, 8951)
    film = [qr_text(make.specimen(number, total="12.30")) for number in numbers]
    one = camera(["", *film], viewport={"width": 360, "height": 780}, each=60).go("/scan")
    expect(tray(one)).to_have_count(10, timeout=60_000)
    expect(one.page.locator("a[data-done]")).to_have_text("完成 · 10张 ¥123.00")
    assert not one.overflows()
    one.shoot("scan-ten")


@pytest.mark.full
@pytest.mark.parametrize(("device", "first"), [("Pixel 7", 8961), ("iPhone 13", 8971)])
def test_the_tray_is_whole_in_every_look(camera, house, device, first):
    film = [qr_text(make.specimen(first + one, total=f"{one}8.00")) for one in range(3)]
    one = camera(["", *film], device=device, who=house.person("魏样子")).go("/scan")
    expect(tray(one)).to_have_count(3, timeout=30_000)
    for language, scheme in product(("zh", "en"), ("light", "dark")):
        one.speak(language)
        one.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        one.page.reload()
        expect(tray(one)).to_have_count(3)
        expect(one.page.locator("a[data-done]")).to_contain_text("¥54.00")
        expect(one.page.locator("scan-view")).to_have_attribute("data-state", "live")
        one.page.evaluate(AXE)
        assert one.page.evaluate(RUN) == [] and not one.overflows()
        one.shoot(f"scan-{device[:6].strip()}-{language}-{scheme}")


@pytest.mark.full
def test_a_card_fills_in_when_the_ledger_knows_more(camera, house):
    buyer = ("北京示例咖啡有限公司", specimens.tax_id(7))
    rows = [make.specimen(8981, total="77.00", buyer=buyer)]
    with house.installation.inside():
        own = make.member("方补全", make.company(buyer[0], 7), "finance", "employee")
        phone = own.person.phone
    one = camera([qr_text(rows[0])], who=phone).go("/scan")
    expect(tray(one)).to_contain_text(one.verdict("open"), timeout=20_000)
    with house.installation.inside():
        make.ledger(db.session.get_one(Member, own.id), [make.export_row(row) for row in rows])
    expect(tray(one)).to_contain_text(one.verdict("genuine"), timeout=60_000)
    expect(tray(one)).to_contain_text(rows[0].seller[0])


def test_a_camera_that_is_refused_or_busy_is_explained(house, look):
    one = look(house.url, "pixel", "en").sign_in(house.person("没准许"))
    one.speak("en")
    one.page.add_init_script(REFUSED)
    one.go("/scan")
    one.press("Open the camera")
    one.reads(one.say("The camera is not allowed here"))
    expect(one.page.locator("[data-for=denied] svg.screen:visible")).to_have_count(2)
    one.shoot("scan-denied")
    one.page.evaluate("() => (self.why = 'NotReadableError')")
    one.page.locator("[data-for=denied]").get_by_role("button").click()
    one.reads(one.say("Another program uses the camera"))
    assert one.page.evaluate("() => self.asked") == 2, "the camera is asked for once a press"
    expect(one.page.locator("upload-zone [data-any]")).to_have_count(1)


def test_a_code_of_something_else_is_named_and_not_taken(camera):
    one = camera(["https://example.com/pay"], language="en").go("/scan")
    said = one.say("This is a code, but not the code of an invoice.")
    expect(one.page.locator("scan-view .advice")).to_have_text(said)
    expect(one.page.locator("#tray > li")).to_have_count(0)


def paper(number):
    """A film of paper in a hand that shakes: no frame of it shows the code alone."""
    facts = Paper(seed=number, noise=8, gap=0.3)
    film = BytesIO()
    for frame in needle.burst(needle.matrix(needle.text(number)), facts, count=6):
        table = Image.new("L", (1280, 720), 200)
        table.paste(Image.open(BytesIO(frame)), (240, 0))
        for _ in range(4):
            table.convert("RGB").save(film, "JPEG", quality=90)
    return film.getvalue()


@pytest.mark.full
@pytest.mark.parametrize("language", ["zh", "en"])
def test_needle_print_is_read_by_a_few_frames_together(camera, house, language):
    sent = []
    one = camera(paper(6), who=house.person("魏针式" + language), language=language)
    one.page.on("request", lambda request: sent.append(request.url))
    one.go("/scan")
    expect(tray(one)).to_contain_text("¥101.50", timeout=30_000)
    expect(tray(one)).to_have_count(1)
    bursts = [url for url in sent if url.endswith("/scan/burst")]
    assert bursts and any(url.endswith("/scan/frame") for url in sent)
    one.page.wait_for_timeout(9000)
    expect(tray(one)).to_have_count(1)
    expect(tray(one).get_by_text("重复", exact=True)).to_have_count(0)
    one.shoot(f"scan-paper-{language}")


@pytest.mark.full
def test_nothing_more_is_sent_where_data_is_saved(camera, house):
    sent = []
    one = camera(paper(6), who=house.person("魏省流"))
    one.page.add_init_script(
        "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
    )
    one.page.on("request", lambda request: sent.append(request.url))
    one.go("/scan")
    expect(one.page.locator("scan-view")).to_have_attribute("data-state", "live")
    one.page.wait_for_timeout(9000)
    assert not [url for url in sent if url.endswith("/scan/burst")]


@pytest.mark.full
def test_what_somebody_had_before_is_a_duplicate_and_counts_nothing(camera, house):
    text = qr_text(make.specimen(8911, total="10.00"))
    first = camera([text], who=house.person("钱先扫")).go("/scan")
    expect(tray(first)).to_have_count(1, timeout=20_000)
    second = camera([text], who=house.person("孙后扫")).go("/scan")
    expect(tray(second).get_by_text("重复", exact=True)).to_be_visible(timeout=20_000)
    expect(second.page.locator("a[data-done]")).to_be_hidden()


@pytest.mark.full
def test_a_hit_is_taken_back(camera):
    one = camera([qr_text(make.specimen(8921)), *[""] * 20], language="en").go("/scan")
    expect(tray(one)).to_have_count(1, timeout=20_000)
    one.page.wait_for_timeout(1500)
    tray(one).locator(".undo button").click()
    expect(tray(one)).to_have_count(0)
    one.go("/invoices")
    expect(one.page.get_by_text("8921")).to_have_count(0)


@pytest.mark.full
def test_without_a_network_the_phone_reads_by_itself_and_sends_later(camera):
    texts = [qr_text(make.specimen(number, total="5.00")) for number in (8931, 8932)]
    one = camera([*[""] * 6, *texts]).go("/scan")
    with one.page.expect_response(lambda answer: "zxing_reader.wasm" in answer.url):
        pass
    one.is_offline_on_purpose = True
    one.context.set_offline(True)
    waiting = one.page.locator("#tray > li[id^=hit-]")
    expect(waiting).to_have_count(2, timeout=40_000)
    one.context.set_offline(False)
    expect(tray(one)).to_have_count(2, timeout=30_000)
    expect(waiting).to_have_count(0)


def test_a_phone_without_a_camera_says_what_else_there_is(house, look):
    one = look(house.url, "pixel", "en").sign_in(house.person("没相机"))
    one.speak("en")
    one.context.grant_permissions(["camera"])
    one.go("/scan")
    one.reads(one.say("No camera was found"))
    expect(one.page.locator("upload-zone [data-any]")).to_have_count(1)
    one.follow("Type it")
    expect(one.page).to_have_url(house.url + "/ask")
