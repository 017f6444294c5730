"""Several invoices in one picture: a person puts parts together, and takes that back."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import parts, readings
from app.documents.models import Document
from app.documents.parts import NotTogether
from app.documents.readers.found import Found
from app.documents.readers.sighted import parts as sighted
from app.documents.readers.sighted.seen import Line
from app.intake import asking, intake, repair
from app.invoices import invoices
from app.plumbing.db import transaction
from app.plumbing.settings import settings
from tests import make, sheets
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.photographed import on_desk, printed

FARES = ("88.50", "419.00")


@pytest.fixture
def document(wei, work, look) -> Document:
    """Two paper tickets in one photo, looked at."""
    pages = [printed(sheets.train(fare, "样某某"), (240, 150)) for fare in FARES]
    taken = BytesIO()
    on_desk(*pages).save(taken, "JPEG", quality=88)
    taken.seek(0)
    copy = intake.hand_in(taken, "两张.jpg", by=wei)
    look()
    return copy.document


def totals(document: Document) -> list[str]:
    return sorted(one.total.yuan for one in invoices.of_document(document) if one.total)


@pytest.mark.full
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_parts_are_put_together_and_apart_again(app, document, wei, look):
    first, second = parts.parts(document)
    assert (first.number, second.number) == (1, 2) and first.top + first.height < second.top
    assert totals(document) == sorted(FARES)

    page = Browser(app).sign_in(wei).see(f"/documents/{document.id}")
    assert "2 invoices in this picture" in page.words() and "¥419.00" in page.words()
    Browser(app).sign_in(wei).post(f"/documents/{document.id}/parts", part=[1, 2], seen="old")
    assert totals(document) == sorted(FARES), "the parts were others than those that were seen"
    seen = parts.version(document)
    Browser(app).sign_in(wei).post(f"/documents/{document.id}/parts", part=[1, 2], seen=seen)
    assert totals(document) == []
    assert "being looked at" in Browser(app).sign_in(wei).see(f"/documents/{document.id}").words()
    assert look() == 1
    assert len(parts.parts(document)) < 2 and len(invoices.of_document(document)) < 2

    words = Browser(app).sign_in(wei).see(f"/documents/{document.id}").words()
    assert "Undo what was done by hand" in words
    Browser(app).sign_in(wei).post(f"/documents/{document.id}/parts/again")
    assert look() == 1
    assert totals(document) == sorted(FARES) and not parts.are_by_hand(document)


@pytest.mark.full
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_was_put_together_is_split_at_the_widest_blank(document, wei, look):
    repair.merge_parts(document, [1, 2], by=wei, seen=parts.version(document))
    with transaction():
        seen = {"found": [], "parts": document.reading.facts["parts"]}
        document.reading.facts = {**document.reading.facts, "seen": seen}
    repair.split_part(document, 1, by=wei, seen=parts.version(document))
    look()
    assert totals(document) == sorted(FARES) and parts.are_by_hand(document)
    with pytest.raises(NotTogether):
        repair.split_part(document, 3, by=wei, seen=parts.version(document))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_one_part_or_parts_of_two_pages_are_not_put_together(wei, work):
    copy = intake.hand_in(make.picture(), "photo.png", by=wei)
    work()
    document = copy.document
    with transaction():
        seen = {"found": [], "parts": [{"page": n, "box": [0, 0, 1, 1]} for n in (1, 2)]}
        document.reading.facts = {**document.reading.facts, "seen": seen}
    for numbers in ([], [1], [1, 2], [7, 8]):
        with pytest.raises(NotTogether):
            repair.merge_parts(document, numbers, by=wei, seen=parts.version(document))
    assert not parts.are_by_hand(document)


def ticket(place: int) -> dict[str, object]:
    fare = {"kind_word": "train_ticket", "total": f"{place + 1}0.00"}
    return Found("ocr", fare, body=place).plain()


@pytest.fixture
def three(wei, work) -> Document:
    """A picture in which three tickets without numbers were seen."""
    blank = BytesIO()
    Image.new("RGB", (300, 200), "white").save(blank, "PNG")
    blank.seek(0)
    copy = intake.hand_in(blank, "三张.png", by=wei)
    work()
    reseen(copy.document, *range(3))
    return copy.document


def reseen(document: Document, *places: int) -> None:
    """As if somebody had looked: these tickets, each in its part."""
    reading = document.reading
    ids = [{"id": one["id"]} for one in reading.facts.get("parts", ())] or [{}] * len(places)
    boxes = [{"page": 1, "box": [0, place / 9, 1, (place + 1) / 9]} for place in places]
    found = [{**ticket(place), "body": body} for body, place in enumerate(places)]
    seen = {"found": found, "parts": [b | i for b, i in zip(boxes, ids, strict=True)]}
    with transaction():
        reading.facts = {**reading.facts, "is_picture": True, "seen": seen}
        for copy in document.copies:
            intake.learn(copy, readings.invoices_in(reading))


@SQLITE_FIRST
def test_what_a_person_said_of_a_part_stays_with_it_when_others_are_merged(app, wei, three):
    app.extensions["settings"] = replace(settings(), has_eyes=True)
    third = next(one for one in invoices.of_document(three) if one.total == Money.parse("30.00"))
    repair.correct(third, {"total": "35.00"}, by=wei)
    repair.merge_parts(three, [1, 2], by=wei, seen=parts.version(three))
    assert [part["id"] for part in three.reading.facts["parts"]] == ["0+1", "2"]
    reseen(three, 0, 2)
    assert totals(three) == ["10.00", "35.00"] and third in invoices.of_document(three)


@SQLITE_FIRST
def test_the_number_of_one_ticket_is_that_ones_and_stays(app, wei, three):
    first, second, _ = invoices.of_document(three)
    key = InvoiceKey.of("011001900111", "12345678", issued=None)
    asking.keep(key, {}, by=wei, document=three, slip=second.id)
    assert [one.key.scheme for one in invoices.of_document(three)] == ["file", "vat", "file"]
    reseen(three, 0, 1, 2)
    assert len(invoices.of_document(three)) == 3, "read again it is known by its part"
    with transaction():
        invoices.number(three, InvoiceKey.of("011001900111", "99999999", issued=None), by=wei)
    assert first.key.scheme == "file", "of several none is meant that is not named"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_where_nobody_looks_nothing_is_parted(wei, three):
    before = totals(three)
    for act in (
        lambda: repair.merge_parts(three, [1, 2], by=wei, seen=parts.version(three)),
        lambda: repair.split_part(three, 1, by=wei, seen=parts.version(three)),
    ):
        with pytest.raises(parts.NobodyLooks):
            act()
    with pytest.raises(NotTogether):
        repair.part_again(three, by=wei)
    assert totals(three) == before and len(before) == 3


def test_a_line_is_in_the_smallest_box_around_its_middle():
    def line(x: float, y: float, text: str) -> Line:
        corners = ((x, y), (x + 10, y), (x + 10, y + 4), (x, y + 4))
        return Line(text, corners, 1.0, ((0.0, 1.0),))

    lines = [line(10, 10, "a"), line(60, 10, "b"), line(60, 80, "c"), line(190, 10, "d")]
    boxes = [(0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.5, 0.5)]
    found = sighted.inside(lines, (200, 100), boxes)
    assert [[one.text for one in part] for part in found] == [["a", "c"], ["b"]]


def test_two_papers_are_cut_between_them_and_not_between_their_columns():
    def line(x: float, y: float) -> Line:
        corners = ((x, y), (x + 30, y), (x + 30, y + 10), (x, y + 10))
        return Line("样票", corners, 1.0, ((0.0, 0.5), (0.5, 1.0)))

    first = [line(x, y) for y in (0, 15, 30) for x in (0, 300)]
    second = [line(x, y) for y in (90, 105) for x in (0, 300)]
    assert sighted.halves([*first, *second]) == [first, second]
    assert sighted.halves(first[:1]) == [first[:1]]
    assert sighted.halves([]) == [[]]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_others_of_the_company_do_not_touch_the_parts(app, wei, work, tea):
    copy = intake.hand_in(make.picture(), "photo.png", by=wei)
    work()
    stranger = Browser(app).sign_in(make.member("同事", tea, "employee"))
    assert stranger.post(f"/documents/{copy.document_id}/parts", part=[1, 2]).status == 404
