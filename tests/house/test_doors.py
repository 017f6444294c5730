"""Every route is closed or on the list; every job is listed; cross-site posts are refused."""

import ast
import re

import pytest

from app.plumbing.queue import Effect
from app.plumbing.settings import ROOT
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE
from workers import listing

PUBLIC = {
    "accounts.setup", "accounts.sign_in", "accounts.invitation", "accounts.join_by_code",
    "accounts.join", "accounts.register", "accounts.forgotten", "accounts.reset",
    "console.livez", "console.readyz", "shell.language", "shell.theme", "shell.manifest",
    "shell.worker", "shell.offline", "shell.outbox", "shell.guide", "intake.share",
    "ca.show", "ca.certificate", "ca.profile",
}  # fmt: skip


@SQLITE_FIRST
def test_every_route_is_closed_or_on_the_public_list(app):
    open_ones = {
        name for name, view in app.view_functions.items() if getattr(view, "is_public", False)
    }
    assert open_ones == PUBLIC


@SQLITE_FIRST
def test_a_stranger_to_the_house_is_led_to_the_sign_in(app, browser):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        path = re.sub(r"<[^>]+>", "x" * 26, rule.rule)
        method = "post" if "POST" in (rule.methods or ()) else "get"
        page = getattr(browser, method)(path) if method == "post" else browser.see(path, status=303)
        assert page.status == 303
        assert page.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        pytest.param({"Sec-Fetch-Site": "same-site"}, marks=pytest.mark.full),
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        pytest.param({"Origin": "null"}, marks=pytest.mark.full),
        pytest.param({"Origin": ""}, marks=pytest.mark.full),
    ],
)
@SQLITE_FIRST
def test_a_post_of_another_site_changes_nothing(app, browser, wei, sent):
    browser.sign_in(wei)
    for rule in app.url_map.iter_rules():
        is_sheet = rule.endpoint == "intake.share" and sent.get("Sec-Fetch-Site") == "none"
        if "POST" in (rule.methods or ()) and not is_sheet:
            path = re.sub(r"<[^>]+>", "x" * 26, rule.rule)
            assert browser.post(path, headers=sent).status == 403


@SQLITE_FIRST
def test_the_browsers_own_word_is_believed(browser, wei):
    browser.sign_in(wei)
    sent = {"Sec-Fetch-Site": "same-origin", "Origin": ""}
    assert browser.post("/notices/reading", headers=sent).status == 303


def test_what_no_database_can_hold_is_no_address(browser, fang):
    """PostgreSQL refuses the sign U+0000 in any text."""
    browser.sign_in(fang)
    for path in ("/batches?before=%00", "/invoices?q=%00", "/invoices?%00=1", "/batches/%00"):
        browser.see(path, status=404)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_no_database_can_hold_is_refused_in_words(browser, fang):
    browser.sign_in(fang)
    page = browser.post("/papers/new", kind="xlsx", invoice="\0")
    assert page.status == 422 and "invisible sign" in page.words()


@SQLITE_FIRST
def test_every_answer_has_the_strict_headers(browser, wei):
    for path, status in (("/sign-in", 200), ("/nowhere", 404), ("/livez", 200), ("/", 303)):
        headers = browser.see(path, status=status).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Reference"]
    assert BASE.startswith("http://")


def test_every_requested_verb_is_listed_and_exists():
    wanted = set()
    for place in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(place.read_text())):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and re.fullmatch(r"workers\.\w+\.\w+", node.value):
                wanted.add(node.value)
    assert wanted == set(listing.listed())


@SQLITE_FIRST
def test_an_unlisted_name_in_redis_is_never_called(app, tmp_path):
    from rq import SimpleWorker
    from rq.serializers import JSONSerializer

    from app.plumbing import queue

    witness = tmp_path / "was-here"
    job = queue.line().enqueue_call("os.system", args=(f"touch {witness}",))
    worker = SimpleWorker([queue.line()], connection=queue.redis(), serializer=JSONSerializer,
                          job_class=listing.AllowListJob)  # fmt: skip
    worker.work(burst=True, logging_level="CRITICAL")

    assert not witness.exists()
    assert job.get_status() == "failed"


@SQLITE_FIRST
def test_a_job_carries_one_id_and_nothing_else(app, wei, work):
    from app.intake import intake
    from app.plumbing import queue
    from app.plumbing.db import db
    from tests import make

    intake.hand_in(make.picture(), "photo.png", by=wei)
    (job,) = queue.line().jobs
    assert job.args == [db.session.query(Effect).one().id]
    assert not job.kwargs
