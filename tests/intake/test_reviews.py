"""What needs a person's eyes waits in line, until somebody has decided about it as it is."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.accounts.roles import NotYourOwn
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity
from app.documents import specimens
from app.intake import intake, repair, review_page, review_queue, reviews
from app.intake.models import Decision, Review
from app.intake.review_queue import Asked
from app.intake.reviews import Said
from app.invoices import doubts, holdings, invoices
from app.invoices.models import Change, Field, Invoice
from app.journal.models import Entry
from app.notices import notices
from app.notices.models import Notice
from app.plumbing.db import db, transaction
from app.verification import checks
from tests import make
from tests.both import SQLITE_FIRST

RIGHT = Said(Decision.RIGHT)


def typed(by, sequence: int = 1, **values: str) -> Invoice:
    """An invoice typed from the paper."""
    key = InvoiceKey.of("", specimens.number(sequence))
    with transaction():
        invoice = invoices.type_in(
            key, {"issued": "2026-11-10", "total": "160.00", **values}, by=by
        )
        checks.check(invoice)
    return invoice


def doubted(by, sequence: int = 2) -> Invoice:
    """One whose amounts do not add up."""
    return typed(by, sequence, issued="2026-10-10", amount="100.00", tax="6.00")


def back(reason: str = "amount", words: str = "") -> Said:
    return Said(Decision.SENT_BACK, reason, words)


def decide(invoice, said, by) -> Review:
    return reviews.decide(invoice, said, by=by, seen=doubts.mark(invoice))


def line(member, **asked: str) -> list[str]:
    query = review_queue.waiting(member, Asked(**asked))
    return [row.invoice.id for row in review_queue.rows(query, member)]


@pytest.fixture
def in_english(app):
    """A reader of English at a page."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.fixture
def covered(app, fang, work) -> None:
    """The bureau's ledger has specimen 1, with 106.00."""
    make.ledger(fang, [make.export_row(make.specimen(1))])
    work()


def test_what_is_fine_does_not_wait_and_what_is_wrong_or_doubtful_does(covered, wei, fang):
    fine = typed(wei, 5, issued="2026-10-10")
    wrong, doubtful = typed(wei, 1), doubted(wei)
    assert (fine.review_for, wrong.review_for, doubtful.review_for) == (None, "verdict", "fields")
    assert doubtful.doubtful == "total amount tax"
    assert wrong.doubtful == "total"
    assert line(fang) == sorted([wrong.id, doubtful.id])
    assert line(fang, sort="verdict") == [wrong.id]
    assert line(fang, sort="fields") == [doubtful.id]
    assert review_queue.badge(fang) == 2


def test_a_decision_counts_until_something_new_is_known(covered, wei, fang):
    invoice = typed(wei)
    decide(invoice, RIGHT, fang)
    assert line(fang) == []
    with transaction():
        checks.check(invoice)
    assert line(fang) == []
    repair.correct(invoice, {"total": "170.00"}, by=wei)
    assert line(fang) == [invoice.id]


def test_what_goes_back_is_told_to_whoever_brought_it(covered, in_english, wei, fang):
    invoice = typed(wei)
    decide(invoice, back("picture"), fang)
    (told,) = db.session.scalars(notices.visible_to(wei)).all()
    assert "The picture cannot be read: take it again" in notices.title(told)
    assert told.path == f"/invoices/{invoice.id}" and told.is_open_task
    assert line(fang) == []
    entry = db.session.scalars(select(Entry).filter_by(action="invoice-reviewed")).one()
    assert entry.facts == {"decision": "sent_back", "reason": "picture"}
    assert "reviewed" in set(db.session.scalars(select(Change.what)))


@SQLITE_FIRST
def test_another_reason_needs_words_and_says_them(covered, in_english, wei, fang):
    invoice = typed(wei)
    for said in (back("other"), back("nonsense", "x")):
        with pytest.raises(reviews.Missing):
            decide(invoice, said, fang)
    decide(invoice, back("other", "请补充明细"), fang)
    (told,) = db.session.scalars(notices.visible_to(wei)).all()
    assert "请补充明细" in notices.title(told)


@SQLITE_FIRST
def test_nobody_is_told_of_their_own_decision(covered, fang):
    decide(typed(fang), back(), fang)
    assert not db.session.scalars(select(Notice).filter_by(kind_word=reviews.NOTICE)).all()


def test_undoing_takes_the_notice_and_the_correction_back(covered, wei, fang):
    sent, mended = doubted(wei), typed(wei)
    decide(sent, back(), fang)
    decide(mended, Said(Decision.RIGHT, typed={"total": "106.00"}), fang)
    assert mended.authenticity is Authenticity.GENUINE and line(fang) == []

    reviews.undo(reviews.last_of(fang), by=fang)
    assert (mended.total, mended.review_for) == (Money.parse("160.00"), "verdict")
    assert not db.session.scalars(select(Field).filter_by(source="corrected")).all()
    assert line(fang) == [mended.id]
    reviews.undo(reviews.last_of(fang), by=fang)
    assert line(fang) == sorted([sent.id, mended.id])
    assert not db.session.scalars(notices.visible_to(wei)).all()
    assert reviews.last_of(fang) is None
    undone = select(Entry).filter_by(action="review-undone")
    assert len(db.session.scalars(undone).all()) == 2


@SQLITE_FIRST
def test_a_notice_that_was_read_stays_and_asks_for_nothing_any_more(covered, wei, fang):
    decide(typed(wei), back(), fang)
    notices.read(wei)
    reviews.undo(reviews.last_of(fang), by=fang)
    (told,) = db.session.scalars(notices.visible_to(wei)).all()
    assert not told.is_open_task


@SQLITE_FIRST
def test_undoing_leaves_a_later_decision_of_somebody_else(covered, tea, wei, fang):
    other = make.member("赵财务", tea, "finance")
    invoice = typed(wei)
    first = decide(invoice, RIGHT, fang)
    repair.correct(invoice, {"total": "170.00"}, by=wei)
    decide(invoice, RIGHT, other)
    reviews.undo(first, by=fang)
    assert line(fang) == [] and reviews.newest(invoice).member is other


@SQLITE_FIRST
def test_a_colleague_takes_a_wrong_decision_back_and_says_so(covered, tea, wei, fang, browser):
    other = make.member("赵财务", tea, "finance")
    invoice = doubted(wei)
    made = decide(invoice, Said(Decision.RIGHT, typed={"amount": "150.94", "tax": "9.06"}), other)
    assert invoice.amount.yuan == "150.94"
    stranger = make.member("外人", make.company("别家公司", 7), "finance")
    named = {"review": made.id}
    assert browser.sign_in(stranger).post("/review/undone", **named).status == 404
    page = browser.sign_in(fang).see(f"/review/{invoice.id}")
    assert "Take it back and look again" in page.words()
    browser.post("/review/undone", **named)
    db.session.expire_all()
    assert line(fang) == [invoice.id] and reviews.newest(invoice) is None
    assert invoice.amount.yuan == "100.00", "what was typed with it goes as well"
    (told,) = db.session.scalars(select(Notice).where(Notice.kind_word == "review_undone"))
    assert told.facts["name"] == "方财务"


def test_who_brought_it_leaves_the_decision_to_the_colleague(covered, tea, fang):
    other = make.member("赵财务", tea, "finance")
    made = decide(doubted(fang), RIGHT, other)
    with pytest.raises(NotYourOwn):
        reviews.undo(made, by=fang)
    assert made.undone_at is None


def test_of_two_at_once_the_second_is_told_who_was_first(covered, tea, wei, fang):
    other = make.member("赵财务", tea, "finance")
    invoice = typed(wei)
    seen = doubts.mark(invoice)
    reviews.decide(invoice, RIGHT, by=fang, seen=seen)
    with pytest.raises(reviews.AlreadyDecided) as refused:
        reviews.decide(invoice, back(), by=other, seen=seen)
    assert refused.value.facts == {"name": "方财务"}
    assert reviews.decide(invoice, RIGHT, by=fang, seen=seen) is reviews.newest(invoice)
    assert len(db.session.scalars(select(Review)).all()) == 1


@SQLITE_FIRST
def test_nobody_decides_about_what_they_have_not_seen(covered, wei, fang):
    invoice = typed(wei)
    seen = doubts.mark(invoice)
    repair.correct(invoice, {"total": "170.00"}, by=wei)
    with pytest.raises(reviews.Changed):
        reviews.decide(invoice, RIGHT, by=fang, seen=seen)


@SQLITE_FIRST
def test_a_correction_that_cannot_be_read_decides_nothing(covered, wei, fang):
    invoice = typed(wei)
    with pytest.raises(repair.NotReadable):
        decide(invoice, Said(Decision.RIGHT, typed={"total": "1e5"}), fang)
    assert line(fang) == [invoice.id] and reviews.newest(invoice) is None


@SQLITE_FIRST
def test_what_eyes_did_not_find_is_doubtful_and_what_files_do_not_say_is_not(app, wei, work):
    copy = intake.hand_in(BytesIO(specimens.draw_pdf(make.specimen(3))), "a.pdf", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    with transaction():
        for row in [row for row in invoice.fields if row.name == "buyer_tax_id"]:
            invoice.fields.remove(row)
            db.session.delete(row)
        invoice.buyer_tax_id = ""
        checks.check(invoice)
    assert invoice.doubtful == ""
    with transaction():
        copy.document.reading.facts = {**copy.document.reading.facts, "seen": {"parts": []}}
        checks.check(invoice)
    assert invoice.doubtful == "buyer_tax_id"


@SQLITE_FIRST
def test_each_value_of_a_doubtful_field_is_offered_once_with_its_source(
    covered, in_english, wei, fang
):
    invoice = typed(wei)
    (asked,) = review_page.look(invoice, fang).questions
    assert [(one.source, one.value) for one in asked.choices] == [
        ("typed", "160.00"), ("ledger", "106.00"),
    ]  # fmt: skip
    assert review_page.typed(invoice, {"total": "160.00", "pick-total": "1"}) == {"total": "106.00"}
    assert review_page.typed(invoice, {"total": "170", "pick-total": "1"}) == {"total": "170"}
    assert review_page.typed(invoice, {"total": "160.00", "pick-total": "7"}) == {}


@SQLITE_FIRST
def test_the_id_of_a_person_is_offered_without_its_middle(app, in_english, wei, fang):
    invoice = typed(wei, 4, buyer_name="张三", buyer_tax_id="11010519491231002X")
    asked = {one.name: one for one in review_page.look(invoice, fang).questions}["buyer_tax_id"]
    assert asked.best == "" and asked.choices[0].is_hidden
    assert "19491231" not in asked.choices[0].shown


def test_the_line_is_walked_by_neighbours(covered, wei, fang):
    ids = sorted(doubted(wei, number).id for number in (2, 3, 4))
    query = review_queue.waiting(fang, Asked())
    found = review_queue.place(query, ids[1])
    assert (found.number, found.of, found.before, found.after) == (2, 3, ids[0], ids[2])
    decide(db.session.get(Invoice, ids[1]), RIGHT, fang)
    found = review_queue.place(query, ids[1])
    assert (found.number, found.of, found.before, found.after) == (0, 2, ids[0], ids[2])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_one_brought_oneself_a_colleague_looks_at(covered, fang, tea, browser):
    own = doubted(fang)
    assert decide(own, RIGHT, fang), "nobody else could"
    colleague = make.member("钱会计", tea, "finance")
    own = doubted(fang, 3)
    with pytest.raises(NotYourOwn):
        decide(own, RIGHT, fang)
    page = browser.sign_in(fang).see(f"/review/{own.id}")
    assert "You brought this one yourself" in page.words()
    assert line(fang) == [] and line(colleague) == [own.id]
    assert "a colleague looks at it" in browser.see("/review").words()
    typed(colleague, 3)
    assert line(fang) == [own.id], "what all have brought somebody has to look at"
    holdings.take_away(own, colleague, by=colleague)
    assert decide(own, RIGHT, colleague).member == colleague


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_value_beside_the_one_that_counts_is_something_new(covered, wei, fang, tea):
    other = make.member("李同事", tea, "employee")
    invoice = typed(wei, 5, issued="2026-10-10", seller_name="甲公司")
    typed(other, 5, issued="2026-10-10", seller_name="乙公司")
    before = doubts.mark(invoice)
    typed(other, 5, issued="2026-10-10", seller_name="丙公司")
    db.session.expire_all()
    assert doubts.mark(invoice) != before
