"""What goes with an invoice goes where it goes, and nothing is left that is not true."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts import companies
from app.accounts.models import Member
from app.core.money import Money
from app.documents import documents
from app.documents.models import Document, Itinerary
from app.intake import following, moving, repair, scanning
from app.invoices import pairs
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.invoices.test_pairs import brought, documents_of, done, of, ride, slip_file, together


@SQLITE_FIRST
def test_a_pair_goes_with_its_invoice_to_another_company(wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    brought(work, wei, slip=slip_file(), invoice=ride(buyer=(silk.name, silk.tax_id)))
    assert len(together()) == 1
    seat = make.seat(wei.person, silk, "employee")
    _, there = moving.move(of(wei)[0], by=wei)
    work()
    (pair,) = together()
    assert (pair.invoice, pair.company_id) == (there, silk.id)
    assert pair.document.company_id == silk.id and pair.document.itinerary.total == Money(8640)
    assert db.session.scalars(documents.brought_by(wei)).all() == []
    assert documents_of(there) in db.session.scalars(documents.brought_by(seat)).all()


@pytest.mark.parametrize("order", [("slip", "invoice"), ("invoice", "slip")])
@SQLITE_FIRST
def test_a_list_follows_its_invoice_to_the_company_that_bought(wei, work, order):
    silk = make.company("苏州示例丝绸有限公司", 3)
    seat = make.seat(wei.person, silk, "employee")
    files = {"slip": slip_file(), "invoice": ride(buyer=(silk.name, silk.tax_id))}
    brought(work, wei, **{name: files[name] for name in order})
    (pair,) = together()
    assert pair.company_id == pair.document.company_id == silk.id
    assert [invoice.company_id for invoice in of(seat)] == [silk.id]
    assert db.session.scalars(documents.brought_by(wei)).all() == []


def space(member: Member) -> Member:
    """Somebody's own."""
    with transaction():
        return companies.open_personal_space(member.person)


def lists() -> list[str]:
    """The companies that have one, in the order in which they came."""
    came = db.session.scalars(select(Document).order_by(Document.id))
    return [one.company_id for one in came if one.kind == "pdf"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_list_whose_sum_another_company_s_invoice_has_stays_for_its_own(wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    seat = make.seat(wei.person, silk, "employee")
    brought(work, seat, theirs=ride(2, buyer=(silk.name, silk.tax_id)))
    brought(work, wei, slip=slip_file())
    assert together() == [] and lists() == [wei.company_id]
    brought(work, wei, invoice=ride(1, buyer=(wei.company.name, wei.company.tax_id)))
    (pair,) = together()
    assert pair.company_id == pair.document.company_id == wei.company_id


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
@pytest.mark.parametrize("order", [("slip", "invoice"), ("invoice", "slip")])
def test_a_list_never_leaves_or_enters_somebody_s_own_space_by_itself(wei, work, order):
    own = space(wei)
    files = {"slip": slip_file(), "invoice": ride(buyer=(wei.company.name, wei.company.tax_id))}
    brought(work, own, **{name: files[name] for name in order})
    assert together() == [] and lists() == [own.company_id]
    assert [invoice.company_id for invoice in of(wei)] == [wei.company_id]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_invoice_of_one_s_own_space_fetches_no_list_of_a_company(wei, work):
    own = space(wei)
    brought(work, wei, slip=slip_file())
    brought(work, own, invoice=ride(buyer=("魏员工", "")))
    assert together() == [] and lists() == [wei.company_id]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_an_invoice_that_went_long_ago_takes_no_list_along(wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    seat = make.seat(wei.person, silk, "employee")
    brought(work, wei, invoice=ride(buyer=(silk.name, silk.tax_id)))
    with transaction():
        for copy in db.session.scalars(documents.copies_visible_to(seat)):
            copy.made_at -= following.JUST
    brought(work, wei, slip=slip_file())
    assert together() == [] and lists() == [wei.company_id]
    for one in of(seat):
        repair.read_again(documents_of(one), by=seat)
    work()
    assert together() == [] and lists() == [wei.company_id]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_list_that_is_handed_in_again_stays_where_it_was_handed_in(app, wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    make.seat(wei.person, silk, "employee")
    brought(work, wei, slip=slip_file(), invoice=ride(buyer=(silk.name, silk.tax_id)))
    assert lists() == [wei.company_id, silk.id]
    assert db.session.scalars(documents.brought_by(wei)).all() == []
    brought(work, wei, again=slip_file())
    (here,) = db.session.scalars(documents.brought_by(wei))
    assert here.itinerary.total == Money(8640) and len(together()) == 1
    browser = Browser(app).sign_in(wei)
    browser.speak("en")
    assert "Waits for its invoice" in (words := browser.see(f"/documents/{here.id}").words())
    assert "Kept with its invoice" not in words


@pytest.mark.full
def test_a_list_that_fits_here_as_well_does_not_go(wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    make.seat(wei.person, silk, "employee")
    there = ride(2, buyer=(silk.name, silk.tax_id))
    brought(work, wei, here=ride(1), there=there, slip=slip_file())
    (pair,) = together()
    assert pair.company_id == wei.company_id


@pytest.mark.full
def test_a_list_that_goes_with_more_here_stays_as_well(wei, work):
    silk = make.company("苏州示例丝绸有限公司", 3)
    brought(work, wei, slip=slip_file(), one=ride(1, "17.50"),
            two=ride(2, "68.90", buyer=(silk.name, silk.tax_id)))  # fmt: skip
    slip = db.session.scalars(select(Itinerary)).one().document
    first, second = of(wei)
    pairs.pair(first, document=slip, by=wei)
    pairs.pair(second, document=slip, by=wei)
    seat = make.seat(wei.person, silk, "employee")
    moving.move(second, by=wei)
    work()
    here, there = sorted(together(), key=lambda pair: pair.company_id == silk.id)
    assert (here.invoice, here.document) == (first, slip)
    assert there.member_id == seat.id and there.document.itinerary.total == Money(8640)
    assert pairs.sums(there) == (Money(6890), Money(8640))


@SQLITE_FIRST
def test_an_invoice_that_is_taken_back_leaves_its_list(wei, work):
    brought(work, wei, slip=slip_file())
    with transaction():
        since = now()
        invoice = make.invoice(wei, purpose="taxi", total=Money(8640), issued=date(2026, 11, 6))
        pairs.seek(invoice)
    assert len(together()) == 1
    scanning.take_back(invoice, by=wei, since=since)
    assert together() == [] and len(done("invoice-parted")) == 1
