"""An invoice is kept in the company that bought it, if its person works there."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts import companies
from app.accounts.models import Company, Member, Standing
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import documents, specimens
from app.documents.models import Copy, Document
from app.intake import asking, intake, moving, repair
from app.invoices import holdings, told
from app.invoices.models import Holding, Invoice
from app.journal.models import Entry
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser

XML = specimens.write_xml(make.specimen(1))
"""Made out to the tea company."""


@pytest.fixture
def silk(app) -> Company:
    return make.company("苏州示例丝绸有限公司", 3)


@pytest.fixture
def wei_at_silk(wei, silk) -> Member:
    """魏员工 works for the silk company, too."""
    return make.seat(wei.person, silk, "employee")


def of(company: Company) -> list[Invoice]:
    return list(
        db.session.scalars(
            select(Invoice).where(Invoice.company_id == company.id).order_by(Invoice.id)
        )
    )


def copies(member: Member) -> list[Copy]:
    return list(
        db.session.scalars(select(Copy).where(Copy.member_id == member.id).order_by(Copy.id))
    )


def held(member: Member) -> list[Holding]:
    return list(
        db.session.scalars(
            select(Holding).where(Holding.member_id == member.id).order_by(Holding.id)
        )
    )


def moves(company: Company) -> list[str]:
    moved = select(Entry).where(Entry.company_id == company.id, Entry.action.like("%-moved"))
    return [entry.action for entry in db.session.scalars(moved.order_by(Entry.seq))]


def typed(by: Member, **values: str) -> Invoice:
    whole = {"issued": "2026-11-10", "total": "106.00", **values}
    return asking.keep(InvoiceKey.of("", specimens.number(1)), whole, by=by)


@SQLITE_FIRST
def test_a_file_goes_to_the_company_that_bought(tea, silk, wei, wei_at_silk, work):
    copy = intake.hand_in(BytesIO(XML), "票.xml", by=wei_at_silk)
    work()
    (invoice,) = of(tea)
    assert (invoice.total, of(silk)) == (Money.parse("106.00"), [])
    assert copy.moved_to == wei.id and copy.read_at
    there = documents.copy_there(copy)
    assert (there.member_id, there.moved_to) == (wei.id, None)
    assert there.document.digest == copy.document.digest and there.document_id != copy.document_id
    assert moves(tea) == moves(silk) == ["document-moved"]


@SQLITE_FIRST
def test_reading_or_handing_in_again_doubles_nothing(tea, silk, wei, wei_at_silk, work):
    copy = intake.hand_in(BytesIO(XML), "票.xml", by=wei_at_silk, key="one")
    work()
    intake.read(copy.id)
    repair.read_again(copy.document, by=wei_at_silk)
    intake.hand_in(BytesIO(XML), "票.xml", by=wei_at_silk, key="one")
    intake.hand_in(BytesIO(XML), "again.xml", by=wei_at_silk, key="two")
    work()
    assert len(of(tea)) == len(copies(wei)) == len(held(wei)) == 1 and of(silk) == []
    assert [one.moved_to for one in copies(wei_at_silk)] == [wei.id] * 2
    assert len(db.session.scalars(select(Document)).all()) == 2


@SQLITE_FIRST
def test_what_is_ours_or_of_somebody_else_stays(tea, silk, stranger, wei, wei_at_silk, work):
    intake.hand_in(BytesIO(XML), "ours.xml", by=wei)
    other = make.specimen(2, buyer=(stranger.company.name, stranger.company.tax_id))
    intake.hand_in(BytesIO(specimens.write_xml(other)), "theirs.xml", by=wei)
    unknown = make.specimen(3, buyer=("一个人", ""))
    intake.hand_in(BytesIO(specimens.write_xml(unknown)), "nobody.xml", by=wei)
    work()
    assert len(of(tea)) == 3 and of(silk) == of(stranger.company) == []
    assert copies(stranger) == copies(wei_at_silk) == []


@SQLITE_FIRST
def test_a_picture_of_a_code_names_nobody_and_stays(tea, silk, wei, wei_at_silk, work):
    intake.hand_in(make.picture(1), "票.png", by=wei_at_silk)
    work()
    assert len(of(silk)) == 1 and of(tea) == []


@SQLITE_FIRST
def test_the_own_space_gives_and_never_receives(tea, wei, work):
    with transaction():
        own = companies.open_personal_space(wei.person)
    intake.hand_in(BytesIO(XML), "票.xml", by=own)
    nobody = make.specimen(2, buyer=("魏员工", ""))
    intake.hand_in(BytesIO(specimens.write_xml(nobody)), "mine.xml", by=own)
    intake.hand_in(BytesIO(specimens.write_xml(make.specimen(3, buyer=("魏员工", "")))), "w.xml",
                   by=wei)  # fmt: skip
    work()
    assert {one.key.number for one in of(tea)} == {specimens.number(1), specimens.number(3)}
    assert [one.key.number for one in of(own.company)] == [specimens.number(2)]


@pytest.mark.parametrize("why", ["left", "asked", "powerless"])
@SQLITE_FIRST
def test_a_seat_that_may_hand_nothing_in_receives_nothing(silk, tea, wei, wei_at_silk, work, why):
    with transaction():
        if why == "powerless":
            wei.role_words = []
        else:
            wei.standing = Standing(why)
    intake.hand_in(BytesIO(XML), "票.xml", by=wei_at_silk)
    work()
    assert of(tea) == copies(wei) == [] and len(of(silk)) == 1


@SQLITE_FIRST
def test_the_row_leads_to_the_invoice_there(app, tea, silk, wei, wei_at_silk, work):
    copy = intake.hand_in(BytesIO(XML), "票.xml", by=wei_at_silk)
    work()
    browser = Browser(app).sign_in(wei)
    browser.post("/me/company", member_id=wei_at_silk.id)
    row = browser.see("/")
    assert f"Made out to {tea.name}: kept there" in row.words()
    assert f"Made out to {tea.name}" in browser.see(f"/documents/{copy.document_id}").words()
    (path,) = (one.get("action") for one in row.all("form") if "follow" in one.get("action", ""))
    led = browser.post(path)
    assert (led.status, led.headers["Location"]) == (303, f"/invoices/{of(tea)[0].id}")
    words = browser.see(led.headers["Location"]).words()
    assert "¥106.00" in words and f"You now work in {tea.name}." in words


@SQLITE_FIRST
def test_who_has_left_reads_where_it_is_and_is_not_led_there(app, tea, wei, wei_at_silk, work):
    copy = intake.hand_in(BytesIO(XML), "票.xml", by=wei_at_silk)
    work()
    with transaction():
        wei.standing = Standing.LEFT
    browser = Browser(app).sign_in(wei_at_silk)
    row = browser.see("/")
    assert f"Made out to {tea.name}" in row.words() and "follow" not in row.text
    assert browser.post(f"/files/{copy.id}/follow").status == 404


@SQLITE_FIRST
def test_an_invoice_whose_buyer_is_learned_later_is_moved_by_hand(
    app, tea, silk, wei, wei_at_silk, work
):
    copy = intake.hand_in(make.picture(1), "票.png", by=wei_at_silk)
    work()
    (invoice,) = of(silk)
    repair.correct(invoice, {"buyer_tax_id": tea.tax_id}, by=wei_at_silk)
    browser = Browser(app).sign_in(wei)
    browser.post("/me/company", member_id=wei_at_silk.id)
    assert f"Belongs to {tea.name}" in browser.see(f"/invoices/{invoice.id}").words()

    led = browser.post(f"/invoices/{invoice.id}/move")
    (there,) = of(tea)
    assert (led.status, led.headers["Location"]) == (303, f"/invoices/{there.id}")
    words = browser.see(led.headers["Location"]).words()
    assert "¥106.00" in words and "Corrected" in words and "Belongs to" not in words
    work()
    assert [one.document.digest for one in held(wei)] == [copy.document.digest]
    assert held(wei_at_silk) == [] and of(silk) == [invoice]
    assert invoice.total == Money.parse("106.00"), "the row stays as it was"
    assert moves(silk) == ["invoice-moved", "document-moved"] and moves(tea) == ["document-moved"]


@SQLITE_FIRST
def test_the_same_picture_goes_the_same_way_again(tea, silk, wei, wei_at_silk, work):
    intake.hand_in(make.picture(1), "票.png", by=wei_at_silk)
    work()
    repair.correct(of(silk)[0], {"buyer_tax_id": tea.tax_id}, by=wei_at_silk)
    moving.move(of(silk)[0], by=wei_at_silk)
    work()
    intake.hand_in(make.picture(1), "票.png", by=wei_at_silk, key="again")
    work()
    assert held(wei_at_silk) == [] and len(held(wei)) == len(of(tea)) == 1


@SQLITE_FIRST
def test_what_was_typed_is_typed_there(tea, silk, wei, wei_at_silk):
    invoice = typed(wei_at_silk, buyer_tax_id=tea.tax_id)
    repair.correct(invoice, {"seller_name": "纸上的名字"}, by=wei_at_silk)
    seat, there = moving.move(invoice, by=wei_at_silk)
    assert (seat, there.company_id) == (wei, tea.id)
    assert (there.total, there.seller_name) == (Money.parse("106.00"), "纸上的名字")
    assert {one.source for one in told.everything(there)} == {"typed", "corrected"}
    assert {one.member for one in told.everything(there)} == {wei}
    with pytest.raises(moving.BelongsHere):
        moving.move(invoice, by=wei_at_silk)
    assert len(of(tea)) == len(held(wei)) == 1


@SQLITE_FIRST
def test_moved_on_purpose_it_stays_whatever_the_file_says(tea, silk, wei, wei_at_silk, work):
    intake.hand_in(BytesIO(XML), "票.xml", by=wei)
    work()
    repair.correct(of(tea)[0], {"buyer_tax_id": silk.tax_id}, by=wei)
    moving.move(of(tea)[0], by=wei)
    work()
    (copy,) = copies(wei_at_silk)
    repair.read_again(copy.document, by=wei_at_silk)
    work()
    assert held(wei) == [] and len(held(wei_at_silk)) == 1

    repair.correct(of(silk)[0], {"buyer_tax_id": tea.tax_id}, by=wei_at_silk)
    moving.move(of(silk)[0], by=wei_at_silk)
    work()
    assert held(wei_at_silk) == [] and len(held(wei)) == 1
    assert len(copies(wei)) == len(copies(wei_at_silk)) == 1


@SQLITE_FIRST
def test_of_a_picture_with_two_invoices_one_is_moved(tea, silk, wei, wei_at_silk, work):
    two = Image.new("RGB", (1200, 600), "white")
    for place in (0, 1):
        two.paste(Image.open(make.picture(place + 1)).convert("RGB"), (place * 600, 0))
    file = BytesIO()
    two.save(file, "PNG")
    file.seek(0)
    copy = intake.hand_in(file, "两张.png", by=wei_at_silk)
    work()
    first, second = of(silk)
    repair.correct(first, {"buyer_tax_id": tea.tax_id}, by=wei_at_silk)
    moving.move(first, by=wei_at_silk)
    work()
    assert [one.key for one in of(tea)] == [first.key] and copy.moved_to is None
    assert [one.invoice_id for one in held(wei_at_silk)] == [second.id]
    assert all(one.read_at for one in copies(wei))

    repair.correct(second, {"buyer_tax_id": tea.tax_id}, by=wei_at_silk)
    moving.move(second, by=wei_at_silk)
    work()
    assert len(of(tea)) == len(held(wei)) == 2 and held(wei_at_silk) == []
    assert copy.moved_to == wei.id and len(copies(wei)) == 1


@SQLITE_FIRST
def test_what_others_hold_here_stays(tea, silk, wei, wei_at_silk, work):
    colleague = make.member("钱同事", silk, "employee")
    for member in (wei_at_silk, colleague):
        intake.hand_in(make.picture(1), "票.png", by=member)
    work()
    (invoice,) = of(silk)
    repair.correct(invoice, {"buyer_tax_id": tea.tax_id}, by=wei_at_silk)
    assert holdings.belongs_to(invoice, colleague) is None
    moving.move(invoice, by=wei_at_silk)
    work()
    assert [one.member for one in invoice.holdings] == [colleague]
    assert invoice.total == Money.parse("106.00")
    assert [one.moved_to for one in copies(colleague)] == [None]


@SQLITE_FIRST
def test_only_who_holds_it_and_works_there_may_move(app, tea, silk, wei, wei_at_silk, stranger):
    finance = make.member("丝财务", silk, "finance")
    make.seat(finance.person, tea, "employee")
    invoice = typed(wei_at_silk, buyer_tax_id=tea.tax_id)
    browser = Browser(app).sign_in(finance)
    browser.post("/me/company", member_id=finance.id)
    assert "Move it there" not in browser.see(f"/invoices/{invoice.id}").text
    assert browser.post(f"/invoices/{invoice.id}/move").status == 422
    assert Browser(app).sign_in(stranger).post(f"/invoices/{invoice.id}/move").status == 404
    assert of(tea) == []
