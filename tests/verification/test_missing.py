"""Each side is asked what the other lacks, and why."""

import pytest

from app.core.invoice import InvoiceKey
from app.documents import specimens
from app.intake import intake
from app.invoices import invoices
from app.plumbing.db import db, transaction
from app.verification import checks, missing
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser


def reasons(gaps) -> dict[str, str]:
    return {gap.one.key.number[-3:]: gap.reason for gap in gaps}


def typed(by, key: InvoiceKey, **values: str) -> None:
    with transaction():
        checks.check(
            invoices.type_in(key, {"issued": "2026-11-10", "total": "1.00", **values}, by=by)
        )


def digital(number: int) -> InvoiceKey:
    return InvoiceKey.of("", specimens.number(number))


@pytest.fixture
def both(app, fang, wei, work) -> None:
    """The ledger has 1–6 and an unreadable 9; 1 was handed in, 5 under another number."""
    rows = [make.export_row(make.specimen(1)), make.export_row(make.specimen(2))]
    rows += [make.export_row(make.specimen(3), 发票状态="已作废")]
    rows += [make.export_row(make.specimen(4), 是否正数发票="否")]
    rows += [make.export_row(make.specimen(5, total="555.00"))]
    rows += [make.export_row(make.specimen(6, issued=make.date(2026, 10, 2)))]
    rows += [make.export_row(make.specimen(9), 发票状态="奇怪")]
    make.ledger(fang, rows, starts=make.date(2026, 10, 1))
    intake.hand_in(make.picture(1), "票.png", by=wei)
    typed(wei, digital(505), total="555.00")
    typed(wei, digital(9))
    typed(wei, digital(10))
    typed(wei, digital(11), issued="2026-09-01")
    typed(wei, digital(12), buyer_tax_id=specimens.tax_id(77))
    typed(wei, InvoiceKey.of("161001718100", "52410013"))
    work()


@SQLITE_FIRST
def test_rows_that_nobody_brought_say_why(both, fang):
    gaps, older = missing.not_brought(fang)
    assert reasons(gaps) == {
        "002": "waiting", "003": "voided", "004": "is_red", "005": "twin_invoice", "006": "late",
    }  # fmt: skip
    assert older == ""
    twin = next(gap for gap in gaps if gap.reason == "twin_invoice")
    assert twin.facts == {"number": specimens.number(505)}


@SQLITE_FIRST
def test_invoices_without_a_row_say_why(both, fang):
    gaps, _ = missing.not_listed(fang)
    assert reasons(gaps) == {
        "505": "twin_row", "009": "refused", "010": "absent", "011": "uncovered", "012": "stranger",
        "013": "kind",
    }  # fmt: skip


@SQLITE_FIRST
def test_both_pages_say_it_in_words_and_only_to_those_who_see_all(app, both, fang, wei, stranger):
    browser = Browser(app).sign_in(fang)
    assert "Perhaps handed in with a wrong number" in browser.see("/missing").words()
    page = browser.see("/missing/ledger").words()
    assert "Perhaps a wrong digit" in page and "call 12366" in page
    browser.speak("zh")
    assert "还没人交" in browser.see("/missing").words()
    assert Browser(app).sign_in(wei).see("/missing", status=403)
    assert specimens.number(2) not in Browser(app).sign_in(stranger).see("/missing").text


@SQLITE_FIRST
def test_long_lists_come_in_pages(app, fang, work):
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in range(1, 121)])
    work()
    seen, mark, pages = [], "", 0
    while pages == 0 or mark:
        gaps, mark = missing.not_brought(fang, mark)
        seen += [gap.one.id for gap in gaps]
        pages += 1
    assert (pages, len(seen), len(set(seen))) == (3, 120, 120)
    assert db.session.is_active
