"""The fee for giving a ticket back or changing it goes with the ticket."""

from datetime import date

import pytest

from app.documents import specimens
from app.invoices import pairs
from app.invoices.pairs import NotTogether
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.invoices.test_pairs import brought, of, together

DAY = date(2026, 11, 8)
TICKET = make.specimen(1, total="662.00", issued=date(2026, 11, 3))


def rail(sequence: int, business: str, total: str = "33.00", **changed: str) -> bytes:
    """The accounting data of a ticket's own day, unless changed."""
    one = make.specimen(sequence, total=total, issued=date(2026, 11, 9))
    usual = {"TypeOfBusiness": business, "TravelDate": DAY.isoformat()}
    return specimens.write_rail(one, **{**usual, **changed})


BOUGHT = specimens.write_rail(TICKET, TravelDate=DAY.isoformat())
NAMED = {"NumberOfOriginalInvoice": TICKET.number, "TrainNumber": "G99"}


@pytest.mark.parametrize(
    "fee",
    [rail(2, "退票"), rail(2, "改", **NAMED)],
    ids=["of the same trip", "changed, names it"],
)
@pytest.mark.parametrize("order", [("fee", "ticket"), ("ticket", "fee")])
@SQLITE_FIRST
def test_a_fee_and_its_ticket_find_each_other_in_either_order(wei, work, fee, order):
    files = {"fee": fee, "ticket": BOUGHT}
    brought(work, wei, **{name: files[name] for name in order})
    (pair,) = together()
    numbers = (pair.invoice.key.number, pair.ticket.key.number)
    assert numbers == (specimens.number(2), TICKET.number)


@pytest.mark.parametrize(
    "other",
    [
        rail(2, "售"),
        rail(2, "退", TravelDate="2026-11-09"),
        rail(2, "退", Name="样票乙"),
        rail(2, "改", TrainNumber="G99"),
        rail(2, "退", NumberOfOriginalInvoice=specimens.number(5)),
        rail(2, "红", NumberOfOriginalInvoice=TICKET.number),
    ],
    ids=["a ticket", "another day", "another person", "another train", "of another", "a red one"],
)
@pytest.mark.full
def test_what_is_not_sure_is_left_alone(wei, work, other):
    brought(work, wei, other=other, ticket=BOUGHT)
    assert together() == []


@SQLITE_FIRST
def test_two_tickets_of_one_trip_are_a_question(app, wei, work):
    twin = make.specimen(3, total="662.00", issued=TICKET.issued)
    again = specimens.write_rail(twin, TravelDate=DAY.isoformat())
    brought(work, wei, one=BOUGHT, two=again, fee=rail(2, "退"))
    assert together() == []
    ticket, twin, fee = of(wei)
    browser = Browser(app).sign_in(wei)
    browser.speak("en")
    assert "Which one?" in browser.see(f"/invoices/{fee.id}").words()
    browser.post(f"/invoices/{fee.id}/pair", ticket=twin.id)
    (pair,) = together()
    assert (pair.ticket, pair.member_id) == (twin, wei.id)
    assert f"/invoices/{twin.id}" in browser.see(f"/invoices/{fee.id}").text
    assert "Fee for giving back" in browser.see(f"/invoices/{twin.id}").words()
    assert "Belongs with" not in browser.see(f"/invoices/{ticket.id}").words()


@pytest.mark.full
def test_a_fee_without_its_ticket_says_what_helps(app, wei, work):
    brought(work, wei, fee=rail(2, "退"))
    browser = Browser(app).sign_in(wei)
    browser.speak("en")
    words = browser.see(f"/invoices/{of(wei)[0].id}").words()
    assert "The ticket is not here yet" in words


@pytest.mark.full
def test_fees_and_tickets_of_two_people_never_mix(wei, fang, work):
    brought(work, fang, ticket=BOUGHT)
    brought(work, wei, fee=rail(2, "退", **NAMED))
    assert together() == []
    with pytest.raises(NotTogether):
        pairs.pair(of(wei)[0], ticket=of(wei)[0], by=wei)
