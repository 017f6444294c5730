"""The wallet: months with exact sums, pages without loss, chips, ages, and who sees what."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.period import today
from app.core.verdict import Authenticity, Lifecycle
from app.documents import specimens
from app.invoices import queries, wallet
from app.invoices.models import Invoice
from app.invoices.queries import Asked, a_page, look
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST

DAY = date(2026, 11, 22)
NOV, OCT = (2026, 11), (2026, 10)


def ask(words="", only="", on=DAY):
    return Asked(words, only, on)


def test_months_come_newest_first_and_those_without_a_day_before_all(wei):
    for sequence, day in enumerate([date(2026, 10, 31), None, date(2026, 11, 1), DAY], start=1):
        make.invoice(wei, sequence, issued=day)
    shown = look(wei, ask())
    assert [one.issued for one in shown.found] == [None, DAY, date(2026, 11, 1), date(2026, 10, 31)]
    assert shown.months == [(None, 1), (NOV, 2), (OCT, 1)]
    assert shown.sums[NOV].total == Money(21200)


def test_a_sum_is_of_the_whole_month_and_of_what_is_asked_for(wei):
    for sequence in range(1, 61):
        is_hotel = sequence % 2
        name = "北京示例酒店有限公司" if is_hotel else "海淀区示例餐厅"
        make.invoice(wei, sequence, total=Money(sequence), seller_name=name)
    shown = look(wei, ask())
    assert len(shown.found) == 50 and shown.older
    assert (shown.sums[NOV].count, shown.sums[NOV].total.fen) == (60, 1830)
    hotels = look(wei, ask("酒店"))
    assert (hotels.sums[NOV].count, hotels.sums[NOV].total.fen) == (30, 900)


def test_amounts_that_are_not_known_with_tax_are_counted_apart(wei):
    make.invoice(wei, 1, total=Money(10000))
    make.invoice(wei, 2, total=None, amount=Money(30000))
    make.invoice(wei, 3, total=None)
    make.invoice(wei, 4, total=Money(-2000))
    month = look(wei, ask()).sums[NOV]
    assert (month.count, month.total, month.net) == (4, Money(8000), Money(30000))
    assert (month.net_count, month.unknown_count) == (1, 1)


def test_pages_lose_and_repeat_nothing_while_invoices_arrive(wei):
    days = [None, None, *(DAY - timedelta(days=back // 3) for back in range(118))]
    made = {make.invoice(wei, sequence, issued=day).id for sequence, day in enumerate(days, 1)}
    seen, before, late = [], "", 500
    while True:
        found, before = a_page(ask().seen_by(wei), before)
        seen += [one.id for one in found]
        for day in (None, DAY + timedelta(days=1)):
            late += 1
            make.invoice(wei, late, issued=day)
        if not before:
            break
    assert len(seen) == len(set(seen)) and made <= set(seen)


def test_pages_may_end_among_those_without_a_day(wei, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for sequence in range(1, 6):
        make.invoice(wei, sequence, issued=None if sequence < 4 else DAY)
    first = look(wei, ask())
    second = look(wei, ask(), first.older)
    third = look(wei, ask(), second.older)
    assert [len(one.found) for one in (first, second, third)] == [2, 2, 1]
    assert first.older.startswith("~") and second.older.startswith("2026-11-22~")
    assert second.is_continued and third.is_continued and not first.is_continued
    assert third.older == "" and third.counts == {}


@pytest.mark.parametrize("mark", ["x", "~", "2026-13-01~a", "🙂~~", "2026-11-22"])
@SQLITE_FIRST
def test_an_unreadable_mark_is_the_first_page_or_none(wei, browser, mark):
    make.invoice(wei, 1)
    browser.sign_in(wei).see(f"/invoices?before={mark}")


def test_the_chips_count_what_they_show(wei):
    make.invoice(wei, 1, issued=DAY, has_problem=True)
    make.invoice(wei, 2, issued=date(2026, 10, 31), has_problem=True, seller_name="示例酒店")
    make.invoice(wei, 3, issued=date(2026, 11, 1))
    make.invoice(wei, 4, issued=date(2026, 12, 1))
    make.invoice(wei, 5, issued=None)
    assert look(wei, ask()).counts == {"unused": 5, "problems": 2}
    assert look(wei, ask(only="month")).counts == {"unused": 5, "problems": 2, "month": 2}
    assert len(look(wei, ask(only="month")).found) == 2
    assert len(look(wei, ask(only="problems")).found) == 2
    assert look(wei, ask("酒店", "problems")).counts == {"unused": 1, "problems": 1}
    assert look(wei, ask(only="nonsense")).counts["unused"] == 5


def test_beyond_a_thousand_nothing_is_counted(wei, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 3)
    monkeypatch.setattr(queries, "PAGE", 2)
    for sequence in range(1, 7):
        make.invoice(wei, sequence)
    assert look(wei, ask()).counts["unused"] == 4


@pytest.mark.parametrize(("few", "many"), [(0, 0), (0, 500), (500, 500)])
def test_an_employee_sees_what_they_hold_and_finance_all_of_their_company(
    tea, wei, fang, stranger, monkeypatch, few, many
):
    """However many one holds, and by whichever way they are found."""
    monkeypatch.setattr(queries, "FEW", few)
    monkeypatch.setattr(queries, "MANY", many)
    colleague = make.member("同事", tea, "employee")
    mine, theirs = make.invoice(wei, 1), make.invoice(colleague, 2)
    make.invoice(stranger, 3)
    found = {who.id: {one.id for one in look(who, ask()).found} for who in (wei, colleague, fang)}
    assert found == {wei.id: {mine.id}, colleague.id: {theirs.id}, fang.id: {mine.id, theirs.id}}
    assert look(wei, ask(specimens.number(2))).found == []
    assert look(wei, ask()).counts["unused"] == 1
    assert look(stranger, ask("印务")).sums[NOV].count == 1


@SQLITE_FIRST
def test_an_invoice_grows_older_at_midnight_in_shanghai(wei):
    one = make.invoice(wei, 1, issued=date(2026, 10, 15))
    before = today(datetime(2026, 11, 14, 15, 59, tzinfo=UTC))
    after = today(datetime(2026, 11, 14, 16, 0, tzinfo=UTC))
    assert (wallet.unused_days(one, before), wallet.unused_days(one, after)) == (None, 31)
    assert wallet.age(one, date(2026, 10, 14)) is None, "it is issued tomorrow"
    assert wallet.age(make.invoice(wei, 2, issued=None), DAY) is None
    old = wallet.rows([one], wei, date(2027, 1, 13))[0]
    assert (old.unused_days, old.is_long_unused) == (90, True)


@SQLITE_FIRST
def test_this_month_begins_at_midnight_in_shanghai(wei):
    make.invoice(wei, 1, issued=date(2026, 12, 1))
    for hour, count in ((15, 0), (16, 1)):
        on = today(datetime(2026, 11, 30, hour, 30, tzinfo=UTC))
        assert len(look(wei, ask(only="month", on=on)).found) == count


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, ""),
        ({"authenticity": Authenticity.NOT_FOUND, "is_misaddressed": True}, "answer"),
        ({"is_misaddressed": True}, "title"),
        ({"is_held": True, "authenticity": Authenticity.MISMATCH}, "held"),
        ({"is_held": True, "lifecycle": Lifecycle.VOIDED}, "state"),
        ({"lifecycle": Lifecycle.RED_PARTIAL}, "state"),
        ({"lifecycle": Lifecycle.NORMAL, "authenticity": Authenticity.GENUINE}, ""),
        ({"authenticity": Authenticity.LIMIT_EXCEEDED}, ""),
    ],
)
def test_the_gravest_problem_speaks(facts, word):
    known = {
        "authenticity": Authenticity.NOT_CHECKED,
        "lifecycle": Lifecycle.UNKNOWN,
        "is_held": False,
        "is_misaddressed": False,
    }
    assert wallet.problem(Invoice(**known | facts)) == word


@SQLITE_FIRST
def test_a_row_says_only_what_is_known(browser, wei):
    make.invoice(wei, 1, seller_name="")
    make.invoice(wei, 2, key=InvoiceKey("file", "a" * 64), issued=None, total=None)
    make.invoice(wei, 3, total=None, amount=Money(5000), issued=date(2025, 12, 30))
    words = browser.sign_in(wei).see("/invoices").words()
    assert "电子发票（普通发票） 11-10 · ends in 0001" in words
    assert "No date yet 1 invoice · 1 of unknown amount" in words
    assert "number not known yet" in words
    assert "Dec 2025 1 invoice · 1 without tax ¥50.00" in words
    assert "¥50.00 without tax" in words


@SQLITE_FIRST
def test_the_wallet_of_a_company_without_invoices_says_what_to_do(browser, wei):
    browser.sign_in(wei)
    assert "No invoice yet" in browser.see("/invoices").words()
    assert "No invoice of this month" in browser.see("/invoices?only=month").words()
    assert "Nothing needs you" in browser.see("/invoices?only=problems").words()
    words = browser.see("/invoices?q=100%25_").words()
    assert "Nothing here fits “100%_”." in words and "Nothing found" in words


@SQLITE_FIRST
def test_a_part_is_the_list_with_its_address_and_what_is_said(browser, wei):
    for sequence in range(1, 53):
        make.invoice(wei, sequence)
    browser.sign_in(wei)
    part = browser.see("/invoices?q=印务&only=problems", htmx=True)
    assert part.is_fragment and part.headers["HX-Replace-Url"].endswith("&only=problems")
    part = browser.see("/invoices?q=印务&only=unused", htmx=True)
    assert part.headers["HX-Replace-Url"] == "/invoices?q=%E5%8D%B0%E5%8A%A1"
    assert "52 invoices found" in part.words() and 'hx-swap-oob="innerHTML"' in part.text
    again = browser.see("/invoices?q=印务&only=unused", htmx=True, status=304,
                        **{"If-None-Match": part.headers["ETag"]})  # fmt: skip
    assert again.text == ""

    older = next(one.get("hx-get") for one in part.all("a") if one.get("rel") == "next")
    rest = browser.see(older, htmx=True)
    assert rest.text.count('class="row invoice"') == 2
    assert 'hx-swap-oob="beforeend:#month-2026-11"' in rest.text and "Nov" not in rest.words()
    whole = browser.see(older)
    assert "52 invoices" in whole.words(), "without a script the month has its heading again"


@SQLITE_FIRST
def test_every_row_of_a_page_costs_no_question_of_its_own(browser, wei):
    from sqlalchemy import event

    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    browser.sign_in(wei)
    made = []
    for count in (1, 20):
        for sequence in range(count):
            make.invoice(wei, 100 * count + sequence)
        asked.clear()
        browser.see("/invoices")
        made.append(len(asked))
    assert made[0] == made[1]
