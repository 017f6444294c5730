"""The pile is gone through by the keyboard alone."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from app.accounts.models import Member
from app.core.invoice import InvoiceKey
from app.documents import specimens
from app.documents.models import Copy
from app.intake import intake, review_queue
from app.intake.models import Review
from app.intake.review_queue import Asked
from app.invoices import invoices, told
from app.plumbing.db import db, transaction
from app.verification import checks
from tests import make
from tests.installation import until

pytestmark = pytest.mark.xdist_group("browser")
Make = Callable[[Member, range], list[str]]


def seat(phone: str) -> Member:
    """Who has that number."""
    return db.session.scalars(select(Member).join(Member.person).filter_by(phone=phone)).one()


def typed(by: Member, sequences: range) -> list[str]:
    """Invoices whose codes say another total than their paper, in the order of the line."""
    with transaction():
        made = [
            invoices.type_in(InvoiceKey.of("", specimens.number(sequence)), values, by=by)
            for sequence in sequences
            for values in ({"issued": "2026-06-01", "total": "682.00"},)
        ]
        for one in made:
            told.note_typed(one, {"total": "628.00"}, by, "scanned")
            told.settle(one)
            checks.check(one)
    return sorted(one.id for one in made)


def doubts(by: Member, sequences: range) -> list[str]:
    """Invoices whose page and whose typed total differ, in the order of the line."""
    copies = []
    for sequence in sequences:
        one = make.specimen(sequence, total="628.00", issued=make.date(2026, 6, 1))
        file = BytesIO(specimens.draw_pdf(one))
        copies.append(intake.hand_in(file, f"{sequence}.pdf", by=by))
    read = select(func.count()).where(Copy.member_id == by.id, Copy.read_at.is_not(None))
    until(lambda: db.session.rollback() or db.session.scalar(read) == len(copies), 60)
    with transaction():
        for sequence in sequences:
            key = InvoiceKey.of("", specimens.number(sequence))
            checks.check(invoices.type_in(key, {"total": "682.00"}, by=by))
    return sorted(invoices.of_document(copy.document)[0].id for copy in copies)


@pytest.fixture
def pile(house):
    """Some that are doubtful, of somebody of their own; who goes through, and the ids in turn."""

    def made(count: int, start: int, make_them: Make = doubts) -> tuple[str, list[str]]:
        brings, decides = house.person("魏送"), house.person("方核", "finance")
        with house.installation.inside():
            wei, fang = seat(brings), seat(decides)
            with transaction():
                for one in db.session.scalars(review_queue.waiting(fang, Asked())):
                    one.review_for = None
            return decides, make_them(wei, range(start, start + count))

    return made


def decisions(house, ids: list[str]) -> list[tuple[str, str, str]]:
    """Of each in turn what was decided and not taken back, why, and its total."""
    with house.installation.inside():
        kept = select(Review).where(Review.undone_at.is_(None), Review.invoice_id.in_(ids))
        found = db.session.scalars(kept.order_by(Review.id)).all()
        assert [one.invoice_id for one in found] == ids[: len(found)]
        return [(one.decision.value, one.reason, one.invoice.total.yuan) for one in found]


def test_three_invoices_by_the_keyboard_alone(house, look, pile):
    phone, ids = pile(3, 86439100, typed)
    one = look(house.url).sign_in(phone).go("/review")
    keys, present = one.page.keyboard, one.page.locator("#present")
    shown = one.page.locator("#place")
    expect(shown).to_have_text("1 / 3")
    keys.press("j")
    expect(present).to_have_attribute("data-id", ids[1])
    assert one.focus()["tag"] == "h2"
    expect(one.page.get_by_role("status").filter(has_text="2 of 3")).to_have_count(1)
    keys.press("k")
    expect(present).to_have_attribute("data-id", ids[0])
    keys.press("b")
    expect(present.locator("[name=total]")).to_have_value("682.00")
    keys.press("Enter")
    expect(present).to_have_attribute("data-id", ids[1])
    keys.press("1")
    expect(present).to_have_attribute("data-id", ids[2])
    expect(shown).to_have_text("1 / 1")
    keys.press("u")
    expect(present).to_have_attribute("data-id", ids[1])
    expect(shown).to_have_text("1 / 2")
    keys.press("Enter")
    expect(present).to_have_attribute("data-id", ids[2])
    keys.press("e")
    expect(present.locator("[name=total]")).to_be_focused()
    keys.type("1e5")
    keys.press("Enter")
    assert one.focus()["tag"] == "button"
    one.expected.add(422)
    keys.press("Enter")
    expect(present.locator("[name=total]")).to_be_focused()
    keys.press("Control+a")
    keys.type("628")
    keys.press("Enter")
    keys.press("Enter")
    one.reads("All looked at")
    assert decisions(house, ids) == [
        ("right", "", "682.00"), ("right", "", "628.00"), ("right", "", "628.00"),
    ]  # fmt: skip


@pytest.mark.full
def test_fifty_invoices_by_the_keyboard_alone_and_the_next_is_asked_for_ahead(house, look, pile):
    phone, ids = pile(50, 86439200)
    one, asked = look(house.url).sign_in(phone), list[str]()
    one.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    one.go("/review")
    keys, present = one.page.keyboard, one.page.locator("#present")
    for place, invoice_id in enumerate(ids):
        expect(present).to_have_attribute("data-id", invoice_id)
        expect(present.locator("img")).to_have_js_property("complete", True)
        one.page.wait_for_load_state("networkidle")
        last = place == len(ids) - 1
        if place % 10 == 3:
            keys.press(str(1 + place // 10))
        elif place % 10 == 5:
            keys.press("b")
            keys.press("Enter")
        elif place % 10 == 7:
            keys.press("j")
            expect(present).to_have_attribute("data-id", ids[place + 1])
            keys.press("k")
            expect(present).to_have_attribute("data-id", invoice_id)
            keys.press("e")
            keys.press("Control+a")
            keys.type("700.10")
            keys.press("Enter")
            keys.press("Enter")
        elif place % 10 == 9 and not last:
            keys.press("Enter")
            expect(present).to_have_attribute("data-id", ids[place + 1])
            keys.press("u")
            expect(present).to_have_attribute("data-id", invoice_id)
            keys.press("Enter")
        elif last:
            keys.press("Enter")
        else:
            until(lambda: one.page.wait_for_timeout(10) or ids[place + 1] in asked)  # noqa: B023
            keys.press("Enter")
    one.reads("All looked at")
    found = decisions(house, ids)
    assert [reason for decision, reason, _ in found if decision == "sent_back"] == [
        "picture", "title", "amount", "foreign", "voucher",
    ]  # fmt: skip
    assert [found[place][2] for place in (0, 5, 7)] == ["628.00", "682.00", "700.10"]
    assert len(found) == len(ids)


@pytest.mark.full
def test_on_the_phone_one_after_the_other_by_buttons(house, look, pile):
    phone, ids = pile(2, 86439300)
    one = look(house.url, "pixel", viewport={"width": 320, "height": 640})
    one.sign_in(phone).go("/review")
    present = one.page.locator("#present")
    assert not one.overflows()
    for button in one.page.locator("#decide .btn:visible").all():
        assert button.bounding_box()["height"] >= 48
    one.press("The picture cannot be read: take it again")
    expect(present).to_have_attribute("data-id", ids[1])
    one.press("Right as it stands, next")
    one.reads("All looked at")


@pytest.mark.full
def test_a_scan_gun_sends_nothing_back(house, look, pile):
    phone, ids = pile(1, 86439400)
    one = look(house.url).sign_in(phone).go("/review")
    one.gun(specimens.number(86439400))
    expect(one.page).to_have_url(re.compile("/ask"))
    assert decisions(house, ids) == []
