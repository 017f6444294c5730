"""A file of a pile that was refused, and another in its place."""

from io import BytesIO

import pytest

from app.documents import specimens
from app.documents.models import Copy
from app.intake import intake, piles
from app.intake.intake import READ
from app.intake.models import State
from app.journal.models import Entry
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import listed, rows
from tests.intake.test_asking import blank


def xml(number):
    return BytesIO(specimens.write_xml(make.specimen(number)))


@pytest.fixture
def refused(wei, work):
    """A pile of two: a photo without anything on it, and one that the device could not open."""
    pile = piles.begin("照片", 2, by=wei)
    piles.add(pile, piles.Brought("糊.png", blank()), 1, key="one", then=READ)
    piles.add(pile, piles.Brought("坏.heic", BytesIO(), "unopened"), 2, key="two", then=READ)
    work()
    assert [row.state for row in rows(pile)] == [State.REFUSED] * 2
    return pile


def way(item, *, key="again"):
    address = f"/batches/{item.batch_id}/rows/{item.id}/file?after={item.row - 1}&edit={item.id}"
    return address, {"_key": key}


def test_both_become_the_invoice_that_the_other_file_is(browser, wei, refused, work):
    browser.sign_in(wei)
    for number, item in enumerate(rows(refused), start=1):
        address, form = way(item, key=f"key-{number}")
        answer = browser.post(address, file=(xml(number), f"{number}.xml"), **form)
        assert answer.status == 303 and answer.headers["Location"].endswith(f"#row-{number}")
        assert item.state is State.WAITING and item.texts == {"file": f"{number}.xml"}
    work()
    done = rows(refused)
    assert [row.state for row in done] == [State.DONE] * 2 and refused.taken == 2
    assert [row.invoice.key.number for row in done] == [make.specimen(n).number for n in (1, 2)]
    assert listed(refused, wei) == {row.invoice_id for row in done}
    assert sorted(copy.name for copy in db.session.query(Copy)) == ["1.xml", "2.xml", "糊.png"]
    told = [one.facts for one in db.session.query(Entry).filter_by(action="batch-row-mended")]
    assert [one["before"] for one in told] == [{"file": "糊.png"}, {"file": "坏.heic"}]


@SQLITE_FIRST
def test_a_file_that_is_no_invoice_is_refused_beside_the_field_and_the_row_stays(
    browser, wei, refused
):
    item = rows(refused)[1]
    address, form = way(item)
    browser.sign_in(wei)
    page = browser.post(address, file=(BytesIO(b"PK\3\4 no invoice"), "合同.docx"), **form)
    assert page.status == 422 and f'id="mend-{item.row}-file"' in page.text
    assert 'aria-invalid="true"' in page.text
    nothing = browser.post(address, **form)
    assert nothing.status == 422
    assert item.state is State.REFUSED and item.texts == {"file": "坏.heic"}


def test_sent_twice_it_is_one_file(browser, wei, refused, work):
    item = rows(refused)[0]
    browser.sign_in(wei)
    for _ in range(2):
        address, form = way(item)
        assert browser.post(address, file=(xml(1), "一.xml"), **form).status == 303
        work()
    piles.replace(item, piles.Brought("一.xml", xml(1)), key="again", then=READ)
    assert item.state is State.DONE and db.session.query(Copy).count() == 2, "also if unheard"


@SQLITE_FIRST
def test_a_row_that_was_answered_meanwhile_keeps_its_answer_and_the_file_is_kept(
    browser, wei, refused, work
):
    item = rows(refused)[0]
    address, form = way(item, key="first")
    browser.sign_in(wei).post(address, file=(xml(1), "一.xml"), **form)
    work()
    address, form = way(item, key="second")
    assert browser.post(address, file=(xml(2), "二.xml"), **form).status == 422
    work()
    assert item.invoice.key.number == make.specimen(1).number
    assert {copy.name for copy in db.session.query(Copy)} >= {"一.xml", "二.xml"}


@SQLITE_FIRST
def test_a_file_that_was_read_before_answers_the_row_at_once(browser, wei, refused, work):
    intake.hand_in(xml(3), "三.xml", by=wei)
    work()
    item = rows(refused)[0]
    address, form = way(item)
    browser.sign_in(wei).post(address, file=(xml(3), "三.xml"), **form)
    assert item.state is State.DONE and item.invoice.key.number == make.specimen(3).number


@SQLITE_FIRST
def test_only_whoever_brought_the_pile_is_asked_for_another_file(browser, fang, wei, refused):
    item = rows(refused)[0]
    address, form = way(item)
    asked = f"/batches/{refused.id}?edit={item.id}"
    assert 'type="file"' not in browser.sign_in(fang).see(asked).text
    assert browser.post(address, file=(xml(1), "一.xml"), **form).status == 403
    typed = browser.sign_in(wei).post(address.partition("/file")[0], number="1" * 20)
    assert typed.status == 404 and item.texts == {"file": "糊.png"}, "a file says what it says"
    page = browser.see(asked)
    assert 'type="file"' in page.text and f"/ask?document={item.copy.document_id}" in page.text
