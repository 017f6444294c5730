"""What was read is mended by hand, and nothing of what was read before is lost."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity
from app.documents import specimens
from app.documents.models import State
from app.intake import intake, repair
from app.invoices import holdings, invoices, told
from app.invoices.models import Change, Field, Holding, Invoice
from app.journal.models import Entry
from app.notices import notices
from app.plumbing.db import db, transaction
from app.verification import checks
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser


def typed(by, **values: str) -> Invoice:
    """An invoice typed from the paper."""
    key = InvoiceKey.of("", specimens.number(1))
    with transaction():
        invoice = invoices.type_in(
            key, {"issued": "2026-11-10", "total": "160.00", **values}, by=by
        )
        checks.check(invoice)
    return invoice


@pytest.fixture
def covered(app, fang, work) -> None:
    """The bureau's ledger has specimen 1, with 106.00."""
    make.ledger(fang, [make.export_row(make.specimen(1))])
    work()


@SQLITE_FIRST
def test_a_wrong_amount_is_a_mismatch_until_it_is_corrected(covered, wei):
    invoice = typed(wei)
    assert invoice.authenticity is Authenticity.MISMATCH
    repair.correct(invoice, {"total": "¥106"}, by=wei)
    assert (invoice.authenticity, invoice.total) == (Authenticity.GENUINE, Money.parse("106.00"))

    rows = [one for one in told.everything(invoice) if one.name == "total"]
    assert [(row.source, row.value) for row in rows] == [
        ("corrected", "106.00"), ("typed", "160.00"), ("ledger", "106.00"),
    ]  # fmt: skip
    assert rows[0].member is wei
    entry = db.session.scalars(select(Entry).filter_by(action="invoice-corrected")).one()
    assert entry.facts == {"before": {"total": "160.00"}, "after": {"total": "106.00"}}
    assert {"corrected", "verdict"} <= set(db.session.scalars(select(Change.what)))


@SQLITE_FIRST
def test_the_same_correction_again_is_none(covered, wei):
    invoice = typed(wei)
    for _ in range(2):
        repair.correct(invoice, {"total": "106.00", "seller_name": ""}, by=wei)
    assert len(db.session.scalars(select(Entry).filter_by(action="invoice-corrected")).all()) == 1
    assert len(db.session.scalars(select(Field).filter_by(source="corrected")).all()) == 1


@pytest.mark.parametrize("wrong", [{"total": "1e5"}, {"issued": "18.11"}, {"total": "-"}])
@SQLITE_FIRST
def test_a_correction_that_cannot_be_read_changes_nothing(covered, wei, wrong):
    invoice = typed(wei)
    with pytest.raises(repair.NotReadable) as refused:
        repair.correct(invoice, {"buyer_name": "别人", **wrong}, by=wei)
    assert refused.value.field in wrong
    assert not db.session.scalars(select(Field).filter_by(source="corrected")).all()


@SQLITE_FIRST
def test_reading_again_keeps_what_was_corrected(app, wei, work):
    copy = intake.hand_in(BytesIO(specimens.write_xml(make.specimen(1))), "票.xml", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    repair.correct(invoice, {"seller_name": "改过的名字"}, by=wei)
    count = len(told.everything(invoice))
    repair.read_again(copy.document, by=wei)
    assert copy.document.state is State.WAITING and copy.read_at is None
    work()
    assert copy.document.state is State.READ and copy.read_at
    assert invoice.seller_name == "改过的名字"
    assert len(told.everything(invoice)) == count


@SQLITE_FIRST
def test_a_file_is_added_to_a_typed_invoice_and_speaks_for_it(app, wei, work):
    invoice = typed(wei)
    xml = specimens.write_xml(make.specimen(1))
    repair.attach(invoice, BytesIO(xml), "票.xml", by=wei)
    work()
    assert invoice.total == Money.parse("106.00"), "the original outdoes what was typed"
    assert told.lines(invoice)[0]["name"] == "*样票*示例服务"
    named = {one.name: [v.source for v in one.values] for one in told.contradictions(invoice)}
    assert named == {"total": ["xml", "typed"]}


@SQLITE_FIRST
def test_a_wrong_file_is_taken_away_with_what_it_said(app, wei, fang, work):
    invoice = typed(wei, seller_name="纸上的名字")
    repair.attach(invoice, BytesIO(specimens.write_xml(make.specimen(1))), "票.xml", by=wei)
    work()
    query = select(Holding).where(Holding.document_id.is_not(None))
    repair.detach(invoice, db.session.scalars(query).one().document, by=wei)
    assert (invoice.total, invoice.seller_name) == (Money.parse("160.00"), "纸上的名字")
    assert invoice.buyer_name == "" and told.lines(invoice) == []
    assert invoice in db.session.scalars(invoices.visible_to(wei)).all(), "it is still held"


@SQLITE_FIRST
def test_what_one_takes_away_another_still_holds(app, wei, fang, work):
    xml = specimens.write_xml(make.specimen(1))
    for member in (wei, fang):
        copy = intake.hand_in(BytesIO(xml), "票.xml", by=member)
    work()
    (invoice,) = invoices.of_document(copy.document)
    repair.detach(invoice, copy.document, by=wei)
    assert invoice.total == Money.parse("106.00")
    assert [one.member for one in holdings.others_with(invoice, wei)] == [fang]


@SQLITE_FIRST
def test_the_page_of_an_invoice_tells_who_else_has_it_as_far_as_one_may_know(app, wei, fang, work):
    qian = make.member("钱同事", wei.company, "employee")
    for member in (wei, qian):
        copy = intake.hand_in(make.picture(1), "票.png", by=member)
    work()
    (invoice,) = invoices.of_document(copy.document)
    path = f"/invoices/{invoice.id}"
    mine = Browser(app).sign_in(qian).see(path).words()
    assert "Somebody else has this invoice" in mine and "a colleague" in mine
    assert "魏员工" not in mine
    everybody = Browser(app).sign_in(fang).see(path).words()
    assert "魏员工" in everybody and "钱同事" in everybody


@SQLITE_FIRST
def test_finance_is_asked_to_look(covered, wei, fang):
    invoice = typed(wei)
    repair.report(invoice, by=wei)
    repair.report(invoice, by=wei)
    (notice,) = db.session.scalars(notices.visible_to(fang).filter_by(kind_word="invoice_reported"))
    assert notice.path == f"/invoices/{invoice.id}" and notice.facts["name"] == "魏员工"


@SQLITE_FIRST
def test_the_pages_of_mending_work_without_script(app, covered, wei, work):
    invoice = typed(wei)
    browser = Browser(app).sign_in(wei)
    page = browser.see(f"/invoices/{invoice.id}/correct")
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert (values["total"], values["issued"]) == ("160.00", "2026-11-10")
    refused = browser.post(f"/invoices/{invoice.id}/correct", total="abc", issued="2026-11-10")
    assert refused.status == 422 and "This cannot be read" in refused.words()
    assert browser.post(f"/invoices/{invoice.id}/correct", total="106.00").status == 303
    words = browser.see(f"/invoices/{invoice.id}").words()
    assert "Genuine" in words and "Corrected" in words and "160.00" in words
