"""Signing in and out: names, pauses, sessions, devices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import signing
from app.accounts.models import Attempt, Company, Device, Member, Standing
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.web import local
from tests import make
from tests.browser_like import BASE, PHONE, Browser

WRONG = "This account or password is not right."


def fail(identifier: str, address: str = "10.0.0.1", password: str = "wrong") -> str:
    try:
        signing.sign_in(identifier, password, address=address, agent="", mine=False)
    except (signing.Wrong, signing.WrongLast, signing.Waiting) as refusal:
        return str(refusal)
    return "in"


def pause_of(index: int = 0) -> float:
    attempts = db.session.scalars(select(Attempt).where(Attempt.subject.startswith("account:")))
    until = [one.until for one in attempts][index]
    return (until - now()).total_seconds() / 60 if until else 0.0


def let_time_pass() -> None:
    with transaction():
        for attempt in db.session.scalars(select(Attempt)):
            attempt.until = attempt.until and now() - timedelta(seconds=1)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_one_signs_in_by_either_name_however_it_is_typed(app, wei):
    phone, email = wei.person.phone, wei.person.email
    spaced = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    for name in (phone, spaced, f"+86 {spaced}", f"+86{phone}", email, f" {email.upper()} "):
        answer = Browser(app).post("/sign-in", identifier=name, password=make.PASSWORD)
        assert (answer.status, answer.headers.get("Location")) == (303, "/"), name
        (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("sid=")]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age" not in cookie
    tokens = {device.token_hash for device in db.session.scalars(select(Device))}
    assert len(tokens) == 6 and cookie[4:47] not in tokens


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_unknown_account_answers_like_a_known_one(browser, wei):
    said = {}
    for name in (wei.person.phone, "13999999999"):
        pages = [browser.post("/sign-in", identifier=name, password="wrong") for _ in range(6)]
        said[name] = [(page.status, page.words().replace(name, "")) for page in pages]
        assert WRONG in said[name][0][1] and "4 more times" in said[name][0][1]
        assert "Please wait 1 minutes" in said[name][4][1]
        assert "Too many wrong passwords" in said[name][5][1]
    known, unknown = said.values()
    assert known == unknown


@pytest.mark.full
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_pauses_grow_to_a_quarter_of_an_hour_and_end(app, wei):
    name = wei.person.phone
    assert WRONG in fail(name)
    assert signing.sign_in(name, make.PASSWORD, address="10.0.0.1", agent="", mine=False)
    assert db.session.scalars(select(Attempt)).all() == [], "success forgets"

    for _ in range(4):
        assert "more times" in fail(name)
        assert pause_of() == 0
    for minutes in (1, 2, 4, 8, 15, 15):
        assert "Please wait" in fail(name)
        assert pause_of() == pytest.approx(minutes, abs=0.1)
        assert "Too many" in fail(name, password=make.PASSWORD), "the right one must wait too"
        let_time_pass()
    assert fail(name, password=make.PASSWORD) == "in"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_spelling_of_the_name_is_no_new_account(app, wei):
    phone = wei.person.phone
    for spelling in (phone, f"+86{phone}", f"{phone[:3]} {phone[3:]}", f"{phone[:3]}-{phone[3:]}"):
        fail(spelling)
    assert "Please wait" in fail(f" {phone} ")


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_an_address_that_tries_many_accounts_must_wait(app, wei):
    with transaction():
        db.session.add(Attempt(subject="address:10.0.0.9", failures=signing.ADDRESS_TRIES - 1))
    fail("13911111111", "10.0.0.9")
    assert "Too many" in fail(wei.person.phone, "10.0.0.9", make.PASSWORD)
    assert fail(wei.person.phone, "10.0.0.10", make.PASSWORD) == "in"


@pytest.mark.parametrize("next_page", [
    "http://evil.example/", "//evil.example", "/\\evil.example", "https:evil", "javascript:x",
    "/a\nb", "/\tevil", "evil", "", "/ok\\evil",
])  # fmt: skip
def test_next_leads_nowhere_else(next_page):
    assert local(next_page, "/home") == "/home"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_next_leads_back_into_the_house(browser, wei):
    typed = {"identifier": wei.person.phone, "password": make.PASSWORD}
    for asked, found in (("/invoices?before=x", "/invoices?before=x"), ("//evil.example", "/")):
        answer = browser.client.post(f"/sign-in?next={asked}", data=typed, base_url=BASE,
                                     headers={"Origin": BASE})  # fmt: skip
        assert answer.headers["Location"] == found
    closed = Browser(browser.app).see("/me/devices", status=303)
    assert closed.headers["Location"] == "/sign-in?next=/me/devices"
    sent = {"HX-Current-URL": "http://evil.example/invoices?before=x"}
    expired = Browser(browser.app).see("/files/x", htmx=True, status=401, **sent)
    assert expired.headers["HX-Redirect"] == "/sign-in?next=/invoices?before%3Dx"


NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("role", "phone", "mine", "rest", "age", "over"),
    [
        ("employee", True, True, 29 * DAY, 400 * DAY, False),
        ("finance", True, True, 29 * DAY, 400 * DAY, False),
        ("employee", True, True, 30 * DAY + MINUTE, 31 * DAY, True),
        ("employee", True, False, 11 * HOUR, 11 * HOUR, False),
        ("employee", True, False, MINUTE, 12 * HOUR + MINUTE, True),
        ("employee", False, False, 11 * HOUR, 11 * HOUR, False),
        ("employee", False, False, MINUTE, 12 * HOUR + MINUTE, True),
        ("finance", False, False, 29 * MINUTE, 2 * HOUR, False),
        ("finance", False, False, 31 * MINUTE, 2 * HOUR, True),
        ("cashier", False, False, 31 * MINUTE, 2 * HOUR, True),
        ("administrator", False, False, 31 * MINUTE, 2 * HOUR, True),
        ("auditor", False, False, 31 * MINUTE, 2 * HOUR, False),
        ("administrator", False, False, MINUTE, 12 * HOUR + MINUTE, True),
        ("administrator", True, False, 31 * MINUTE, 2 * HOUR, False),
    ],
)
def test_how_long_a_session_lasts(role, phone, mine, rest, age, over):
    member = Member(company=Company(name="x"), role_words=[role], standing=Standing.ACTIVE)
    device = Device(member=member, is_phone=phone, is_mine=mine, seen_at=NOON - rest,
                    made_at=NOON - age)  # fmt: skip
    assert signing.is_over(device, NOON) is over
    member.standing = Standing.LEFT
    assert signing.is_over(device, NOON)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_only_a_phone_can_be_ones_own(app, wei):
    phone = Browser(app, PHONE)
    assert "This is my own phone" in phone.see("/sign-in").words()
    answer = phone.post("/sign-in", identifier=wei.person.phone, password=make.PASSWORD, mine="1")
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    desk = Browser(app).sign_in(wei, mine="1")
    assert "This is my own phone" not in Browser(app).see("/sign-in").words()
    found = {device.label: device.is_mine for device in db.session.scalars(select(Device))}
    assert found == {"Chrome Mobile · Android": True, "Chrome · Linux": False}

    with transaction():
        for device in db.session.scalars(select(Device)):
            device.made_at = device.seen_at = now() - timedelta(hours=13)
    phone.see("/me")
    desk.see("/me", status=303)
    signing.forget_old()
    assert [device.is_mine for device in db.session.scalars(select(Device))] == [True]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_devices_are_listed_and_ended_one_by_one_or_all(app, wei, fang):
    phone, desk, other = Browser(app, PHONE).sign_in(wei), Browser(app).sign_in(wei), Browser(app)
    other.sign_in(fang)
    words = desk.see("/me/devices").words()
    assert "Chrome Mobile · Android" in words and words.count("This device") == 1
    ids = {one.label: one.id for one in db.session.scalars(signing.visible_to(wei))}
    desk.post(f"/me/devices/{ids['Chrome Mobile · Android']}/ending")
    phone.see("/me", status=303)

    phone.sign_in(wei)
    assert desk.post("/me/devices/ending").status == 303
    phone.see("/me", status=303)
    desk.see("/me")
    answer = desk.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] and "sid=;" in answer.headers["Set-Cookie"]
    desk.see("/me", status=303)
    other.see("/me")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_behind_https_the_cookie_is_bound_to_the_host(app, browser, wei):
    app.extensions["settings"] = replace(app.extensions["settings"], url="https://yanpiao.test")
    answer = browser.post("/sign-in", identifier=wei.person.phone, password=make.PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]
