"""The pages of an invoice and of its itinerary lead to each other, ask which, and are honest."""

from datetime import date

import pytest
from sqlalchemy import select

from app.documents.models import Document, Itinerary
from app.invoices import pairs
from app.invoices.models import Pair
from app.plumbing.db import db
from tests import make
from tests.browser_like import Browser
from tests.invoices.test_fees import BOUGHT, rail
from tests.invoices.test_pairs import (
    BILL,
    SLIP,
    brought,
    listed,
    night,
    of,
    ride,
    slip_file,
    together,
)


@pytest.fixture
def phone(app, wei) -> Browser:
    browser = Browser(app).sign_in(wei)
    browser.speak("en")
    return browser


def slip() -> Document:
    return db.session.scalars(select(Itinerary).order_by(Itinerary.id)).first().document


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.full
def test_each_leads_to_the_other(phone, wei, work):
    brought(work, wei, slip=SLIP, invoice=ride())
    (invoice,) = of(wei)
    page = phone.see(f"/invoices/{invoice.id}")
    assert "滴滴出行" in page.words() and "2 rides" in page.words()
    assert f"/documents/{slip().id}" in page.text
    page = phone.see(f"/documents/{slip().id}")
    assert f"/invoices/{invoice.id}" in page.text and "found by itself" in page.words()
    assert "Type its number" not in page.words() and "No invoice in this file" not in page.words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.full
def test_what_is_missing_is_said_softly_and_with_what_helps(phone, wei, work):
    brought(work, wei, invoice=ride(), night=night(2))
    rides, stay = of(wei)
    assert "No itinerary yet" in phone.see(f"/invoices/{rides.id}").words()
    assert "No hotel bill yet" in phone.see(f"/invoices/{stay.id}").words()
    other = make.invoice(wei, 9)
    assert "Belongs with" not in phone.see(f"/invoices/{other.id}").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_wallet_says_where_the_list_is_missing(phone, wei, work):
    brought(work, wei, invoice=ride(), night=night(2))
    words = phone.see("/invoices").words()
    assert "no itinerary" in words and "no hotel bill" in words
    brought(work, wei, slip=SLIP, bill=BILL)
    words = phone.see("/invoices").words()
    assert "no itinerary" not in words and "no hotel bill" not in words


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_list_without_its_invoice_says_for_which_it_waits(phone, wei, work):
    brought(work, wei, slip=SLIP, bill=BILL)
    words = phone.see(f"/documents/{slip().id}").words()
    assert "Of ¥86.40, issued on 2026-11-05 or up to 90 days later" in words
    words = phone.see("/").words()
    assert "Ride itinerary · 2 rides · ¥86.40" in words
    assert "Hotel bill · 3 nights · ¥1,317.00" in words
    assert "Type its number" not in words


def test_which_one_is_asked_and_answered_without_a_script(phone, wei, work):
    brought(work, wei, one=ride(1), two=ride(2), slip=SLIP)
    first, second = of(wei)
    page = phone.see(f"/invoices/{first.id}")
    assert "Which one?" in page.words()
    assert phone.post(f"/invoices/{first.id}/pair", document=slip().id).status == 303
    (pair,) = together()
    assert pair.invoice == first
    assert "Which one?" not in phone.see(f"/invoices/{second.id}").words()
    answer = phone.post(f"/pairs/{pair.id}/part", **{"from": slip().id})
    assert answer.status == 303 and together() == []
    page = phone.see(f"/documents/{slip().id}")
    assert "Which invoice does it go with?" in page.words()
    phone.post(f"/invoices/{second.id}/pair", document=slip().id, **{"from": slip().id})
    assert [one.invoice for one in together()] == [second]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.full
def test_rides_after_the_invoice_are_offered_only_with_its_sum(phone, wei, work):
    brought(work, wei, invoice=ride(issued=date(2026, 11, 4)), slip=listed("80.00"))
    (invoice,) = of(wei)
    assert "This one" not in phone.see(f"/invoices/{invoice.id}").words()
    assert "This one" not in phone.see(f"/documents/{slip().id}").words()
    brought(work, wei, same=SLIP)
    assert "This one" in phone.see(f"/invoices/{invoice.id}").words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_sums_that_differ_are_both_named(phone, wei, work):
    brought(work, wei, invoice=ride(), slip=listed("80.00"))
    (invoice,) = of(wei)
    words = phone.see(f"/invoices/{invoice.id}").words()
    assert "Is it one of these?" in words and "another sum" in words
    phone.post(f"/invoices/{invoice.id}/pair", document=slip().id)
    for path in (f"/invoices/{invoice.id}", f"/documents/{slip().id}"):
        assert "The invoices say ¥86.40, the list says ¥80.00." in phone.see(path).words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.full
def test_a_second_one_is_refused_with_a_sentence(phone, wei, work):
    brought(work, wei, slip=SLIP, invoice=ride(), other=listed("12.00"))
    other = db.session.scalars(select(Itinerary).order_by(Itinerary.id.desc())).first()
    answer = phone.post(f"/invoices/{of(wei)[0].id}/pair", document=other.document_id)
    assert answer.status == 422 and len(together()) == 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_list_of_a_colleague_is_no_door(app, phone, wei, fang, work):
    brought(work, wei, invoice=ride())
    brought(work, fang, slip=listed("86.40"))
    (invoice,) = of(wei)
    Browser(app).sign_in(fang).post(f"/invoices/{invoice.id}/pair", document=slip().id)
    assert len(together()) == 1
    page = phone.see(f"/invoices/{invoice.id}")
    assert "Ride itinerary a colleague's" in page.words()
    told = ("滴滴出行", "2 rides", "86.40.pdf", f"/documents/{slip().id}", "/part", "put together")
    assert not [word for word in told if word in belongs(page)]


def belongs(page) -> str:
    return page.text.partition('id="belongs"')[2].partition("</ul>")[0]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_fee_of_a_colleague_is_no_news(phone, wei, fang, work):
    brought(work, fang, ticket=BOUGHT, fee=rail(2, "退"))
    brought(work, wei, ticket=BOUGHT)
    assert len(together()) == 1
    page = phone.see(f"/invoices/{of(wei)[0].id}")
    assert "Fee for giving back or changing it a colleague's" in page.words()
    told = ("33.00", "2026-11-09", "/part", together()[0].invoice_id, "found by itself")
    assert not [word for word in told if word in belongs(page)]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_list_tells_nothing_of_the_invoice_of_a_colleague(phone, wei, fang, work):
    brought(work, fang, one=ride(1, "17.50"), slip=slip_file())
    brought(work, wei, two=ride(2, "60.00"), slip=slip_file())
    mine, theirs = sorted(of(fang), key=lambda one: one.holdings[0].member_id != wei.id)
    for invoice, by in ((mine, wei), (theirs, fang)):
        pairs.pair(invoice, document=slip(), by=by)
    page = phone.see(f"/documents/{slip().id}")
    assert "An invoice a colleague's" in page.words() and page.text.count("/part") == 1
    assert "17.50" not in page.text and theirs.id not in page.text
    for path in (f"/documents/{slip().id}", f"/invoices/{mine.id}"):
        assert "The sums differ" not in phone.see(path).words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_speaks_to_the_page_says_what_stands_on_the_button(phone, wei, work):
    brought(work, wei, slip=SLIP, invoice=ride())
    for path in (f"/invoices/{of(wei)[0].id}", f"/documents/{slip().id}"):
        forms = phone.see(path).all("form")
        (form,) = [one for one in forms if one.get("action", "").endswith("/part")]
        (button,) = form.iter("button")
        seen = "".join(button.itertext()).strip()
        assert seen == "Take away" and button.get("aria-label", seen).startswith(seen)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_may_only_look_takes_nothing_apart(app, wei, shen, work):
    brought(work, wei, slip=SLIP, invoice=ride())
    (pair,) = together()
    browser = Browser(app).sign_in(shen)
    assert "/part" not in browser.see(f"/invoices/{pair.invoice_id}").text
    assert browser.post(f"/pairs/{pair.id}/part").status == 403
    assert db.session.scalars(select(Pair.parted_at)).one() is None
