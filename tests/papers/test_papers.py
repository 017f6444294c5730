"""A paper is asked for, made, fetched and gone; it is its member's alone."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Standing
from app.core.money import Money
from app.journal.models import Entry
from app.notices.models import Notice
from app.papers import commas, making, papers
from app.papers.models import Kind, Paper, Step
from app.plumbing import storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.queue import Effect
from app.plumbing.sandbox import Silent, Unreadable
from tests import make
from workers import listing

ALL = {"state": {}}


def ask(by, asked=None, kind=Kind.CSV, language="en"):
    return papers.request(kind, asked or ALL, by=by, language=language)


def lines(paper):
    db.session.rollback()
    with papers.open_file(paper) as file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))


def actions():
    query = select(Entry.action).where(Entry.action.startswith("paper-")).order_by(Entry.seq)
    return list(db.session.scalars(query))


def test_a_list_is_made_in_the_background_and_its_member_is_told(fang, wei, work):
    made = {make.invoice(wei, sequence).key.number for sequence in (1, 2, 3)}
    paper = ask(fang)
    assert (paper.step, paper.total, paper.is_over) == (Step.WAITING, 0, False)
    work()
    db.session.rollback()
    assert (paper.step, paper.total, paper.done) == (Step.DONE, 3, 3)
    head, *rest = lines(paper)
    assert head[0] == "Number" and {row[0] for row in rest} == made
    assert actions() == ["paper-asked", "paper-done"]
    notice = db.session.scalars(select(Notice).where(Notice.member_id == fang.id)).one()
    assert (notice.kind_word, notice.path) == ("paper_ready", f"/papers#paper-{paper.id}")
    assert paper.size > 0 and paper.name.endswith(".csv")


def test_a_list_holds_what_its_member_may_see_when_it_is_made(fang, wei, stranger, work):
    mine, theirs = make.invoice(wei, 1), make.invoice(fang, 2)
    make.invoice(stranger, 3)
    own = ask(wei)
    chosen = ask(wei, {"ids": [mine.id, theirs.id]})
    every = ask(fang)
    with transaction():
        fang.role_words = ["employee"]
    work()
    assert [row[0] for row in lines(own)[1:]] == [mine.key.number]
    assert [row[0] for row in lines(chosen)[1:]] == [mine.key.number]
    assert [row[0] for row in lines(every)[1:]] == [theirs.key.number]


def test_what_shows_nothing_is_not_asked_for(wei, fang):
    theirs = make.invoice(fang, 1)
    for asked in (ALL, {"ids": [theirs.id]}, {"ids": []}):
        with pytest.raises(papers.Nothing):
            ask(wei, asked)
    with pytest.raises(papers.TooMany):
        ask(fang, {"ids": ["x"] * 2001})
    assert actions() == []


def test_who_is_not_a_member_any_more_gets_nothing(fang, work):
    make.invoice(fang, 1)
    paper = ask(fang)
    with transaction():
        fang.standing = Standing.LEFT
    work()
    db.session.rollback()
    assert (paper.step, paper.reason) == (Step.FAILED, "nothing")
    with pytest.raises(papers.Gone):
        papers.open_file(paper)


@pytest.mark.parametrize("kind", [Kind.CSV, Kind.XLSX, Kind.ZIP, Kind.PDF])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_paper_that_is_deleted_while_it_is_made_stops(fang, work, monkeypatch, kind):
    for sequence in range(1, 4):
        make.invoice(fang, sequence)
    monkeypatch.setattr(making, "BREATH", 0.0)
    monkeypatch.setattr(making, "PAGE", 1)
    paper, seen = ask(fang, kind=kind), []
    walk = making.walk

    def with_a_change_of_mind(*asked):
        for page in walk(*asked):
            seen.append(page[0].id)
            papers.discard(db.session.get_one(Paper, paper_id), by=fang)
            yield page

    paper_id = paper.id
    monkeypatch.setattr(making, "walk", with_a_change_of_mind)
    work()
    assert len(seen) == 1 and db.session.get(Paper, paper_id) is None
    assert actions() == ["paper-asked", "paper-deleted"]
    assert list((storage.settings().files / "incoming").iterdir()) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_a_worker_began_and_did_not_end_is_made_anew(fang, work):
    make.invoice(fang, 1)
    paper = ask(fang)
    with transaction():
        paper.step, paper.done, paper.total = Step.WORKING, 1, 5
    work()
    db.session.rollback()
    assert (paper.step, paper.done, paper.total) == (Step.DONE, 1, 1)
    effect = db.session.scalars(select(Effect).where(Effect.subject_id == paper.id)).one()
    with transaction():
        effect.state = effect.state.__class__.READY
    listing.listed()[effect.verb](effect.id)
    assert actions() == ["paper-asked", "paper-done"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_spreadsheet_computes_nothing_of_a_csv_and_knows_its_writing(fang, work):
    signs = ["=1+1", "+1", "-1", "@a", "＝1", " =1"]
    for place, sign in enumerate(signs, start=1):
        make.invoice(fang, place, seller_name=f"{sign}公司", total=Money(-100 * place))
    paper = ask(fang)
    work()
    db.session.rollback()
    with papers.open_file(paper) as file:
        raw = file.read()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\xef\xbb\xbf") == 1
    cells = {one for line in lines(paper) for one in line}
    assert {f"'{sign}公司" for sign in signs} <= cells
    assert commas.cell("\tb") == "'\tb" and commas.cell("b=1") == "b=1"
    assert {f"-{place}.00" for place in range(1, 7)} <= cells, "amounts stay numbers"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_every_worker_failed_at_is_said_to_be_so(fang):
    make.invoice(fang, 1)
    paper = ask(fang)
    papers.give_up()
    assert paper.step is Step.WAITING
    with transaction():
        effect = db.session.scalars(select(Effect).where(Effect.subject_id == paper.id)).one()
        effect.state = effect.state.__class__.DEAD
    papers.give_up()
    assert (paper.step, paper.reason) == (Step.FAILED, "fault")
    papers.give_up()
    assert actions() == ["paper-asked", "paper-failed"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_while_the_sandbox_is_away_a_paper_waits(fang, monkeypatch):
    make.invoice(fang, 1)

    def nobody_answers(_work, _file):
        raise Silent

    sort = papers.KINDS[Kind.CSV]
    paper = ask(fang)
    with monkeypatch.context() as away:
        away.setitem(papers.KINDS, Kind.CSV, replace(sort, make=nobody_answers))
        with pytest.raises(Silent):
            papers.run(paper.id)
    assert not paper.is_over
    papers.run(paper.id)
    assert paper.step is Step.DONE and len(lines(paper)) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_fault_of_ours_and_a_full_disk_are_said(fang, work, monkeypatch, app):
    make.invoice(fang, 1)

    def break_down(_work, _file):
        raise Unreadable("fault")

    sort = papers.KINDS[Kind.CSV]
    monkeypatch.setitem(papers.KINDS, Kind.CSV, replace(sort, make=break_down))
    paper = ask(fang)
    work()
    db.session.rollback()
    assert (paper.step, paper.reason) == (Step.FAILED, "fault")
    assert "our side" in papers.why(paper)
    monkeypatch.undo()

    def no_room(_size=0):
        raise storage.DiskFull

    monkeypatch.setattr(storage, "ask_for_room", no_room)
    late = ask(fang)
    work()
    db.session.rollback()
    assert (late.step, late.reason) == (Step.FAILED, "full")
    told = db.session.scalars(select(Notice.kind_word)).all()
    assert told == ["paper_failed", "paper_failed"]


def test_after_its_time_a_paper_and_its_bytes_are_gone(fang, work):
    make.invoice(fang, 1)
    paper, other = ask(fang), ask(fang)
    work()
    db.session.rollback()
    place = storage.path(paper.digest)
    assert place.exists()
    for one in (paper, other):
        with transaction():
            one.expires_at = now() - timedelta(seconds=1)
    with pytest.raises(papers.Gone):
        papers.open_file(paper)
    assert papers.expire() == 2
    assert db.session.scalars(select(Paper)).all() == [] and not place.exists()
    assert actions()[-2:] == ["paper-expired", "paper-expired"]


def test_bytes_that_another_paper_has_too_stay(fang, work):
    make.invoice(fang, 1)
    first, second = ask(fang), ask(fang)
    work()
    db.session.rollback()
    assert first.digest == second.digest, "the same list at one time is the same file"
    papers.discard(first, by=fang)
    assert len(lines(second)) == 2


def test_pages_come_in_the_wallets_order_and_none_is_lost(fang, monkeypatch):
    monkeypatch.setattr(making, "PAGE", 3)
    days = [None, None, *(make.date(2026, 11, 20 - back // 2) for back in range(8)), None]
    made = [make.invoice(fang, n, issued=day, total=Money(n)) for n, day in enumerate(days, 1)]
    pages = list(making.walk(ALL, fang))
    assert [one.issued for page in pages for one in page] == sorted(
        days, key=lambda day: -(day or make.date(9999, 1, 1)).toordinal())  # fmt: skip
    assert {one.id for page in pages for one in page} == {one.id for one in made}
    assert sum(len(page) for page in pages) == 11
