"""The main job: an invoice in, a verdict with evidence out."""

from datetime import date

from sqlalchemy import select

from app.bureau.models import Import, LedgerRow, Step
from app.core.verdict import Authenticity, Lifecycle
from app.intake import intake
from app.invoices.models import Invoice
from app.journal.models import Entry
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST


def the_invoice() -> Invoice:
    return db.session.scalars(select(Invoice)).one()


@SQLITE_FIRST
def test_a_picture_of_a_code_becomes_an_invoice_nobody_has_asked_about(wei, work):
    intake.hand_in(make.picture(), "photo.png", by=wei)
    work()

    invoice = the_invoice()
    assert invoice.key.number == make.specimen().number
    assert invoice.total.yuan == "106.00"
    assert invoice.authenticity is Authenticity.NOT_CHECKED


@SQLITE_FIRST
def test_a_true_row_makes_it_genuine_and_fills_in_the_parties(wei, fang, work):
    intake.hand_in(make.picture(), "photo.png", by=wei)
    make.ledger(fang, [make.export_row(make.specimen())])
    work()

    invoice = the_invoice()
    assert (invoice.authenticity, invoice.lifecycle) == (Authenticity.GENUINE, Lifecycle.NORMAL)
    assert invoice.seller_name == "北京示例酒店有限公司"


@SQLITE_FIRST
def test_the_order_does_not_matter(wei, fang, work):
    make.ledger(fang, [make.export_row(make.specimen())])
    work()
    intake.hand_in(make.picture(), "photo.png", by=wei)
    work()

    assert the_invoice().authenticity is Authenticity.GENUINE


@SQLITE_FIRST
def test_another_amount_does_not_match(wei, fang, work):
    intake.hand_in(make.picture(total="682.00"), "photo.png", by=wei)
    make.ledger(fang, [make.export_row(make.specimen(total="628.00"))])
    work()

    assert the_invoice().authenticity is Authenticity.MISMATCH


@SQLITE_FIRST
def test_absent_from_a_covered_day_is_not_found(wei, fang, work):
    intake.hand_in(make.picture(1), "photo.png", by=wei)
    make.ledger(fang, [make.export_row(make.specimen(2))])
    work()

    assert the_invoice().authenticity is Authenticity.NOT_FOUND


@SQLITE_FIRST
def test_absent_from_a_day_that_is_not_covered_stays_not_checked(wei, fang, work):
    intake.hand_in(make.picture(1, issued=date(2026, 11, 20)), "photo.png", by=wei)
    make.ledger(fang, [make.export_row(make.specimen(2))])
    work()

    assert the_invoice().authenticity is Authenticity.NOT_CHECKED


@SQLITE_FIRST
def test_the_day_of_the_export_itself_is_never_covered(wei, fang, work):
    day = date(2026, 11, 20)
    intake.hand_in(make.picture(1, issued=day), "photo.png", by=wei)
    make.ledger(fang, [make.export_row(make.specimen(2))], ends=day, exported_on=day)
    work()

    assert the_invoice().authenticity is Authenticity.NOT_CHECKED


@SQLITE_FIRST
def test_importing_the_same_file_twice_changes_nothing(fang, work):
    rows = [make.export_row(make.specimen(n)) for n in range(1, 6)]
    first = make.ledger(fang, rows)
    work()
    again = make.ledger(fang, rows)
    work()

    assert again.id == first.id
    assert (first.step, first.new, first.unchanged) == (Step.DONE, 5, 0)
    assert len(db.session.scalars(select(LedgerRow)).all()) == 5


@SQLITE_FIRST
def test_the_same_rows_in_another_file_are_unchanged(fang, work):
    rows = [make.export_row(make.specimen(n)) for n in range(1, 6)]
    make.ledger(fang, rows)
    make.ledger(fang, [*rows, make.export_row(make.specimen(6))])
    work()

    second = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert (second.new, second.unchanged, second.changed) == (1, 5, 0)


@SQLITE_FIRST
def test_a_red_flush_in_a_later_export_reaches_the_invoice(wei, fang, work):
    intake.hand_in(make.picture(), "photo.png", by=wei)
    make.ledger(fang, [make.export_row(make.specimen())])
    work()
    make.ledger(
        fang,
        [make.export_row(make.specimen(), 发票状态="已红冲-全额")],
        exported_on=date(2026, 11, 21),
    )
    work()

    assert the_invoice().lifecycle is Lifecycle.RED_FULL


@SQLITE_FIRST
def test_each_change_of_a_verdict_is_in_the_journal_with_its_evidence(wei, fang, work):
    intake.hand_in(make.picture(), "photo.png", by=wei)
    work()
    make.ledger(fang, [make.export_row(make.specimen())])
    work()

    changed = select(Entry).where(Entry.action == "verdict-changed", Entry.subject != "")
    (entry,) = db.session.scalars(changed)
    assert entry.subject == the_invoice().id
    assert entry.facts["after"][:2] == ["genuine", "normal"]
    assert len(entry.facts["evidence"]) == 64
