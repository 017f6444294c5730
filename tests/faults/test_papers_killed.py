"""A paper whose worker is killed is made by the next one as if nothing had happened."""

import random
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select

from app.accounts.models import Member
from app.documents.models import Document
from app.invoices.models import Holding
from app.journal import journal
from app.journal.models import Entry
from app.notices.models import Notice
from app.papers import making, papers
from app.papers.models import Kind, Paper, Step
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.faults import killing
from tests.papers import held, originals

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("faults")]
MOMENTS, LISTED, PRINTED = 8, 300, 8
work = partial(killing.carry_out, papers.MAKE)


@pytest.fixture
def fang_id(app, monkeypatch):
    """Finance with invoices, some of which have pages; how far a paper is is noted often."""
    monkeypatch.setattr(making, "BREATH", 0.0)
    monkeypatch.setattr(making, "PAGE", 100)
    fang = make.member("方财务", make.company("北京示例茶叶有限公司", 1), "finance")
    for number in range(1, PRINTED + 1):
        held.invoice(fang, number, originals.pdf(originals.words(f"No. {number}")))
    for number in range(PRINTED + 1, LISTED + 1):
        make.invoice(fang, number)
    return fang.id


def begun(kind: Kind, by_id: str) -> str:
    """As if all were asked for at one moment; of the invoices with pages where these are in it."""
    filed = select(Holding.invoice_id).where(Holding.document_id.is_not(None))
    ids = db.session.scalars(filed.order_by(Holding.invoice_id)).all()
    wanted = {"ids": ids} if kind in (Kind.PACK, Kind.ZIP) else {"state": {}}
    by = db.session.get_one(Member, by_id)
    paper = papers.request(kind, wanted, by=by, language="zh")
    with transaction():
        paper.name, paper.made_at = "样票", datetime(2026, 11, 20, tzinfo=UTC)
    return paper.id


def end(paper_id: str) -> tuple[object, ...]:
    """What came of it, its bytes by their digest, and what was said of it."""
    db.session.rollback()
    paper = db.session.get_one(Paper, paper_id)
    told = db.session.scalars(select(Notice.kind_word).where(Notice.key.contains(paper_id))).all()
    mine = select(Entry.action).where(Entry.subject == paper_id).order_by(Entry.seq)
    written = db.session.scalars(mine).all()
    return paper.step, paper.total, paper.done, paper.digest, paper.size, told, written


def whole(kind: Kind, by_id: str) -> tuple[float, tuple[object, ...]]:
    """How long one takes that nobody disturbs, and its end."""
    paper_id = begun(kind, by_id)
    took, ended = killing.seconds(work), end(paper_id)
    assert ended[0] is Step.DONE
    assert ended[5:] == (["paper_ready"], ["paper-asked", "paper-done"])
    return took, ended


def see_that_all_is_tidy() -> None:
    """Nothing is kept that no row speaks of, once the drafts of yesterday are gone."""
    killing.collect()
    known = select(Paper.digest).union(select(Document.digest))
    assert killing.stored() == {*db.session.scalars(known)}
    assert journal.verify() == []


@SQLITE_FIRST
@pytest.mark.parametrize("kind", [Kind.CSV, Kind.XLSX, Kind.PACK])
def test_killed_at_eight_moments_a_paper_is_the_same(fang_id, kind):
    took, expected = whole(kind, fang_id)
    chance, stopped = random.Random(8), []
    for _ in range(MOMENTS):
        paper_id = begun(kind, fang_id)
        killing.kill(work, chance.uniform(0, took))
        stopped.append(end(paper_id)[:3])
        killing.let_time_pass()
        work()
        assert end(paper_id) == expected
    assert any(step is Step.WORKING for step, *_ in stopped), "killed while it was made"
    see_that_all_is_tidy()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", Kind)
def test_killed_before_any_of_its_changes_a_paper_is_the_same(fang_id, kind):
    _, expected = whole(kind, fang_id)
    for change in count(1):
        paper_id = begun(kind, fang_id)
        was_killed = killing.kill_at(work, change)
        killing.let_time_pass()
        work()
        assert end(paper_id) == expected
        if not was_killed:
            break
    assert change > 4
    see_that_all_is_tidy()
