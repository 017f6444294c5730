"""A live camera: a frame is kept when it shows an invoice that is new, and never else."""

from io import BytesIO
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from app.core.money import Money
from app.documents import documents
from app.documents.models import Copy, Document, Reading
from app.documents.readers import glance
from app.documents.readers.limits import Refused
from app.documents.specimens import qr_text
from app.intake import intake, moving, scanning
from app.invoices import holdings
from app.invoices.models import Holding, Invoice
from app.journal import journal
from app.plumbing import queue, rate, storage
from app.plumbing.clock import now
from app.plumbing.db import db
from app.verification import checks
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser

pytestmark = SQLITE_FIRST

TEXT = qr_text(make.specimen(1))
SLIP = "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=" + "a" * 66
SLIP += "&bill_num=01234567&total_amount=12345"


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def kept_files(app):
    return [one for one in app.extensions["settings"].files.rglob("*") if one.is_file()]


class TestLooking:
    def test_an_empty_frame_leaves_nothing_behind(self, app, wei):
        sight = scanning.look(make.frame(), by=wei, since=now())
        assert not sight.cards and not sight.others
        assert count(Document) == 0 and kept_files(app) == []

    def test_an_invoice_is_in_the_wallet_with_the_frame_as_its_evidence(self, wei):
        frame = make.frame(TEXT)
        (card,) = scanning.look(frame, by=wei, since=now()).cards
        assert card.invoice.total == Money.parse("106.00") and card.before is None
        assert card.invoice.seller_name == "", "the code of a digital invoice names no parties"
        (holding,) = card.invoice.holdings
        with storage.read(holding.document.digest) as kept:
            assert kept.read() == frame
        assert checks.card(card.invoice), "it is checked at once"
        assert queue.due() == [], "nothing is left for later"
        assert journal.verify() == []

    def test_several_codes_are_several_cards_of_one_frame(self, wei):
        texts = [qr_text(make.specimen(one)) for one in (1, 2)]
        cards = scanning.look(make.frame(*texts), by=wei, since=now()).cards
        assert {card.invoice.key.number for card in cards} == {
            make.specimen(one).number for one in (1, 2)
        }
        assert count(Document) == 1

    def test_the_same_code_again_is_the_same_card_and_stores_nothing(self, wei):
        began = now()
        scanning.look(make.frame(TEXT), by=wei, since=began)
        (card,) = scanning.look(make.frame(TEXT, box=7), by=wei, since=began).cards
        assert card.before is None, "it came in during this round, so it is no duplicate"
        assert count(Document) == count(Holding) == 1

    def test_what_one_had_before_is_a_duplicate(self, wei):
        scanning.look(make.frame(TEXT), by=wei, since=now())
        (card,) = scanning.look(make.frame(TEXT), by=wei, since=now()).cards
        assert card.before and card.before.member == wei

    def test_what_a_colleague_has_is_a_duplicate_and_names_who_was_first(self, wei, qian):
        scanning.look(make.frame(TEXT), by=qian, since=now())
        (card,) = scanning.look(make.frame(TEXT), by=wei, since=now()).cards
        assert card.before and card.before.member == qian
        assert {one.member_id for one in card.invoice.holdings} == {wei.id, qian.id}

    def test_another_code_is_named_and_not_kept(self, wei):
        sight = scanning.look(make.frame("https://evil.example/pay"), by=wei, since=now())
        assert sight.others == ["https://evil.example/pay"] and not sight.cards
        assert count(Document) == 0

    def test_a_slip_without_its_number_is_known_by_its_frame(self, wei):
        (card,) = scanning.look(make.frame(SLIP), by=wei, since=now()).cards
        assert card.invoice.key.scheme == "file"
        assert card.invoice.total == Money.parse("123.45")

    def test_the_ledger_fills_in_what_the_code_left_out(self, wei, fang, work):
        make.ledger(fang, [make.export_row(make.specimen(1))])
        work()
        (card,) = scanning.look(make.frame(TEXT), by=wei, since=now()).cards
        assert card.invoice.authenticity == "genuine"
        assert card.invoice.seller_name == "北京示例酒店有限公司"

    @pytest.mark.parametrize(
        ("frame", "word"),
        [
            (b"", "empty"),
            (b"\xff\xd8" + b"0" * glance.MOST_BYTES, "too_large"),
            (make.picture().getvalue(), "wrong_kind"),
            (make.frame(TEXT)[:3000], "broken"),
            (make.frame(width=4000), "too_large"),
        ],
    )
    def test_what_is_no_frame_is_refused(self, wei, frame, word):
        with pytest.raises(Refused) as refusal:
            scanning.look(frame, by=wei, since=now())
        assert refusal.value.word == word


class TestHits:
    def hit(self, texts, frame, by, key="k1", since=None):
        return scanning.hit(texts, frame, by=by, since=since or now(), key=key).cards

    def test_the_servers_own_look_counts(self, wei):
        (card,) = self.hit(["01,32,,99002000000000000009,9.00,20261110,,"], make.frame(TEXT), wei)
        assert card.invoice.key.number == make.specimen(1).number
        assert {field.source for field in card.invoice.fields} == {"qr"}

    def test_a_code_that_only_the_phone_could_read_is_kept_as_scanned(self, wei):
        (card,) = self.hit([TEXT], make.frame(), wei)
        assert card.invoice.total == Money.parse("106.00")
        assert {field.source for field in card.invoice.fields} == {"scanned"}
        assert card.invoice.holdings[0].document is not None

    def test_a_scan_gun_sends_text_alone(self, wei):
        (card,) = self.hit([TEXT], b"", wei)
        assert card.invoice.total == Money.parse("106.00")
        assert card.invoice.holdings[0].document is None

    def test_a_text_that_is_no_invoice_is_refused(self, wei):
        with pytest.raises(scanning.NotInvoices):
            self.hit(["https://evil.example", "x" * 4000, ""], make.frame(), wei)
        assert count(Document) == 0

    def test_the_same_key_again_changes_nothing(self, wei):
        began = now()
        first = self.hit([TEXT], make.frame(TEXT), wei, since=began)
        again = self.hit([TEXT], make.frame(TEXT), wei, since=began)
        assert [one.invoice for one in first] == [one.invoice for one in again]
        assert again[0].before is None
        assert count(Copy) == count(Holding) == 1

    def test_what_was_scanned_moves_with_its_invoice(self, app, wei):
        other = make.company("上海示例贸易有限公司", 2)
        seat = make.seat(wei.person, other, "employee")
        invoice = self.hit([TEXT], b"", wei)[0].invoice
        from app.invoices import invoices

        invoices.correct(invoice, {"buyer_tax_id": other.tax_id}, by=wei)
        taken_to, there = moving.move(invoice, by=wei)
        assert taken_to == seat and there.total == Money.parse("106.00")


class TestUndoing:
    def test_it_takes_the_invoice_and_its_frame_back(self, app, wei):
        began = now()
        (card,) = scanning.look(make.frame(TEXT), by=wei, since=began).cards
        scanning.take_back(card.invoice, by=wei, since=began)
        assert count(Holding) == count(Document) == count(Copy) == count(Reading) == 0
        assert kept_files(app) == []
        assert journal.verify() == []
        (again,) = scanning.look(make.frame(TEXT), by=wei, since=began).cards
        assert again.invoice == card.invoice and count(Holding) == 1

    def test_a_frame_with_another_invoice_stays(self, wei):
        began = now()
        texts = [qr_text(make.specimen(one)) for one in (1, 2)]
        cards = scanning.look(make.frame(*texts), by=wei, since=began).cards
        scanning.take_back(cards[0].invoice, by=wei, since=began)
        (left,) = scanning.tray(wei, began)
        assert left.invoice == cards[1].invoice and left.invoice.total == Money.parse("106.00")
        assert left.invoice.fields, "what the frame says of the other invoice stays"
        assert count(Document) == 1

    def test_what_a_colleague_holds_stays_theirs(self, wei, qian):
        scanning.look(make.frame(TEXT), by=qian, since=now())
        began = now()
        (card,) = scanning.look(make.frame(TEXT, box=7), by=wei, since=began).cards
        scanning.take_back(card.invoice, by=wei, since=began)
        assert holdings.holders(card.invoice) == [qian]
        assert card.invoice.total == Money.parse("106.00")

    def test_what_was_here_before_is_not_taken(self, wei):
        intake.hand_in(BytesIO(make.picture(1).getvalue()), "a.png", by=wei)
        (copy,) = db.session.scalars(documents.copies_visible_to(wei))
        intake.read(copy.id)
        invoice = db.session.scalars(select(Invoice)).one()
        with pytest.raises(scanning.TooLate):
            scanning.take_back(invoice, by=wei, since=now())
        assert count(Holding) == 1


class TestThePage:
    def test_the_shell_tells_nothing_of_anybody(self, browser, wei):
        page = browser.sign_in(wei).see("/scan")
        assert page.headers["X-Shell-Safe"] == "1"
        for secret in (wei.person.name, wei.company.name, wei.id, wei.person_id):
            assert secret not in page.text

    def test_a_frame_is_answered_with_cards_or_with_nothing(self, app, wei):
        phone = Browser(app).sign_in(wei)
        assert post(phone, make.frame()).status_code == 204
        answer = post(phone, make.frame(TEXT))
        assert answer.status_code == 200 and "106.00" in answer.text
        assert post(phone, b"no picture").status_code == 422

    def test_too_many_frames_are_told_to_wait(self, app, wei, monkeypatch):
        phone = Browser(app).sign_in(wei)
        monkeypatch.setattr("app.intake.scan_views.FRAMES", 2)
        monkeypatch.setattr("app.intake.scan_views.PER_SECONDS", 3600)
        answers = [post(phone, make.frame()) for _ in range(3)]
        assert [one.status_code for one in answers] == [204, 204, 429]
        assert answers[-1].headers["Retry-After"] == "1"

    def test_the_tray_comes_back_after_a_reload(self, app, wei):
        phone = Browser(app).sign_in(wei)
        first = phone.see("/scan/tray")
        since = first.headers["X-Since"]
        post(phone, make.frame(TEXT), since)
        assert "106.00" in phone.see("/scan/tray", **{"X-Since": since}).text
        assert "106.00" not in phone.see("/scan/tray").text

    def test_somebody_who_may_only_look_gets_the_ledgers_word(self, app, tea, fang, work):
        make.ledger(fang, [make.export_row(make.specimen(1))])
        work()
        looker = Browser(app).sign_in(make.member("看客", tea))
        answer = post(looker, make.frame(TEXT))
        assert "Genuine" in answer.text and "not kept" in answer.text
        hit = looker.post("/scan/hits", text=TEXT)
        assert hit.status == 200 and "Genuine" in hit.text and "not kept" in hit.text
        assert looker.post("/scan/hits", text="https://example.com", htmx=True).status == 422
        assert count(Holding) == 0

    def test_what_was_just_taken_back_is_not_seen_while_it_lies_there(self, app, tea):
        phone = Browser(app).sign_in(make.member("反悔者", tea, "employee"))
        number = TEXT.split(",")[3]
        assert post(phone, make.frame(TEXT), undone=f"{number},").status_code == 204
        assert count(Holding) == 0
        assert post(phone, make.frame(TEXT), undone="123").status_code == 200


def post(browser, frame, since="", undone=""):
    return browser.client.post(
        "/scan/frame",
        data=frame,
        headers={
            "Origin": "http://yanpiao.test",
            "HX-Request": "true",
            "X-Since": since,
            "X-Undone": undone,
            "Accept-Language": "en",
        },
        content_type="image/jpeg",
        base_url="http://yanpiao.test",
    )


def test_two_people_who_scan_the_same_at_once_are_one_invoice(app, wei, qian):
    people, start = [wei.id, qian.id], Barrier(2)
    faults = []

    def scan(member_id):
        from app.accounts.models import Member

        with app.app_context():
            try:
                start.wait()
                by = db.session.get_one(Member, member_id)
                scanning.look(make.frame(TEXT), by=by, since=now())
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [Thread(target=scan, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.session.rollback()
    assert faults == []
    assert count(Invoice) == 1 and count(Holding) == 2


@pytest.mark.full
def test_without_redis_nobody_is_refused(app, monkeypatch):
    from redis import Redis

    monkeypatch.setitem(app.extensions, "redis", Redis(unix_socket_path="/nowhere.sock"))
    assert all(rate.allows("x", 1, 60) for _ in range(3))
