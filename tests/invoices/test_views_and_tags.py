"""Saved views and tags: whose they are, who changes them, and what the journal says."""

import pytest
from sqlalchemy import select

from app.invoices import saved, tags
from app.invoices.models import Tag, View
from app.journal.models import Entry
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST


def written(action):
    return db.session.scalars(select(Entry).where(Entry.action == action)).all()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_view_is_saved_opened_renamed_and_deleted(browser, fang, wei):
    make.invoice(wei, 1)
    browser.sign_in(fang)
    assert browser.post("/views?verdict=genuine&q=印务", name="真票").status == 303
    page = browser.see("/invoices")
    (way,) = (one.get("href") for one in page.all("a") if "真票" in "".join(one.itertext()))
    assert "verdict=genuine" in way
    again = browser.see(way)
    assert [one.get("aria-current") for one in again.all("a") if one.text == "真票"] == ["true"]
    assert "Save this view" not in again.words()
    view = db.session.scalars(select(View)).one()
    assert not view.is_shared
    browser.post(f"/views/{view.id}/name", name="已查")
    assert "已查" in browser.see("/views").words()
    browser.post(f"/views/{view.id}/removal")
    assert "已查" not in browser.see("/views").words()
    for action in ("view-saved", "view-renamed", "view-deleted"):
        assert len(written(action)) == 1, action


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_view_needs_a_name_and_something_to_show(browser, wei):
    browser.sign_in(wei)
    assert "Please fill this in" in browser.post("/views?q=1", name=" ").words()
    assert "Search or filter first" in browser.post("/views", name="全部").words()
    assert db.session.scalar(select(View)) is None


@SQLITE_FIRST
def test_only_finance_shares_with_the_company(browser, wei, fang, stranger):
    with pytest.raises(saved.NotYours):
        saved.save("共用", {"q": "1"}, is_shared=True, by=wei)
    view = saved.save("共用", {"q": "1"}, is_shared=True, by=fang)
    own = saved.save("方的", {"q": "2"}, is_shared=False, by=fang)
    assert [one.name for one in saved.listed(wei)] == ["共用"]
    assert saved.listed(stranger) == []
    browser.sign_in(wei)
    assert browser.post(f"/views/{view.id}/removal").status == 403
    assert browser.post(f"/views/{own.id}/removal").status == 404
    assert len(saved.listed(fang)) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_there_is_an_end_to_views(wei, monkeypatch):
    monkeypatch.setattr(saved, "MOST", 1)
    saved.save("一", {"q": "1"}, is_shared=False, by=wei)
    with pytest.raises(saved.TooManyViews):
        saved.save("二", {"q": "1"}, is_shared=False, by=wei)


@SQLITE_FIRST
def test_a_tag_is_put_on_and_taken_off(browser, wei, fang):
    one = make.invoice(wei, 1)
    browser.sign_in(wei)
    part = browser.post(f"/invoices/{one.id}/tags", htmx=True, word=" 十一月  展会 ")
    assert part.is_fragment and "十一月 展会" in part.words()
    assert browser.post(f"/invoices/{one.id}/tags", word="十一月 展会").status == 303
    assert db.session.query(Tag).count() == 1
    assert "十一月 展会" in browser.see("/invoices").words()
    assert "十一月 展会" in browser.see(f"/invoices/{one.id}").words()
    browser.post(f"/invoices/{one.id}/tags/removal", word="十一月 展会")
    assert "展会" not in browser.see(f"/invoices/{one.id}").words()
    assert [len(written(action)) for action in ("invoice-tagged", "invoice-untagged")] == [1, 1]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_tags_have_a_letter_and_an_end(wei, monkeypatch):
    one = make.invoice(wei, 1)
    monkeypatch.setattr(tags, "MOST", 1)
    with pytest.raises(tags.NoWord):
        tags.put([one], " !? ", by=wei)
    tags.put([one], "长" * 50, by=wei)
    assert tags.of([one]) == {one.id: ["长" * tags.LONGEST]}
    with pytest.raises(tags.TooManyTags):
        tags.put([one], "二", by=wei)


@SQLITE_FIRST
def test_many_are_tagged_at_once_and_words_stay_in_the_company(wei, stranger):
    many = [make.invoice(wei, sequence) for sequence in (1, 2, 3)]
    tags.put(many[:2], "甲", by=wei)
    tags.put(many, "甲", by=wei)
    assert all(words == ["甲"] for words in tags.of(many).values())
    assert tags.known(wei) == ["甲"] and tags.known(stranger) == []
    tags.take_off(many, "甲", by=wei)
    assert tags.of(many) == {}
    assert len(written("invoice-tagged")) == len(written("invoice-untagged")) == 3


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_may_only_look_tags_nothing(browser, tea, wei, shen):
    one = make.invoice(wei, 1)
    browser.sign_in(shen)
    assert "Add a tag" not in browser.see(f"/invoices/{one.id}").words()
    assert browser.post(f"/invoices/{one.id}/tags", word="x").status == 403
