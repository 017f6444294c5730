"""A file that was chosen arrives once, whatever the network does."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.tunnel import Tunnel

pytestmark = pytest.mark.xdist_group("browser")
FILES = re.compile("/files$")


@pytest.fixture
def clerk(house, look, request):
    """An employee with a phone and no service worker between, so that the line can be cut."""
    name = request.node.name.removeprefix("test_")[:30]
    return look(house.url, "pixel", service_workers="block").sign_in(house.person(name)).go("/")


def arrives_once(clerk, file):
    expect(clerk.row(file.name).get_by_text(clerk.verdict("open"))).to_be_visible(timeout=30_000)
    clerk.go("/")
    expect(clerk.row(file.name)).to_have_count(1)
    clerk.go("/invoices")
    expect(clerk.page.locator("li.row")).to_have_count(1)


@pytest.fixture
def network(clerk):
    """The line between the phone and the server: how fast, or cut."""
    line = clerk.context.new_cdp_session(clerk.page)

    def be(bytes_a_second=-1, offline=False):
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
        line.send("Network.emulateNetworkConditions", {"offline": offline, **speed})

    return be


def test_what_is_chosen_without_a_network_waits_and_arrives(clerk, photo, network):
    clerk.is_offline_on_purpose = True
    network(offline=True)
    file = photo(701)
    clerk.choose(file)
    clerk.reads(clerk.say("Waiting for the network"), clerk.row(file.name))
    clerk.shoot("upload-offline")
    network()
    arrives_once(clerk, file)


@pytest.mark.full
def test_a_line_that_breaks_in_the_middle_is_taken_up_again(house, look, photo):
    tunnel = Tunnel(house.installation.bind, most=100_000)
    phone = house.person("魏隧道")
    clerk = look(tunnel.url, "pixel", service_workers="block").sign_in(phone).go("/")
    clerk.is_offline_on_purpose = True
    file = photo(702, padding=300_000)
    clerk.choose(file)
    clerk.reads(clerk.say("Could not be sent. It will be tried again by itself."))
    assert tunnel.is_cut
    tunnel.mend()
    arrives_once(clerk, file)
    tunnel.close()


@pytest.mark.full
def test_a_lost_answer_is_asked_for_again_with_the_same_key(clerk, photo):
    clerk.is_offline_on_purpose = True
    keys, line = [], clerk.context.new_cdp_session(clerk.page)

    def lose_the_first(event):
        keys.append(event["request"]["headers"]["Idempotency-Key"])
        lost = {"errorReason": "ConnectionReset"} if len(keys) == 1 else {}
        step = "Fetch.failRequest" if lost else "Fetch.continueRequest"
        line.send(step, {"requestId": event["requestId"], **lost})

    line.on("Fetch.requestPaused", lose_the_first)
    answers = {"urlPattern": "*/files", "requestStage": "Response"}
    line.send("Fetch.enable", {"patterns": [answers]})
    file = photo(703)
    clerk.choose(file)
    clerk.reads(clerk.say("Could not be sent. It will be tried again by itself."))
    arrives_once(clerk, file)
    assert len(keys) == 2 and len(set(keys)) == 1


@pytest.mark.full
def test_a_busy_server_is_asked_again_after_the_time_it_names(clerk, photo):
    clerk.expected.add(503)
    times = []

    def refuse_the_first(route):
        times.append(clerk.page.evaluate("performance.now()") if times else 0)
        if len(times) > 1:
            return route.continue_()
        return route.fulfill(status=503, headers={"Retry-After": "1"}, body="")

    clerk.page.route(FILES, refuse_the_first)
    file = photo(704)
    clerk.choose(file)
    arrives_once(clerk, file)
    assert len(times) == 2


@pytest.mark.full
def test_the_same_file_twice_is_one_document_and_one_invoice(clerk, photo):
    file = photo(705)
    for _ in range(2):
        clerk.choose(file)
        expect(clerk.row(file.name).get_by_text(clerk.verdict("open")).first).to_be_visible()
    clerk.go("/invoices")
    expect(clerk.page.locator("li.row")).to_have_count(1)
    clerk.page.locator("li.row a").click()
    expect(clerk.page.get_by_role("list", name="Originals").get_by_role("link")).to_have_count(1)


@pytest.mark.full
def test_a_refusal_comes_in_words_and_is_deleted_by_hand(clerk, photo, tmp_path):
    clerk.expected |= {413, 415, 422}
    wrong = tmp_path / "notes.txt"
    wrong.write_bytes(b"only words")
    clerk.choose(wrong)
    row = clerk.row("notes.txt")
    expect(row.locator("[data-tone=bad]")).to_have_text(re.compile(r"\w+ \w+ \w+"))
    clerk.shoot("upload-refused")
    row.get_by_role("button", name=clerk.say("Delete")).click()
    expect(row).to_have_count(0)
    file = photo(706)
    clerk.choose(file)
    arrives_once(clerk, file)


def test_a_full_disk_is_told_in_words(clerk, photo):
    clerk.expected.add(507)
    words = '<li class="row"><small data-tone="bad">The server has no room left</small></li>'
    clerk.page.route(FILES, lambda route: route.fulfill(status=507, body=words))
    clerk.choose(photo(707))
    clerk.reads("The server has no room left")


@pytest.mark.full
def test_a_large_photo_is_kept_byte_for_byte(clerk, photo):
    file = photo(709, padding=2_000_000)
    clerk.choose(file)
    expect(clerk.row(file.name).get_by_text(clerk.verdict("open"))).to_be_visible()
    clerk.follow_row(file.name)
    clerk.page.locator("a[href^='/documents/']").first.click()
    with clerk.page.expect_download() as download:
        clerk.follow("Download the original")
    assert Path(download.value.path()).read_bytes() == file.read_bytes()


def test_several_at_once_all_arrive(clerk, photo):
    files = [photo(sequence) for sequence in range(710, 715)]
    clerk.choose(*files)
    for file in files:
        expect(clerk.row(file.name).get_by_text(clerk.verdict("open"))).to_be_visible()


@pytest.mark.full
def test_leaving_while_a_file_is_on_its_way_is_no_question_and_loses_nothing(clerk, photo, network):
    asked = []
    clerk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    network(30_000)
    file = photo(708, padding=300_000)
    clerk.choose(file)
    expect(clerk.row("photo-708").get_by_role("progressbar")).to_be_visible()
    network()
    clerk.go("/me")
    assert asked == []
    arrives_once(clerk.go("/"), file)
