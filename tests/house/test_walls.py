"""The company is the wall: nothing of one can be seen or touched from another."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from app.accounts import companies, members, signing
from app.accounts.models import Link
from app.bureau.models import RowChange
from app.core.money import Money
from app.documents import specimens
from app.intake import batches, intake
from app.intake.models import Item
from app.invoices import cleaning, deciding, invoices, pairs, saved
from app.invoices.cleaning_models import Group, Sort
from app.invoices.models import Pair
from app.notices import notices
from app.papers import papers
from app.papers.models import Kind
from app.plumbing.db import db, transaction
from app.verification import trust
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.signers import by_rsa


@pytest.fixture
def foreign(app: Flask, tea, lin, fang, wei, work: Callable[[], int]) -> dict[str, str]:
    """An id of each sort of thing, all of the tea company."""
    copy = intake.hand_in(make.picture(), "photo.png", by=wei)
    first = make.ledger(fang, [make.export_row(make.specimen())])
    members.invite([], email="", unit=None, by=lin)
    unit = companies.add_unit(name="销售部", cost_centre="", parent=None, manager=wei, by=lin)
    rides = specimens.draw_rides([specimens.Ride(make.date(2026, 11, 5), "甲", "乙", Money(8640))])
    intake.hand_in(BytesIO(rides), "行程单.pdf", by=wei)
    work()
    with transaction():
        pairs.seek(make.invoice(wei, 7, purpose="taxi", total=Money(8640)))
    row = make.export_row(make.specimen(), 发票状态="已作废")
    make.ledger(fang, [row], exported_on=make.date(2026, 11, 21))
    work()
    signing.open_session(wei.person, agent="", mine=False)
    listed = batches.begin_text(f"{make.specimen(9).number} 样票", by=wei)
    work()
    view = saved.save("茶", {"q": "茶"}, is_shared=True, by=fang)
    for number in (31, 431):
        make.invoice(wei, number)
    cleaning.catch_up()
    group = db.session.query(Group).filter_by(sort=Sort.SPLIT).one()
    decision = deciding.explain(group, "两间房", by=fang, seen=cleaning.version(group))
    certificate = trust.pin(BytesIO(by_rsa("示例电子认证").certificate), by=lin)
    return {
        "batch_id": listed.id,
        "certificate_id": certificate.id,
        "document_id": copy.document_id,
        "copy_id": copy.id,
        "group_id": group.id,
        "decision_id": decision.id,
        "invoice_id": invoices.of_document(copy.document)[0].id,
        "import_id": first.id,
        "item_id": db.session.query(Item).one().id,
        "change_id": db.session.query(RowChange).one().id,
        "member_id": wei.id,
        "pair_id": db.session.query(Pair).one().id,
        "unit_id": unit.id,
        "view_id": view.id,
        "link_id": db.session.query(Link).one().id,
        "notice_id": db.session.scalars(notices.visible_to(fang)).first().id,
        "paper_id": papers.request(Kind.CSV, {"state": {}}, by=wei, language="zh").id,
        "device_id": db.session.scalars(signing.visible_to(wei)).first().id,
    }


WITHOUT_OBJECT = {"token", "code"}
"""Arguments that are secrets themselves: whoever holds one is meant to come in."""


def routes_with_objects(app: Flask) -> list[tuple[str, set[str], str]]:
    found = []
    for rule in app.url_map.iter_rules():
        names = set(rule.arguments) - WITHOUT_OBJECT
        if names:
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            found.append((rule.rule, names, method))
    return found


@SQLITE_FIRST
def test_every_route_with_an_object_has_a_foreign_one_here(app, foreign):
    for rule, names, _ in routes_with_objects(app):
        assert names <= foreign.keys(), f"{rule} is not walled: no foreign {names - foreign.keys()}"


@SQLITE_FIRST
def test_nothing_of_another_company_can_be_seen_or_touched(app, foreign, stranger):
    browser = Browser(app).sign_in(stranger)
    for rule, _, method in routes_with_objects(app):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: foreign[found[1]], rule)
        page = browser.post(path) if method == "POST" else browser.see(path, status=404)
        assert page.status == 404, f"{method} {rule} answered {page.status}"


@SQLITE_FIRST
def test_lists_of_another_company_are_empty(app, foreign, stranger, tea):
    browser = Browser(app).sign_in(stranger)
    for path in ("/", "/invoices", "/bureau", "/company", "/notices", "/batches"):
        words = browser.see(path).words()
        assert tea.name not in words and "photo.png" not in words, path
        assert ".txt" not in words or path != "/batches"


@SQLITE_FIRST
def test_an_employee_sees_only_what_they_brought(app, foreign, tea):
    browser = Browser(app).sign_in(make.member("同事", tea, "employee"))
    browser.see(f"/documents/{foreign['document_id']}/original", status=404)
    browser.see(f"/invoices/{foreign['invoice_id']}", status=404)


@SQLITE_FIRST
def test_finance_sees_all_of_the_company(app, foreign, fang):
    browser = Browser(app).sign_in(fang)
    browser.see(f"/invoices/{foreign['invoice_id']}")
    browser.see(f"/documents/{foreign['document_id']}")


POWERLESS = ("/health", "/journal", "/bureau", "/company/settings", "/company/units",
             "/company/invitations", "/certificates", "/review", "/cleaning",
             "/cleaning/figures")  # fmt: skip


@SQLITE_FIRST
def test_a_page_that_needs_a_power_is_refused_without_it(app, wei):
    browser = Browser(app).sign_in(wei)
    for path in POWERLESS:
        browser.see(path, status=403)


@SQLITE_FIRST
def test_somebody_who_may_only_query_hands_nothing_in(app, tea):
    browser = Browser(app).sign_in(make.member("看客", tea))
    assert browser.post("/files", files=[(make.picture(), "photo.png")]).status == 403


@SQLITE_FIRST
def test_a_switched_off_module_is_not_offered(app, tea, fang, lin):
    companies.switch_modules(tea, ["ledger"], by=lin)
    assert "/bureau" not in Browser(app).sign_in(fang).see("/").text
