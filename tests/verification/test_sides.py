"""Sources that differ stand side by side on the card, each value with its place on the page."""

import re
from io import BytesIO

import pytest

from app.documents import specimens
from app.intake import intake
from app.invoices import invoices
from app.verification.sides import sides
from tests import make

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ONE, OTHER = (make.specimen(61, total=total) for total in ("318.00", "378.00"))


@pytest.fixture
def altered(wei, work):
    """A PDF whose page and code say 318.00 and whose accounting data say 378.00."""
    data = specimens.draw_pdf(ONE, {"data.xml": specimens.write_xml(OTHER)})
    copy = intake.hand_in(BytesIO(data), "altered.pdf", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    return invoice


def test_each_source_is_a_side_and_signs_that_differ_are_marked(app, altered):
    (document,) = {holding.document for holding in altered.holdings}
    with app.test_request_context():
        names, found = sides(altered, {document})
    assert names == ["amount", "tax", "total"]
    assert [(side.source, side.document) for side in found] == [
        ("xml", document), ("pdf", document), ("qr", document),
    ]  # fmt: skip
    totals = [side.cells["total"] for side in found]
    assert totals[0].pieces == (("¥378.00", False),) and totals[0].page == 0
    assert totals[1].pieces == (("¥3", False), ("1", True), ("8.00", False))
    assert [one.page for one in totals[1:]] == [1, 1]
    assert "tax" not in found[2].cells, "a code says nothing of the tax"


def test_files_of_others_are_neither_named_nor_shown(app, altered):
    with app.test_request_context():
        _, found = sides(altered, set())
    assert all(side.is_foreign and side.document is None for side in found)
    assert not any(cell.page for side in found for cell in side.cells.values())


def test_the_card_holds_the_money_and_leads_from_each_value_to_its_place(browser, wei, altered):
    browser.sign_in(wei)
    page = browser.see(f"/invoices/{altered.id}")
    assert altered.is_held and "The sources say different things" in page.words()
    ways = [one.get("href") for one in page.all("a") if "field=total" in (one.get("href") or "")]
    places = {way: browser.see(way) for way in ways}
    boxes = {
        re.search("source=(\\w+)", way)[1]: _box(page).get("y")
        for way, page in places.items()
        if "source=" in way
    }
    assert boxes.keys() == {"pdf", "qr"} and boxes["pdf"] != boxes["qr"]


def _box(page):
    return next(one for one in page.root.iter() if str(one.tag).endswith("rect"))


def test_what_agrees_has_no_table(browser, wei, work):
    data = specimens.draw_pdf(ONE, {"data.xml": specimens.write_xml(ONE)})
    copy = intake.hand_in(BytesIO(data), "whole.pdf", by=wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    browser.sign_in(wei)
    assert "The sources say different things" not in browser.see(f"/invoices/{invoice.id}").words()
