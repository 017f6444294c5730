"""A key is carried out once: its answer is kept, a lost one doubles nothing."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.accounts import companies, company_views
from app.accounts.models import Grade, Link
from app.documents.models import Copy
from app.plumbing import once
from app.plumbing.clock import now
from app.plumbing.db import db, seal, transaction
from app.plumbing.once import Answer, Kept, State
from tests import make
from tests.browser_like import BASE, Browser
from tests.installation import form_of
from tests.plumbing.test_transaction import in_thread

INVITE = "/company/invitations"
KEY = {"Idempotency-Key": "one"}
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def answer(key: str = "one") -> Answer | None:
    db.session.rollback()
    return db.session.scalar(select(Answer).where(Answer.key == key))


def send(phone: Browser, sequence: int = 1, **headers: str):
    files = [(make.picture(sequence), "a.png")]
    return phone.post("/files", files=files, htmx=True, headers=headers)


@pytest.fixture
def boss(app, lin) -> Browser:
    return Browser(app).sign_in(lin)


@pytest.fixture
def phone(app, wei) -> Browser:
    return Browser(app).sign_in(wei)


def let_the_lease_end() -> None:
    with transaction():
        for one in db.session.scalars(select(Answer)):
            one.until = now() - timedelta(seconds=1)


def test_the_same_key_gets_the_same_answer_again(phone):
    first, again = (send(phone, **KEY) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert again.text == first.text and again.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "default-src 'self'" in again.headers["Content-Security-Policy"]
    assert count(Copy) == 1


@ONE
def test_an_ordinary_form_carries_its_key_in_a_field(boss):
    typed = {"_key": "f1", "name": "经理"}
    answers = [boss.post("/company/grades", **typed) for _ in range(2)]
    assert [one.status for one in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert count(Grade) == 1


@ONE
def test_another_request_with_the_same_key_is_refused_in_words(phone, boss):
    assert send(phone, 1, **KEY).status == 200
    mixed = send(phone, 2, **KEY)
    assert mixed.status == 422 and "mixed up" in mixed.words()
    elsewhere = phone.post("/notices/reading", headers=KEY)
    assert elsewhere.status == 422 and "mixed up" in elsewhere.words()
    assert count(Copy) == 1


@ONE
def test_a_key_belongs_to_one_person(app, phone, fang):
    mine = send(phone, **KEY)
    theirs = send(Browser(app).sign_in(fang), **KEY)
    assert (mine.status, theirs.status) == (200, 200)
    assert "Idempotency-Replayed" not in theirs.headers
    assert mine.all("li")[0].get("id") != theirs.all("li")[0].get("id")
    assert count(Copy) == 2


@ONE
def test_a_key_that_is_none_is_refused(phone):
    for key in ("", "x" * 256, "a\tb"):
        refused = phone.post("/notices/reading", headers={"Idempotency-Key": key})
        assert refused.status == 400, key
    assert phone.post("/notices/reading", headers={"Idempotency-Key": "x" * 255}).status == 303
    assert count(Answer) == 1


def test_while_one_is_running_the_other_is_told_to_come_back(phone, wei):
    found = once.take(wei.person_id, "one", fingerprint_of_reading())
    waiting = phone.post("/notices/reading", headers=KEY)
    assert waiting.status == 409 and waiting.headers["Retry-After"] == "1"
    fragment = phone.post("/notices/reading", headers=KEY, htmx=True)
    assert fragment.status == 409 and "toast" in fragment.headers["HX-Trigger"]
    assert found.release()
    assert phone.post("/notices/reading", headers=KEY).status == 303


def fingerprint_of_reading() -> str:
    return once.fingerprint("POST /notices/reading?", [("", "")], [])


def test_one_whose_process_died_is_taken_over_after_its_lease(phone, wei):
    dead = once.take(wei.person_id, "one", fingerprint_of_reading())
    let_the_lease_end()
    assert phone.post("/notices/reading", headers=KEY).status == 303
    seal(dead.seal)
    with pytest.raises(once.StillRunning), transaction():
        db.session.add(Grade(company_id=wei.company_id, name="too late"))
    seal(None)
    assert count(Grade) == 0
    assert answer().status == 303


def test_of_two_at_once_one_is_carried_out(app, wei):
    owner = wei.person_id

    def act() -> bool:
        return once.take(owner, "one", "f").is_done

    outcomes = in_thread(app, act, act, act)
    assert outcomes.count(False) == 1
    assert sum(isinstance(one, once.StillRunning) for one in outcomes) == 2, outcomes


def test_what_is_kept_without_its_answer_is_not_done_again(boss, monkeypatch):
    """The process ends between the commit and the answer."""
    with monkeypatch.context() as patch:
        patch.setattr(once.Turn, "keep", lambda *_: None)
        assert boss.post("/company/grades", headers=KEY, name="经理").status == 303
    assert (answer().state, answer().status) == (State.DONE, None)

    again = boss.post(
        "/company/grades",
        headers={**KEY, "Referer": "http://yanpiao.test/company?a=1"},
        name="经理",
    )
    assert (again.status, again.headers["Location"]) == (303, "/company?a=1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "This was done before." in boss.see("/company/units").words()
    fragment = boss.post("/company/grades", headers=KEY, name="经理", htmx=True)
    assert (fragment.status, fragment.headers["HX-Refresh"]) == (204, "true")
    assert count(Grade) == 1


def test_an_upload_whose_answer_was_lost_is_found_by_its_copy(phone, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(once.Turn, "keep", lambda *_: None)
        first = send(phone, **KEY)
    again = send(phone, **KEY)
    assert again.status == 200
    assert again.all("li")[0].get("id") == first.all("li")[0].get("id")
    assert count(Copy) == 1
    assert send(phone, **KEY).headers["Idempotency-Replayed"] == "true"


def test_a_crash_before_the_commit_leaves_the_key_free_after_its_lease(app, boss, monkeypatch):
    def crash(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(once.Turn, "seal", crash)
        boss.post("/company/grades", headers=KEY, name="经理")
    assert count(Grade) == 0
    assert boss.post("/company/grades", headers=KEY, name="经理").status == 409
    let_the_lease_end()
    assert boss.post("/company/grades", headers=KEY, name="经理").status == 303
    assert count(Grade) == 1


@ONE
def test_a_fault_is_never_kept_as_an_answer(app, boss, monkeypatch):
    def break_down(**_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(companies, "add_grade", break_down)
        assert boss.post("/company/grades", headers=KEY, name="经理").status == 500
    assert count(Answer) == 0
    assert boss.post("/company/grades", headers=KEY, name="经理").status == 303


@ONE
def test_a_fault_after_the_commit_does_not_do_it_again(boss, monkeypatch):
    def break_down(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(company_views, "seen", break_down)
        assert boss.post("/company/grades", headers=KEY, name="经理").status == 500
    assert boss.post("/company/grades", headers=KEY, name="经理").status == 303
    assert count(Grade) == 1


@ONE
def test_a_refusal_is_kept_but_not_one_of_the_moment(app, phone, tea):
    words = [
        phone.post("/files", files=[(BytesIO(b"MZ"), "a.exe")], htmx=True, headers=KEY)
        for _ in range(2)
    ]
    assert [one.status for one in words] == [422, 422] and words[0].text == words[1].text
    assert words[1].headers["Idempotency-Replayed"] == "true"

    powerless = Browser(app).sign_in(make.member("看客", tea))
    for htmx, status in ((False, 403), (True, 422)):
        key = {"Idempotency-Key": f"powerless-{htmx}"}
        refused = powerless.post(
            "/files", files=[(make.picture(), "a.png")], headers=key, htmx=htmx
        )
        assert refused.status == status
        assert answer(key["Idempotency-Key"]) is None


@ONE
def test_a_refused_form_may_be_corrected_with_the_key_it_has(boss):
    assert boss.post(INVITE, _key="f2", email="no address").status == 422
    assert answer("f2") is None
    assert boss.post(INVITE, _key="f2", email="new@example.com").status == 200
    assert count(Link) == 1


@ONE
def test_a_page_with_a_secret_in_it_is_not_kept(boss):
    page = boss.post(INVITE, headers=KEY, email="new@example.com")
    assert page.status == 200 and page.headers["Cache-Control"] == "no-store"
    assert (answer().state, answer().body) == (State.DONE, "")
    assert boss.post(INVITE, headers=KEY, email="new@example.com").status == 303
    assert count(Link) == 1


@ONE
def test_an_answer_that_is_too_large_is_not_kept_but_done_it_is(app, wei):
    turn = once.take(wei.person_id, "one", "f")
    turn.keep(Kept(200, {}, "x" * (once.LARGEST_BODY + 1)))
    again = once.take(wei.person_id, "one", "f")
    assert again.is_done and again.kept is None


def test_answers_are_forgotten_after_thirty_days(app, wei):
    for days in (29, 31):
        once.take(wei.person_id, f"day-{days}", "f").keep(Kept(200, {}, "words"))
        with transaction():
            answer(f"day-{days}").at = now() - timedelta(days=days)
    once.forget_old()
    assert answer("day-29") and not answer("day-31")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@ONE
def test_what_was_cut_short_takes_no_key(app, phone, boss):
    content = make.picture().getvalue()
    body, kind = form_of(content, "a.png")
    headers = {"Origin": BASE, "HX-Request": "true", "Content-Type": kind, **KEY}

    def send_bytes(part: bytes):
        return phone.client.post("/files", data=part, headers=headers, base_url=BASE)

    assert send_bytes(body[: len(body) // 2]).status_code == 408
    assert answer() is None
    assert send_bytes(body).status_code == 200

    typed = {"Origin": BASE, "Idempotency-Key": "two"}
    cut = boss.client.post(
        "/company/grades",
        input_stream=BytesIO(b"name=abc"),
        content_type="application/x-www-form-urlencoded",
        headers=typed,
        base_url=BASE,
        environ_overrides={"CONTENT_LENGTH": "100", "wsgi.input_terminated": True},
    )
    assert cut.status_code == 408 and count(Grade) == 0
