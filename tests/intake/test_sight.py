"""Pictures are looked at: what is written there is learned like any other word of a document."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from app.core.invoice import InvoiceKey
from app.core.verdict import Authenticity
from app.documents.models import State
from app.documents.specimens import draw_picture
from app.intake import asking, intake, repair
from app.invoices import invoices, told
from app.plumbing import queue
from app.plumbing.db import transaction
from app.plumbing.settings import settings
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from workers.parts import own_parts

ONE = make.specimen(41, total="318.00")


def hand_in(picture: bytes, by, name="photo.jpg"):
    return intake.hand_in(BytesIO(picture), name, by=by)


def without_code(one=ONE, width=1600) -> bytes:
    """The page of a specimen with a clean corner where its code would be."""
    page = Image.open(BytesIO(draw_picture(one, width=width))).convert("RGB")
    page.paste((255, 255, 255), (0, 0, page.width // 6, page.height // 4))
    drawn = BytesIO()
    page.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_picture_whose_code_was_read_is_looked_at_for_the_rest(wei, work, look):
    copy = hand_in(draw_picture(ONE, width=1600), wei)
    work()
    (invoice,) = invoices.of_document(copy.document)
    assert not invoice.buyer_name

    assert look() == 1
    assert (invoice.buyer_name, invoice.buyer_tax_id) == ONE.buyer
    assert (invoice.seller_name, invoice.seller_tax_id) == ONE.seller
    assert (invoice.amount, invoice.tax, invoice.total) == (ONE.amount, ONE.tax, ONE.total)
    assert {field.source for field in told.best(invoice).values()} == {"qr", "ocr"}
    assert not told.contradictions(invoice)
    assert invoice.authenticity is Authenticity.NOT_CHECKED


@pytest.mark.full
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_picture_without_a_code_waits_until_somebody_has_looked(wei, work, look):
    copy = hand_in(without_code(), wei)
    work()
    assert (copy.document.state, copy.read_at) == (State.WAITING, None)

    look()
    (invoice,) = invoices.of_document(copy.document)
    assert (invoice.key.number, invoice.total, invoice.issued) == (
        ONE.number,
        ONE.total,
        ONE.issued,
    )
    assert copy.document.state is State.READ


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_picture_that_waits_is_let_go_when_looking_is_switched_off(app, wei, work):
    app.extensions["settings"] = replace(settings(), has_eyes=True)
    copy = hand_in(without_code(), wei)
    work()
    assert copy.document.state is State.WAITING

    chosen = app.extensions["settings"] = replace(settings(), has_eyes=False)
    (worker,) = [part for part in own_parts(chosen) if part.name == "worker"]
    assert worker.argv[-3:] == list(queue.LINES)
    intake.look(copy.document_id)
    assert (copy.document.state, copy.document.reason) == (State.NOTHING, "no_code")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.full
def test_a_picture_of_nothing_says_so_after_it_was_looked_at(wei, look):
    drawn = BytesIO()
    Image.new("RGB", (600, 400), "white").save(drawn, "PNG")
    copy = hand_in(drawn.getvalue(), wei, "nothing.png")
    look()
    assert (copy.document.state, copy.document.reason) == (State.NOTHING, "no_code")
    assert copy.read_at is not None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("reason", ["glare", "no_code"])
@pytest.mark.full
def test_a_photo_whose_number_was_typed_is_not_asked_for_again(app, wei, work, reason):
    drawn = BytesIO()
    Image.new("RGB", (600, 400), "white").save(drawn, "PNG")
    copy = hand_in(drawn.getvalue(), wei, "spoilt.png")
    work()
    with transaction():
        copy.document.state, copy.document.reason = State.NOTHING, reason
    browser = Browser(app).sign_in(wei)
    browser.speak("en")
    asked = "The photo cannot be read" if reason == "glare" else "No invoice in this file"
    page = browser.see(f"/documents/{copy.document_id}")
    assert asked in page.words() and ("data-camera" in page.text) == (reason == "glare")

    typed = {"issued": "2026-11-10", "total": ONE.total.yuan}
    asking.keep(InvoiceKey.of("", ONE.number), typed, by=wei, document=copy.document)
    page = browser.see(f"/documents/{copy.document_id}")
    assert "318.00" in page.words() and asked not in page.words()
    assert "data-camera" not in page.text


@SQLITE_FIRST
@pytest.mark.full
def test_two_people_with_the_same_picture_learn_from_one_look(wei, fang, look):
    picture = without_code()
    copies = [hand_in(picture, by) for by in (wei, fang)]
    assert look() == 1
    (invoice,) = invoices.of_document(copies[0].document)
    assert {holding.member_id for holding in invoice.holdings} == {wei.id, fang.id}


@pytest.mark.full
def test_reading_a_picture_again_looks_again(wei, fang, look):
    copy = hand_in(without_code(), wei)
    look()
    repair.read_again(copy.document, by=fang)
    assert look() == 1
    assert [one.key.number for one in invoices.of_document(copy.document)] == [ONE.number]
