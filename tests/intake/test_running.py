"""A list that is being worked off listens to whoever handed it in."""

from io import BytesIO

import pytest
from sqlalchemy import select, update

from app.core.money import Money
from app.documents import documents
from app.intake import batches, running, sheets, working
from app.intake.models import Batch, State, Step
from app.plumbing import once, queue, sandbox, storage
from app.plumbing.db import db, transaction
from app.plumbing.sandbox import Silent
from tests import make
from tests.intake.lists_made import HEAD, numbers, rows, tabs, text
from tests.intake.test_batches import hand_in

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_who_stops_it_while_a_worker_takes_it_up_is_heeded(fang, work, monkeypatch):
    batch = hand_in([HEAD, *numbers(1, 2)], by=fang)
    usual = running.transaction

    def after_a_cancel():
        monkeypatch.undo()
        batches.cancel(batch, by=fang)
        return usual()

    monkeypatch.setattr(running, "transaction", after_a_cancel)
    running.run(batch.id)
    db.session.refresh(batch)
    assert (batch.step, rows(batch)) == (Step.CANCELLED, [])


def test_a_pause_is_heeded_after_the_chunk_in_hand(fang, work, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    batch, whole = hand_in([HEAD, *numbers(1, 5)], by=fang), working.keep

    def then_pause(*args):
        ended = whole(*args)
        args[0].step = Step.PAUSED
        return ended

    monkeypatch.setattr(working, "keep", then_pause)
    running.run(batch.id)
    db.session.refresh(batch)
    assert (batch.step, len(rows(batch))) == (Step.PAUSED, 2)
    monkeypatch.setattr(working, "keep", whole)
    batches.resume(batch, by=fang)
    work()
    assert len(rows(batch)) == 5


def test_commas_in_running_text_part_nothing(fang, work):
    number = make.specimen(1).number
    batch = batches.begin_text(f"发票号码：{number} 金额¥1,234.00 2026年11月10日", by=fang)
    work()
    (row,) = rows(batch)
    assert (row.state, row.invoice.total) == (State.DONE, Money(123400))
    assert row.invoice.issued == make.date(2026, 11, 10)


def test_a_list_without_headings_is_asked_about_each_time(fang, work):
    bare = [[make.specimen(n).number, "106.00"] for n in (1, 2)]
    for _ in range(2):
        batch = batches.begin(text(bare), "号码.csv", by=fang)
        assert batch.step is Step.ASKED
        batches.choose(batch, "", {"number": 0}, by=fang)
        work()
        assert [one.state for one in rows(batch)] == [State.DONE] * 2
    lone = batches.begin(text([[number] for number, _ in bare]), "号码.csv", by=fang)
    assert lone.step is Step.WAITING, "bare numbers leave nothing to ask"
    other = batches.begin_text(f"老板，{make.specimen(3).number} 这张 106.00 元", by=fang)
    work()
    assert [one.state for one in rows(other)] == [State.DONE], "and running text stays that"


def test_a_full_server_ends_a_list_with_a_word(fang, work, monkeypatch):
    batch = hand_in([HEAD, *numbers(1, 3)], by=fang)

    def full(*_):
        raise storage.DiskFull

    monkeypatch.setattr(running, "_keep", full)
    running.run(batch.id)
    db.session.refresh(batch)
    assert (batch.step, batch.reason) == (Step.FAILED, "full")


def test_a_list_sent_again_with_its_key_is_one_list(fang, browser, work):
    page = browser.sign_in(fang)
    lines = text([HEAD, *numbers(1, 2)]).getvalue()
    documents.take(BytesIO(lines), "清单.csv", by=fang, key="k-1", among=batches.KINDS)
    first = batches.begin(BytesIO(lines), "清单.csv", by=fang, key="k-1")
    assert batches.begin(BytesIO(lines), "清单.csv", by=fang, key="k-1") is first
    assert batches.begin(BytesIO(lines), "清单.csv", by=fang, key="k-2") is not first
    piled = []
    for _ in range(2):
        files = [(BytesIO(f"<a>{n}</a>".encode()), f"{n}.xml") for n in range(2)]
        piled.append(page.post("/batches", files=files, _key="k-3").headers["Location"])
        with transaction():
            db.session.execute(update(once.Answer).values(status=None))
    assert piled[0] == piled[1]


def test_a_list_that_workers_gave_up_says_so_and_goes_on(fang, browser, work):
    batch = hand_in([HEAD, *numbers(1, 2)], by=fang)
    page = browser.sign_in(fang).see(f"/batches/{batch.id}")
    assert "Something went wrong on our side" not in page.words()
    with transaction():
        effect = db.session.scalars(select(queue.Effect).filter_by(verb=batches.RUN)).one()
        effect.state = queue.State.DEAD
    page = browser.see(f"/batches/{batch.id}")
    assert "Something went wrong on our side" in page.words()
    browser.post(f"/batches/{batch.id}/step", act="resume")
    work()
    assert [one.state for one in rows(batch)] == [State.DONE] * 2
    assert not batches.is_given_up(batch)


def test_pasted_text_is_taken_whole_or_not_at_all(fang, browser):
    text = f"{make.specimen(1).number}\n" * (batches.LONGEST_TEXT // 20)
    page = browser.sign_in(fang).post("/batches", text=text)
    assert page.status == 422 and "hand it in in parts" in page.words()
    assert db.session.scalars(batches.visible_to(fang)).all() == []


def test_the_other_sheets_of_a_workbook_are_offered_and_taken_once(fang, browser, work):
    months = {"十月": [HEAD, *numbers(1, 2)], "十一月": [HEAD, *numbers(3, 5)]}
    book = tabs(**months, 说明=[["请在周五前交"]])
    batch = batches.begin(book, "发票.xlsx", by=fang)
    batches.choose(batch, batch.columns["sheet"], batch.columns["places"], by=fang)
    page = browser.sign_in(fang).see(f"/batches/{batch.id}")
    assert "Only the sheet “十月” was taken." in page.words()
    assert "Check “十一月” too" in page.words() and "说明" not in page.words()
    sent = browser.post(f"/batches/{batch.id}/sheets", sheet="十一月")
    work()
    other = db.session.get_one(Batch, sent.headers["Location"].rpartition("/")[2])
    assert (other.name, other.step, len(rows(other))) == ("发票.xlsx · 十一月", Step.DONE, 3)
    assert "Only the sheet" not in browser.see(f"/batches/{batch.id}").words()
    assert sheets.begin(batch, "十一月", by=fang) is other, "a double tap leads to the same list"
    assert browser.post(f"/batches/{batch.id}/sheets", sheet="说明").status == 404


def test_a_list_that_comes_while_the_sandbox_is_away_may_come_again(browser, fang, monkeypatch):
    def nobody_answers(_tool):
        raise Silent

    def send():
        files = [(text([HEAD, *numbers(1, 3)]), "清单.csv")]
        return browser.post("/batches", files=files, headers={"Idempotency-Key": "away-1"})

    browser.sign_in(fang)
    with monkeypatch.context() as away:
        away.setattr(sandbox, "_connect", nobody_answers)
        told = send()
    assert told.status == 503 and "try again in a minute" in told.words()
    assert send().status == 303
