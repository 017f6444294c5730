"""Health, the shell of the app, and the specimen company."""

import json
import re
import socket
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.accounts.models import Company, Link, Member, Person
from app.bureau.models import LedgerRow
from app.core.verdict import Authenticity, Lifecycle
from app.documents.models import Document
from app.invoices.models import Invoice
from app.plumbing import queue
from app.plumbing.db import db, transaction
from app.plumbing.settings import Settings
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE, HOST, Browser
from wsgi import create_app


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_health_names_every_part_and_what_is_wrong(browser, lin):
    words = browser.sign_in(lin).see("/health").words()
    titles = ("Database", "Disk", "Queue", "Work in line", "Sandbox", "Looking at pictures",
              "Mail service", "Address")  # fmt: skip
    assert all(title in words for title in titles)
    assert "0 waiting, 0 given up" in words and "is not encrypted" in words
    with transaction() as change:
        effect = queue.request(change, "workers.mail.send_letter", "x")
        effect.state, effect.last_error = queue.State.DEAD, "no luck"
        queue.request(change, "workers.mail.send_letter", "y")
    assert "1 waiting, 1 given up" in browser.see("/health").words()


@SQLITE_FIRST
def test_ready_only_with_the_schema_of_this_version(browser, lin):
    assert browser.see("/livez").answer.json == {"alive": True}
    ready = browser.see("/readyz").answer.json
    assert ready == {"ready": True, "database": "ok", "schema": "ok", "redis": "ok"}
    browser.sign_in(lin)
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    late = browser.see("/readyz", status=503).answer.json
    assert late["ready"] is False and late["schema"] == "old"
    browser.see("/livez")
    assert "schema 0000" in browser.see("/health").words()


def test_without_a_database_it_is_alive_and_not_ready(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"postgresql://nobody@127.0.0.1:{free.getsockname()[1]}/x"
    app = create_app(Settings.read({"YANPIAO_VAR": str(tmp_path), "DATABASE_URL": nobody}))
    with app.app_context():
        browser = Browser(app)
        browser.see("/livez")
        answer = browser.see("/readyz", status=503).answer.json
        assert answer == {"ready": False, "database": "OperationalError"}
        browser.see("/offline")
        make.close(app)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_card_of_the_app_is_in_either_language_and_its_pictures_exist(browser):
    cards = {}
    for lang in ("zh", "en", "xx"):
        answer = browser.see(f"/manifest.webmanifest?lang={lang}").answer
        assert answer.mimetype == "application/manifest+json"
        cards[lang] = json.loads(answer.text)
    assert cards["zh"]["short_name"] == "验票" and cards["zh"]["lang"] == "zh-CN"
    assert cards["en"]["short_name"] == "Yanpiao" == cards["xx"]["short_name"]
    assert cards["zh"]["id"] == cards["en"]["id"] and cards["zh"]["start_url"].startswith("/")
    for icon in cards["zh"]["icons"]:
        with browser.client.get(icon["src"], base_url=BASE) as picture:
            assert (picture.status_code, picture.data[:4]) == (200, b"\x89PNG")
    assert {icon["purpose"] for icon in cards["zh"]["icons"]} == {"any", "maskable", "monochrome"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
class TestServiceWorker:
    """What stays on the device, and the switch that takes it away."""

    @pytest.fixture
    def disabled(self, app):
        app.extensions["settings"] = replace(app.extensions["settings"], sw_disabled=True)

    def test_it_keeps_files_of_this_build_only(self, app, browser):
        page = browser.see("/sw.js")
        assert page.answer.mimetype == "text/javascript"
        assert "no-cache" in page.headers["Cache-Control"]
        kept = json.loads(re.search(r"const ASSETS = (\[.*?\])", page.text, re.DOTALL)[1])
        build = app.extensions["build"]
        assert kept and all(url.startswith(f"/static/{build}/") for url in kept)
        for url in kept:
            with browser.client.get(url, base_url=BASE) as found:
                assert found.status_code == 200, url
        assert "unregister" not in page.text

    def test_the_switch_makes_it_forget_and_leave(self, disabled, browser):
        script = browser.see("/sw.js").text
        assert "unregister()" in script and "caches.delete" in script
        assert "fetch" not in script and "ASSETS" not in script


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_language_is_kept_for_the_member_and_for_the_browser(app, wei):
    browser = Browser(app)
    answer = browser.post("/language", to="zh", next="/sign-in")
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert "lang=zh" in answer.headers["Set-Cookie"]
    assert browser.see("/sign-in").headers["Content-Language"] == "zh-CN"
    browser.post("/language", to="xx", next="//evil.example")
    assert browser.see("/sign-in").headers["Content-Language"] == "zh-CN"

    browser.sign_in(wei)
    assert wei.person.language is None
    browser.post("/language", to="en", next="/")
    assert browser.see("/").headers["Content-Language"] == "en"
    other = Browser(app).sign_in(wei)
    other.speak("zh")
    assert other.see("/").headers["Content-Language"] == "en", "the member's own choice goes first"
    unknown = Browser(app).see("/sign-in", **{"Accept-Language": "fr"})
    assert unknown.headers["Content-Language"] == "zh-CN"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_theme_is_kept_in_a_cookie(browser):
    def theme() -> str:
        return browser.see("/sign-in").root.get("data-theme") or ""

    first = theme()
    answer = browser.post("/theme", theme="dark", next="/sign-in")
    assert answer.headers["Location"] == "/sign-in" and "theme=dark" in answer.headers["Set-Cookie"]
    assert theme() == "dark" != first
    assert "Set-Cookie" not in browser.post("/theme", theme="<script>").headers
    browser.client.set_cookie("theme", '"><script>', domain=HOST)
    assert theme() == first


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_setup_prints_a_link_until_there_is_a_company(app):
    run = app.test_cli_runner().invoke
    said = run(args=["setup"])
    assert said.exit_code == 0, said.output
    path = re.search(rf"{re.escape(BASE)}(/setup/\S+)", said.output)[1]
    Browser(app).see(path)
    assert path.rpartition("/")[2] not in str(db.session.scalars(select(Link.token_hash)).all())


@pytest.mark.full
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_specimen_company_is_made_once_and_marked_everywhere(app, work):
    run = app.test_cli_runner().invoke
    first = run(args=["setup", "--demo"])
    assert first.exit_code == 0, first.output
    work()
    second = run(args=["setup", "--demo"])
    assert second.output.splitlines()[-11:] == first.output.splitlines()[-11:]
    work()

    company = db.session.scalars(select(Company)).one()
    assert company.is_specimen and company.tax_id[:8].endswith("000000")
    assert len(db.session.scalars(select(Member)).all()) == 9
    documents = db.session.scalars(select(Document)).all()
    assert len(documents) == 12 and all("样票" in one.name for one in documents)
    invoices = db.session.scalars(select(Invoice)).all()
    rows = db.session.scalars(select(LedgerRow)).all()
    assert invoices and all(one.key.number.startswith("99") for one in (*invoices, *rows))
    assert all(one.email.endswith(".invalid") for one in db.session.scalars(select(Person)))
    found = {(one.authenticity, one.lifecycle) for one in invoices}
    assert {Authenticity.GENUINE, Authenticity.MISMATCH, Authenticity.NOT_FOUND,
            Authenticity.NOT_CHECKED} <= {one for one, _ in found}  # fmt: skip
    assert Lifecycle.RED_FULL in {two for _, two in found}

    password = re.search(r"password: (.+)", first.output)[1]
    browser = Browser(app)
    typed = {"identifier": "fang@demo.invalid", "password": password}
    assert browser.post("/sign-in", **typed).status == 303
    assert "样票" in browser.see("/invoices").words()
