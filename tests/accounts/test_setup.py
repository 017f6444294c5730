"""The first company, later ones, one's own space, and which company is in use."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import companies, links
from app.accounts.models import Company, Device, Link, Member, Purpose
from app.journal import journal
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE, Browser

HOUSE = {"company": "北京示例茶叶有限公司", "tax_id": "91000000000000001Q", "name": "林管理",
         "email": "lin@example.com", "phone": "", "password": make.PASSWORD}  # fmt: skip


def setup_path() -> str:
    with transaction():
        return links.make(Purpose.SETUP).removeprefix(BASE)


def good_tax_id(sequence: int = 1) -> str:
    return make.specimens.tax_id(sequence)


@SQLITE_FIRST
def test_the_setup_link_makes_one_company_and_then_no_more(browser, app):
    path, spare = setup_path(), setup_path()
    browser.see(path)
    answer = browser.post(path, **{**HOUSE, "tax_id": good_tax_id()})

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    member = db.session.scalars(select(Member)).one()
    assert set(member.role_words) == {"administrator", "employee"}
    assert db.session.scalars(select(Link).where(Link.used_at.is_not(None))).one().company_id
    assert HOUSE["company"] in browser.see("/me").words()

    again = {**HOUSE, "tax_id": good_tax_id(2), "email": "evil@example.com"}
    assert Browser(app).post(path, **again).status == 404
    assert Browser(app).post(spare, **again).status == 422, "printed twice, used once"
    assert len(db.session.scalars(select(Company)).all()) == 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_setup_link_is_over_after_two_hours(browser):
    path = setup_path()
    with transaction():
        db.session.scalars(select(Link)).one().expires_at = now() - timedelta(seconds=1)

    assert "no longer works" in browser.see(path, status=404).words()
    assert browser.post(path, **{**HOUSE, "tax_id": good_tax_id()}).status == 404
    assert not companies.has_administrator()
    browser.see("/setup/" + "x" * 43, status=404)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_tax_id_is_refused_by_the_character_that_is_wrong(browser):
    path, right = setup_path(), good_tax_id()
    wrong_check = right[:-1] + ("0" if right[-1] != "0" else "1")
    cases = {
        right[:3] + "O" + right[4:]: ("Character 4 is O", "Did you mean 0?"),
        right[:3] + "#" + right[4:]: ("Character 4 is #",),
        right[:-1]: ("this one has 17",),
        wrong_check: (f"should be {right[-1]}, not {wrong_check[-1]}",),
        "": ("Please fill this in.",),
    }
    for typed, sentences in cases.items():
        page = browser.post(path, **{**HOUSE, "tax_id": typed})
        assert page.status == 422
        for sentence in sentences:
            assert sentence in page.words(), typed
    assert not companies.has_administrator()

    spaced = " ".join([right[:6].lower(), right[6:12], right[12:]])
    assert browser.post(path, **{**HOUSE, "tax_id": spaced}).status == 303
    assert db.session.scalars(select(Company)).one().tax_id == right


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_older_tax_ids_are_taken_with_a_warning(browser, lin):
    browser.sign_in(lin)
    cases = {"110101000000001": "old form with 15", "11010119900307889712": "id card number"}
    for tax_id, warning in cases.items():
        answer = browser.post("/me/company/new", company=f"公司 {tax_id}", tax_id=tax_id)
        assert answer.status == 303
        assert warning in browser.see("/company").words()
        assert warning not in browser.see("/company").words()
    assert set(cases) <= set(db.session.scalars(select(Company.tax_id)))


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_later_company_is_in_use_at_once_and_one_may_switch_back(browser, app, lin, tea):
    browser.sign_in(lin)
    assert browser.post("/me/company/new", company="二号", tax_id=tea.tax_id).status == 422
    browser.post("/me/company/new", company="二号公司", tax_id=good_tax_id(3))
    page = browser.see("/me").words()
    assert "二号公司" in page and tea.name in page
    device = db.session.scalars(select(Device)).one()
    assert device.member.company.name == "二号公司"

    assert browser.post("/me/company", member_id=lin.id).status == 303
    db.session.expire_all()
    assert device.member_id == lin.id
    stranger = make.member("外人", make.company("外公司", 4), "employee")
    assert browser.post("/me/company", member_id=stranger.id).status == 404


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_whoever_registers_alone_has_a_space_of_their_own(browser, app):
    typed = {"name": "周散客", "phone": "+86 139 1234 5678", "email": "", "password": make.PASSWORD}
    assert browser.post("/register", **typed).status == 303

    member = db.session.scalars(select(Member)).one()
    assert member.company.is_personal and member.person.phone == "13912345678"
    assert "My own space" in browser.see("/me").words()
    assert browser.post("/files", files=[(make.picture(), "photo.png")]).status == 303
    assert not companies.has_administrator(), "a space is no company: setup is still due"
    assert browser.post("/register", **typed).status == 422


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_settings_and_modules_are_changed_and_remembered(browser, lin, tea):
    browser.sign_in(lin)
    old, new = tea.tax_id, good_tax_id(5)
    browser.post("/company/settings", company="新名公司", tax_id=new)
    browser.post("/company/modules", module="mail")
    db.session.expire_all()

    assert (tea.name, tea.tax_id, tea.modules_off) == ("新名公司", new, ["ledger"])
    changed = db.session.scalars(
        select(journal.Entry).where(journal.Entry.action == "company-changed")
    ).one()
    assert changed.facts["before"]["tax_id"] == old

    browser.post("/company/units", name="销售部", cost_centre="S01")
    assert browser.post("/company/units", name="销售部").status == 422
    browser.post("/company/grades", name="经理")
    assert "销售部" in browser.see("/company/units").words()


@pytest.mark.parametrize("path", ["/setup/x", "/reset/x", "/invitation/x", "/join/x"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_made_up_link_says_so(browser, path):
    assert browser.see(path, status=422 if "join" in path else 404).all("h1")
