"""What goes with an invoice goes where it goes, and nothing is left that is not true."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core.money import Money
from app.documents import documents
from app.documents.models import Itinerary
from app.intake import moving, scanning
from app.invoices import pairs
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from tests import make
from tests.invoices.test_pairs import brought, documents_of, done, of, ride, slip_file, together


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
def test_a_list_follows_its_invoice_to_the_company_that_bought(wei, work, order):
    silk = make.company("苏州示例丝绸有限公司", 3)
    seat = make.seat(wei.person, silk, "employee")
    files = {"slip": slip_file(), "invoice": ride(buyer=(silk.name, silk.tax_id))}
    brought(work, wei, **{name: files[name] for name in order})
    (pair,) = together()
    assert pair.company_id == pair.document.company_id == silk.id
    assert [invoice.company_id for invoice in of(seat)] == [silk.id]
    assert db.session.scalars(documents.brought_by(wei)).all() == []


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


def test_an_invoice_that_is_taken_back_leaves_its_list(wei, work):
    brought(work, wei, slip=slip_file())
    with transaction():
        since = now()
        invoice = make.invoice(wei, purpose="taxi", total=Money(8640), issued=date(2026, 11, 6))
        pairs.seek(invoice)
    assert len(together()) == 1
    scanning.take_back(invoice, by=wei, since=since)
    assert together() == [] and len(done("invoice-parted")) == 1
