"""One change, whole or not at all; and two writers at once."""

import threading
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import links, members
from app.accounts.models import Grade
from app.accounts.roles import Role
from app.core.errors import Problem
from app.journal import journal
from app.journal.models import Entry
from app.plumbing import gate, leadership
from app.plumbing.clock import now
from app.plumbing.db import Doomed, db, transaction
from app.plumbing.leadership import Leader
from app.plumbing.settings import settings


def names() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Grade.name)))


def add(company, name: str) -> None:
    db.session.add(Grade(company_id=company.id, name=name))


def test_a_change_is_kept_and_what_was_put_off_is_done(tea):
    done: list[object] = []
    with transaction() as change:
        add(tea, "kept")
        change.after_commit(lambda: done.append(names()))
        assert done == []
    assert done == [{"kept"}]


def test_a_change_that_fails_leaves_nothing(tea):
    done: list[object] = []
    with pytest.raises(Problem), transaction() as change:
        add(tea, "lost")
        db.session.flush()
        change.after_commit(lambda: done.append("rung"))
        raise Problem
    assert (names(), done) == (set(), [])
    with transaction():
        add(tea, "next")
    assert names() == {"next"}


def test_an_inner_change_joins_the_outer(tea):
    done: list[str] = []
    with pytest.raises(RuntimeError), transaction() as outer:
        with transaction() as inner:
            add(tea, "inner")
            inner.after_commit(lambda: done.append("inner"))
        assert inner is outer and done == []
        raise RuntimeError
    assert (names(), done) == (set(), [])

    with transaction():
        add(tea, "outer")
        with transaction() as inner:
            add(tea, "inner")
            inner.after_commit(lambda: done.append("inner"))
    assert (names(), done) == ({"outer", "inner"}, ["inner"])


def test_a_failure_that_is_swallowed_dooms_the_whole(tea):
    with pytest.raises(Doomed), transaction() as change:
        add(tea, "outer")
        change.after_commit(lambda: pytest.fail("nothing was kept"))
        with suppress(Problem), transaction():
            add(tea, "inner")
            raise Problem
    assert names() == set()


def test_rows_that_were_read_before_are_read_again(app, tea):
    assert tea.name
    in_thread(app, lambda: rename(tea.id, "changed meanwhile"))
    with transaction():
        assert tea.name == "changed meanwhile"
        tea.name += "!"
    assert tea.name == "changed meanwhile!"


def rename(company_id: str, name: str) -> None:
    with transaction():
        db.session.get_one(members.Company, company_id).name = name


def in_thread(app: Flask, *acts) -> list[object]:
    """Each act in a thread and a session of its own, all at once; gives what each gave."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                found[place] = acts[place]()
            except Exception as fault:
                found[place] = fault
            db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return found


def test_writers_at_once_lose_nothing(app, tea, lin):
    def write(name: str):
        def act() -> None:
            for number in range(10):
                with transaction():
                    journal.write(tea.id, "thing-done", f"{name}{number}", by=journal.System())

        return act

    with transaction():
        journal.write(tea.id, "thing-done", by=journal.System())
    ids = tea.id
    assert in_thread(app, *(write(name) for name in "abcd")) == [None] * 4
    entries = db.session.scalars(
        select(Entry).where(Entry.company_id == ids).order_by(Entry.seq)
    ).all()
    assert {entry.seq for entry in entries} == set(range(1, 42))
    assert journal.verify() == []


def test_of_two_who_use_one_link_at_once_one_comes_in(app, lin, tea, stranger, settings):
    url = members.invite([Role.EMPLOYEE], email="", unit=None, by=lin)
    token, person_id = url.rpartition("/")[2], stranger.person_id

    def accept():
        return members.accept(token, db.session.get_one(members.Person, person_id)).id

    outcomes = in_thread(app, accept, accept, accept)
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert sum(isinstance(one, links.Gone) for one in outcomes) == 2, outcomes


def test_a_writer_waits_and_then_says_busy(app, tea):
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction():
            held.set()
            go.wait(10)

    def wait() -> str:
        held.wait(10)
        try:
            with transaction():
                return "in"
        finally:
            go.set()

    _, outcome = in_thread(app, hold, wait)
    if settings().is_sqlite:
        assert isinstance(outcome, gate.Busy) and outcome.status == 503
    else:
        assert outcome == "in", "PostgreSQL locks rows, not the door"
    with transaction():
        add(tea, "afterwards")
    assert names() == {"afterwards"}


def test_a_busy_database_answers_with_503(app, browser, wei):
    browser.sign_in(wei)
    with gate.gate(settings()):
        page = browser.post("/notices/reading")
    if settings().is_sqlite:
        assert page.status == 503 and page.headers["Retry-After"] == "5"
        assert "Nothing was changed" in page.words()
    assert browser.post("/notices/reading").status == 303


def test_one_leads_until_the_lease_is_over(app):
    assert leadership.lead("sweeper", 60) and leadership.lead("sweeper", 60)
    with transaction():
        db.session.get_one(Leader, "sweeper").owner = "another:1"
    assert not leadership.lead("sweeper", 60)
    assert leadership.lead("another chore", 60)
    with transaction():
        db.session.get_one(Leader, "sweeper").until = now()
    assert leadership.lead("sweeper", 60)
