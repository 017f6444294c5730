"""The live camera says what helps where it finds nothing."""

import shutil
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import make, sheets
from tests.browser.screen import Screen
from tests.browser.test_coach import spoilt
from tests.browser.test_scan import CAMERA
from tests.photographed import dim, on_desk, printed

pytestmark = pytest.mark.xdist_group("browser")
LISTEN = """
  self.told = []
  new MutationObserver((changes) => {
    const lines = changes.map(({ target }) => target.parentElement?.closest(".advice") || target)
    const line = lines.find((one) => one.matches?.(".advice"))
    if (line?.textContent) told.push([performance.now(), line.textContent])
  }).observe(document, { childList: true, characterData: true, subtree: true })
"""


@pytest.mark.full
@pytest.mark.parametrize(("fault", "hint"), [("blurred", "Hold still"), ("small", "Come closer")])
def test_a_camera_that_finds_nothing_says_what_helps_and_never_hurries(
    house, playwright, tmp_path, fault, hint
):
    with seeing(playwright, film(fault, tmp_path)) as context:
        one = Screen(context, house.url, "en").sign_in(house.person(f"魏靠近{fault}"))
        one.speak("en")
        one.page.add_init_script(LISTEN)
        one.go("/scan")
        expect(one.page.locator("scan-view .advice")).to_have_text(one.say(hint), timeout=20_000)
        one.shoot(f"hint-{fault}")
        one.page.wait_for_timeout(6000)
        told = one.page.evaluate("told")
        assert [text for _, text in told] == [one.say(hint)]
        assert one.trouble == []


def film(fault, folder):
    """What a camera sees that is held over paper: shaking a little, with grain."""
    whole = dim(on_desk(printed(sheets.paper(make.specimen(97531864)))), seed=2, noise=4)
    seen = spoilt(whole.resize((1280, 1280 * whole.height // whole.width)), fault)
    place, shots = folder / "film.mjpeg", BytesIO()
    for turn in range(12):
        frame = Image.new("RGB", (1280, 720), (96, 90, 84))
        frame.paste(seen, ((1280 - seen.width) // 2 + turn % 3, (720 - seen.height) // 2))
        dim(frame, seed=1, blur=0, noise=3).save(shots, "JPEG", quality=85)
    place.write_bytes(shots.getvalue())
    return place


@contextmanager
def seeing(playwright, place):
    """A phone whose camera sees that film."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    flags = [*CAMERA, f"--use-file-for-fake-video-capture={place}"]
    browser = playwright.chromium.launch(executable_path=path, args=flags)
    facts = {**playwright.devices["Pixel 7"], "permissions": ["camera"]}
    yield browser.new_context(**facts, service_workers="block")
    browser.close()
