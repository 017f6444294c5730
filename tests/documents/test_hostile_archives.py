"""Archives that mean harm are refused by a child of the sandbox, which stays small (F48)."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from sqlalchemy import select

from app.documents.models import Document
from app.plumbing.db import db
from tests.weighed import scales, weigh
from tests.zipped import TRAPS

SAID = {
    "200 MiB in an archive": "The file unpacks to far more than it should.",
    "archives in archives, as 42.zip": "The file has an archive inside an archive.",
    "a link": "The file has parts with unsafe names.",
}
MOST_MIB, PATIENCE_SECONDS = 200, 20


@pytest.fixture(scope="module")
def on_scales() -> Iterator[None]:
    with scales():
        yield


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_f48_it_is_refused_before_it_costs_anything(on_scales, trap):
    told = weigh("inspect", BytesIO(trap.make()), name=trap.name)
    assert told["word"] == trap.word
    assert told["mib"] < MOST_MIB and told["seconds"] < PATIENCE_SECONDS


@pytest.mark.full
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_f48_whoever_hands_it_in_reads_why_and_nothing_of_it_is_kept(browser, fang):
    browser.sign_in(fang)
    for name, sentence in SAID.items():
        trap = TRAPS[name]
        answer = browser.post("/batches", files=[(BytesIO(trap.make()), trap.name)])
        assert answer.status == 422 and sentence in answer.words()
    assert db.session.scalars(select(Document)).all() == []
