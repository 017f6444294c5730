"""What spoils a photo is said on the phone before it is sent; it may be sent all the same."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Member
from app.documents import readings
from app.documents.models import State
from app.intake import intake
from app.plumbing.db import db, transaction
from tests import make, sheets
from tests.browser.phone import Phone
from tests.browser.test_anywhere import give
from tests.browser.test_pages import AXE, RUN
from tests.installation import until
from tests.on_screen import of_screen
from tests.photographed import dim, on_desk, printed

pytestmark = pytest.mark.xdist_group("browser")
HELD = "() => outbox.list().then((all) => all.filter(({ state }) => state === 'held').length)"
HEIC = Path(__file__).parents[1] / "documents" / "specimen.heic"


def spoilt(photo, fault):
    """The same photo as somebody with less luck takes it."""
    if fault == "screen":
        return of_screen(photo, seed=3)
    if fault == "blurred":
        return photo.filter(ImageFilter.GaussianBlur(4))
    if fault == "small":
        return photo.resize((520, 520 * photo.height // photo.width), Image.Resampling.BOX)
    if fault == "cut":
        return photo.crop((photo.width // 3, 0, photo.width, photo.height))
    lit = photo.copy()
    if fault == "glare":
        ImageDraw.Draw(lit).ellipse((700, 500, 1250, 900), fill="white")
    return lit


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """One photo of paper for each fault, and a good one, by their names."""
    folder = tmp_path_factory.mktemp("photos")
    photo = dim(on_desk(printed(sheets.paper(make.specimen(97531864)))), seed=2, noise=4)
    taken = {}
    for fault in ("good", *readings.SPOILT):
        taken[fault] = folder / f"{fault}.jpg"
        spoilt(photo, fault).save(taken[fault], quality=90)
    return taken


@pytest.fixture
def phone(house, look, request):
    """An employee with a phone; nothing is kept for the next visit but what waits."""
    return Phone(house, look, request.node.name.removeprefix("test_")[:30])


def asked(screen, fault):
    """The row of a photo that is asked about."""
    row = screen.row(f"{fault}.jpg")
    expect(row).to_contain_text(screen.say(readings.NOTHING[fault]))
    return row


def press(screen, row, msgid):
    row.get_by_role("button", name=screen.say(msgid), exact=True).click()


@pytest.mark.full
def test_each_fault_is_named_and_only_the_good_photo_goes_at_once(phone, photos):
    one = phone.screen
    one.choose(*photos.values())
    for fault in readings.SPOILT:
        asked(one, fault)
    expect(one.page.locator("#files .coach")).to_have_count(len(readings.SPOILT))
    phone.arrive(len(readings.SPOILT))
    assert phone.copies() == {"good.jpg": 1}
    one.shoot("coach-en")

    press(one, one.row("blurred.jpg"), "Use it anyway")
    phone.arrive(len(readings.SPOILT) - 1)
    assert phone.copies() == {"good.jpg": 1, "blurred.jpg": 1}
    one.page.evaluate(AXE)
    assert one.page.evaluate(RUN) == []
    one.page.set_viewport_size({"width": 320, "height": 640})
    assert not one.overflows()


@pytest.mark.full
def test_another_photo_takes_the_place_of_that_one_only(phone, photos):
    one = phone.screen
    one.choose(photos["cut"], photos["glare"])
    row = asked(one, "cut")
    asked(one, "glare")
    with one.page.expect_file_chooser() as chooser:
        press(one, row, "Take it again")
    assert phone.waiting() == 2, "nothing goes before there is another"
    chooser.value.set_files(photos["good"])
    until(lambda: phone.copies() == {"good.jpg": 1})
    phone.arrive(1)
    expect(one.row("cut.jpg")).to_have_count(0)
    asked(one, "glare")


@pytest.mark.full
def test_the_question_waits_on_the_phone_in_every_language(phone, photos):
    one = phone.screen
    one.choose(photos["blurred"])
    asked(one, "blurred")
    expect(one.page.locator("#toasts")).to_contain_text(one.say("Not sent yet."))
    one.speak("zh")
    asked(one.go("/"), "blurred")
    one.shoot("coach-zh")
    row = one.go("/outbox").page.locator("outbox-list li")
    expect(row).to_contain_text(one.say(readings.NOTHING["blurred"]))
    one.shoot("coach-outbox-zh")
    press(one, row, "Use it anyway")
    phone.arrive(0)
    assert phone.copies() == {"blurred.jpg": 1}


@pytest.mark.full
def test_on_a_page_without_a_list_a_note_asks_and_the_keyboard_answers(house, look, photos):
    phone = Phone.of(house, look(house.url, service_workers="block"), "魏贴上")
    one = phone.screen.go("/ask")
    give(one, "paste", photos["blurred"], kind="image/jpeg")
    note = one.page.locator("#toasts toast-note", has=one.page.locator(".coach"))
    expect(note).to_contain_text(one.say(readings.NOTHING["blurred"]))
    one.shoot("coach-note")
    one.page.evaluate(AXE)
    assert one.page.evaluate(RUN) == []
    one.tab_to(one.say("Use it anyway"))
    one.page.keyboard.press("Enter")
    expect(note).to_have_count(0)
    phone.arrive(0)
    assert phone.copies() == {"blurred.jpg": 1}


def test_it_comes_with_the_first_picture_and_is_silent_where_it_cannot_see(
    house, look, photos, tmp_path
):
    phone = Phone.of(house, look(house.url, "pixel", service_workers="block"), "魏晚到")
    one = phone.screen
    fetched: list[str] = []
    one.page.on("request", lambda asked: fetched.append(asked.url.rpartition("/")[2]))
    other = tmp_path / "paper.xml"
    other.write_text("<a/>")
    one.go("/").choose(other)
    one.row("paper.xml").wait_for()
    assert not {"coach.js", "sight.js"} & set(fetched)

    one.page.evaluate("delete window.Worker")
    one.choose(HEIC, photos["good"], photos["small"])
    asked(one, "small")
    assert {"coach.js", "sight.js"} <= set(fetched)
    phone.arrive(1)
    assert phone.copies() == {"paper.xml": 1, HEIC.name: 1, "good.jpg": 1}


def test_the_scripts_of_a_first_view_keep_their_weight(house, look):
    one = look(house.url, service_workers="block").sign_in(house.person("魏轻快"))
    packed = {"Accept-Encoding": "br"}
    urls: set[str] = set()
    one.page.on("request", lambda asked: asked.resource_type == "script" and urls.add(asked.url))
    for path, most in {"/": 26, "/ask": 26, "/outbox": 26, "/scan": 32}.items():
        urls.clear()
        one.go(path).page.wait_for_load_state("networkidle")
        found = [one.context.request.get(url, headers=packed).headers for url in urls]
        assert {sent["content-encoding"] for sent in found} == {"br"}
        assert sum(int(sent["content-length"]) for sent in found) <= most * 1024, path


@pytest.mark.full
def test_without_its_script_a_photo_goes_as_it_is(phone, photos):
    phone.screen.is_offline_on_purpose = True
    phone.screen.page.route("**/coach.js", lambda route: route.abort())
    phone.screen.choose(photos["blurred"])
    phone.arrive(0)
    assert phone.copies() == {"blurred.jpg": 1}


@pytest.mark.full
def test_a_photo_whose_page_was_left_before_it_was_looked_at_goes(phone, photos):
    one = phone.screen
    one.page.route("**/coach.js", lambda route: None)
    one.choose(photos["good"])
    phone.arrive(1)
    one.page.unroute("**/coach.js")
    one.go("/")
    assert one.page.evaluate(HELD) == 1
    one.page.evaluate("{ const now = Date.now(); Date.now = () => now + 10000 }")
    one.page.evaluate("outbox.drain()")
    phone.arrive(0)
    assert phone.copies() == {"good.jpg": 1}


@pytest.mark.full
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_photo_that_gave_nothing_is_taken_again_where_it_is_shown(house, look, photos, language):
    how = {"viewport": {"width": 360, "height": 780}, "service_workers": "block"}
    phone = Phone.of(house, look(house.url, "pixel", language, **how), f"魏重拍{language}")
    gave_nothing(house, phone.number, photos)
    one = phone.screen
    one.speak(language)
    for scheme in ("light", "dark"):
        one.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in ("/", f"/documents/{gave_nothing(house, phone.number, photos)}"):
            one.go(path)
            one.reads(one.say(readings.NOTHING["glare"]))
            one.page.evaluate(AXE)
            assert one.page.evaluate(RUN) == [] and not one.overflows()
            one.shoot(f"again-{'page' if path > '/' else 'row'}-{language}-{scheme}")
    for number, path in enumerate((None, "/"), start=1):
        one.go(path or one.page.url)
        with one.page.expect_file_chooser() as chooser:
            one.press("Take it again")
        chooser.value.set_files(photos["good"])
        until(lambda count=number: phone.copies() == {"glare.jpg": 1, "good.jpg": count})


def gave_nothing(house, number, photos):
    """A photo of theirs that was read already; the id of its document."""
    with house.installation.inside():
        member = db.session.scalars(
            select(Member).join(Member.person).filter_by(phone=number)
        ).one()
        with photos["glare"].open("rb") as file:
            copy = intake.hand_in(file, "glare.jpg", by=member, key=number)
        until(lambda: read(copy))
        with transaction():
            copy.document.state, copy.document.reason = State.NOTHING, "glare"
        return copy.document_id


def read(copy):
    db.session.rollback()
    return copy.read_at


@pytest.mark.full
def test_a_drawing_is_no_photo(phone, tmp_path):
    page = BytesIO()
    printed(sheets.paper(make.specimen(97531865))).resize((520, 347)).save(page, "PNG")
    shot = tmp_path / "screen.png"
    shot.write_bytes(page.getvalue())
    phone.screen.choose(shot)
    until(lambda: phone.copies() == {"screen.png": 1})
    assert phone.screen.page.evaluate(HELD) == 0
