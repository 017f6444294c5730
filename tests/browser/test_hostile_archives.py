"""Archives that mean harm, opened by the page itself: it says so, and the rest goes on (F48)."""

import pytest
from playwright.sync_api import expect

from app.documents import specimens
from app.intake import piles
from app.intake.batches import REASONS
from tests import make
from tests.browser.phone import Phone
from tests.browser.test_pile import rows
from tests.zipped import TRAPS, lying, nested, part, written, zeros

pytestmark = pytest.mark.xdist_group("browser")

REFUSED = {
    "200 MiB in an archive": "bomb",
    "200 files of 1 MiB": "bomb",
    "1,999 names for the same 10 MiB": "bomb",
    "1 MiB that says 4 GiB": "broken",
    "a name that leads out": "unsafe",
}
"""The server says why; nothing of them is unpacked on the device."""

CROWDED = ("100,000 empty files", "one empty file 1,000,000 times")


@pytest.mark.full
def test_f48_the_page_says_why_it_takes_nothing_and_goes_on(house, look, tmp_path):
    phone = Phone.of(house, look(house.url, service_workers="block"), "包有诈")
    one = phone.screen
    one.expected.add(422)

    def drop(name: str, data: bytes) -> None:
        place = tmp_path / name
        place.write_bytes(data)
        one.go("/batches").page.locator("pile-zone [data-any]").first.set_input_files(place)

    def row(name: str):
        return one.page.locator("#sending > li").filter(has_text=name)

    for number, (name, word) in enumerate(REFUSED.items()):
        drop(f"坏{number}.zip", TRAPS[name].make())
        expect(row(f"坏{number}.zip")).to_contain_text(one.say(REASONS[word]), timeout=20_000)
    for name in CROWDED:
        drop("多.zip", TRAPS[name].make())
        one.reads(one.say(piles.TooMany.message))
    drop("套.zip", nested(depth=2, width=1))
    expect(row("lib 0.zip")).to_contain_text(one.say(REASONS["nested"]))
    assert phone.copies() == {}
    xml = specimens.write_xml(make.specimen(97531865, total="333.00"))
    drop("混.zip", written(lying(zeros(200), 10), part("好.xml", xml)))
    expect(one.page.locator("#step")).to_contain_text(one.say("Done"), timeout=30_000)
    assert rows(house, "混.zip") == [("大.xml", "unopened"), ("好.xml", "")]
    assert phone.copies() == {"好.xml": 1}
