"""Who is what: roles that may not meet, the last administrator, leaving."""

from itertools import combinations

import pytest

from app.accounts import members, roles
from app.accounts.models import Standing
from app.accounts.roles import INCOMPATIBLE, Incompatible, NotYourOwn, Power, Role
from app.plumbing.db import db
from tests import make
from tests.browser_like import Browser

APART = {("cashier", "finance"), ("archivist", "cashier"), ("administrator", "auditor")}


def test_exactly_the_pairs_that_the_law_names_are_refused():
    refused = set()
    for pair in combinations(sorted(Role), 2):
        try:
            roles.check([*pair, Role.EMPLOYEE])
        except Incompatible:
            refused.add(tuple(role.value for role in pair))
    assert refused == APART
    assert len(INCOMPATIBLE) == len(APART)


def test_powers_are_what_the_roles_say_and_the_cashier_keeps_no_books():
    assert roles.powers([]) == frozenset()
    assert roles.powers([Role.CASHIER]) == {Power.HAND_IN}
    assert Power.SEE_ALL not in roles.powers([Role.ADMINISTRATOR, Role.SUPPORT])
    assert roles.powers([Role.AUDITOR]) == {Power.SEE_ALL, Power.READ_JOURNAL}
    assert set(roles.POWERS) == set(roles.ROLE_NAMES) == set(roles.ROLE_TEXTS) == set(Role)
    with pytest.raises(NotYourOwn):
        roles.keep_apart("wei", "wei")
    roles.keep_apart("wei", "lin")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_roles_that_may_not_meet_are_refused_at_both_doors(browser, lin, wei):
    browser.sign_in(lin)
    for pair in APART:
        for path in (f"/company/members/{wei.id}", "/company/invitations"):
            page = browser.post(path, roles=list(pair), email="")
            assert page.status == 422
            assert "duties must stay apart" in page.words()
    db.session.expire_all()
    assert wei.role_words == ["employee"]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_change_of_roles_holds_at_once(browser, app, lin, wei):
    at_work = Browser(app).sign_in(wei)
    browser.sign_in(lin)
    browser.post(f"/company/members/{wei.id}", roles=["employee"])
    at_work.see("/invoices")
    browser.post(f"/company/members/{wei.id}", roles=["auditor", "made-up"])

    at_work.see("/invoices", status=303)
    assert wei.role_words == ["auditor"]
    at_work.sign_in(wei).see("/journal")
    assert at_work.post("/files", files=[(make.picture(), "a.png")]).status == 403


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_somebody_remains_administrator(browser, lin, wei, tea):
    browser.sign_in(lin)
    page = browser.post(f"/company/members/{lin.id}", roles=["employee"])
    assert page.status == 422 and "Somebody must remain administrator" in page.words()
    assert browser.post(f"/company/members/{lin.id}/removal").status == 422
    db.session.expire_all()
    assert lin.role_words == ["administrator"] and lin.standing is Standing.ACTIVE

    deputy = make.member("副手", tea, "administrator")
    assert browser.post(f"/company/members/{lin.id}", roles=["employee"]).status == 303
    assert members.administrators(tea.id) == [deputy]
    browser.see("/company/settings", status=403)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_who_was_removed_is_out_at_once_and_may_come_back_by_invitation(app, browser, lin, wei):
    at_work = Browser(app).sign_in(wei)
    browser.sign_in(lin).post(f"/company/members/{wei.id}/removal")

    at_work.see("/invoices", status=303)
    assert at_work.see("/files/x", htmx=True, status=401).headers["HX-Redirect"]
    assert wei.name not in browser.see("/company").words()
    url = members.invite([Role.EMPLOYEE], email="", unit=None, by=lin)
    members.accept(url.rpartition("/")[2], wei.person)
    assert wei.standing is Standing.ACTIVE
