"""The product is no Chromium-only affair: its main ways in Firefox, on a phone and at a desk."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.documents.specimens import qr_text
from tests import make
from tests.browser.bidi import Window, firefox
from tests.browser.screen import SHOTS, VERDICTS, sentence

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.full]
PHONE = {
    "intl.accept_languages": "zh-CN, zh",
    "general.useragent.override": "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0",
    "ui.primaryPointerCapabilities": 1,
    "ui.allPointerCapabilities": 1,
    "ui.useOverlayScrollbars": 1,
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
}
DESK = {
    "intl.accept_languages": "en-GB, en",
    "ui.primaryPointerCapabilities": 6,
    "ui.allPointerCapabilities": 6,
}
SEATS = {"zh": ((360, 740), "touch", PHONE), "en": ((1280, 800), "mouse", DESK)}
READ = """(css, text) => {
  if (document.readyState !== "complete") return
  const { scrollWidth, clientWidth } = document.scrollingElement
  if (document.querySelector(css)?.innerText.includes(text)) return `${scrollWidth - clientWidth}`
}"""
PICK = "(field, day) => { field.value = day }"
DECODE = """async (picture) => {
  const { decoder } = document.querySelector("scan-view").dataset
  const { Reader } = await import(decoder.replace("decoder", "reader"))
  const reader = new Reader()
  await reader.open(decoder)
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes]))
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext("2d").drawImage(bitmap, 0, 0)
  return `${reader.kind}: ${await reader.read(canvas)}`
}"""


@dataclass
class Guest:
    """Somebody in front of a Firefox, who reads one language."""

    window: Window
    url: str
    language: str
    folder: Path

    def say(self, msgid: str, **facts: Any) -> str:
        return sentence(self.language, msgid, **facts)

    def go(self, path: str) -> None:
        self.window.go(self.url + path)

    def press(self, msgid: str, role: str = "button") -> None:
        self.window.press(self.window.find(role=role, name=self.say(msgid)))

    def fill(self, **typed: str) -> None:
        for name, text in typed.items():
            self.window.type(self.window.find(f"[name={name}]"), text)

    def reads(self, text: str, css: str = "body") -> None:
        """The text stands in sight, and the page is no wider than the window."""
        over = self.window.until(lambda: self.window.run(READ, css, text), f"{text!r} in {css}")
        assert int(over) <= 0, "the page must be moved sideways"

    def shoot(self, name: str) -> None:
        if SHOTS:
            self.window.shoot(Path(SHOTS, f"firefox-{name}-{self.language}.png"))


@pytest.mark.parametrize(("language", "first"), [("zh", 1251), ("en", 1261)])
def test_the_main_ways_in_firefox(house, tmp_path, language, first):
    phone = house.person("胡里")
    with firefox(*SEATS[language]) as window:
        one = Guest(window, house.url, language, tmp_path)
        signs_in(one, phone)
        hands_a_picture_in_and_reads_the_verdict(one, first)
        sees_what_the_camera_does(one)
        reads_a_code_by_itself(one, first)
        types_an_invoice(one, make.specimen(first + 1))
        signs_out(one)
        assert window.trouble == []


def signs_in(one, phone):
    one.go("/sign-in")
    one.reads(one.say("Point at an invoice, know in a second"))
    one.shoot("sign-in")
    one.fill(identifier=phone, password=make.PASSWORD)
    one.press("Sign in")
    one.reads(one.say("Nothing here yet. Take a photo of an invoice, or choose its file."))


def hands_a_picture_in_and_reads_the_verdict(one, number):
    file = one.folder / f"fox-{number}.png"
    file.write_bytes(make.picture(number).getvalue())
    verdict = VERDICTS[one.language]["open"]
    one.window.choose(one.window.find("[data-any]"), file)
    one.reads(file.name, "#files li")
    one.reads(verdict, "#files li")
    one.shoot("files")
    one.window.press(one.window.find("#files li a"))
    one.reads(verdict, "#verdict")
    one.reads(one.say("Nobody has asked the tax bureau yet"))
    one.shoot("invoice")


def sees_what_the_camera_does(one):
    one.go("/scan")
    one.press("Open the camera")
    if one.language == "zh":
        one.window.find("scan-view[data-state=live] .reticle")
    else:
        one.reads(one.say("No camera was found"), "scan-view")
    for way in ("Take a photo", "Choose files", "Type it"):
        one.reads(one.say(way), ".ways")
    one.shoot("scan")


def reads_a_code_by_itself(one, number):
    code = base64.b64encode(make.picture(number).getvalue()).decode()
    assert one.window.run(DECODE, code) == f"own: {qr_text(make.specimen(number))}"


def types_an_invoice(one, paper):
    one.press("Type it", "link")
    one.reads(one.say("Look up an invoice"), "h1")
    one.fill(q=paper.number)
    one.window.find("[name=total]")
    one.shoot("ask")
    one.window.run(PICK, one.window.find("[name=issued]"), paper.issued.isoformat())
    one.fill(total="106.00")
    one.press("Keep and check")
    one.reads(VERDICTS[one.language]["open"], "#verdict")
    one.go("/invoices")
    one.reads(paper.number[-4:], "#found")
    one.shoot("invoices")


def signs_out(one):
    one.go("/me")
    one.shoot("me")
    one.press("Sign out")
    one.reads(one.say("Point at an invoice, know in a second"))
    one.go("/invoices")
    one.reads(one.say("Password"))
