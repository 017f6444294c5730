"""Scripts say for whom they send, and learn who is there."""

import pytest
from sqlalchemy import func, select

from app.documents.models import Copy
from app.plumbing.db import db
from tests import make
from tests.browser_like import Browser

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def phone(app, wei) -> Browser:
    return Browser(app).sign_in(wei)


def send(phone: Browser, sequence: int = 1, **headers: str):
    files = [(make.picture(sequence), "a.png")]
    return phone.post("/files", files=files, htmx=True, headers=headers)


def test_what_is_sent_for_somebody_else_is_refused(phone, wei, fang):
    mine, theirs = ({"X-Expect-User": one.person_id} for one in (wei, fang))
    assert send(phone, **mine).status == 200
    for htmx in (True, False):
        refused = phone.post("/notices/reading", headers=theirs, htmx=htmx)
        assert refused.status == 412 and "Somebody else is signed in" in refused.words()
    assert send(phone, 2, **theirs).status == 412
    assert db.session.scalar(select(func.count()).select_from(Copy)) == 1


def test_nobody_is_nobody(browser, wei):
    asked = {"X-Expect-User": wei.person_id}
    assert browser.post("/notices/reading", headers=asked).status == 401
    assert send(browser, **asked).status == 401


def test_a_cookie_says_who_is_there_until_they_sign_out(app, phone, wei, fang):
    def who(one):
        found = one.client.get_cookie("who", domain="yanpiao.test")
        return found and (found.value, found.http_only)

    phone.see("/")
    assert who(phone) == (wei.person_id, False)
    assert "who=" not in phone.see("/me").headers.get("Set-Cookie", "")
    phone.client.delete_cookie("sid", domain="yanpiao.test")
    phone.see("/sign-in")
    assert who(phone) == (wei.person_id, False), "an ended session still names its person"
    phone.sign_in(fang).see("/")
    assert who(phone) == (fang.person_id, False)
    assert phone.post("/sign-out").status == 303
    assert who(phone) is None
