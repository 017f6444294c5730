"""How people reach the installation, told by its pages; the self-check's answers."""

from dataclasses import replace
from io import BytesIO

import pytest

from app.plumbing import reach
from app.plumbing.assets import SOURCE
from tests import make, tls
from tests.browser_like import BASE, DESKTOP, PHONE, Browser
from tests.make import PASSWORD
from wsgi import create_app

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
NAME = "yanpiao.lan"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture
def chosen(app):
    """Change the settings of the application that runs."""

    def change(**facts):
        found = app.extensions["settings"] = replace(app.extensions["settings"], **facts)
        return found

    return change


@pytest.fixture
def address(browser, lin):
    """What the health page says of the address, and its tone."""
    browser.sign_in(lin)

    def told():
        lines = [one for one in browser.see("/health").all("div") if one.get("class") == "check"]
        (found,) = [one for one in lines if "Address" in " ".join(one.itertext())]
        return found.get("data-tone"), " ".join(" ".join(found.itertext()).split())

    return told


def test_the_health_page_says_how_people_come_and_what_to_do(address, chosen):
    tone, text = address()
    assert tone == "warn" and "is not encrypted" in text and "--https NAME" in text
    chosen(url="http://127.0.0.1:8000")
    tone, text = address()
    assert tone == "warn" and "on this machine only" in text


def test_the_health_page_names_the_certificates_and_their_ends(app, chosen, tmp_path):
    from app.console import health

    with app.test_request_context(base_url=BASE):
        chosen(url="https://fapiao.example.com")
        assert health.report()[-1].outcome == "passed"
        found = chosen(https=NAME, url=f"https://{NAME}:8443")
        assert health.report()[-1].outcome == "stopped"
        reach.prepare(found)
        told = health.report()[-1]
        assert told.outcome == "passed"
        assert told.facts["fingerprint"] == reach.root(found).fingerprint
        for days, outcome in ((90, "passed"), (10, "look"), (-1, "stopped")):
            cert, key = tls.write(tmp_path, f"own{days}", [NAME], days=days)
            chosen(cert=cert, key=key)
            assert health.report()[-1].outcome == outcome


def test_the_guide_opens_for_the_device_that_asks(app, chosen, browser):
    reach.prepare(chosen(https=NAME, url=f"https://{NAME}:8443"))
    for agent, device in ((IPHONE, "iPhone · iPad"), (PHONE, "Android phones"), (DESKTOP, "Linux")):
        page = Browser(app, agent).see("/ca")
        (guide,) = [one for one in page.all("details") if one.get("open") is not None]
        assert device in " ".join(guide.itertext())
    assert browser.see("/ca?lang=zh").headers["Content-Language"] == "zh-CN"
    root = reach.root(app.extensions["settings"])
    with browser.client.get("/ca/yanpiao-ca.crt", base_url=BASE) as file:
        assert file.data == root.der and "attachment" in file.headers["Content-Disposition"]
    with browser.client.get("/ca/yanpiao-ca.mobileconfig", base_url=BASE) as file:
        assert file.data == root.profile


def test_without_an_authority_there_is_nothing_to_install(chosen, browser):
    assert "Why there is no camera here" in browser.see("/ca").words()
    browser.see("/ca/yanpiao-ca.crt", status=404)
    browser.see("/ca/yanpiao-ca.mobileconfig", status=404)
    chosen(url="https://fapiao.example.com")
    assert "Nothing to install" in browser.see("/ca").words()


def test_the_banner_stands_only_where_browsers_give_no_camera(app, wei):
    browser = Browser(app, PHONE).sign_in(wei)
    assert "No camera at this address" in browser.see("/").words()
    for base in ("http://127.0.0.1:8000", "http://[::1]:8000", "https://yanpiao.test"):
        with app.test_request_context("/", base_url=base):
            assert app.jinja_env.globals["is_secure_place"]() is True
    with app.test_request_context("/", base_url="http://192.168.3.4:8000"):
        assert app.jinja_env.globals["is_secure_place"]() is False
        app.extensions["settings"] = replace(
            app.extensions["settings"], url="https://192.168.3.4:8000"
        )
        assert app.jinja_env.globals["is_secure_place"]() is True


def test_behind_a_trusted_proxy_scheme_host_cookie_and_origin_are_those_outside(app, wei):
    outside = "fapiao.example.com"
    found = app.extensions["settings"]
    behind = create_app(replace(found, proxy_hops=1, url=f"https://{outside}"))
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": outside, "X-Forwarded-For": "1.2.3.4"}
    with behind.app_context():
        browser, typed = Browser(behind), {"identifier": wei.person.phone, "password": PASSWORD}
        kept = browser.post("/sign-in", headers=sent | {"Origin": f"https://{outside}"}, **typed)
        assert kept.status == 303 and "__Host-sid=" in kept.headers["Set-Cookie"]
        assert "Secure" in kept.headers["Set-Cookie"]
        assert kept.headers["Strict-Transport-Security"]
        assert browser.post("/sign-in", headers=sent | {"Origin": BASE}, **typed).status == 403
        page = browser.see("/ca", **sent)
        assert "Nothing to install" in page.words() and outside in page.text
        make.close(behind)


class TestSelfCheck:
    """What the server answers to the device."""

    @pytest.fixture
    def ask(self, browser, wei):
        browser.sign_in(wei)

        def post(path, body):
            sent = {"Origin": BASE, "Content-Type": "image/jpeg"}
            return browser.client.post(path, data=body, headers=sent, base_url=BASE)

        return post

    def test_the_sample_is_a_specimen_and_could_be_a_frame(self, ask):
        sample = (SOURCE / "diag/sample.jpg").read_bytes()
        assert len(sample) <= 250_000 and sample.startswith(b"\xff\xd8")
        answer = ask("/diag/decode", sample).json
        assert answer["same"] and answer["text"].split(",")[3].startswith("99")

    def test_nothing_else_is_read(self, ask):
        sample = (SOURCE / "diag/sample.jpg").read_bytes()
        for body in (sample + b"\0", make.picture().getvalue(), b""):
            answer = ask("/diag/decode", body).json
            assert answer == {"same": False, "text": "", "ms": 0}

    def test_what_is_sent_is_counted_and_forgotten(self, ask):
        answer = ask("/diag/echo", bytes(100_000)).json
        assert answer["heard"] == 100_000 and answer["now"] > 1_700_000_000_000

    def test_more_than_a_frame_is_refused(self, ask):
        for path in ("/diag/echo", "/diag/decode"):
            assert ask(path, BytesIO(bytes(300_000))).status_code == 413

    def test_the_page_says_what_it_needs_and_carries_no_htmx(self, browser, wei):
        page = browser.sign_in(wei).see("/diag")
        assert "This page needs JavaScript" in page.text and "htmx.min.js" not in page.text
        assert any(one.get("href") == "/diag" for one in browser.see("/me").all("a"))


def test_the_pages_of_the_self_check_stay_closed(app):
    stranger = Browser(app)
    for path in ("/diag", "/diag/clock"):
        assert stranger.see(path, status=303).headers["Location"].startswith("/sign-in")
