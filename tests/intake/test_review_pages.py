"""The page of the pile: without JavaScript a form, with it fragments of the same."""

from io import BytesIO

import pypdfium2 as pdfium
import pytest
from sqlalchemy import select

from app.documents import specimens
from app.intake import intake, review_queue, reviews
from app.intake.models import Review
from app.intake.review_queue import Asked
from app.invoices import cleaning, doubts, invoices
from app.invoices.cleaning_models import Sort
from app.invoices.models import Invoice
from app.plumbing.db import db, transaction
from app.verification import checks
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.intake.lists_made import HEAD, numbers, rows
from tests.intake.test_batches import hand_in
from tests.intake.test_reviews import doubted
from tests.invoices.test_cleaning_pages import altered_files, only


@pytest.fixture
def pile(app, wei) -> list[Invoice]:
    """Three invoices whose amounts do not add up."""
    return sorted((doubted(wei, number) for number in (2, 3, 4)), key=lambda one: one.id)


def reason(browser, invoice, **typed):
    return browser.post(f"/review/{invoice.id}", seen=doubts.mark(invoice), **typed)


@SQLITE_FIRST
def test_without_a_script_the_pile_is_gone_through_by_buttons(app, pile, fang):
    browser = Browser(app).sign_in(fang)
    page = browser.see("/review")
    assert "1 / 3" in page.words() and "Total with tax" in page.words()
    answer = reason(browser, pile[0], decision="right", total="106.00")
    assert answer.headers["Location"].startswith(f"/review/{pile[1].id}")
    assert "Right as it stands" in browser.see(f"/review/{pile[1].id}").words()
    answer = reason(browser, pile[1], reason="picture")
    answer = reason(browser, pile[2], decision="right")
    assert answer.headers["Location"] == "/review"
    assert "All looked at" in browser.see("/review").words()
    assert "right as it stands" in browser.see(f"/invoices/{pile[2].id}").words()
    assert "take it again" in browser.see(f"/invoices/{pile[1].id}").words()
    answer = browser.post("/review/undone")
    assert answer.headers["Location"] == f"/review/{pile[2].id}"


@SQLITE_FIRST
def test_what_cannot_be_read_stays_in_the_field(app, pile, fang):
    browser = Browser(app).sign_in(fang)
    for htmx in (True, False):
        seen = doubts.mark(pile[0])
        path = f"/review/{pile[0].id}"
        page = browser.post(path, htmx=htmx, seen=seen, decision="right", total="1e5")
        assert page.status == 422 and 'value="1e5"' in page.text


@SQLITE_FIRST
def test_whoever_comes_second_is_told_and_goes_on(app, tea, pile, fang):
    other = make.member("赵财务", tea, "finance")
    seen = doubts.mark(pile[0])
    browser, second = Browser(app).sign_in(fang), Browser(app).sign_in(other)
    reason(browser, pile[0], decision="right")
    told = second.post(f"/review/{pile[0].id}", htmx=True, seen=seen, reason="amount")
    assert told.status == 409 and "方财务 has decided about this one already." in told.text
    answer = second.post(f"/review/{pile[0].id}", seen=seen, reason="amount")
    assert answer.headers["Location"].startswith(f"/review/{pile[1].id}")
    assert "方财务 has decided" in second.see(f"/review/{pile[1].id}").words()
    assert len(db.session.scalars(select(Review)).all()) == 1


def test_only_those_of_one_list_are_gone_through(app, pile, fang, work):
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (7, 8)])
    work()
    lines = [HEAD, *numbers(7, 7), *numbers(8, 8, total="116.00"), *numbers(9, 9)]
    batch = hand_in(lines, by=fang)
    work()
    _, differs, absent = (one.invoice for one in rows(batch))
    assert (differs.doubtful, differs.review_for) == ("total", "verdict")
    asked = Asked(batch=batch.id)
    query = review_queue.waiting(fang, asked)
    found = {row.invoice.id for row in review_queue.rows(query, fang)}
    assert found == {differs.id, absent.id} and review_queue.badge(fang) == 5
    browser = Browser(app).sign_in(fang)
    assert f"/review?batch={batch.id}" in browser.see(f"/batches/{batch.id}").text
    page = browser.see(f"/review?batch={batch.id}")
    assert "1 / 2" in page.words() and "十一月.xlsx" in page.words()
    first = review_queue.first(query)
    answer = reason(browser, first, decision="right", batch=batch.id)
    assert f"batch={batch.id}" in answer.headers["Location"]


@SQLITE_FIRST
def test_who_may_not_decide_reads_the_decision_and_has_no_pile(app, pile, fang, wei):
    reviews.decide(
        pile[0],
        reviews.Said(reviews.Decision.SENT_BACK, "other", "请补明细"),
        by=fang,
        seen=doubts.mark(pile[0]),
    )
    browser = Browser(app).sign_in(wei)
    browser.see("/review", status=403)
    assert browser.post(f"/review/{pile[0].id}", seen="").status == 403
    assert "请补明细" in browser.see(f"/invoices/{pile[0].id}").words()
    assert "/review" not in browser.see("/").text


@SQLITE_FIRST
def test_the_number_of_those_that_wait_stands_in_the_navigation(app, pile, fang):
    page = Browser(app).sign_in(fang).see("/invoices")
    (badge,) = [one.text for one in page.all("span") if one.get("class") == "badge"]
    assert badge == "3"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_papers_that_look_alike_lie_over_each_other_until_somebody_decides(
    browser, fang, wei, work
):
    for data in altered_files():
        intake.hand_in(BytesIO(data), "发票.pdf", by=wei)
    work()
    group = only(Sort.ALTERED)
    one, other = group.pair
    page = browser.sign_in(fang).see(f"/review/{one.id}")
    shown = [image.get("src") for image in page.all("two-papers")[0].iter("img")]
    assert [address.rpartition("/")[2] for address in shown] == [one.id, other.id]
    (way,) = [a.get("href") for a in page.all("a") if "/cleaning/" in (a.get("href") or "")]
    assert way.startswith(f"/cleaning/{group.id}") and "Nearly the same paper" in page.words()
    (form,) = [f for f in browser.see(way).all("form") if "/decision" in f.get("action", "")]
    facts = {"seen": cleaning.version(group), "why": "两张发票"}
    assert browser.post(form.get("action"), **facts).headers["Location"] == f"/review/{one.id}"
    page = browser.see(f"/review/{one.id}")
    assert not page.all("two-papers") and "Decided" in page.words()


@SQLITE_FIRST
def test_who_keeps_the_other_of_a_pair_goes_on_with_the_line(browser, fang, wei, work):
    for data in altered_files():
        intake.hand_in(BytesIO(data), "发票.pdf", by=wei)
    work()
    group = only(Sort.ALTERED)
    one, other = group.pair
    facts = {"seen": cleaning.version(group), "keep": other.id}
    way = f"/cleaning/{group.id}/decision?next=/review/{one.id}"
    browser.sign_in(fang).post(way, **facts)
    assert browser.see(f"/review/{one.id}", status=303).headers["Location"] == "/review"
    assert "Nobody holds that invoice any more" in browser.see("/review").words()
    browser.see(f"/review/{one.id}", status=422, htmx=True)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_box_lies_where_the_doubtful_amount_stands_on_the_page(browser, fang, wei, work):
    data = specimens.draw_pdf(make.specimen(7, total="628.00"))
    copy = intake.hand_in(BytesIO(data), "发票.pdf", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    with transaction():
        checks.check(invoices.type_in(invoice.key, {"total": "682.00"}, by=wei))
    page = browser.sign_in(fang).see(f"/review/{invoice.id}")
    (box,) = page.all("{http://www.w3.org/2000/svg}rect")
    assert box.get("data-name") == "total"
    x, y, wide, high = (float(box.get(name)) for name in ("x", "y", "width", "height"))
    with pdfium.PdfDocument(data) as pdf:
        width, height = pdf[0].get_size()
        inside = (x * width, height * (1 - y - high), (x + wide) * width, height * (1 - y))
        assert "628.00" in pdf[0].get_textpage().get_text_bounded(*inside)
    assert wide < 0.3 and high < 0.1, "and there is not much else in it"
