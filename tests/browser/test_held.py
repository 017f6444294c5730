"""A photo is asked about only while it is held, and no answer loses a photo."""

import pytest

from app.documents import readings
from tests import make, sheets
from tests.browser.phone import Phone
from tests.browser.test_coach import asked, press, spoilt
from tests.installation import until
from tests.photographed import dim, on_desk, printed

pytestmark = pytest.mark.xdist_group("browser")
HOLD = """async () => {
  const [url, file] = ["/files", new File(["x"], "x.jpg", { type: "image/jpeg" })]
  const gone = await outbox.put({ url, file })
  await outbox.drain()
  const told = []
  addEventListener("outbox", ({ detail }) => detail.fault && told.push(detail.state))
  const { key } = await outbox.put({ url, file, look: true })
  for (const one of [gone.key, key, "none"]) await outbox.hold(one, "cut")
  const all = await outbox.list()
  const faults = all.map(({ fault }) => fault ?? null)
  return { told, states: all.map(({ state }) => state), faults }
}"""


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A good photo of paper, and two that are spoilt."""
    folder = tmp_path_factory.mktemp("held")
    photo = dim(on_desk(printed(sheets.paper(make.specimen(97531866)))), seed=2, noise=4)
    taken = {fault: folder / f"{fault}.jpg" for fault in ("good", "blurred", "glare")}
    for fault, place in taken.items():
        spoilt(photo, fault).save(place, quality=90)
    return taken


@pytest.fixture
def phone(house, look, request):
    """An employee with a phone."""
    return Phone(house, look, request.node.name.removeprefix("test_")[:30])


@pytest.mark.full
def test_a_photo_that_was_sent_meanwhile_stays_sent_and_the_new_one_goes_too(phone, photos):
    one = phone.screen
    one.choose(photos["blurred"], photos["glare"])
    for fault in ("blurred", "glare"):
        asked(one, fault)
    for number, (path, fault) in enumerate({"/": "blurred", "/outbox": "glare"}.items(), start=1):
        one.go(path)
        row = one.page.locator("[data-key]", has_text=one.say(readings.NOTHING[fault]))
        with one.page.expect_file_chooser() as chooser:
            press(one, row, "Take it again")
        key = row.get_attribute("data-key")
        one.page.evaluate("(key) => outbox.retry(key)", key)
        phone.arrive(2 - number)
        chooser.value.set_files(photos["good"])
        until(lambda count=number: phone.copies().get("good.jpg") == count)
    assert phone.copies() == {"blurred.jpg": 1, "glare.jpg": 1, "good.jpg": 2}


def test_only_a_photo_that_is_held_is_asked_about(phone):
    phone.screen.is_offline_on_purpose = True
    phone.screen.page.route("**/coach.js", lambda route: None)
    phone.screen.page.route("**/files", lambda route: route.abort())
    found = phone.screen.page.evaluate(HOLD)
    assert found == {"told": ["held"], "states": ["queued", "held"], "faults": [None, "cut"]}
