"""Red rows and their blue ones: linked whichever came first, full or in part, on both pages."""

from datetime import date

import pytest
from sqlalchemy import select

from app.bureau import ledger, reds, rows
from app.bureau.models import RowChange
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.intake import intake
from app.invoices.models import Invoice
from app.plumbing.db import db
from tests import make

BLUE = make.specimen(1).number


def blue(**changed) -> dict:
    return make.export_row(make.specimen(1), **changed)


def red(number: int = 2, total: str = "106.00", remark: str = "", **changed) -> dict:
    remark = remark or f"被红冲蓝字数电发票号码：{BLUE} 红字发票信息确认单编号：9911000000"
    row = make.export_row(make.specimen(number, total=total), 备注=remark, 是否正数发票="否")
    for name in ("金额", "税额", "价税合计"):
        row[name] = -row[name]
    return {**row, **changed}


def row_of(member, number: str = BLUE):
    key = InvoiceKey("digital", number)
    return rows.of(member.company_id, [key]).get(key)


@pytest.mark.parametrize(("remark", "key"), [
    (f"被红冲蓝字数电发票号码：{BLUE} 红字发票信息确认单编号：1", f"digital:{BLUE}"),
    (f"被红冲蓝字数电票号码:{BLUE}", f"digital:{BLUE}"),
    (f"被红冲蓝字全电发票号码: {BLUE}", f"digital:{BLUE}"),
    ("对应正数发票代码:011001900111号码:01234567", "vat:011001900111-01234567"),
    ("对应正数发票代码：1100192130 发票号码：01234567", "vat:1100192130-01234567"),
    (f"被红冲蓝字数电发票号码：{BLUE}7", None),
    ("差额征税", None),
    ("", None),
])  # fmt: skip
def test_a_red_row_names_its_blue_one_in_the_remark(remark, key):
    cells = {"digital_number": BLUE, "issued": "2026-11-10", "total": "-1.00", "state": "正常"}
    found = ledger.values({**cells, "remark": remark}).blue_key
    assert (str(found) if found else None) == key
    assert ledger.values({**cells, "total": "1.00", "remark": remark}).blue_key is None


@pytest.mark.parametrize(("total", "own", "taken", "state"), [
    ("106.00", "normal", [], "normal"),
    ("106.00", "normal", ["-106.00"], "red_full"),
    ("106.00", "normal", ["-105.99"], "red_partial"),
    ("106.00", "normal", ["-100.00", "-6.00"], "red_full"),
    ("106.00", "normal", ["-106.01"], "red_unknown"),
    (None, "normal", ["-1.00"], "red_unknown"),
    ("106.00", "voided", ["-106.00"], "voided"),
    ("106.00", "red_partial", ["-106.00"], "red_partial"),
])  # fmt: skip
def test_the_state_follows_from_the_amounts_and_never_from_less(total, own, taken, state):
    money = Money.parse(total) if total else None
    found = reds.state(money, Lifecycle(own), [Money.parse(one) for one in taken])
    assert found is Lifecycle(state)


def test_linked_whichever_came_first(fang, work):
    make.ledger(fang, [red(total="53.00")])
    work()
    assert row_of(fang) is None
    make.ledger(fang, [blue()], exported_on=date(2026, 11, 21))
    work()
    assert row_of(fang).lifecycle is Lifecycle.NORMAL, "the bureau's own word stays"
    assert reds.state_of(row_of(fang)) is Lifecycle.RED_PARTIAL
    assert db.session.scalars(select(RowChange)).all() == []

    make.ledger(fang, [red(3, "53.00")], exported_on=date(2026, 11, 22))
    work()
    assert reds.state_of(row_of(fang)) is Lifecycle.RED_FULL
    (change,) = db.session.scalars(select(RowChange))
    assert (change.before, change.after) == ({"lifecycle": "normal"}, {"lifecycle": "red_full"})
    (found,) = reds.of(fang.company_id, [row_of(fang).key]).values()
    assert [one.key.number for one in found] == [make.specimen(n).number for n in (2, 3)]
    assert reds.blues(found)[found[0].id].key.number == BLUE


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_same_red_row_again_changes_nothing(fang, work):
    for day in (20, 21):
        make.ledger(fang, [blue(), red()], exported_on=date(2026, 11, day))
        work()
    assert len(db.session.scalars(select(RowChange)).all()) == 1
    make.ledger(fang, [red(发票状态="已作废")], exported_on=date(2026, 11, 22))
    work()
    assert reds.state_of(row_of(fang)) is Lifecycle.NORMAL, "a voided red one takes nothing back"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_both_pages_show_the_link_both_ways(browser, fang, wei, work):
    intake.hand_in(make.picture(1), "blue.png", by=wei)
    make.ledger(fang, [blue(), red()])
    work()
    invoice = db.session.scalars(select(Invoice)).one()
    assert (invoice.lifecycle, invoice.authenticity) == (
        Lifecycle.RED_FULL, Authenticity.GENUINE)  # fmt: skip
    browser.sign_in(fang)
    card = browser.see(f"/invoices/{invoice.id}").words()
    assert "Taken back by" in card and "A red-letter invoice takes it back" in card
    ledger_page = browser.see("/bureau").words()
    assert "Takes back" in ledger_page and "not in the ledger" not in ledger_page


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_red_row_alone_stops_its_blue_invoice(browser, fang, wei, work):
    intake.hand_in(make.picture(1), "blue.png", by=wei)
    make.ledger(fang, [red()], starts=date(2026, 11, 15), ends=date(2026, 11, 16))
    make.ledger(fang, [red(开票日期="2026-11-15")], starts=date(2026, 11, 15),
                ends=date(2026, 11, 16), exported_on=date(2026, 11, 21))  # fmt: skip
    work()
    invoice = db.session.scalars(select(Invoice)).one()
    assert invoice.lifecycle is Lifecycle.RED_UNKNOWN
    assert invoice.authenticity is Authenticity.NOT_CHECKED
    words = browser.sign_in(wei).see(f"/invoices/{invoice.id}").words()
    assert "A red-letter invoice takes it back" in words
    assert "not in the ledger" in browser.sign_in(fang).see("/bureau").words()
