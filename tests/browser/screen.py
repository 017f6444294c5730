"""Somebody in front of a screen: what they press, what they read, and what goes wrong unseen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests import make

ROOT = Path(__file__).parents[2]
SHOTS = os.environ.get("YANPIAO_SHOTS")
VERDICTS = {
    "zh": {"genuine": "真票", "mismatch": "信息不符", "absent": "未查到", "open": "未查验"},
    "en": {
        "genuine": "Genuine",
        "mismatch": "Does not match",
        "absent": "Not found",
        "open": "Not checked",
    },
}
QUIET = (
    "net::ERR_ABORTED",
    "Failed to load resource",
    "htmx:sendAbort",
    "htmx:afterRequest",
)
"""A request that is left for a newer one; one that fails says so in other words as well."""

FOCUS = """() => {
  const one = document.activeElement
  const box = one.getBoundingClientRect(), look = getComputedStyle(one)
  const ringed = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
  const near = [one, one.closest("label")].filter(Boolean)
  const looks = near.flatMap((one) => [null, "::after"].map((part) => getComputedStyle(one, part)))
  return {
    tag: one.localName,
    words: (one.innerText || one.ariaLabel || one.name || "").trim(),
    lost: one === document.body,
    ring: looks.some(ringed) || look.boxShadow !== "none",
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  }
}"""


@cache
def _catalogue(language: str) -> Catalog:
    place = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with place.open("rb") as file:
        return read_po(file, locale=language)


def sentence(language: str, msgid: str, **facts: Any) -> str:
    """A sentence of the product as a page in that language says it."""
    found = _catalogue(language).get(msgid)
    assert found and found.string, f"the product never says {msgid!r}"
    said = found.string
    return (said if isinstance(said, str) else said[-1]) % facts if facts else str(said)


GUN = """(text) => {
  for (const key of [...text, "Enter"]) {
    const facts = { key, bubbles: true, cancelable: true }
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", facts))
  }
}"""
"""A driver's own keys come too slowly from a busy machine."""


class Screen:
    """One browser of one person. Whatever the page complains about is noted in ``trouble``."""

    def __init__(self, context: BrowserContext, url: str, language: str) -> None:
        self.context, self.url, self.language = context, url, language
        self.trouble: list[str] = []
        self.expected = {200, 201, 204, 206, 301, 302, 303, 304}
        self.is_offline_on_purpose = False
        context.set_default_timeout(10_000)
        context.on("console", lambda one: one.type == "error" and self._note(one.text))
        context.on("weberror", lambda one: self._note(f"{one.error}"))
        context.on("requestfailed", lambda one: self._note(f"{one.failure} {one.url}"))
        context.on("response", self._look_at)
        self.page: Page = context.new_page()

    def say(self, msgid: str, **facts: Any) -> str:
        """A sentence of the product in this person's language."""
        return sentence(self.language, msgid, **facts)

    def verdict(self, word: str) -> str:
        """The word for a verdict, as the design fixes it."""
        return VERDICTS[self.language][word]

    def go(self, path: str) -> "Screen":
        """Open a page of the product, or a link."""
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self

    def fill(self, **typed: str) -> "Screen":
        """Type into fields by their names."""
        for name, text in typed.items():
            self.page.locator(f"[name={name}]:visible").fill(text)
        return self

    def press(self, msgid: str) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=self.say(msgid), exact=True).first.click()

    def follow(self, msgid: str) -> None:
        """Follow the link with these words."""
        self.page.get_by_role("link", name=self.say(msgid), exact=True).first.click()

    def reads(self, text: str, within: Locator | None = None) -> None:
        """The text stands on the page."""
        expect((within or self.page.locator("body")).get_by_text(text).first).to_be_visible()

    @contextmanager
    def imports(self) -> Iterator[None]:
        """Until an import that begins in here has ended and the coverage has followed it."""
        with self.page.expect_response(lambda one: "/bureau?direction=" in one.url):
            yield
        self.page.wait_for_load_state("networkidle")

    def choose(self, *files: Path) -> None:
        """Hand files in through the chooser that the tile opens, or the field at the desk."""
        way = self.page.locator("upload-zone label:visible", has=self.page.locator("[data-any]"))
        with self.page.expect_file_chooser() as chooser:
            way.click()
        chooser.value.set_files(list(files))

    def row(self, name: str) -> Locator:
        """The row of a file that was handed in."""
        return self.page.locator("#files > li").filter(has_text=name)

    def follow_row(self, name: str) -> None:
        """Open what came of a file."""
        self.row(name).get_by_role("link").click()

    def sign_in(self, phone: str) -> "Screen":
        """Quickly: without the page."""
        typed = {"identifier": phone, "password": make.PASSWORD, "mine": "on"}
        way_in = self.context.request.post(
            f"{self.url}/sign-in", form=typed, headers={"Origin": self.url}, max_redirects=0
        )
        assert way_in.status == 303
        return self

    def speak(self, language: str) -> None:
        """Change the language, without the page."""
        self.context.request.post(
            f"{self.url}/language", form={"to": language}, headers={"Origin": self.url}
        )
        self.language = language

    def focus(self) -> dict[str, Any]:
        """Where the keyboard is: in sight, and marked."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        assert not found["lost"], "the focus is lost"
        assert found["ring"] and found["inside"], f"the focus cannot be seen: {found}"
        return found

    def tab_to(self, words: str, most: int = 40) -> None:
        """Go there by the keyboard alone; the focus is to be seen on the whole way."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if words in self.focus()["words"]:
                return
        raise AssertionError(f"the keyboard never reached {words!r}")

    def gun(self, text: str) -> None:
        """Read a code with a scan gun, which types it at once."""
        self.page.evaluate(GUN, text)

    def shoot(self, name: str) -> None:
        """Keep a picture when somebody wants to look (YANPIAO_SHOTS is a folder)."""
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def overflows(self) -> bool:
        """True when the page must be moved sideways."""
        wide = "() => document.scrollingElement.scrollWidth - innerWidth"
        return bool(self.page.evaluate(wide) > 0)

    def _look_at(self, answer: Any) -> None:
        # What a page was sending when it was left is asked again by the next one, with its key.
        is_asked_again = answer.status == 409 and "idempotency-key" in answer.request.headers
        if answer.status not in self.expected and not is_asked_again:
            self.trouble.append(f"{answer.status} {answer.url}")

    def _note(self, text: str) -> None:
        quiet = any(word in text for word in QUIET)
        if not quiet and not self.is_offline_on_purpose:
            self.trouble.append(text)
