"""A burst of frames is one look: the same row, the same evidence, the same rules as a frame."""

from io import BytesIO

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from app.documents.models import Document
from app.documents.readers import glance
from app.documents.readers.limits import Refused
from app.documents.specimens import qr_text
from app.intake import scanning
from app.invoices.models import Holding
from app.journal import journal
from app.plumbing import storage
from app.plumbing.clock import now
from app.plumbing.db import db
from tests import make, needle
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.needle import Paper

TEXT = qr_text(make.specimen(1))
SHAKEN = needle.burst(needle.matrix(needle.text(6)), Paper(seed=6, noise=8, gap=0.3))


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def look(frames, by, **more):
    return scanning.look_at_all(frames, by=by, since=more.pop("since", None) or now(), **more)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_paper_that_no_frame_shows_alone_is_in_the_wallet(wei):
    began = now()
    for frame in SHAKEN:
        assert not scanning.look(frame, by=wei, since=began).cards
    (card,) = look(SHAKEN, wei, since=began).cards
    assert card.invoice.key.text == "1100994320-00000006" and card.before is None
    (holding,) = card.invoice.holdings
    with storage.read(holding.document.digest) as kept:
        assert kept.read() in SHAKEN
    (again,) = look(SHAKEN, wei, since=began).cards
    assert again.invoice == card.invoice and again.before is None
    assert count(Document) == count(Holding) == 1
    assert journal.verify() == []
    scanning.take_back(card.invoice, by=wei, since=began)
    assert count(Document) == count(Holding) == 0
    assert not look(SHAKEN, wei, besides=["00000006"]).cards


@SQLITE_FIRST
def test_only_the_frame_that_shows_an_invoice_is_kept(wei):
    sight = look([make.frame()] * 3, wei)
    assert not sight.cards and not sight.others
    other = look([make.frame("https://evil.example/pay")], wei)
    assert other.others == ["https://evil.example/pay"] and not other.cards
    assert count(Document) == 0
    frames = [make.frame(), make.frame(TEXT), make.frame()]
    (card,) = look(frames, wei).cards
    with storage.read(card.invoice.holdings[0].document.digest) as kept:
        assert kept.read() == frames[1]


REFUSED = [
    ([], "empty"),
    ([make.frame(TEXT)] * 5, "too_many"),
    ([make.frame(TEXT), b""], "empty"),
    ([make.frame(TEXT), b"\xff\xd8" + b"0" * glance.MOST_BYTES], "too_large"),
    ([make.picture().getvalue()], "wrong_kind"),
    ([make.frame(TEXT), make.frame(TEXT)[:3000]], "broken"),
    ([make.frame(width=4000)], "too_large"),
]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_no_burst_is_refused(wei):
    for frames, word in REFUSED:
        with pytest.raises(Refused) as refusal:
            look(frames, wei)
        assert refusal.value.word == word
    assert count(Document) == 0


class TestTheRoute:
    def test_it_answers_as_a_frame_is_answered(self, app, wei, monkeypatch):
        monkeypatch.setattr("app.intake.scan_views.BURSTS", 9)
        monkeypatch.setattr("app.intake.scan_views.ALL_BURSTS", (9, 3600))
        phone = Browser(app).sign_in(wei)
        assert post(phone, [make.frame()]).status_code == 204
        number = TEXT.split(",")[3]
        assert post(phone, [make.frame(TEXT)], undone=f"{number},").status_code == 204
        assert count(Holding) == 0, "what was just taken back is not seen"
        answer = post(phone, [make.frame(), make.frame(TEXT)])
        assert answer.status_code == 200 and "106.00" in answer.text

    def test_somebody_who_may_only_look_gets_the_ledgers_word(self, app, tea, fang, work):
        make.ledger(fang, [make.export_row(make.specimen(1))])
        work()
        looker = Browser(app).sign_in(make.member("看客", tea))
        answer = post(looker, [make.frame(TEXT)])
        assert "Genuine" in answer.text and "not kept" in answer.text
        assert count(Holding) == 0

    def test_odd_and_large_ones_are_refused(self, app, wei, monkeypatch):
        monkeypatch.setattr("app.intake.scan_views.BURSTS", 9)
        monkeypatch.setattr("app.intake.scan_views.ALL_BURSTS", (9, 3600))
        phone = Browser(app).sign_in(wei)
        assert post(phone, [b"no picture"]).status_code == 422
        assert post(phone, []).status_code == 422
        assert post(phone, [make.frame()] * 5).status_code == 422
        monkeypatch.setattr("app.intake.scan_views.MOST_FRAMES", 1)
        too_much = post(phone, [b"0" * 260_000])
        assert too_much.status_code == 422 and "smaller files" in too_much.text
        assert count(Document) == 0

    def test_too_many_of_one_phone_or_of_all_are_told_to_wait(self, app, wei, monkeypatch):
        monkeypatch.setattr("app.intake.scan_views.PER_SECONDS", 3600)
        phone, answers = Browser(app).sign_in(wei), []
        for own, together in ((1, 9), (1, 9), (9, 9), (9, 1)):
            monkeypatch.setattr("app.intake.scan_views.BURSTS", own)
            monkeypatch.setattr("app.intake.scan_views.ALL_BURSTS", (together, 3600))
            answers.append(post(phone, [make.frame()]))
        assert [one.status_code for one in answers] == [204, 429, 204, 429]
        assert int(answers[1].headers["Retry-After"]) > 0

    def test_somebody_unknown_is_turned_away(self, app):
        assert post(Browser(app), [make.frame(TEXT)]).status_code == 401
        assert count(Document) == 0


def post(browser, frames, undone=""):
    sent = [FileStorage(BytesIO(one), "frame.jpg", content_type="image/jpeg") for one in frames]
    return browser.client.post(
        "/scan/burst",
        data={"frame": sent},
        headers={
            "Origin": "http://yanpiao.test",
            "HX-Request": "true",
            "X-Undone": undone,
            "Accept-Language": "en",
        },
        content_type="multipart/form-data",
        base_url="http://yanpiao.test",
    )
