"""What is mended in a list: a file without a number, and a row while the others go on."""

from io import BytesIO

import pytest

from app.intake import batches, piles
from app.intake.intake import READ
from app.intake.models import State
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import listed, numbers, rows, text
from tests.intake.test_asking import WHOLE, blank

HEAD = ["发票号码", "开票日期", "价税合计"]


@SQLITE_FIRST
def test_the_row_of_a_file_becomes_the_invoice_whose_number_was_typed(browser, fang, work):
    pile = piles.begin("照片", 1, by=fang)
    item = piles.add(pile, piles.Brought("糊.png", blank()), 1, key="one", then=READ)
    work()
    assert item.state is State.REFUSED
    document_id = item.copy.document_id
    assert browser.sign_in(fang).post("/ask", document=document_id, **WHOLE).status == 303
    (row,) = rows(pile)
    assert row.state is State.DONE and row.invoice and listed(pile, fang) == {row.invoice_id}
    assert row.invoice.key.number in browser.see(f"/batches/{pile.id}").text.replace(
        "</span><span>", ""
    )


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_while_a_row_is_mended_the_rows_stay_as_they_are(browser, fang, work):
    make.ledger(fang, [make.export_row(make.specimen(1))])
    lines = text([HEAD, *numbers(1, 1), ["123", "2026-11-10", "1.00"]])
    browser.sign_in(fang).post("/batches", file=(BytesIO(lines.read()), "清单.csv"))
    (batch,) = db.session.scalars(batches.visible_to(fang))
    if batch.step.value == "asked":
        batches.choose(batch, batch.columns["sheet"], batch.columns["places"], by=fang)
    work()
    wrong = rows(batch)[1]
    part = browser.see(f"/batches/{batch.id}/rows/{wrong.id}", htmx=True)
    assert f'name="edit" value="{wrong.id}"' in part.text
    still = browser.see(f"/batches/{batch.id}?edit={wrong.id}", htmx=True)
    assert "HX-Trigger" not in still.headers
    assert browser.see(f"/batches/{batch.id}", htmx=True).headers["HX-Trigger"] == "batch-moved"
