"""Money is held while files differ, until somebody who did not bring them says why it is free."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.accounts.roles import NotYourOwn
from app.documents import specimens
from app.intake import intake, repair
from app.invoices import holdings, invoices
from app.journal.models import Entry
from app.notices.models import Notice
from app.plumbing.db import db, transaction
from app.verification import alarms, checks, holds
from tests import make
from tests.both import SQLITE_FIRST

REASON = "已与销售方电话核实，以XML为准"


def altered(by, work, sequence=63):
    one, other = (make.specimen(sequence, total=total) for total in ("318.00", "378.00"))
    data = specimens.draw_pdf(one, {"data.xml": specimens.write_xml(other)})
    copy = intake.hand_in(BytesIO(data), "altered.pdf", by=by)
    work()
    return invoices.of_document(copy.document)[0], copy.document


def decide(act, invoice, reason, *, by) -> None:
    """As somebody who saw all there is to see."""
    act(invoice, reason, by=by, seen=checks.point(invoice))


def tasks(member, kind) -> list[bool]:
    """Of each task of that kind, whether it is still open."""
    mine = select(Notice).where(Notice.member_id == member.id, Notice.kind_word == kind)
    return [one.is_open_task for one in db.session.scalars(mine.order_by(Notice.id))]


@SQLITE_FIRST
def test_finance_is_asked_and_a_release_frees_the_money_and_tells_the_holder(wei, fang, lin, work):
    invoice, _ = altered(wei, work)
    assert invoice.is_held
    assert tasks(fang, "invoice_held") == [True]
    assert not tasks(wei, "invoice_held") and not tasks(lin, "invoice_held")

    decide(holds.release, invoice, REASON, by=fang)
    assert not invoice.is_held
    assert tasks(fang, "invoice_held") == [False]
    assert tasks(wei, "invoice_released") == [False]
    (line,) = [one for one in checks.card(invoice) if one.rule == checks.DECISION]
    assert (line.words, line.evidence["by"], line.evidence["reason"]) == (
        "released", fang.name, REASON,
    )  # fmt: skip
    actions = db.session.scalars(select(Entry.action).where(Entry.subject == invoice.id))
    assert "hold-lifted" in set(actions)


@SQLITE_FIRST
def test_it_stays_free_when_asked_again_and_is_held_by_a_new_difference(wei, fang, work):
    invoice, _ = altered(wei, work)
    decide(holds.release, invoice, REASON, by=fang)
    checks.check(invoice)
    assert not invoice.is_held

    third = make.specimen(63, total="999.00")
    repair.attach(invoice, BytesIO(specimens.write_ofd(third)), "other.ofd", by=wei)
    work()
    assert invoice.is_held
    assert tasks(fang, "invoice_held") == [False, True]


@SQLITE_FIRST
def test_a_wrong_file_taken_away_frees_nothing_by_itself(wei, fang, work):
    invoice, document = altered(wei, work)
    repair.attach(
        invoice, BytesIO(specimens.write_xml(make.specimen(63, total="378.00"))), "a.xml", by=wei
    )
    repair.detach(invoice, document, by=wei)
    assert invoice.is_held, "who altered a file does not free the money by taking it away"


@SQLITE_FIRST
def test_nobody_releases_what_they_brought(wei, fang, work):
    invoice, _ = altered(fang, work)
    assert not tasks(fang, "invoice_held")
    with pytest.raises(NotYourOwn):
        decide(holds.release, invoice, REASON, by=fang)
    with pytest.raises(NotYourOwn):
        decide(holds.release, invoice, REASON, by=wei)
    assert invoice.is_held


@SQLITE_FIRST
def test_an_alarm_that_was_not_seen_is_not_lifted(wei, fang, work):
    invoice, _ = altered(wei, work)
    seen = checks.point(invoice)
    third = specimens.write_ofd(make.specimen(63, total="999.00"))
    repair.attach(invoice, BytesIO(third), "other.ofd", by=wei)
    work()
    with pytest.raises(holds.NothingToDecide):
        holds.release(invoice, REASON, by=fang, seen=seen)
    assert invoice.is_held


@SQLITE_FIRST
def test_where_only_its_bringer_could_decide_administrators_are_asked(wei, fang, lin, work):
    invoice, document = altered(fang, work)
    assert not tasks(fang, "invoice_held") and tasks(lin, "decider_missing") == [True]
    other = make.member("另一位", wei.company, "finance")
    decide(holds.release, invoice, REASON, by=other)
    assert tasks(lin, "decider_missing") == [False]


@SQLITE_FIRST
def test_who_is_made_finance_afterwards_is_asked_without_another_check(wei, fang, lin, work):
    invoice, _ = altered(fang, work)
    alarms.find_deciders()
    assert tasks(lin, "decider_missing") == [True]
    other = make.member("另一位", wei.company, "finance")
    alarms.find_deciders()
    assert tasks(other, "invoice_held") == [True] and not tasks(fang, "invoice_held")
    assert tasks(lin, "decider_missing") == [False]
    decide(holds.release, invoice, REASON, by=other)
    assert tasks(other, "invoice_held") == [False]


@SQLITE_FIRST
def test_who_let_an_invoice_go_decides_nothing_about_it(wei, fang, work):
    invoice, _ = altered(fang, work)
    repair.attach(invoice, BytesIO(specimens.write_xml(make.specimen(63))), "a.xml", by=wei)
    with transaction():
        holdings.let_go(invoice, by=fang)
        checks.check(invoice)
    assert invoice.is_held and fang not in holdings.holders(invoice)
    with pytest.raises(NotYourOwn):
        decide(holds.release, invoice, REASON, by=fang)


@SQLITE_FIRST
def test_a_task_ends_when_nobody_holds_the_invoice_any_more(wei, fang, work):
    invoice, _ = altered(wei, work)
    assert tasks(fang, "invoice_held") == [True]
    with transaction():
        holdings.let_go(invoice, by=wei)
        checks.check(invoice)
    assert invoice.is_held and tasks(fang, "invoice_held") == [False]


@SQLITE_FIRST
def test_what_is_parted_anew_stays_with_who_brought_it_while_it_is_held(wei, fang, work):
    invoice, document = altered(fang, work)
    repair.attach(invoice, BytesIO(specimens.write_xml(make.specimen(63))), "a.xml", by=wei)
    with transaction():
        holdings.forget(document)
    assert fang in holdings.holders(invoice)
    with pytest.raises(NotYourOwn):
        decide(holds.release, invoice, REASON, by=fang)


@SQLITE_FIRST
def test_a_release_is_taken_back_and_decides_once(wei, fang, work):
    invoice, _ = altered(wei, work)
    decide(holds.release, invoice, REASON, by=fang)
    with pytest.raises(holds.NothingToDecide):
        decide(holds.release, invoice, REASON, by=fang)
    decide(holds.hold_again, invoice, "看错了", by=fang)
    assert invoice.is_held
    with pytest.raises(holds.NothingToDecide):
        decide(holds.hold_again, invoice, "看错了", by=fang)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_invoice_that_was_never_held_is_not_held_by_hand(wei, fang, work):
    copy = intake.hand_in(make.picture(64), "photo.png", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    with pytest.raises(holds.NothingToDecide):
        decide(holds.hold_again, invoice, "看着不对", by=fang)
    assert not invoice.is_held


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_form_asks_for_a_reason_and_shows_what_differs(browser, wei, fang, work):
    invoice, _ = altered(wei, work)
    path = f"/invoices/{invoice.id}/decision"
    assert browser.sign_in(wei).post(path, reason=REASON).status == 403
    page = browser.sign_in(fang).see(path)
    assert "¥378.00" in page.words()
    hidden = {one.get("name"): one.get("value") for one in page.all("input")}
    assert "Please fill this in." in browser.post(path, reason=" ", **hidden).words()
    assert invoice.is_held
    browser.post(path, reason=REASON, **hidden)
    words = browser.see(f"/invoices/{invoice.id}").words()
    assert "Looked at and released" in words and REASON in words and "Hold again" in words
