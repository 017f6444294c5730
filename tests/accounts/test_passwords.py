"""Passwords: which are taken, what a change ends, and the ways back in by letter or by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message

import pytest
from sqlalchemy import select

from app.accounts import members, passwords, people
from app.accounts.models import Link, Person
from app.accounts.people import Newcomer
from app.accounts.roles import Role
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.mail import Letter
from tests import make
from tests.accounts.postbox import Postbox, open_postbox
from tests.browser_like import BASE, HOST, Browser

FRESH = "seven slow rivers hum along"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


@pytest.fixture
def letters(app, postbox) -> list[Message]:
    """What was sent; asking for it gives the application its mail server."""
    app.extensions["settings"] = replace(app.extensions["settings"], smtp=postbox.address)
    return postbox.letters


def reset_path(letter: Message) -> str:
    (line,) = [one for one in letter.get_content().split() if "/reset/" in one]
    assert line.startswith(f"{BASE}/reset/")
    return line.removeprefix(BASE)


@pytest.mark.parametrize(
    ("password", "about", "privileged", "refusal"),
    [
        ("elf signs say", [], False, None),
        ("elf signs on", [], False, None),
        ("elf sign on", [], False, passwords.TooShort),
        ("elf signs on", [], True, passwords.TooShort),
        ("elf signs on top", [], True, None),
        ("茶壶在安静地唱歌给月亮听", [], False, None),
        ("a" * 129, [], False, passwords.TooLong),
        ("P@ssw0rd2026", [], False, passwords.Guessable),
        ("123456789012", [], False, passwords.Guessable),
        ("aaaaaaaaaaaaaaaa", [], True, passwords.Guessable),
        ("Wang.Xiaoming1", ["Wang.Xiaoming"], False, passwords.Guessable),
        ("xiaoming@example.com", ["xiaoming@example.com"], False, passwords.Guessable),
        ("北京示例茶叶有限公司2026", ["北京示例茶叶有限公司"], False, passwords.Guessable),
    ],
)
def test_which_passwords_are_taken(password, about, privileged, refusal):
    if refusal is None:
        kept = passwords.make(password, about=about, is_privileged=privileged)
        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
        assert passwords.matches(password, kept) and not passwords.matches(password + " ", kept)
    else:
        with pytest.raises(refusal):
            passwords.make(password, about=about, is_privileged=privileged)


def test_no_character_is_cut_off_and_accents_may_be_typed_either_way():
    kept = passwords.make("é" * 3 + "x9 Ω tail " * 12, about=[])
    assert passwords.matches("e\u0301" * 3 + "x9 Ω tail " * 12, kept)
    assert not passwords.matches("é" * 3 + "x9 Ω tail " * 11 + "x9 Ω tall ", kept)
    assert not passwords.matches("anything", None)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_name_of_the_company_is_no_password(app, browser, lin, tea):
    url = members.invite([Role.EMPLOYEE], email="", unit=None, by=lin).removeprefix(BASE)
    typed = {"name": "新人", "email": "new@example.com", "phone": "", "password": f"{tea.name}2026"}
    page = browser.post(url, **typed)
    assert page.status == 422 and "easy to guess" in page.words()

    own = Newcomer("王", "w@example.com", "", "w@example.com")
    with pytest.raises(passwords.Guessable), transaction():
        people.add(own)
    browser.sign_in(lin)
    page = browser.post("/me/password", current=make.PASSWORD, password=f"{tea.name}99999")
    assert page.status == 422 and "easy to guess" in page.words()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_new_password_ends_the_other_devices(app, fang, lin):
    here, there = Browser(app).sign_in(fang), Browser(app).sign_in(fang)
    words = {"wrong": "not your current password", make.PASSWORD: "at least 15 characters"}
    for current, sentence in words.items():
        page = here.post("/me/password", current=current, password="elf signs on")
        assert page.status == 422 and sentence in page.words()
    there.see("/me")

    assert here.post("/me/password", current=make.PASSWORD, password=FRESH).status == 303
    here.see("/me")
    there.see("/me", status=303)
    assert there.post("/sign-in", identifier=fang.person.phone, password=FRESH).status == 303


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_letter_leads_back_in_once(app, browser, wei, letters, work):
    at_work = Browser(app).sign_in(wei)
    people.speak(wei.person, "zh")
    for name in (f" {wei.person.email.upper()} ", "nobody@example.com"):
        answer = browser.client.post("/forgotten", data={"identifier": name},
                                     headers={"Host": "evil.example", "X-Forwarded-Host": "evil",
                                              "Origin": "http://evil.example"})  # fmt: skip
        assert answer.status_code == 200
    work()
    (letter,) = letters
    assert letter["To"] == wei.person.email and "验票密码" in letter["Subject"]
    assert "30分钟" in letter.get_content() and "evil" not in letter.as_string()
    kept = db.session.scalars(select(Letter)).one()
    assert kept.sent_at and kept.text == "", "the link is not left lying about"

    path = reset_path(letter)
    browser.see(path)
    assert browser.post(path, password="short").status == 422
    assert browser.post(path, password=FRESH).headers["Location"] == "/sign-in"
    at_work.see("/me", status=303)
    assert browser.post(path, password=FRESH + "!").status == 404
    assert browser.post("/sign-in", identifier=wei.person.email, password=FRESH).status == 303


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_letter_is_in_the_readers_language_and_its_link_ends(app, browser, wei, letters, work):
    people.speak(wei.person, "en")
    for _ in range(3):
        browser.post("/forgotten", identifier=wei.person.phone)
        let_minutes_pass(6)
    work()
    assert {one["Subject"] for one in letters} == {"Reset your Yanpiao password"}
    first, second, third = (reset_path(one) for one in letters)
    with transaction():
        oldest = db.session.scalars(select(Link).order_by(Link.id)).first()
        oldest.expires_at = now() - timedelta(seconds=1)
    browser.see(first, status=404)

    assert browser.post(second, password=FRESH).status == 303
    work()
    browser.see(third, status=404)
    assert letters[-1]["Subject"] == "Your Yanpiao password was changed"
    assert HOST not in letters[-1].get_content()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nobodys_mailbox_is_flooded(browser, wei, letters, work):
    for _ in range(4):
        assert browser.post("/forgotten", identifier=wei.person.email).status == 200
    work()
    assert len(letters) == 1


def let_minutes_pass(minutes: int) -> None:
    """For the links that were asked for so far."""
    with transaction():
        for link in db.session.scalars(select(Link)):
            link.made_at -= timedelta(minutes=minutes)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_administrator_hands_over_a_link_and_never_a_password(app, lin, wei, stranger):
    boss, before = Browser(app).sign_in(lin), wei.person.password_hash
    page = boss.post(f"/company/members/{wei.id}/reset-link")
    (shown,) = (one.text for one in page.all("code") if one.get("id") == "reset-url")
    assert wei.person.password_hash == before
    path = shown.removeprefix(BASE)
    assert Browser(app).post(path, password=FRESH).status == 303
    Browser(app).see(path, status=404)
    assert boss.post(f"/company/members/{stranger.id}/reset-link").status == 404
    assert db.session.get(Person, wei.person_id).password_hash != before
