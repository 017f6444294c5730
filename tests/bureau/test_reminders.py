"""Tasks of the ledger: raised once, ended by what was asked for or by a person."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts import companies
from app.bureau import reminders
from app.bureau.models import Import, Step
from app.core.period import today
from app.notices import notices
from app.notices.models import Notice
from app.plumbing.clock import now
from app.plumbing.db import db
from tests import make


def tasks(member, kind: str) -> list[bool]:
    mine = notices.visible_to(member).where(Notice.kind_word == kind)
    return [one.is_open_task for one in db.session.scalars(mine.order_by(Notice.id))]


def export(by, work, back: int, number: int = 1) -> None:
    """An export of ``back`` days ago that covers up to the day before."""
    made = today(now()) - timedelta(days=back)
    day = made - timedelta(days=1)
    row = make.export_row(make.specimen(number, issued=day))
    make.ledger(by, [row], starts=day, ends=day, exported_on=made)
    work()


def test_finance_is_reminded_once_a_gap_and_the_next_import_ends_it(tea, fang, wei, work):
    reminders.remind()
    assert tasks(fang, "ledger_late") == [], "not before the first import"
    export(fang, work, 6)
    reminders.remind()
    assert tasks(fang, "ledger_late") == [], "seven days is not older than seven"
    companies.set_ledger_days(tea, 3, by=fang)
    for _ in range(2):
        reminders.remind()
    assert tasks(fang, "ledger_late") == [True] and tasks(wei, "ledger_late") == []
    export(fang, work, 0, 2)
    assert tasks(fang, "ledger_late") == [False]
    reminders.remind()
    assert tasks(fang, "ledger_late") == [False]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_company_may_want_no_reminder(browser, tea, lin, fang, work):
    export(fang, work, 40)
    browser.sign_in(lin)
    assert "Remind finance of a fresh ledger" in browser.see("/company/settings").words()
    browser.post("/company/ledger-reminder", days="0")
    reminders.remind()
    assert tea.ledger_days == 0 and tasks(fang, "ledger_late") == []
    browser.post("/company/ledger-reminder", days="5")
    assert tea.ledger_days == 0, "not on the list"
    browser.post("/company/ledger-reminder", days="31")
    reminders.remind()
    assert tasks(fang, "ledger_late") == [True]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_failed_import_is_over_when_the_same_days_come_well(browser, fang, work):
    typed = {"starts": "2026-11-05", "ends": "2026-11-10", "exported_on": "2026-11-20",
             "direction": "RECEIVED"}  # fmt: skip
    wrong = make.export([], header=("开票日期", "价税合计"))
    browser.sign_in(fang)
    browser.post("/bureau/imports", files=[(wrong, "错.xlsx")], **typed)
    work()
    assert tasks(fang, "import_failed") == [True]
    make.ledger(fang, [make.export_row(make.specimen())], starts=date(2026, 11, 6))
    work()
    assert tasks(fang, "import_failed") == [True], "other days"
    make.ledger(fang, [make.export_row(make.specimen())])
    work()
    assert tasks(fang, "import_failed") == [False]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_of_several_files_each_has_its_own_result(browser, fang, work):
    typed = {"starts": "2026-11-01", "ends": "2026-11-19", "exported_on": "2026-11-20",
             "direction": "RECEIVED"}  # fmt: skip
    good = [(make.export([make.export_row(make.specimen(n))]), f"{n}.xlsx") for n in (1, 2)]
    files = [good[0], (make.picture(), "照片.xlsx"), (make.BytesIO(b""), "空.xlsx"), good[1]]
    page = browser.sign_in(fang).post("/bureau/imports", files=files, **typed)
    assert page.status == 422
    for words in ("照片.xlsx", "This kind of file is not read here.", "空.xlsx", "is empty"):
        assert words in page.words()
    work()
    found = db.session.scalars(select(Import).order_by(Import.id)).all()
    assert [(one.document.name, one.step) for one in found] == [
        ("1.xlsx", Step.DONE), ("2.xlsx", Step.DONE)]  # fmt: skip
