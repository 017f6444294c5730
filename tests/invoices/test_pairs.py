"""An invoice and what goes with it find each other, and never across people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO

import pytest
from sqlalchemy import event, select

from app.accounts.models import Member
from app.core.money import Money
from app.documents import specimens
from app.documents.models import Copy, Document, Itinerary, Reading, State
from app.documents.specimens import Line, Ride
from app.intake import intake, repair, scanning
from app.invoices import invoices, pairs
from app.invoices.models import Invoice, Pair
from app.invoices.pairs import HasOne, NotTogether
from app.journal.models import Entry
from app.plumbing import storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from tests import make
from tests.both import SQLITE_FIRST

Work = Callable[[], int]
DIDI = ("滴滴出行科技有限公司", specimens.tax_id(21))
LAST = date(2026, 11, 5)


def ride(sequence: int = 1, total: str = "86.40", **facts) -> bytes:
    """The XML of an invoice for rides."""
    return specimens.write_xml(
        sold("*运输服务*客运服务费", sequence, total, **{"seller": DIDI, **facts})
    )


def night(sequence: int = 1, total: str = "1317.00", **facts) -> bytes:
    return specimens.write_xml(sold("*住宿服务*住宿费", sequence, total, **facts))


def sold(goods: str, sequence: int, total: str, **facts) -> specimens.Specimen:
    money = Money.parse(total)
    net = Money(round(money.fen / 1.03))
    facts.setdefault("issued", date(2026, 11, 6))
    return make.specimen(sequence, lines=(Line(goods, net, money - net, "3%"),), **facts)


@dataclass(frozen=True)
class Listed:
    """A list that was read already: of rides, the last on the 5th, or of three nights."""

    total: Money
    kind: str = "ride"


def listed(*yuan: str) -> Listed:
    return Listed(Money.sum(map(Money.parse, yuan)))


@cache
def slip_file() -> bytes:
    """A list that has still to be read, of the same rides as ``SLIP``."""
    rides = [Ride(LAST, "甲", "乙", Money.parse(one)) for one in ("17.50", "68.90")]
    return specimens.draw_rides(rides)


def keep(made: Listed, by: Member) -> None:
    """As reading it would: the file, who brought it, what it says, and what it goes with."""
    mark = new_id().encode()
    kept = storage.keep(BytesIO(mark), 1)
    is_ride = made.kind == "ride"
    said = {"kind": made.kind, "issuer": "滴滴出行" if is_ride else "北京示例酒店"}
    last = LAST if is_ride else date(2026, 11, 6)
    told = {"first": "2026-11-03", "last": last.isoformat(), "count": 2 if is_ride else 3}
    facts = {"found": [], "codes": [], "itinerary": said | told | {"total": made.total.yuan}}
    name = f"{made.total.yuan}.pdf"
    known = {"company_id": by.company_id, "name": name}
    with transaction():
        document = Document(
            id=new_id(), digest=kept.digest, kind="pdf", size=kept.size,
            state=State.NOTHING, reason="itinerary", **known,
        )  # fmt: skip
        db.session.add(document)
        db.session.add(Reading(id=new_id(), document=document, reader="pdf", facts=facts))
        copy = Copy(id=new_id(), document=document, member=by, key=new_id(), **known)
        copy.read_at = now()
        db.session.add(copy)
        db.session.flush()
        pairs.follow(document)


def hand_in(data: bytes, name: str, by: Member) -> Copy:
    return intake.hand_in(BytesIO(data), name, by=by, key=name)


def brought(work: Work, by: Member, **files: bytes | Listed) -> None:
    """Hand files in and have each read before the next comes."""
    for name, data in files.items():
        if isinstance(data, Listed):
            keep(data, by)
            continue
        hand_in(data, f"{name}.{'xml' if data.startswith(b'<') else 'pdf'}", by)
        work()


def together() -> list[Pair]:
    query = select(Pair).where(Pair.parted_at.is_(None)).order_by(Pair.id)
    return list(db.session.scalars(query))


def done(action: str) -> list[Entry]:
    query = select(Entry).where(Entry.action == action).order_by(Entry.seq)
    return list(db.session.scalars(query))


def of(member: Member) -> list[Invoice]:
    return list(db.session.scalars(invoices.visible_to(member).order_by(Invoice.id)))


SLIP = listed("17.50", "68.90")
BILL = Listed(Money(131700), "stay")


@pytest.mark.parametrize("order", [("invoice", "slip"), ("slip", "invoice")])
@SQLITE_FIRST
def test_rides_and_their_invoice_find_each_other_in_either_order(wei, work, order):
    files = {"invoice": ride(), "slip": slip_file()}
    brought(work, wei, **{name: files[name] for name in order})
    (pair,) = together()
    assert pair.invoice.total == pair.document.itinerary.total == Money(8640)
    assert pair.member_id is None and pairs.sums(pair) is None
    (entry,) = done("invoice-paired")
    assert (entry.actor, entry.facts) == ("Yanpiao", {"digest": pair.document.digest})


@pytest.mark.full
def test_a_hotel_and_its_bill_find_each_other(wei, work):
    brought(work, wei, night=night(), bill=BILL)
    (pair,) = together()
    assert pair.document.itinerary.kind == "stay" and pair.document.itinerary.count == 3


@SQLITE_FIRST
def test_a_list_is_an_attachment_with_a_reason_of_its_own(wei, work):
    copy = hand_in(slip_file(), "行程单.pdf", wei)
    work()
    assert (copy.document.state, copy.document.reason) == (State.NOTHING, "itinerary")
    kept = copy.document.itinerary
    assert (kept.issuer, kept.count, kept.last) == ("滴滴出行", 2, LAST)


@SQLITE_FIRST
def test_reading_again_doubles_nothing(wei, work):
    brought(work, wei, slip=slip_file(), invoice=ride())
    for document in db.session.scalars(select(Document)).all():
        repair.read_again(document, by=wei)
    work()
    assert len(together()) == len(done("invoice-paired")) == 1
    assert len(db.session.scalars(select(Itinerary)).all()) == 1


@pytest.mark.parametrize(
    "invoice",
    [
        ride(total="86.41"),
        ride(issued=date(2026, 11, 4)),
        ride(issued=date(2027, 2, 4)),
        ride(seller=("苏州市吉利优行电子科技有限公司", specimens.tax_id(22))),
        night(total="86.40"),
        specimens.write_xml(make.specimen(total="86.40")),
    ],
    ids=["other sum", "too early", "too late", "other platform", "a hotel", "something else"],
)
@pytest.mark.full
def test_what_does_not_fit_is_left_alone(wei, work, invoice):
    brought(work, wei, slip=SLIP, invoice=invoice)
    assert together() == []


@SQLITE_FIRST
def test_a_frame_that_shows_no_ride_asks_nothing_about_pairs(wei):
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    frame = make.frame(specimens.qr_text(make.specimen()))
    assert scanning.look(frame, by=wei, since=now()).cards
    assert asked and not any("FROM pairs" in one or "itineraries" in one for one in asked)


@SQLITE_FIRST
def test_two_that_fit_are_a_question_for_a_person(wei, work):
    brought(work, wei, one=ride(1), two=ride(2), slip=SLIP)
    assert together() == []
    first, _ = of(wei)
    slip = db.session.scalars(select(Itinerary)).one().document
    pairs.pair(first, document=slip, by=wei)
    (pair,) = together()
    assert (pair.invoice, pair.member_id) == (first, wei.id)
    pairs.pair(first, document=slip, by=wei)
    assert len(together()) == len(done("invoice-paired")) == 1


@pytest.mark.full
def test_two_lists_that_fit_one_invoice_are_a_question_too(wei, work):
    brought(work, wei, one=SLIP, two=listed("86.40"), invoice=ride())
    assert together() == []


@SQLITE_FIRST
def test_two_people_s_lists_never_mix(wei, fang, work, tea):
    zhao = make.member("赵同事", tea, "employee")
    brought(work, zhao, slip=SLIP)
    brought(work, wei, invoice=ride())
    assert together() == []
    slip = db.session.scalars(select(Itinerary)).one().document
    for by in (wei, fang):
        with pytest.raises(NotTogether):
            pairs.pair(of(wei)[0], document=slip, by=by)
    brought(work, wei, slip=SLIP)
    assert [pair.invoice for pair in together()] == of(wei)


@pytest.mark.full
def test_finance_may_bring_the_list_of_somebody_s_rides(wei, fang, work):
    brought(work, wei, invoice=ride())
    brought(work, fang, slip=listed("80.00"))
    slip = db.session.scalars(select(Itinerary)).one().document
    pairs.pair(of(wei)[0], document=slip, by=fang)
    (pair,) = together()
    assert pairs.sums(pair) == (Money(8640), Money(8000))


@SQLITE_FIRST
def test_what_was_taken_apart_is_not_found_again_but_can_be_put_back(wei, work):
    brought(work, wei, slip=slip_file(), invoice=ride())
    (pair,) = together()
    pairs.part(pair, by=wei)
    pairs.part(pair, by=wei)
    assert len(done("invoice-parted")) == 1
    repair.read_again(pair.document, by=wei)
    repair.read_again(documents_of(pair.invoice), by=wei)
    work()
    assert together() == []
    pairs.pair(pair.invoice, document=pair.document, by=wei)
    assert together() == [pair] and pair.member_id == wei.id


def documents_of(invoice: Invoice) -> Document:
    return next(one.document for one in invoice.holdings if one.document)


@pytest.mark.full
def test_an_invoice_has_one_at_a_time(wei, work):
    brought(work, wei, slip=SLIP, invoice=ride(), other=listed("12.00"))
    other = db.session.scalars(select(Itinerary).where(Itinerary.total == Money(1200))).one()
    with pytest.raises(HasOne):
        pairs.pair(of(wei)[0], document=other.document, by=wei)


@pytest.mark.full
def test_a_list_of_several_invoices_is_summed_over_them(wei, work):
    brought(work, wei, slip=SLIP, one=ride(1, "17.50"), two=ride(2, "68.90"))
    slip = db.session.scalars(select(Itinerary)).one().document
    first, second = of(wei)
    pairs.pair(first, document=slip, by=wei)
    assert pairs.sums(together()[0]) == (Money(1750), Money(8640))
    pairs.pair(second, document=slip, by=wei)
    assert [pairs.sums(pair) for pair in together()] == [None, None]


@pytest.mark.full
def test_a_document_that_is_no_list_is_refused(wei, work):
    brought(work, wei, invoice=ride(), other=specimens.write_xml(make.specimen(5)))
    invoice = next(one for one in of(wei) if one.purpose == "taxi")
    with pytest.raises(NotTogether):
        pairs.pair(invoice, document=documents_of(of(wei)[1]), by=wei)


@pytest.mark.full
def test_a_corrected_sum_finds_its_list(wei, work):
    brought(work, wei, slip=SLIP, invoice=ride(total="86.00"))
    repair.correct(of(wei)[0], {"total": "86.40"}, by=wei)
    assert len(together()) == 1


@SQLITE_FIRST
def test_a_document_read_anew_as_something_else_goes_with_nothing(wei, work):
    brought(work, wei, slip=SLIP, invoice=ride())
    (pair,) = together()
    with transaction():
        facts = {**pair.document.reading.facts}
        del facts["itinerary"]
        pair.document.reading.facts = facts
        pairs.follow(pair.document)
    assert together() == [] and len(done("invoice-parted")) == 1
