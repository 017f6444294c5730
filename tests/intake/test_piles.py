"""A pile of files in one archive: every file has its row, and every row its end."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core.money import Money
from app.documents import documents, specimens
from app.documents.models import Copy
from app.intake import batches, ending, giving_up, intake, piles, repair, running
from app.intake.intake import READ
from app.intake.models import Batch, State, Step
from app.invoices.models import Listing
from app.notices.models import Notice
from app.plumbing.db import db, transaction
from app.plumbing.queue import Effect
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import rows
from tests.zipped import OfMac, OfWindows, archive


def several() -> dict[str, bytes]:
    one = make.specimen(1)
    rides = [specimens.Ride(make.date(2026, 11, 5), "甲", "乙", Money(8640))]
    return {
        "十一月/": b"",
        "十一月/发票.xml": specimens.write_xml(one),
        "十一月/发票.pdf": specimens.draw_pdf(make.specimen(2)),
        "十一月/同一张.ofd": specimens.write_ofd(one),
        "照片.png": make.picture(3).getvalue(),
        "行程单.pdf": specimens.draw_rides(rides),
        "__MACOSX/._发票.xml": b"\0",
        "说明.txt": "只是说明".encode(),
        "空.pdf": b"",
        "坏.pdf": b"%PDF-1.4 half",
    }


@SQLITE_FIRST
def test_each_file_of_an_archive_ends_in_a_visible_state(fang, work):
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (1, 2)])
    work()
    batch = batches.begin(archive(several()), "发票包.zip", by=fang)
    work()
    db.session.refresh(batch)
    assert (batch.step, batch.total, batch.taken) == (Step.DONE, 8, 8)
    told = {one.texts["file"]: (one.state.value, one.reason) for one in rows(batch)}
    assert told == {
        "十一月/发票.xml": ("done", ""),
        "十一月/发票.pdf": ("done", ""),
        "十一月/同一张.ofd": ("done", ""),
        "照片.png": ("done", ""),
        "行程单.pdf": ("done", "itinerary"),
        "说明.txt": ("refused", "wrong_kind"),
        "空.pdf": ("refused", "empty"),
        "坏.pdf": ("refused", "broken"),
    }
    keys = [str(one.invoice.key) for one in rows(batch) if one.invoice]
    assert len(keys) == 4 and len(set(keys)) == 3, "the same invoice in two files is one"
    assert set(db.session.scalars(select(Listing.batch_id))) == {batch.id}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_at_which_every_worker_failed_says_so(fang, work):
    batch = piles.begin("", 2, by=fang)
    for place in (1, 2):
        bring(batch, place, specimens.write_xml(make.specimen(place)))
    giving_up.give_up()
    assert [one.state for one in rows(batch)] == [State.WAITING] * 2
    with transaction():
        lost = select(Effect).where(Effect.subject_id == rows(batch)[0].copy_id)
        effect = db.session.scalars(lost).one()
        effect.state = effect.state.__class__.DEAD
    seat = make.member("李同事", fang.company, "employee")
    theirs = intake.hand_in(BytesIO(specimens.write_xml(make.specimen(1))), "1.xml", by=seat)
    giving_up.give_up()
    assert rows(batch)[0].state is State.WAITING, "a colleague's copy of it is still to be read"
    with transaction():
        lost = select(Effect).where(Effect.subject_id == theirs.id)
        effect = db.session.scalars(lost).one()
        effect.state = effect.state.__class__.DEAD
    giving_up.give_up()
    work()
    told = [(one.state, one.reason) for one in rows(batch)]
    assert told == [(State.REFUSED, "fault"), (State.DONE, "")]
    repair.read_again(rows(batch)[0].copy.document, by=fang)
    work()
    assert [one.state for one in rows(batch)] == [State.DONE] * 2


def test_a_pile_whose_device_stays_away_ends_and_goes_on_when_it_comes_back(browser, fang, work):
    pile, empty = opened(fang, 3), opened(fang, 2)
    first, *others = (specimens.write_xml(make.specimen(number)) for number in (1, 2, 3))
    bring(pile, 1, first)
    with transaction():
        for one in (pile, empty):
            one.made_at -= timedelta(days=2)
            one.began_at = one.made_at
    work()
    giving_up.end_idle()
    assert pile.step is Step.WORKING, "a file has come today"
    giving_up.end_idle(timedelta())
    assert (pile.step, pile.reason, pile.total, pile.taken) == (Step.DONE, "missing", 3, 1)
    assert (empty.step, empty.reason) == (Step.FAILED, "missing")
    told = select(Notice.kind_word).order_by(Notice.id)
    assert db.session.scalars(told).all() == ["batch_missing"] * 2
    browser.sign_in(fang)
    assert "2 files never came" in browser.see(f"/batches/{pile.id}").words()
    assert "None of its files came" in browser.see(f"/batches/{empty.id}").words()
    assert pile.is_open and empty.is_open
    batches.cancel(empty, by=fang)
    assert not empty.is_open and empty.step is Step.CANCELLED
    for place, data in enumerate(others, start=2):
        bring(pile, place, data)
    work()
    assert (pile.step, pile.reason, pile.taken) == (Step.DONE, "", 3)
    assert "never came" not in browser.see(f"/batches/{pile.id}").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("entry", [OfWindows, OfMac])
def test_names_are_told_as_macs_and_as_chinese_windows_write_them(fang, work, entry):
    names = ["十一月/机票 行程单.pdf", "餐饮.xml"]
    batch = batches.begin(archive(dict.fromkeys(names, b"x"), entry), "发票包.zip", by=fang)
    work()
    assert [one.texts["file"] for one in rows(batch)] == names


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_could_not_be_brought_has_a_row_that_says_why(browser, fang, work):
    noise = os.urandom(33 << 20)
    batch = batches.begin(archive({"大.pdf": noise}), "发票包.zip", by=fang)
    work()
    assert [one.reason for one in rows(batch)] == ["too_large"]
    browser.sign_in(fang)
    pile = piles.begin("坏的", 3, by=fang)
    for place, fault in enumerate(("unopened", "too_large", "nonsense"), start=1):
        told = {"place": str(place), "fault": fault}
        assert browser.post(f"/batches/{pile.id}/files", **told).status == 204
    assert [one.reason for one in rows(pile)] == ["unopened", "too_large", "empty"]
    assert "could not open this file" in browser.see(f"/batches/{pile.id}").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_taken_up_again_no_file_comes_twice(fang, work, monkeypatch):
    batch = batches.begin(archive(several()), "发票包.zip", by=fang)
    whole, left = documents.take, [3]

    def ends_here(*args, **more):
        taken = whole(*args, **more)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return taken

    monkeypatch.setattr(piles.documents, "take", ends_here)
    with pytest.raises(KeyboardInterrupt):
        running.run(batch.id)
    db.session.rollback()
    assert len(rows(batch)) == 2
    monkeypatch.undo()
    work()
    running.run(batch.id)
    work()
    assert [one.row for one in rows(batch)] == list(range(1, 9))
    assert db.session.scalar(select(func.count()).select_from(Copy)) == 6


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_page_of_a_pile_names_files_and_leads_to_them(browser, fang, work):
    batch = batches.begin(archive(several()), "发票包.zip", by=fang)
    work()
    page = browser.sign_in(fang).see(f"/batches/{batch.id}")
    assert "说明.txt" in page.words() and "This kind of file is not read here." in page.words()
    assert "Attachment" in page.words() and "8 files in it" in page.words()


def opened(fang, count):
    return piles.begin("十一月的发票", count, by=fang)


def bring(batch, place, data, name="发票.pdf"):
    one = piles.Brought(name, BytesIO(data))
    return piles.add(batch, one, place, key=f"{batch.id}-{place}", then=READ)


@SQLITE_FIRST
def test_files_that_come_one_by_one_are_one_pile(fang, work):
    batch = opened(fang, 4)
    bring(batch, 2, specimens.draw_pdf(make.specimen(12)), "十一月的发票/住宿/二.pdf")
    bring(batch, 1, specimens.write_xml(make.specimen(11)), "一.xml")
    again = bring(batch, 1, specimens.write_xml(make.specimen(13)), "别的.xml")
    assert again.texts == {"file": "一.xml"}, "a retry finds its row"
    bring(batch, 4, b"only words", "说明.txt")
    db.session.refresh(batch)
    assert (batch.step, batch.taken, batch.total, batch.is_open) == (Step.WORKING, 3, 4, True)
    bring(batch, 3, make.picture(14).getvalue(), "照片.png")
    work()
    db.session.refresh(batch)
    assert (batch.step, batch.taken, batch.is_open) == (Step.DONE, 4, False)
    assert [(one.texts["file"], one.state.value, one.reason) for one in rows(batch)] == [
        ("一.xml", "done", ""),
        ("十一月的发票/住宿/二.pdf", "done", ""),
        ("照片.png", "done", ""),
        ("说明.txt", "refused", "wrong_kind"),
    ]
    assert db.session.scalar(select(func.count()).select_from(Copy)) == 3
    with pytest.raises(piles.Over):
        bring(batch, 5, specimens.write_xml(make.specimen(15)))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_pile_that_was_ended_takes_nothing_more_and_cannot_be_paused(fang, work):
    batch = opened(fang, 2)
    bring(batch, 1, specimens.write_xml(make.specimen(11)))
    with pytest.raises(batches.Moved):
        batches.pause(batch, by=fang)
    batches.cancel(batch, by=fang)
    with pytest.raises(piles.Over):
        bring(batch, 2, specimens.write_xml(make.specimen(12)))
    work()
    assert [one.state.value for one in rows(batch)] == ["done"]
    for count in (0, piles.MOST + 1):
        with pytest.raises(piles.TooMany):
            opened(fang, count)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_left_is_told_when_the_last_file_was_read_and_not_before(fang, work):
    batch = opened(fang, 2)
    bring(batch, 1, specimens.write_xml(make.specimen(11)))
    work()
    with transaction():
        batch.made_at -= ending.PATIENCE * 2
    bring(batch, 2, specimens.draw_pdf(make.specimen(12)))
    told = select(func.count()).select_from(Notice).where(Notice.kind_word == "batch_ended")
    assert db.session.scalar(told) == 0
    work()
    assert db.session.scalar(told) == 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_without_a_script_several_files_are_one_pile_too(browser, fang, work):
    browser.sign_in(fang)
    empty = piles.begin("空", 1, by=fang)
    answer = browser.post(f"/batches/{empty.id}/files", place="1")
    assert answer.status == 204
    assert [(one.texts["file"], one.reason) for one in rows(empty)] == [("", "empty")]
    files = [(BytesIO(specimens.write_xml(make.specimen(n))), f"{n}.xml") for n in (11, 12)]
    page = browser
    assert page.post("/batches", files=files).status == 303
    batch = db.session.scalars(select(Batch).where(Batch.id != empty.id)).one()
    work()
    assert "12.xml" in page.see(f"/batches/{batch.id}").words()
    assert db.session.get_one(Batch, batch.id).step is Step.DONE


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_that_goes_to_its_buyer_leaves_no_row_waiting(fang, tea, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    by = make.seat(fang.person, silk, "employee")
    batch = opened(by, 1)
    bring(batch, 1, specimens.write_xml(make.specimen(1)))
    work()
    assert [(one.state.value, one.reason) for one in rows(batch)] == [("done", "moved")]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_files_for_a_pile_go_on_after_its_owner_went_to_another_company(browser, fang, wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    batch = opened(make.seat(fang.person, silk, "employee"), 2)
    browser.sign_in(fang)
    file = (BytesIO(specimens.write_xml(make.specimen(1))), "一.xml")
    assert browser.post(f"/batches/{batch.id}/files", file=file, place="1").status == 204
    assert browser.sign_in(wei).post(f"/batches/{batch.id}/files", place="2").status == 404
    batches.cancel(batch, by=batch.member)
    browser.sign_in(fang)
    assert browser.post(f"/batches/{batch.id}/files", place="2").status == 204, "it need not wait"
    assert len(rows(batch)) == 1
