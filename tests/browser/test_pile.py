"""Many files at once: a folder becomes one pile, kept on the device until all of it is sent."""

import os

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.documents import specimens
from app.documents.models import Copy
from app.intake.models import Batch, Item
from app.plumbing.db import db
from tests import make
from tests.browser.phone import Phone
from tests.installation import until
from tests.zipped import OfWindows, archive

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def folder(tmp_path):
    """A folder with another in it; what computers leave in folders is no file of anybody's."""
    within = tmp_path / "十一月" / "住宿"
    within.mkdir(parents=True)
    for number in range(6):
        one = make.specimen(86420000 + number)
        (within.parent / f"{number}.xml").write_bytes(specimens.write_xml(one))
    (within / "十.pdf").write_bytes(specimens.draw_pdf(make.specimen(86420010)))
    (within / "说明.txt").write_text("只是说明", encoding="utf-8")
    (within / ".DS_Store").write_bytes(b"\0")
    return within.parent


def rows(house, name):
    """The files of a pile that came one by one, in its order, and what is wrong with each."""
    with house.installation.inside():
        mine = (Batch.document_id.is_(None), Batch.name == name)
        found = db.session.scalars(select(Item).join(Batch).where(*mine).order_by(Item.row))
        return [(one.texts["file"], one.reason) for one in found]


@pytest.mark.full
def test_a_folder_is_sent_through_a_break_and_a_reload_and_no_file_twice(house, look, folder):
    phone = Phone.of(house, look(house.url, service_workers="block"), "夏整箱")
    one = phone.screen.go("/batches")
    one.is_offline_on_purpose = True
    one.page.route("**/batches/*/files", lambda route: route.abort())
    with one.page.expect_file_chooser() as chooser:
        one.page.get_by_text(one.say("Choose a folder")).click()
    chooser.value.set_files(folder)
    expect(one.page.locator("pile-sending")).to_contain_text("8")
    one.page.reload()
    expect(one.page.locator("pile-sending progress")).to_be_visible()
    assert rows(house, "十一月") == []
    one.page.unroute("**/batches/*/files")
    one.page.evaluate("outbox.drain({ now: true })")
    expect(one.page.locator("#step")).to_contain_text(one.say("Done"), timeout=30_000)
    expect(one.page.locator("#rows tbody")).to_have_count(8)
    expect(one.page.locator("pile-sending")).to_be_hidden()
    names = [f"{n}.xml" for n in range(6)]
    deeper = ["十一月/住宿/十.pdf", "十一月/住宿/说明.txt"]
    kept = [file for file, _ in rows(house, "十一月")]
    assert kept == [*(f"十一月/{name}" for name in names), *deeper]
    assert phone.copies() == dict.fromkeys([*names, "十.pdf"], 1)
    one.shoot("pile")


@pytest.mark.full
def test_an_archive_is_opened_on_the_device_and_its_files_go_one_by_one(house, look, tmp_path):
    phone = Phone.of(house, look(house.url, service_workers="block"), "包先拆")
    one = phone.screen.go("/batches")
    place = tmp_path / "十一月.zip"
    xml = specimens.write_xml(make.specimen(97531864, total="333.00"))
    noise = os.urandom(9000)
    files = {"住宿/一.xml": xml, "说明.txt": b"words", "坏.pdf": noise, "__MACOSX/._一.xml": b"\0"}
    packed = archive(files, OfWindows).getvalue()
    assert noise in packed, "so that it can be damaged"
    place.write_bytes(packed.replace(noise, noise[::-1]))
    one.page.locator("pile-zone [data-any]").first.set_input_files(place)
    expect(one.page.locator("#step")).to_contain_text(one.say("Done"), timeout=30_000)
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("十一月.zip")
    assert rows(house, "十一月.zip") == [
        ("住宿/一.xml", ""),
        ("坏.pdf", "unopened"),
        ("说明.txt", "wrong_kind"),
    ]
    better = tmp_path / "好.xml"
    better.write_bytes(specimens.write_xml(make.specimen(97531871, total="334.00")))
    one.page.get_by_role("row", name="坏.pdf").get_by_role(
        "link", name=one.say("Put right")
    ).click()
    one.page.get_by_label(one.say("Another file in its place")).set_input_files(better)
    one.shoot("pile-replaced")
    one.page.get_by_role("button", name=one.say("Put it in and check")).click()
    expect(one.page.get_by_text(make.specimen(97531871).number[-8:])).to_be_visible(timeout=30_000)
    assert rows(house, "十一月.zip")[1] == ("好.xml", "")


def paused(house, look, folder, name):
    """A screen with a pile of that name, of which nothing was sent and all is held."""
    one = Phone.of(house, look(house.url, service_workers="block"), name).screen.go("/batches")
    one.is_offline_on_purpose = True
    one.page.route("**/batches/*/files", lambda route: route.abort())
    with one.page.expect_file_chooser() as chooser:
        one.page.get_by_text(one.say("Choose a folder")).click()
    chooser.value.set_files(folder.rename(folder.with_name(name)))
    sending = one.page.locator("pile-sending")
    sending.get_by_role("button", name=one.say("Pause")).click()
    expect(sending).to_contain_text(one.say("Paused"))
    return one, sending


@pytest.mark.full
def test_what_is_paused_waits_through_a_reload_until_somebody_goes_on(house, look, folder):
    one, sending = paused(house, look, folder, "停一停")
    one.shoot("pile-paused")
    one.page.unroute("**/batches/*/files")
    one.page.reload()
    one.page.evaluate("outbox.drain({ now: true, auth: true })")
    one.page.wait_for_timeout(1500)
    expect(sending).to_contain_text(one.say("Paused"))
    assert rows(house, "停一停") == []
    sending.get_by_role("button", name=one.say("Go on")).click()
    expect(one.page.locator("#step")).to_contain_text(one.say("Done"), timeout=30_000)
    assert len(rows(house, "停一停")) == 8


@pytest.mark.full
def test_what_is_paused_and_left_stays_on_no_device(house, look, folder):
    one, sending = paused(house, look, folder, "不要了")
    assert one.page.evaluate("outbox.count()")["mine"] == 8
    one.page.get_by_role("button", name=one.say("Leave the rest")).click()
    expect(one.page.locator("#step")).to_contain_text(one.say("Ended early"))
    expect(sending).to_be_hidden()
    until(lambda: one.page.evaluate("self.outbox ? outbox.count() : {}").get("mine") == 0, 10)
    assert rows(house, "不要了") == []


def test_a_list_goes_by_itself_and_leads_to_its_page(house, look, tmp_path):
    phone = Phone.of(house, look(house.url), "单列清")
    one = phone.screen.go("/batches")
    listed = tmp_path / "清单.csv"
    listed.write_text(f"发票号码\n{make.specimen(86421000).number}\n", encoding="utf-8")
    one.page.locator("pile-zone [data-any]").first.set_input_files(listed)
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("清单.csv")


SLOW = """() => {
  const read = File.prototype.arrayBuffer
  const held = new Promise((done) => (self.goOn = done))
  File.prototype.arrayBuffer = async function () {
    if (this.name === "5.xml") await held
    return read.call(this)
  }
}"""


@pytest.mark.full
def test_the_first_results_are_seen_while_the_device_still_reads_the_rest(house, look, folder):
    phone = Phone.of(house, look(house.url, service_workers="block"), "先看见")
    one = phone.screen.go("/batches")
    one.page.evaluate(SLOW)
    files = sorted(folder.glob("*.xml"))
    one.page.locator("pile-zone [data-any]").first.set_input_files(files)
    expect(one.page.locator("#going #rows tbody")).to_have_count(5, timeout=20_000)
    expect(one.page.locator("#going #batch")).to_contain_text("/ 6")
    assert one.page.url.endswith("/batches")
    one.shoot("pile-going")
    one.page.evaluate("goOn()")
    one.page.wait_for_url("**/batches/0*")
    expect(one.page.locator("#step")).to_contain_text(one.say("Done"), timeout=30_000)
    expect(one.page.locator("#rows tbody")).to_have_count(6)


@pytest.mark.full
def test_pictures_are_sent_last_and_keep_their_place(house, look, tmp_path):
    one = Phone.of(house, look(house.url, service_workers="block"), "先易后").screen.go("/batches")
    folder = tmp_path / "先易后难"
    folder.mkdir()
    (folder / "一.png").write_bytes(make.picture(86422001).getvalue())
    (folder / "二.xml").write_bytes(specimens.write_xml(make.specimen(86422002)))
    with one.page.expect_file_chooser() as chooser:
        one.page.get_by_text(one.say("Choose a folder")).click()
    chooser.value.set_files(folder)
    expect(one.page.locator("#step")).to_contain_text(one.say("Done"), timeout=30_000)
    with house.installation.inside():
        came = select(Copy.name).where(Copy.name.in_(["一.png", "二.xml"])).order_by(Copy.id)
        assert db.session.scalars(came).all() == ["二.xml", "一.png"]
    assert rows(house, "先易后难") == [("先易后难/一.png", ""), ("先易后难/二.xml", "")]
