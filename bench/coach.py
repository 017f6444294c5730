"""What the phone says of photos before they are sent. ``.venv/bin/python -m bench.coach``

The real static/js/sight.js in Chromium, over the photos of YANPIAO_SAMPLES, as they are and spoilt.
The times are of the page's own thread, four times slower than this machine; a worker takes it off.
"""

import base64
import os
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page, Route, sync_playwright

from app.documents.readings import SPOILT
from app.plumbing.assets import SOURCE, lean
from tests.browser.conftest import FLAGS
from tests.on_screen import of_screen

NEAR = (1.1, 1.4, 1.8, 2.6, 3.1)
SLOWER, PLACE = 4, "http://localhost:9/"
_LOOK = """async (bytes) => {
  const file = new Blob([Uint8Array.from(atob(bytes), (one) => one.charCodeAt())])
  const { look } = await import("/sight.js")
  const began = performance.now()
  const found = await look(file)
  return [found, performance.now() - began]
}"""


def main() -> None:
    """One row for each way of spoiling a photo."""
    photos = sorted(Path(os.environ["YANPIAO_SAMPLES"], "photo").iterdir())
    told, times = defaultdict(list), []
    with sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        page = _page(browser.new_page())
        for photo in photos:
            for (name, fault), spoil in WAYS.items():
                found, took = page.evaluate(_LOOK, _bytes(photo, spoil))
                told[name, fault].append(found)
                times.append(took)
        browser.close()
    print("| photos | n | named | first word |\n|---|---|---|---|")
    for (name, fault), found in told.items():
        print(f"| {name} | {len(found)} | {_named(found, fault)} | {_first(found)} |")
    p50, p95 = median(times), quantiles(times, n=20)[-1]
    print(f"\n{len(times)} looks, {SLOWER} times slower: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _page(page: Page) -> Page:
    def answer(route: Route) -> None:
        if not (name := route.request.url.removeprefix(PLACE)):
            return route.fulfill(body="<!doctype html>", content_type="text/html")
        script = lean((SOURCE / "js" / name).read_text())
        route.fulfill(body=script, content_type="text/javascript")

    page.route("**/*", answer)
    page.goto(PLACE)
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def _named(found: list[list[str]], fault: str) -> str:
    if not fault:
        return f"{sum(1 for words in found if words)} false"
    return f"{sum(1 for words in found if fault in words)}"


def _first(found: list[list[str]]) -> str:
    first = Counter(words[0] if words else "nothing" for words in found)
    return ", ".join(f"{word} {count}" for word, count in first.most_common())


def _bytes(photo: Path, spoil: Callable[[Image.Image], Image.Image] | None) -> str:
    raw = photo.read_bytes()
    if spoil:
        made = BytesIO()
        spoil(Image.open(photo).convert("RGB")).save(made, "JPEG", quality=90)
        raw = made.getvalue()
    return base64.b64encode(raw).decode()


def _shrunk(photo: Image.Image) -> Image.Image:
    photo.thumbnail((500, 500), Image.Resampling.LANCZOS)
    return photo


def _lit(photo: Image.Image) -> Image.Image:
    """A lamp's soft spot somewhere on the paper, as wide as a quarter of it."""
    chance, across = random.Random(f"{photo.size}{photo.getpixel((9, 9))}"), min(photo.size) / 7
    x, y = (side * chance.uniform(0.3, 0.7) for side in photo.size)
    spot = Image.new("L", photo.size)
    box = (x - 1.4 * across, y - across, x + 1.4 * across, y + across)
    ImageDraw.Draw(spot).ellipse(box, fill=255)
    soft = spot.filter(ImageFilter.GaussianBlur(across / 4)).point(lambda one: min(255, 2 * one))
    photo.paste((255, 255, 255), mask=soft)
    return photo


def _blurred(radius: float) -> Callable[[Image.Image], Image.Image]:
    return lambda photo: photo.filter(ImageFilter.GaussianBlur(radius))


def _cropped(left: float, top: float, right: float, bottom: float) -> Any:
    def crop(photo: Image.Image) -> Image.Image:
        wide, high = photo.size
        return photo.crop(
            (int(wide * left), int(high * top), int(wide * right), int(high * bottom))
        )

    return crop


def _on_screen(nearness: float) -> Callable[[Image.Image], Image.Image]:
    return lambda photo: of_screen(photo, sum(photo.size) + sum(photo.getpixel((9, 9))), nearness)


SCREEN, SMALL, BLURRED, GLARE, CUT = SPOILT
WAYS: dict[tuple[str, str], Callable[[Image.Image], Image.Image] | None] = {
    ("as they are", ""): None,
    **{(f"of a screen, {near} pixels a dot", SCREEN): _on_screen(near) for near in NEAR},
    **{(f"blurred by {radius} px", BLURRED): _blurred(radius) for radius in (2, 3, 4)},
    ("shrunk to 500 px", SMALL): _shrunk,
    ("a spot of light", GLARE): _lit,
    ("a fifth off on the right", CUT): _cropped(0, 0, 0.8, 1),
    ("a quarter off on the left", CUT): _cropped(0.25, 0, 1, 1),
    ("two fifths off below", CUT): _cropped(0, 0, 1, 0.6),
    ("a fifth off above", CUT): _cropped(0, 0.2, 1, 1),
}


if __name__ == "__main__":
    main()
