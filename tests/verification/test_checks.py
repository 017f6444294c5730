"""Answers are kept with their evidence, once; the card follows the newest."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import Company
from app.core.verdict import Authenticity, Lifecycle
from app.intake import intake
from app.invoices.models import Change, Invoice
from app.plumbing.db import db, transaction
from app.verification import checks
from app.verification.models import Check
from tests import make
from tests.browser_like import Browser


@pytest.fixture
def invoice(wei, work) -> Invoice:
    """One that was handed in and that nobody has asked about; it says 106.00."""
    intake.hand_in(make.picture(), "photo.png", by=wei)
    work()
    return db.session.scalars(select(Invoice)).one()


def export(by, work, total: str = "106.00", day: int = 20, **changed) -> None:
    row = make.export_row(make.specimen(total=total), **changed)
    make.ledger(by, [row, make.export_row(make.specimen(50))], exported_on=date(2026, 11, day))
    work()


def card(invoice: Invoice) -> dict[str, str]:
    return {line.rule: line.words for line in checks.card(invoice)}


def verdicts() -> list[tuple[str, str]]:
    told = db.session.scalars(select(Change).where(Change.what == "verdict").order_by(Change.id))
    return [(one.facts["before"]["authenticity"], one.facts["after"]["authenticity"])
            for one in told]  # fmt: skip


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_same_answer_is_not_kept_twice(invoice):
    count = len(db.session.scalars(select(Check)).all())
    assert count == 8
    checked = invoice.checked_at
    checks.check(invoice)
    assert len(db.session.scalars(select(Check)).all()) == count
    assert invoice.checked_at > checked and verdicts() == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_card_keeps_its_order_and_only_the_newest_lines(invoice, fang, work):
    order = ["ledger", "buyer", "form", "crc", "holders", "provider"]
    asked = [*order[:3], "age", *order[3:5], "completeness", "provider"]
    assert list(card(invoice)) == asked
    assert card(invoice)["ledger"] == "none" and card(invoice)["buyer"] == "unknown"
    export(fang, work)
    assert list(card(invoice)) == order
    assert card(invoice)["ledger"] == "agrees" and card(invoice)["buyer"] == "ours"
    assert [one.words for one in checks.history(invoice, "ledger")] == ["agrees", "none"]
    newest = checks.history(invoice, "ledger")[0]
    assert newest.speaks_for_bureau and newest.evidence["uploader"] == "方财务"
    assert newest.evidence["exported_on"] == "2026-11-20" and newest.evidence["line"] == 2
    assert len(newest.evidence["digest"]) == 64


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_rule_that_no_longer_applies_leaves_the_card_and_may_come_back(invoice, fang, work):
    assert card(invoice)["completeness"] == "complete"
    with transaction():
        invoice.kind_word = "taxi"
        row = next(one for one in invoice.fields if one.name == "kind_word")
        row.value = "taxi"
    checks.check(invoice)
    assert "completeness" not in card(invoice) and "age" not in card(invoice)
    checks.check(invoice)
    said = [one.words for one in checks.history(invoice, "completeness")]
    assert said == [checks.WITHDRAWN, "complete"]
    with transaction():
        row.value = "digital_ordinary"
    checks.check(invoice)
    assert card(invoice)["completeness"] == "complete"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_changed_verdict_is_told_to_the_right_and_an_unchanged_one_is_not(invoice, fang, work):
    export(fang, work, "212.00")
    assert invoice.authenticity is Authenticity.MISMATCH
    export(fang, work, "212.00", day=21, 备注="the same again in another file")
    assert verdicts() == [("not_checked", "mismatch")]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_after_a_correction_the_card_follows(browser, invoice, fang, work):
    browser.sign_in(fang)
    export(fang, work, "212.00")
    page = browser.see(f"/invoices/{invoice.id}").words()
    assert "What differs" in page and "212.00" in page and "106.00" in page
    assert "The original says something else than the tax bureau" in page

    export(fang, work, "106.00", day=21)
    assert invoice.authenticity is Authenticity.GENUINE
    page = browser.see(f"/invoices/{invoice.id}").words()
    assert "What differs" not in page and "212.00" not in page
    assert verdicts() == [("not_checked", "mismatch"), ("mismatch", "genuine")]
    assert len(checks.history(invoice, "ledger")) == 3, "older answers stay"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_gravest_lifecycle_stays(browser, invoice, fang, work):
    export(fang, work, 发票状态="已红冲-全额")
    assert invoice.lifecycle is Lifecycle.RED_FULL
    export(fang, work, day=21)
    assert invoice.lifecycle is Lifecycle.RED_FULL
    assert invoice.authenticity is Authenticity.GENUINE
    assert card(invoice)["ledger"] == "agrees"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_the_ledger_fills_in_never_outweighs_the_document(invoice, fang, work):
    export(fang, work, "212.00")
    assert (invoice.total.yuan, invoice.amount.yuan) == ("106.00", "200.00")
    assert invoice.buyer_name == "北京示例茶叶有限公司"
    export(fang, work, "318.00", day=21, 销方名称="改名公司")
    assert (invoice.total.yuan, invoice.amount.yuan) == ("106.00", "300.00")
    assert invoice.seller_name == "改名公司"
    differing = checks.card(invoice)[0].evidence["differing"]
    assert differing == [{"name": "total", "ours": "106.00", "theirs": "318.00"}]


def test_a_row_that_was_refused_does_not_make_its_invoice_missing(invoice, fang, work):
    export(fang, work, 发票状态="异常凭证")
    assert invoice.authenticity is Authenticity.NOT_CHECKED
    assert card(invoice)["ledger"] == "uncovered"
    lost = float(make.specimen().number)
    export(fang, work, day=21, 数电发票号码=lost)
    assert invoice.authenticity is Authenticity.NOT_CHECKED
    export(fang, work, day=21)
    assert invoice.authenticity is Authenticity.GENUINE


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_one_that_is_really_absent_is_not_found(browser, invoice, fang, work):
    make.ledger(fang, [make.export_row(make.specimen(50))])
    work()
    assert invoice.authenticity is Authenticity.NOT_FOUND
    words = browser.sign_in(fang).see(f"/invoices/{invoice.id}").words()
    assert "Not in the tax-bureau ledger" in words and "2026-11-19" in words


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_two_who_bring_the_same_invoice_are_both_told(app, invoice, wei, fang, work):
    intake.hand_in(make.picture(), "again.png", by=fang)
    work()
    assert card(invoice)["holders"] == "several" and len(invoice.holdings) == 2
    assert "2 people in your company" in Browser(app).sign_in(wei).see(
        f"/invoices/{invoice.id}").words()  # fmt: skip


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_companys_ledger_says_nothing_here(invoice, stranger, work):
    rows = [make.export_row(make.specimen(), 购方识别号=make.specimens.tax_id(2))]
    make.ledger(stranger, rows)
    work()
    assert invoice.authenticity is Authenticity.NOT_CHECKED


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_everything_in_the_specimen_company_wears_its_mark(browser, invoice, fang, work):
    export(fang, work)
    browser.sign_in(fang)
    path = f"/invoices/{invoice.id}"
    assert "SPECIMEN" not in browser.see(path).words()
    with transaction():
        db.session.get_one(Company, fang.company_id).is_specimen = True
    for place in (path, "/invoices", "/"):
        assert "SPECIMEN" in browser.see(place).words(), place
    browser.speak("zh")
    assert "样票" in browser.see(path).words()
