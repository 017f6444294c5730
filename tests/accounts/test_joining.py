"""Invitations, the join code, and who decides."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import companies, links, members
from app.accounts.models import Link, Member, Standing
from app.accounts.people import Newcomer
from app.accounts.roles import NotYourOwn, Role
from app.notices.models import Notice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE, Browser

NEW = {"name": "新人", "email": "new@example.com", "phone": "", "password": make.PASSWORD}


def invited(browser: Browser, **typed) -> str:
    page = browser.post("/company/invitations", **typed)
    assert page.status == 200, page.text[:500]
    (shown,) = (one for one in page.all("code") if one.get("id") == "invitation-url")
    assert shown.text.startswith(f"{BASE}/invitation/")
    return shown.text.removeprefix(BASE)


def seat(company, name: str) -> Member:
    query = select(Member).where(Member.company_id == company.id)
    return next(one for one in db.session.scalars(query) if one.name == name)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_somebody_new_comes_in_once_with_the_roles_of_the_invitation(browser, app, lin, tea):
    browser.sign_in(lin)
    path = invited(browser, roles=["approver", "employee"], email="New@Example.com")
    assert "new@example.com" in browser.see("/company").words()

    guest = Browser(app)
    assert "new@example.com" in guest.see(path).text
    assert guest.post(path, **{**NEW, "password": "short"}).status == 422
    assert guest.post(path, **NEW).status == 303
    guest.see("/invoices")
    assert seat(tea, "新人").role_words == ["approver", "employee"]

    Browser(app).see(path, status=404)
    other = {**NEW, "email": "second@example.com"}
    assert Browser(app).post(path, **other).status == 404
    assert db.session.scalars(select(Link)).one().token_hash not in path


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_somebody_known_comes_in_as_themselves(browser, app, lin, tea, stranger):
    browser.sign_in(lin)
    path = invited(browser, roles=["auditor"], email="")
    known = Browser(app).sign_in(stranger)
    assert "陌生人" in known.see(path).words()
    assert known.post(path).status == 303

    assert seat(tea, "陌生人").person_id == stranger.person_id
    assert seat(tea, "陌生人").role_words == ["auditor"]
    assert tea.name in known.see("/me").words()

    typed = {**NEW, "email": stranger.person.email}
    page = Browser(app).post(invited(browser, roles=["employee"], email=""), **typed)
    assert page.status == 422 and "Sign in first" in page.words()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_invitation_ends_by_time_or_by_being_withdrawn(browser, app, lin, tea):
    browser.sign_in(lin)
    old, withdrawn = (invited(browser, roles=[], email="") for _ in range(2))
    first, second = db.session.scalars(select(Link).order_by(Link.id)).all()
    with transaction():
        first.expires_at = now() - timedelta(seconds=1)
    assert browser.post(f"/company/invitations/{second.id}/withdrawal").status == 303
    for path in (old, withdrawn):
        assert Browser(app).post(path, **NEW).status == 404
    assert len(db.session.scalars(select(Member)).all()) == 1


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_code_only_lets_people_ask(browser, app, lin, tea, work):
    browser.sign_in(lin)
    browser.post("/company/join-code")
    db.session.expire_all()
    code = tea.join_code
    guest = Browser(app)
    typed = f" {code[:4].lower()} {code[4:]} "
    assert guest.post("/join", code=typed).headers["Location"] == f"/join/{code}"
    assert guest.post("/join", code="WRONG").status == 422
    answer = guest.post(f"/join/{code}", **NEW)
    assert answer.headers["Location"] == f"/join/{code}/asked"
    guest.see(f"/join/{code}/asked")

    asking = seat(tea, "新人")
    assert asking.standing is Standing.ASKED and asking.role_words == ["employee"]
    assert tea.name not in guest.see("/invoices").words(), "only their own space so far"
    assert guest.post("/me/company", member_id=asking.id).status == 404
    assert guest.post(f"/join/{code}").status == 422, "asking twice"

    work()
    assert "新人 asks to join" in browser.see("/notices").words()
    assert browser.post(f"/company/members/{asking.id}/decision", admit="yes").status == 303
    work()
    assert "To do" not in browser.see("/notices").words()
    assert guest.post("/me/company", member_id=asking.id).status == 303
    assert tea.name in guest.see("/me").words()


@SQLITE_FIRST
def test_who_is_refused_hears_of_it_and_may_ask_again(browser, app, lin, tea, work):
    code = companies.renew_join_code(tea, by=lin)
    guest = Browser(app)
    guest.post(f"/join/{code}", **NEW)
    asking = seat(tea, "新人")
    for _ in range(2):
        work()
        tasks = db.session.scalars(select(Notice).where(Notice.member_id == lin.id)).all()
        assert [one.kind_word for one in tasks if one.is_open_task] == ["joining_asked"]
        before = guest.see("/notices").text.count("did not let you join")
        members.decide(asking, admit=False, by=lin)
        work()
        assert guest.see("/notices").text.count("did not let you join") == before + 1
        assert guest.post(f"/join/{code}").status == 303
        assert asking.standing is Standing.ASKED


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_renewed_code_kills_the_old_one(browser, lin, tea, wei):
    old = companies.renew_join_code(tea, by=lin)
    new = companies.renew_join_code(tea, by=lin)
    browser.see(f"/join/{old}", status=422)
    browser.see(f"/join/{new}")
    assert browser.sign_in(wei).post("/company/join-code").status == 403


@SQLITE_FIRST
def test_a_decision_is_for_somebody_who_asks_and_by_somebody_else(lin, wei):
    with pytest.raises(NotYourOwn):
        members.decide(lin, admit=True, by=lin)

    members.decide(wei, admit=False, by=lin)
    assert wei.standing is Standing.ACTIVE, "wei never asked"
    members.remove(wei, by=lin)
    members.decide(wei, admit=True, by=lin)
    assert wei.standing is Standing.LEFT, "who left comes back by asking only"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_two_people_with_one_invitation(app, lin, tea):
    url = members.invite([Role.EMPLOYEE], email="", unit=None, by=lin)
    token = url.rpartition("/")[2]
    members.register(token, Newcomer("甲", "a@example.com", "", make.PASSWORD))
    with pytest.raises(links.Gone):
        members.register(token, Newcomer("乙", "b@example.com", "", make.PASSWORD))
    names = {one.name for one in db.session.scalars(select(Member))}
    assert names == {"林管理", "甲"}
