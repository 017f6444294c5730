"""Mending by several at once, of what is not one's own, and of ids that belong to persons."""

import threading
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core import fields
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.party import TaxId
from app.documents import specimens
from app.documents.models import Reading, State
from app.documents.readers.found import Found, group
from app.intake import intake, repair
from app.invoices import invoices, told
from app.invoices.models import Change, Holding, Invoice
from app.journal.models import Entry
from app.plumbing.db import db, transaction
from app.verification import checks
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser

PERSON = "11010519491231002X"
"""The id card number that GB 11643 itself gives as its example."""


@pytest.fixture
def typed(app, wei) -> Invoice:
    """An invoice that an employee typed."""
    with transaction():
        key, values = InvoiceKey.of("", specimens.number(1)), {"issued": "2026-11-10", "total": "1"}
        return invoices.type_in(key, values, by=wei)


def actions() -> list[str]:
    return list(db.session.scalars(select(Entry.action).order_by(Entry.seq)))


@SQLITE_FIRST
def test_the_last_correction_counts_though_it_was_made_before(typed, wei, fang):
    for by, total in ((wei, "106.00"), (fang, "160.00"), (wei, "106.00")):
        repair.correct(typed, {"total": total}, by=by)
        assert typed.total == Money.parse(total)
    assert actions().count("invoice-corrected") == 3


@SQLITE_FIRST
def test_a_file_that_is_not_with_the_invoice_cannot_be_taken_away(app, typed, wei, fang, work):
    brought = intake.hand_in(make.picture(2), "票.png", by=wei)
    work()
    before = db.session.scalar(select(func.count(Holding.id)))
    path = f"/invoices/{typed.id}/files/{brought.document_id}/detach"
    for member in (wei, fang):
        assert Browser(app).sign_in(member).post(path).status == 404
        repair.detach(typed, brought.document, by=member)
    assert db.session.scalar(select(func.count(Holding.id))) == before
    assert "document-detached" not in actions()
    assert "detached" not in db.session.scalars(select(Change.what)).all()


@SQLITE_FIRST
def test_finance_does_not_become_a_holder_by_taking_away_what_is_not_theirs(app, wei, fang, work):
    brought = intake.hand_in(make.picture(1), "票.png", by=wei)
    work()
    (invoice,) = invoices.of_document(brought.document)
    path = f"/invoices/{invoice.id}/files/{brought.document_id}/detach"
    assert Browser(app).sign_in(fang).post(path).status == 404
    assert [one.member for one in invoice.holdings] == [wei]
    assert Browser(app).sign_in(wei).post(path).status == 303
    assert Browser(app).sign_in(wei).post(path).status == 404, "it is gone already"


@SQLITE_FIRST
def test_an_export_for_the_ledger_is_not_read_as_an_invoice(app, fang, work):
    ledger = make.ledger(fang, [make.export_row(make.specimen(1))])
    work()
    state = ledger.document.state
    answer = Browser(app).sign_in(fang).post(f"/documents/{ledger.document_id}/again")
    assert answer.status == 422
    work()
    assert ledger.document.state is state


@SQLITE_FIRST
def test_a_reading_taken_back_while_it_is_in_hand_is_made_again(app, wei, work):
    copy = intake.hand_in(BytesIO(specimens.write_xml(make.specimen(1))), "票.xml", by=wei)
    work()
    repair.read_again(copy.document, by=wei)
    with transaction():
        copy.document.state = State.READ
    work()
    (invoice,) = invoices.of_document(copy.document)
    assert db.session.scalar(select(func.count(Reading.id))) == 1
    assert told.lines(invoice)


@SQLITE_FIRST
def test_what_a_file_no_longer_says_of_another_invoice_goes(app, wei, work):
    copy = intake.hand_in(BytesIO(specimens.write_xml(make.specimen(1))), "票.xml", by=wei)
    misread = Found("xml", {"number": specimens.number(2), "total": "999.00"})
    with transaction():
        wrong = invoices.learn(group([misread])[0], copy.document, wei)
    work()
    assert wrong.total is None
    assert {one.name for one in told.everything(wrong)} == set()
    right = db.session.scalars(select(Invoice).where(Invoice.id != wrong.id)).one()
    assert right.total == Money.parse("106.00")


def at_once(app, *acts) -> list[BaseException]:
    """Carry all out at the same moment, each in a thread of its own; gives what failed."""
    start, failed = threading.Barrier(len(acts)), []

    def run(act) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except BaseException as fault:
                failed.append(fault)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return failed


@SQLITE_FIRST
def test_two_files_of_one_invoice_read_at_once_make_one_invoice(app, wei, fang):
    one = make.specimen(1)
    files = [(specimens.write_xml(one), "票.xml"), (specimens.write_ofd(one), "票.ofd")]
    ids = [intake.hand_in(BytesIO(d), name, by=by).id for d, name in files for by in (wei, fang)]
    assert at_once(app, *(lambda copy_id=copy_id: intake.read(copy_id) for copy_id in ids)) == []
    (invoice,) = db.session.scalars(select(Invoice)).all()
    assert len(invoice.holdings) == 4
    assert db.session.scalar(select(func.count(Reading.id))) == 2
    rows = [(one.name, one.source, one.value, one.document_id) for one in told.everything(invoice)]
    assert len(rows) == len(set(rows)), "no field is kept twice"


@SQLITE_FIRST
def test_two_people_correct_at_once_and_the_last_one_counts(app, typed, wei, fang):
    ids, invoice_id = (wei.id, fang.id), typed.id

    def correct(member_id: str, total: str) -> None:
        by = db.session.get(type(wei), member_id)
        repair.correct(db.session.get(Invoice, invoice_id), {"total": total}, by=by)

    acts = (lambda: correct(ids[0], "106.00"), lambda: correct(ids[1], "160.00"))
    assert at_once(app, *acts) == []
    assert typed.total == Money.parse(told.best(typed)["total"].value)
    first, second = db.session.scalars(
        select(Entry).filter_by(action="invoice-corrected").order_by(Entry.seq)
    )
    assert second.facts["before"] == first.facts["after"]


@SQLITE_FIRST
def test_the_id_of_a_person_is_masked_on_pages_and_in_the_journal(app, typed, wei, fang):
    assert TaxId.parse(PERSON).is_personal
    other = PERSON + "01"
    repair.correct(typed, {"seller_tax_id": PERSON, "buyer_tax_id": other}, by=wei)
    checks.check(typed)
    assert typed.seller_tax_id == PERSON, "it is compared in full"
    for member in (wei, fang):
        page = Browser(app).sign_in(member).see(f"/invoices/{typed.id}").text
        assert "110105**********2X" in page and PERSON not in page
    entry = db.session.scalars(select(Entry).filter_by(action="invoice-corrected")).one()
    assert PERSON not in str(entry.facts)
    assert PERSON not in Browser(app).sign_in(wei).see(f"/invoices/{typed.id}/correct").text
    repair.correct(typed, {"seller_tax_id": ""}, by=wei)
    assert typed.seller_tax_id == PERSON


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("passenger_id", "11010519491231002X", "11**************2X"),
        ("passenger_id", "1234567890****1234", "1234567890****1234"),
        ("passenger_id", "E12345678", "E1*****78"),
        ("seller_tax_id", "110105491231002", "110105*******02"),
        ("seller_tax_id", specimens.tax_id(8), specimens.tax_id(8)),
        ("seller_name", PERSON, PERSON),
    ],
)
def test_only_ids_of_persons_are_masked(name, value, shown):
    assert fields.masked(name, value) == shown


@SQLITE_FIRST
def test_who_only_typed_a_number_learns_no_names_of_colleagues(app, wei, work):
    copy = intake.hand_in(make.picture(1), "魏的住院票.png", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    repair.correct(invoice, {"seller_name": "改过"}, by=wei)
    curious = make.member("好奇同事", wei.company, "employee")
    with transaction():
        invoices.type_in(invoice.key, {"total": "5.00"}, by=curious)
        checks.check(invoice)
    page = Browser(app).sign_in(curious).see(f"/invoices/{invoice.id}").text
    assert "魏的住院票" not in page and "魏员工" not in page
    assert "魏员工" in Browser(app).sign_in(wei).see(f"/invoices/{invoice.id}").text


@SQLITE_FIRST
def test_what_was_typed_comes_back_after_an_error_also_the_day(app, typed, wei):
    browser = Browser(app).sign_in(wei)
    wrong = {"issued": "2026-11-18", "total": "abc", "buyer_name": "新买方"}
    page = browser.post(f"/invoices/{typed.id}/correct", **wrong)
    back = {one.get("name"): one.get("value") for one in page.all("input")}
    assert page.status == 422 and wrong.items() <= back.items()
    page = browser.post("/ask", q=specimens.number(3), issued="2026-11-18", total="abc")
    back = {one.get("name"): one.get("value") for one in page.all("input")}
    assert page.status == 422
    assert (back["q"], back["issued"], back["total"]) == (specimens.number(3), "2026-11-18", "abc")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@SQLITE_FIRST
def test_a_day_that_cannot_be_leaves_the_pages_of_finance_whole(app, typed, wei, fang, day):
    browser = Browser(app).sign_in(wei)
    answer = browser.post("/ask", q=specimens.number(3), issued=day, total="1")
    assert answer.status == 422
    Browser(app).sign_in(fang).see("/missing/ledger")


@SQLITE_FIRST
def test_who_may_only_query_mends_nothing_even_what_they_once_held(app, typed, wei, work):
    copy = intake.hand_in(make.picture(1), "票.png", by=wei)
    work()
    with transaction():
        wei.role_words = []
    browser = Browser(app).sign_in(wei)
    for path in (
        f"/invoices/{typed.id}/correct",
        f"/invoices/{typed.id}/files",
        f"/invoices/{typed.id}/report",
        f"/invoices/{typed.id}/files/{copy.document_id}/detach",
        f"/documents/{copy.document_id}/again",
        "/ask",
    ):
        assert browser.post(path).status == 403, path
