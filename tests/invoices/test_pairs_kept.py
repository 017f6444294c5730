"""What goes together stays so while invoices become one, and while files are read again."""

import pytest
from sqlalchemy import select

from app.core.money import Money
from app.core.verdict import Lifecycle
from app.documents import specimens
from app.documents.models import Document, State
from app.invoices import matching, pairs, wallet
from app.invoices.models import Pair
from app.invoices.pairs import NotTogether
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.invoices.test_fees import BOUGHT, DAY, TICKET, rail
from tests.invoices.test_pairs import LAST, SLIP, brought, of, ride, together


@pytest.fixture
def trip(wei, work):
    """Two tickets of one trip, and the fee for giving one of them back."""
    twin = make.specimen(3, total="662.00", issued=TICKET.issued)
    again = specimens.write_rail(twin, TravelDate=DAY.isoformat())
    brought(work, wei, one=BOUGHT, two=again, fee=rail(2, "退"))
    return of(wei)


@pytest.mark.parametrize("is_chosen", [True, False], ids=["by hand", "by itself"])
@SQLITE_FIRST
def test_what_was_apart_from_one_stays_so_unless_a_person_put_it_with_the_other(
    trip, wei, is_chosen
):
    first, other, fee = trip
    pairs.pair(fee, ticket=other, by=wei)
    pairs.part(together()[0], by=wei)
    pairs.pair(fee, ticket=first, by=wei)
    with transaction():
        together()[0].member_id = wei.id if is_chosen else None
        db.session.flush()
        pairs.pour(first, other)
    (kept,) = db.session.scalars(select(Pair)).all()
    assert (kept.invoice, kept.ticket, kept.parted_at is None) == (fee, other, is_chosen)


@SQLITE_FIRST
def test_an_invoice_never_goes_with_itself(trip, wei):
    ticket, _, fee = trip
    pairs.pair(fee, ticket=ticket, by=wei)
    with transaction():
        pairs.pour(ticket, fee)
    assert together() == []
    pairs.pair(fee, ticket=ticket, by=wei)
    with transaction():
        pairs.pour(fee, ticket)
    assert together() == []


@SQLITE_FIRST
def test_what_one_invoice_goes_with_becomes_another_s_that_has_nothing(trip, wei):
    ticket, twin, fee = trip
    pairs.pair(fee, ticket=ticket, by=wei)
    with transaction():
        pairs.pour(ticket, twin)
    assert [(one.invoice, one.ticket) for one in together()] == [(fee, twin)]


@SQLITE_FIRST
def test_only_a_fee_goes_with_a_ticket_and_never_the_other_way(trip, wei):
    ticket, twin, fee = trip
    other = make.invoice(wei, 9)
    for one, wrong in ((ticket, twin), (ticket, fee), (fee, other), (other, ticket)):
        with pytest.raises(NotTogether):
            pairs.pair(one, ticket=wrong, by=wei)
    pairs.pair(fee, ticket=ticket, by=wei)
    with pytest.raises(NotTogether):
        pairs.pair(ticket, ticket=fee, by=wei)
    assert len(together()) == 1


@pytest.mark.parametrize("is_together", [True, False], ids=["together", "taken apart"])
@SQLITE_FIRST
def test_a_reading_that_failed_takes_nothing_apart_and_forgets_nothing(wei, work, is_together):
    brought(work, wei, one=ride(1), two=ride(2), slip=SLIP)
    first, _ = of(wei)
    slip = db.session.scalars(select(Document).where(Document.kind == "pdf")).one()
    pairs.pair(first, document=slip, by=wei)
    if not is_together:
        pairs.part(together()[0], by=wei)
    with transaction():
        slip.reading = None
        slip.state, slip.reason = State.FAILED, "broken"
        db.session.flush()
        pairs.follow(slip)
    (kept,) = db.session.scalars(select(Pair)).all()
    assert (kept.invoice, kept.parted_at is None) == (first, is_together)
    assert slip.itinerary.total == Money(8640)


@SQLITE_FIRST
def test_nothing_is_missing_of_what_is_red_or_was_taken_back(app, wei, work):
    brought(work, wei, invoice=ride())
    (invoice,) = of(wei)
    assert matching.wanted(invoice) == "ride"
    browser = Browser(app).sign_in(wei)
    browser.speak("en")
    for lifecycle, total in ((Lifecycle.VOIDED, 8640), (Lifecycle.IS_RED, -8640),
                             (Lifecycle.NORMAL, -8640), (Lifecycle.NORMAL, 0)):  # fmt: skip
        with transaction():
            invoice.lifecycle, invoice.total = lifecycle, Money(total)
        assert matching.wanted(invoice) == ""
        assert [row.missing for row in wallet.rows([invoice], wei, LAST)] == [""]
        assert "No itinerary yet" not in browser.see(f"/invoices/{invoice.id}").words()
    assert "no itinerary" not in browser.see("/invoices").words()


@SQLITE_FIRST
def test_a_button_of_a_page_that_is_gone_leads_to_the_invoice(app, wei, work):
    brought(work, wei, invoice=ride(), slip=SLIP)
    (pair,) = together()
    browser = Browser(app).sign_in(wei)
    answer = browser.post(f"/pairs/{pair.id}/part", **{"from": "gone"})
    assert answer.status == 303
    assert answer.headers["Location"].endswith(f"/invoices/{pair.invoice_id}")
    assert together() == []
