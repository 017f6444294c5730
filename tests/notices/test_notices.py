"""What people are told: once, in their language, by the ways they chose."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message

import pytest
from sqlalchemy import select

from app.accounts import companies, people, signing
from app.bureau.models import RowChange
from app.journal import journal
from app.journal.models import Entry, Head
from app.notices import notices
from app.notices.kinds import KINDS
from app.notices.models import Notice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.mail import Letter
from tests import make
from tests.accounts.postbox import Postbox, open_postbox
from tests.both import SQLITE_FIRST
from tests.browser_like import BASE, Browser

CHANGED = {"about": "import-1", "path": "/bureau", "count": 3}


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


@pytest.fixture
def letters(app, postbox) -> list[Message]:
    """What was sent; asking for it gives the application its mail server."""
    app.extensions["settings"] = replace(app.extensions["settings"], smtp=postbox.address)
    return postbox.letters


def kinds_of(member) -> list[str]:
    return [one.kind_word for one in db.session.scalars(notices.visible_to(member))]


@SQLITE_FIRST
def test_each_member_is_told_once_about_one_thing(fang, lin, stranger):
    for _ in range(2):
        notices.tell([fang, lin], "ledger_changed", **CHANGED)
    notices.tell([fang], "ledger_changed", **{**CHANGED, "about": "import-2"})
    assert (kinds_of(fang), kinds_of(lin)) == (["ledger_changed"] * 2, ["ledger_changed"])
    assert kinds_of(stranger) == []

    with pytest.raises(RuntimeError), transaction():
        notices.tell([stranger], "ledger_changed", **CHANGED)
        raise RuntimeError
    assert kinds_of(stranger) == []


@SQLITE_FIRST
def test_a_task_is_done_for_all_and_nothing_else_is(fang, lin):
    notices.tell([fang, lin], "ledger_changed", **CHANGED)
    notices.tell([fang], "ledger_changed", **{**CHANGED, "about": "import-10"})
    notices.tell([fang], "import_failed", about="import-1", path="/", file="x")
    with transaction():
        notices.finish("ledger_changed", "import-1")
    open_ones = {
        (one.member_id, one.key) for one in db.session.scalars(select(Notice)) if one.is_open_task
    }
    assert open_ones == {
        (fang.id, f"ledger_changed:import-10:{fang.id}"),
        (fang.id, f"import_failed:import-1:{fang.id}"),
    }


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_bell_counts_what_is_unread(browser, fang, lin):
    browser.sign_in(fang)
    for number in range(3):
        notices.tell([fang, lin], "ledger_changed", **{**CHANGED, "about": f"import-{number}"})
    assert (notices.unread(fang), notices.unread(lin)) == (3, 3)
    page = browser.see("/notices")
    assert 'aria-label="Notices 3"' in page.text, "what is seen is also heard"
    assert page.words().count("3 invoices changed their amount or state") == 3
    assert notices.unread(fang) == 3, "looking is not reading"
    assert browser.post("/notices/reading").status == 303
    assert (notices.unread(fang), notices.unread(lin)) == (0, 3)
    assert browser.see("/notices").words().count("To do") == 3, "read, but still to do"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_changed_ledger_is_done_when_all_of_it_was_looked_at(browser, fang, work):
    rows = [make.export_row(make.specimen(n)) for n in (1, 2)]
    make.ledger(fang, rows)
    make.ledger(
        fang, [{**row, "发票状态": "已作废"} for row in rows], exported_on=make.date(2026, 11, 21)
    )
    work()
    browser.sign_in(fang)
    changes = db.session.scalars(select(RowChange.id)).all()
    assert "2 invoices changed" in browser.see("/notices").words()
    for left, change_id in enumerate(reversed(changes)):
        assert browser.see("/notices").words().count("To do") == 1, left
        browser.post(f"/bureau/changes/{change_id}/seen")
    assert "To do" not in browser.see("/notices").words()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_letters_go_to_those_who_want_them(app, tea, fang, lin, wei, letters, work):
    people.speak(fang.person, "en")
    quiet = make.member("安静", tea, "finance")
    notices.choose(quiet, set())
    assert notices.mailed_kinds(quiet) == set()
    assert notices.mailed_kinds(fang) == {word for word, kind in KINDS.items() if kind.mails}
    unreachable = make.member("无信箱", tea, "finance")
    with transaction():
        unreachable.person.email = None
    for _ in range(2):
        notices.tell([fang, lin, quiet, unreachable], "ledger_changed", **CHANGED)
    work()

    found = {one["To"]: one for one in letters}
    assert len(letters) == 2
    english, chinese = found[fang.person.email], found[lin.person.email]
    assert english["Subject"].startswith("3 invoices changed")
    assert english["From"] == "yanpiao@localhost" and english["Message-ID"].endswith("@yanpiao>")
    assert f"{BASE}/bureau" in english.get_content()
    assert "税务" in chinese["Subject"] and "invoices" not in chinese["Subject"]
    notices.tell(
        [wei], "import_finished", about="i", path="/", file="x", new=1, changed=0, refused=0
    )
    work()
    assert len(letters) == 2, "this kind comes by mail only to those who ask for it"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_company_may_switch_letters_off(app, tea, lin, fang, letters, work):
    companies.switch_modules(tea, ["mail"], by=lin)
    notices.tell([fang], "ledger_changed", **CHANGED)
    work()
    assert (letters, notices.unread(fang)) == ([], 1)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_choices_are_kept_by_the_form(browser, fang):
    browser.sign_in(fang)
    assert browser.post("/notices/choices", mail=["import_finished", "made-up"]).status == 303
    assert notices.mailed_kinds(fang) == {"import_finished"}
    ticked = {
        one.get("value")
        for one in browser.see("/notices/choices").all("input")
        if one.get("name") == "mail" and "checked" in one.attrib
    }
    assert ticked == {"import_finished"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_name_cannot_write_a_header_of_its_own(app, lin, letters, work):
    notices.tell(
        [lin], "joining_asked", about="a", path="/", name="Eve\r\nBcc: all@example.com", company="x"
    )
    work()
    (letter,) = letters
    assert letter["Bcc"] is None and "Bcc: all" in letter["Subject"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_silent_mail_server_loses_no_letter(app, fang, letters, postbox, work):
    app.extensions["settings"] = replace(app.extensions["settings"], smtp="smtp://127.0.0.1:1")
    notices.tell([fang], "ledger_changed", **CHANGED)
    work()
    letter = db.session.scalars(select(Letter)).one()
    assert letter.sent_at is None and letter.text

    app.extensions["settings"] = replace(app.extensions["settings"], smtp=postbox.address)
    from app.plumbing.queue import Effect
    from workers.mail import send_letter

    effect = db.session.scalars(select(Effect).where(Effect.subject_id == letter.id)).one()
    assert "ConnectionRefused" in effect.last_error
    send_letter(effect.id)
    send_letter(effect.id)
    assert len(letters) == 1 and letter.text == ""


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_is_written_where_there_is_no_mail_server(app, fang, work):
    notices.tell([fang], "ledger_changed", **CHANGED)
    assert db.session.scalars(select(Letter)).all() == []
    assert (
        "Not set up"
        in Browser(app)
        .sign_in(make.member("管理", fang.company, "administrator"))
        .see("/health")
        .words()
    )


def test_what_people_choose_for_themselves_is_in_the_journal(app, tea, fang, shen):
    begun = {chain: newest(chain) for chain in (tea.id, journal.HOUSE)}
    token = signing.sign_in(fang.person.phone, make.PASSWORD, address="a", agent="x", mine=False)
    device = signing.device_of(token)
    people.speak(fang.person, "en")
    signing.use_company(device, fang)
    notices.choose(fang, {"import_finished", "no such kind"})
    notices.tell([fang], "ledger_changed", **CHANGED)
    for _ in range(2):
        notices.read(fang)
    with transaction():
        device.made_at = device.seen_at = now() - timedelta(days=2)
    signing.forget_old()
    assert signing.device_of(token) is None

    assert written(tea.id, begun[tea.id]) == [
        ("company-entered", {}),
        ("notice-mail-chosen", {"kinds": ["import_finished"]}),
        ("notices-read", {"count": 1}),
    ]
    assert [action for action, _ in written(journal.HOUSE, begun[journal.HOUSE])] == [
        "signed-in", "language-chosen", "session-ended",
    ]  # fmt: skip
    page = Browser(app).sign_in(shen).see("/journal").words()
    assert "Notices by e-mail chosen" in page and "A ledger import has finished" in page
    assert journal.verify() == []


def newest(chain: str) -> int:
    head = db.session.get(Head, chain)
    return head.seq if head else 0


def written(chain: str, after: int) -> list[tuple[str, dict[str, object]]]:
    query = select(Entry).where(Entry.company_id == chain, Entry.seq > after).order_by(Entry.seq)
    return [(entry.action, entry.facts) for entry in db.session.scalars(query)]
