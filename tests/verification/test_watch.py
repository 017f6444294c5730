"""The watch: what the bureau takes back or changes reaches whoever must know, once."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts import people
from app.bureau.models import RowChange
from app.core.verdict import Lifecycle
from app.intake import intake
from app.invoices.models import Change, Invoice
from app.notices import notices
from app.notices.models import Notice
from app.plumbing.db import db
from tests import make
from tests.browser_like import Browser


@pytest.fixture
def invoice(wei, fang, work) -> Invoice:
    """One of wei's that the bureau has confirmed."""
    intake.hand_in(make.picture(), "photo.png", by=wei)
    export(fang, work, 20)
    return db.session.scalars(select(Invoice)).one()


def export(by, work, day: int, total: str = "106.00", more: tuple = (), **changed) -> None:
    rows = [make.export_row(make.specimen(total=total), **changed), *more]
    make.ledger(by, rows, exported_on=date(2026, 11, day))
    work()


def red(total: float = -106.0) -> dict:
    remark = f"被红冲蓝字数电发票号码：{make.specimen().number}"
    return make.export_row(make.specimen(2), 备注=remark, 是否正数发票="否", 金额=total / 1.06,
                           税额=total - total / 1.06, 价税合计=total)  # fmt: skip


def told(member) -> list[Notice]:
    watched = Notice.kind_word.startswith("invoice_")
    return list(db.session.scalars(notices.visible_to(member).where(watched).order_by(Notice.id)))


def kinds(member) -> list[str]:
    return [one.kind_word for one in told(member)]


def changes() -> list[str]:
    return [one.what for one in db.session.scalars(select(Change).order_by(Change.id))]


def test_a_red_row_reaches_the_holder_and_finance(app, invoice, wei, fang, work):
    assert kinds(wei) == kinds(fang) == []
    export(fang, work, 21, more=(red(),))
    assert invoice.lifecycle is Lifecycle.RED_FULL and changes()[-1] == "verdict"
    assert (kinds(wei), kinds(fang)) == (["invoice_red"], ["invoice_watched"])
    assert told(fang)[0].is_open_task and not told(wei)[0].is_open_task

    people.speak(wei.person, "en")
    browser = Browser(app).sign_in(wei)
    page = browser.see("/notices")
    assert "北京示例酒店有限公司 ¥106.00 was red-flushed at the tax bureau" in page.words()
    assert f'href="/invoices/{invoice.id}"' in page.text
    assert "Red-flushed" in browser.see(f"/invoices/{invoice.id}").words()
    assert "please decide" in Browser(app).sign_in(fang).see("/notices").words()

    export(fang, work, 22, more=(red(),))
    assert len(told(wei)) == len(told(fang)) == 1, "told once"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_voided_one_and_a_changed_amount_are_told_each(invoice, wei, fang, work):
    export(fang, work, 21, "212.00")
    assert (kinds(wei), kinds(fang)) == (["invoice_money"], ["invoice_watched"])
    assert told(wei)[0].facts["before"] == "106.00" and told(wei)[0].facts["after"] == "212.00"
    assert "money" in changes()
    export(fang, work, 22, "212.00", 发票状态="已作废")
    assert kinds(wei) == ["invoice_money", "invoice_voided"]
    assert len(told(fang)) == 2


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_struck_before_it_was_handed_in_is_no_news(fang, wei, work):
    export(fang, work, 20, 发票状态="已作废")
    intake.hand_in(make.picture(), "photo.png", by=wei)
    work()
    export(fang, work, 21, 发票状态="已作废")
    assert kinds(wei) == kinds(fang) == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_task_ends_when_finance_has_looked(app, invoice, fang, work):
    export(fang, work, 21, 发票状态="已作废")
    browser = Browser(app).sign_in(fang)
    change = db.session.scalars(select(RowChange)).one()
    assert browser.post(f"/bureau/changes/{change.id}/seen").status == 303
    assert not told(fang)[0].is_open_task


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_task_ends_when_somebody_says_so(app, tea, invoice, fang, work):
    other = make.member("何财务", tea, "finance")
    export(fang, work, 21, 发票状态="已作废")
    browser = Browser(app).sign_in(fang)
    assert browser.post(f"/notices/{told(fang)[0].id}/dismissal").status == 303
    assert not told(fang)[0].is_open_task and not told(other)[0].is_open_task
    assert browser.post(f"/notices/{told(fang)[0].id}/dismissal").status == 422
