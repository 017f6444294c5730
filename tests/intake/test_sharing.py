"""What another app shares reaches the wallet, also before the worker of the device is there."""

import json
from contextlib import closing
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.documents.models import Copy
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE, Browser

SHEET = {"Sec-Fetch-Site": "none", "Origin": "null", "Accept-Language": "en"}


@pytest.fixture
def share(app):
    """Hand files and words over as a phone's share sheet does."""

    def act(browser: Browser, files=(), status=303, **words):
        data = {**words, "files": list(files)}
        answer = browser.client.post("/share-target", data=data, headers=SHEET, base_url=BASE)
        assert answer.status_code == status
        return answer

    return act


def copies() -> list[str]:
    db.session.rollback()
    return sorted(copy.name for copy in db.session.scalars(select(Copy)))


@SQLITE_FIRST
def test_shared_files_are_taken_like_any_other(app, wei, share):
    files = [(make.picture(1), "a.png"), (make.picture(2), "b.png")]
    answer = share(Browser(app).sign_in(wei), files)
    assert answer.headers["Location"] == "/"
    assert copies() == ["a.png", "b.png"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_of_shared_files_what_is_refused_is_named(app, wei, share):
    files = [(make.picture(1), "a.png"), (BytesIO(b"MZ"), "evil.exe")]
    answer = share(Browser(app).sign_in(wei), files, status=422)
    assert "evil.exe" in answer.text and copies() == ["a.png"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_shared_words_are_looked_up(app, wei, share):
    phone = Browser(app).sign_in(wei)
    assert share(phone, text="2511").headers["Location"] == "/ask?q=2511"
    link = share(phone, title="a page", url="https://example.com/?a=1&b=2")
    assert link.headers["Location"] == "/ask?q=https://example.com/?a%3D1%26b%3D2"
    assert share(phone).headers["Location"] == "/ask?q="


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_without_a_sign_in_one_is_told_to_share_again(browser, share):
    answer = share(browser, [(make.picture(1), "a.png")])
    assert answer.headers["Location"] == "/sign-in"
    assert "share the files again" in browser.see("/sign-in").words()
    assert copies() == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_site_shares_nothing(app, wei, tea):
    phone = Browser(app).sign_in(wei)
    for site in ("cross-site", "same-site"):
        sent = phone.post("/share-target", headers={"Sec-Fetch-Site": site})
        assert sent.status == 403
    powerless = Browser(app).sign_in(make.member("看客", tea))
    data = {"files": (make.picture(), "a.png")}
    sent = powerless.client.post("/share-target", data=data, headers=SHEET, base_url=BASE)
    assert sent.status_code == 403 and copies() == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_card_of_the_app_says_what_it_takes(browser):
    target = json.loads(browser.see("/manifest.webmanifest?lang=zh").text)["share_target"]
    assert (target["action"], target["method"]) == ("/share-target", "POST")
    assert target["enctype"] == "multipart/form-data"
    (files,) = target["params"].pop("files")
    assert files["name"] == "files" and {"image/*", "application/pdf", ".ofd"} <= {*files["accept"]}
    assert target["params"] == {"title": "title", "text": "text", "url": "url"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_that_the_card_of_the_app_points_to_is_there(app, wei, language):
    phone = Browser(app).sign_in(wei)
    card = json.loads(phone.see(f"/manifest.webmanifest?lang={language}").text)
    assert card["id"] == "/?app=yanpiao", "another id would be another app"
    phone.see(card["start_url"])
    for place in (*card["shortcuts"], *card["file_handlers"]):
        phone.see(place.get("url") or place["action"])
    for shot in card["screenshots"]:
        answer = phone.client.get(shot["src"])
        with closing(answer), Image.open(BytesIO(answer.data)) as picture:
            assert "{}x{}".format(*picture.size) == shot["sizes"]
    assert {shot["form_factor"] for shot in card["screenshots"]} == {"narrow", "wide"}


@pytest.mark.parametrize(
    ("agent", "guide"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)", "iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 7)", "Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "Windows"),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_guide_of_ones_own_device_is_open(app, wei, agent, guide):
    page = Browser(app, agent).sign_in(wei).see("/install")
    (opened,) = [one for one in page.all("details") if "open" in one.attrib]
    assert guide in "".join(opened.itertext())


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_page_that_is_kept_on_the_device_names_nobody(app, wei, tea, fang):
    phone = Browser(app)
    phone.see("/sign-in")
    phone.sign_in(wei)
    phone.post("/me/company/new", company="甲", tax_id="91310110591673062R")
    for path in ("/outbox", "/offline"):
        page = phone.see(path)
        assert page.headers["X-Shell-Safe"] == "1"
        for word in (wei.name, tea.name, wei.id, wei.person_id, wei.person.phone, "You now work"):
            assert word not in page.text, (path, word)
        assert Browser(app).see(path).headers["X-Shell-Safe"] == "1"
    for path in ("/", "/me", "/invoices"):
        assert "X-Shell-Safe" not in phone.see(path).headers
