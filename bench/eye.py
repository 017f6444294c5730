"""From the code in view to its row, and from the tap to the picture, in Chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright

from bench.desk import Desk, fresh
from bench.place import URL, Place, Row, jar, row
from tests.browser.conftest import FLAGS

SHOTS, TAPS = 12, 10
CAMERA = (*FLAGS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
LINES: dict[str, tuple[float, float, float, str]] = {
    "LAN": (0, 0, 0, "0.4 s"),
    "4G": (70, 3, 12, "0.9 s"),
    "slow 4G": (170, 0.75, 1.6, "1.8 s"),
}
"""Latency in ms, Mbit/s up and down, and what UX §7 wants as the median."""

_UNASKED = 'navigator.permissions.query = async () => ({ state: "prompt" })'
_EYE = Path(__file__).with_name("eye.js")


def cards(place: Place) -> Iterator[Row]:
    """A film of codes, each in view for three seconds; the row counts when it stands in #tray."""
    desk, cookies = Desk(), iter(place.cookies)
    with sync_playwright() as driver, TemporaryDirectory(prefix="film-", dir="/tmp") as folder:
        film = Path(folder) / "film.mjpeg"
        for line, (*speed, target) in LINES.items():
            for is_blind in (True, False):
                shown = [fresh() for _ in range(SHOTS)]
                desk.film([text for _, text in shown], film)
                with _phone(driver, next(cookies), film, blind=is_blind) as page:
                    if line != "LAN":
                        _slow(page, *speed)
                    told = _watch(page)
                numbers = [number for number, _ in shown]
                eyes = "the server's eyes" if is_blind else "the phone's own"
                yield from _rows(f"code → card, {line}, {eyes}", told, numbers, target)


def camera(place: Place) -> Iterator[Row]:
    """Warm: the page and its parts are in the browser's cache; the device opens at once."""
    taken = []
    with sync_playwright() as driver, TemporaryDirectory(prefix="film-", dir="/tmp") as folder:
        film = Path(folder) / "film.mjpeg"
        Desk().film([], film)
        with _phone(driver, place.mine, film, is_asked=False) as page:
            for turn in range(TAPS + 1):
                page.goto(f"{URL}/scan")
                page.wait_for_timeout(700)
                page.locator("[data-act=start]:visible").click()
                _until(page, "() => window.told.plays")
                told = page.evaluate("() => window.told")
                taken += [(told["plays"] - told["tap"]) / 1000] if turn else []
    yield row("tap → picture of the camera", taken, "≤ 1.2 s; a camera that opens at once", "s")


@contextmanager
def _phone(
    driver: Playwright, cookie: str, film: Path, *, is_asked: bool = True, blind: bool = False
) -> Iterator[Page]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    flags = [*CAMERA, f"--use-file-for-fake-video-capture={film}"]
    browser = driver.chromium.launch(executable_path=path, args=flags)
    facts: dict[str, Any] = {**driver.devices["Pixel 7"], "service_workers": "block"}
    context = browser.new_context(**facts, locale="zh-CN", permissions=["camera"])
    context.add_cookies(jar(cookie))
    context.add_init_script(f"window.isBlind = {str(blind).lower()}")
    if not is_asked:
        context.add_init_script(_UNASKED)
    context.add_init_script(path=_EYE)
    try:
        yield context.new_page()
    finally:
        browser.close()


def _slow(page: Page, latency: float, up: float, down: float) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"uploadThroughput": up * 125_000, "downloadThroughput": down * 125_000}
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency, **speed})


def _watch(page: Page) -> dict[str, Any]:
    """Until the last code of the film was in view, and five seconds more for its row."""
    page.goto(f"{URL}/scan")
    _until(page, f"() => window.told.codes[{SHOTS}]", most=240)
    page.wait_for_timeout(5000)
    return dict(page.evaluate("() => window.told"))


def _until(page: Page, holds: str, most: float = 20) -> None:
    for _ in range(int(most * 5)):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"it did not come to pass: {page.locator('scan-view').text_content()}")


def _rows(what: str, told: dict[str, Any], numbers: list[str], target: str) -> Iterator[Row]:
    """The first row with the end of the number; where the phone read, the server's row as well."""
    first, answered = [], []
    for place, number in enumerate(numbers, start=1):
        seen = told["codes"].get(str(place))
        rows = [one for one in told["rows"] if seen and number[-4:] in one[2] and one[0] > seen]
        first += [(rows[0][0] - seen) / 1000] if rows else []
        by_server = [at for at, name, _ in rows if name.startswith("scan-")]
        answered += [(by_server[0] - seen) / 1000] if by_server else []
    spans = max(told["codes"].values()) - told["plays"]
    frames = [one for one in told["sent"] if one[2].endswith("/scan/frame")]
    size = sum(one[1] for one in told["sent"]) / len(told["sent"]) / 1000
    note = f"median ≤ {target}; {size:.0f} KB a frame, {len(frames) / spans * 1000:.1f} frames/s"
    missed = len(numbers) - len(first)
    yield row(what, first, note + (f"; {missed} missed" if missed else ""), "s")
    if answered != first:
        yield row("… and the server's answer to it", answered, "", "s")
