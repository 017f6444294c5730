"""The cleaning page: groups as cards, decisions by plain forms, two papers compared."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import specimens
from app.intake import intake
from app.invoices import changes, cleaning, invoices
from app.invoices.cleaning_models import Decision, Group, Sort, State
from app.invoices.models import Invoice
from app.plumbing.db import db, transaction
from tests import make
from tests.browser_like import BASE
from tests.photographed import by_chance, printed
from tests.sheets import bureau

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def only(sort: Sort) -> Group:
    cleaning.catch_up()
    return db.session.scalars(select(Group).where(Group.sort == sort)).one()


def decide(browser, group: Group, **typed: str):
    return browser.post(f"/cleaning/{group.id}/decision", seen=cleaning.version(group), **typed)


def altered_files(more: int = 100) -> list[bytes]:
    """Two originals: the number has another digit, and the total is ``more`` fen higher."""
    one = make.specimen(44285249, total="1060.00", drawer="样某")
    (line,) = one.lines
    other = replace(
        one,
        number=specimens.number(44785249),
        lines=(replace(line, amount=line.amount + Money(more)),),
    )
    return [specimens.draw_pdf(one), specimens.draw_pdf(other)]


def test_a_split_bill_is_explained_and_taken_back_without_a_script(browser, fang, wei):
    for number in (100, 500):
        make.invoice(wei, number)
    group = only(Sort.SPLIT)
    browser.sign_in(fang)
    words = browser.see("/cleaning").words()
    assert "Same seller, total and day" in words and "魏员工" in words and "¥106.00" in words
    assert "Keep this one" not in words, "split bills are all true"

    pressed = [one for one in browser.see("/cleaning").all("button") if one.get("form")]
    assert pressed[0].get("name") == "explain", "Enter in the reason presses the first of its form"
    assert decide(browser, group).status == 422, "a reason is needed"
    answer = decide(browser, group, why="Several rooms")
    assert answer.status == 303
    assert "Undo" in browser.see(answer.headers["Location"]).words()
    assert "Several rooms" in browser.see("/cleaning?state=decided").words()
    assert decide(browser, group, why="Group meal").status == 409

    decision = db.session.scalars(select(Decision)).one()
    undone = browser.post(f"/cleaning/decisions/{decision.id}/undoing")
    assert "Taken back" in browser.see(undone.headers["Location"]).words()
    assert only(Sort.SPLIT).state is State.OPEN


def test_two_files_of_which_one_is_altered_are_compared_and_one_is_kept(browser, fang, wei, work):
    for data in altered_files():
        intake.hand_in(BytesIO(data), "发票.pdf", by=wei)
    work()
    group = only(Sort.ALTERED)
    browser.sign_in(fang)
    page = browser.see(f"/cleaning/{group.id}")
    assert len(page.all("img")) >= 2 and len(page.all("two-papers")) == 1
    assert {"2", "7"} <= {"".join(one.itertext()) for one in page.all("mark")}
    for image in page.all("two-papers")[0].iter("img"):
        assert browser.client.get(image.get("src"), base_url=BASE).data[8:12] == b"WEBP"

    kept = group.members[0]
    assert decide(browser, group, keep="nobody").status == 422
    assert decide(browser, group, keep=kept).status == 303
    left = db.session.scalars(invoices.visible_to(fang)).all()
    assert [one.id for one in left] == [kept]
    assert "Kept" in browser.see("/cleaning?state=decided").words()


@pytest.mark.full
def test_holders_are_asked_by_one_tap(browser, fang, wei):
    for number in (11, 12):
        make.invoice(wei, number, total=Money(number * 100))
    group = only(Sort.RUN)
    browser.sign_in(fang)
    answer = decide(browser, group, ask="1")
    assert "The holders were asked" in browser.see(answer.headers["Location"]).words()
    browser.sign_in(wei)
    assert "方财务 asks you to explain it" in browser.see("/notices").words()

    browser.sign_in(fang)
    facts = {"seen": cleaning.version(group), "ask": "1"}
    onward = browser.post(f"/cleaning/{group.id}/decision?next=/review", **facts)
    assert onward.headers["Location"] == "/review"
    assert "The holders were asked" in browser.see("/review").words(), "and not that it was decided"


@pytest.mark.full
def test_two_photos_of_which_one_is_altered_are_a_pair(fang, wei, look):
    for place, number in enumerate((44285249, 44785249)):
        one = make.specimen(number, total="665.68", issued=date(2026, 11, place + 3), drawer="样某")
        taken = BytesIO()
        by_chance(printed(bureau(one)), place + 1).save(taken, "JPEG", quality=85)
        taken.seek(0)
        intake.hand_in(taken, f"{place}.jpg", by=wei)
    look()
    group = only(Sort.ALTERED)
    assert len(group.members) == 2


def test_a_paper_whose_number_cannot_be_read_is_known_by_the_other(fang, wei, work):
    for place, data in enumerate(altered_files(more=0)):
        intake.hand_in(BytesIO(data), f"{place}.pdf", by=wei)
    work()
    first, second = db.session.scalars(invoices.visible_to(fang).order_by(Invoice.id)).all()
    with transaction():
        second.key = InvoiceKey.file("a" * 64)
        changes.tell(second, "learned", "pdf")
    group = only(Sort.TWICE)
    assert group.members == sorted([first.id, second.id])


def test_what_was_let_go_is_still_told_of_and_given_back(browser, fang, wei, tea, work):
    other = make.member("李同事", tea, "employee")
    for member in (wei, other):
        intake.hand_in(make.picture(3), "photo.png", by=member)
    work()
    group = only(Sort.FILE)
    browser.sign_in(fang)
    assert "2 people brought the very same file" in browser.see("/cleaning?only=same").words()
    assert decide(browser, group, keep=wei.id).status == 303
    words = browser.see("/cleaning?state=decided").words()
    assert "2 people" in words and "Kept one, let the others go" in words
    browser.sign_in(other)
    assert "is there already: 方财务 kept the other one" in browser.see("/notices").words()
