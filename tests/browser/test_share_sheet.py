"""The worker's own duties: what other apps share, and pages that open without a network."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.phone import Phone
from tests.browser.test_pages import AXE, RUN

pytestmark = pytest.mark.xdist_group("browser")
READY = "async () => (await navigator.serviceWorker.ready).active.state"
TAGS = "async () => (await navigator.serviceWorker.ready).sync.getTags()"
SHARE = """([name, type, bytes]) => {
  const form = document.createElement("form")
  Object.assign(form, { method: "post", action: "/share-target", enctype: "multipart/form-data" })
  const field = document.createElement("input")
  Object.assign(field, { type: "file", name: "files", multiple: true })
  const chosen = new DataTransfer()
  name.forEach((one, at) => chosen.items.add(new File([Uint8Array.from(bytes[at])], one, { type: type[at] })))
  field.files = chosen.files
  form.append(field)
  document.body.append(form)
  form.submit()
}"""  # noqa: E501


@pytest.mark.full
def test_what_waits_is_sent_by_the_worker_alone_when_the_network_is_back(owned, house, photo):
    phone = Phone.of(house, owned, "魏后台")
    owned.context.grant_permissions(["background-sync"], origin=owned.url)
    owned.page.evaluate(READY)
    owned.go("/")
    phone.offline()
    owned.choose(photo(1182))
    owned.reads(owned.say("Waiting for the network"), owned.row("photo-1182"))
    assert owned.page.evaluate(TAGS) == ["outbox"]
    owned.page.goto("about:blank")
    phone.offline(False)
    for _ in range(60):
        if phone.copies():
            break
        owned.page.wait_for_timeout(1000)
    assert phone.copies() == {"photo-1182.png": 1}


@pytest.mark.full
def test_shared_files_wait_and_arrive_through_the_worker(house, look, photo, tmp_path):
    phone = Phone(house, look, "魏分享", service_workers="allow")
    one = phone.screen
    one.page.evaluate(READY)
    one.go("/")
    phone.offline()
    files = [("共享.pdf", "application/pdf", b"%PDF-1.4 nothing"), ("共享.png", "image/png", b"")]
    files[1] = (*files[1][:2], make.picture(1181).getvalue())
    names, kinds, contents = zip(*files, strict=True)
    one.page.evaluate(SHARE, [names, kinds, [list(content) for content in contents]])
    expect(one.page).to_have_url(f"{one.url}/outbox?shared=2")
    one.reads(one.say("%(count)s shared, kept on this device", count=2))
    expect(one.page.locator("outbox-list li")).to_have_count(2)
    one.shoot("outbox-shared")
    one.expected.add(422)
    phone.offline(False)
    phone.arrive(1)
    row = one.page.locator("outbox-list li").filter(has_text="共享.pdf")
    expect(row.locator("[data-tone=bad]")).to_have_text(re.compile(r"\w+ \w+ \w+"))
    assert phone.copies() == {"共享.png": 1}


@pytest.mark.full
def test_shared_words_are_looked_up(house, look):
    phone = Phone(house, look, "魏链接", service_workers="allow")
    one = phone.screen
    one.page.evaluate(READY)
    one.go("/")
    one.page.evaluate("""() => {
      const form = document.createElement("form")
      Object.assign(form, { method: "post", action: "/share-target" })
      form.enctype = "multipart/form-data"
      const field = document.createElement("input")
      Object.assign(field, { name: "text", value: "25112000000012345678" })
      form.append(field)
      document.body.append(form)
      form.submit()
    }""")
    expect(one.page.locator("[name=q]")).to_have_value("25112000000012345678")


@pytest.mark.full
def test_without_a_worker_shared_files_are_taken_by_the_server(house, look):
    one = Phone(house, look, "魏无壳").screen
    content = list(make.picture(1191).getvalue())
    one.page.evaluate(SHARE, [["server.png"], ["image/png"], [content]])
    expect(one.page).to_have_url(f"{one.url}/")
    expect(one.row("server.png")).to_be_visible()


@pytest.mark.full
def test_the_page_of_what_waits_opens_offline_and_deletes_with_a_way_back(house, look, photo):
    phone = Phone(house, look, "魏壳", service_workers="allow")
    one = phone.screen
    one.page.evaluate(READY)
    one.go("/")
    phone.offline()
    one.choose(photo(1201), photo(1202))
    one.reads(one.say("Waiting for the network"))
    one.go("/outbox")
    rows = one.page.locator("outbox-list li")
    expect(rows).to_have_count(2)
    assert "魏壳" not in one.page.content() and phone.number not in one.page.content()
    one.page.evaluate(AXE)
    assert one.page.evaluate(RUN) == []
    one.shoot("outbox-offline")
    rows.first.get_by_role("button", name=one.say("Delete")).click()
    expect(rows).to_have_count(1)
    one.press("Undo")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("button", name=one.say("Delete")).click()
    expect(rows).to_have_count(1)
    one.go("/invoices")
    expect(one.page.get_by_role("heading", name="No network")).to_be_visible()
    expect(rows).to_have_count(1)
    one.shoot("outbox-no-network")
    phone.offline(False)
    expect(one.page.get_by_role("heading", name="Invoices")).to_be_visible()
    phone.arrive(0)
    assert len(phone.copies()) == 1
