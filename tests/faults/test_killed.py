"""A process that is killed in the middle leaves nothing half done."""

import signal
import socket
import time
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts.models import Member, Person
from app.bureau import models as bureau
from app.bureau.models import Import, LedgerRow, Refusal
from app.documents import specimens
from app.documents.models import Copy, Document
from app.intake import batches
from app.intake.models import Batch, Item, State, Step
from app.invoices.models import Listing
from app.journal import journal
from app.journal.models import Entry
from app.notices.models import Notice
from app.papers import papers
from app.papers.models import Kind, Paper
from app.papers.models import Step as Made
from app.plumbing.db import db
from app.plumbing.queue import Effect
from tests import make
from tests.installation import form_of, until
from tests.intake.lists_made import rows as rows_of
from tests.papers import held, originals
from tests.zipped import archive

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.full]
ROWS, FILES, PACKED = 6000, 40, 100


def number_of(model, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def kept(scene):
    """The files in the store, and what lies beside them unfinished."""
    files = [path for path in Path(scene.at.var / "files").rglob("*") if path.is_file()]
    return [path.name for path in files if "incoming" not in path.parts]


def test_f05_a_web_process_killed_in_the_middle_of_a_file_leaves_no_row_and_no_file(scene):
    visitor, at = scene.visitor(), scene.at
    content = make.picture(30).getvalue() + b"\0" * 4_000_000
    with scene.inside():
        before = number_of(Document), number_of(Copy), len(kept(scene))
        with socket.create_connection(at.bind.split(":")) as line:
            for part in islice(request(visitor, content), 40):
                line.sendall(part)
            time.sleep(0.3)
            at.send("web", signal.SIGKILL)
        until(at.lives)
        assert (number_of(Document), number_of(Copy), len(kept(scene))) == before

        assert visitor.hand_in(content, "half.png", "f05").status == 200
        assert visitor.hand_in(content, "half.png", "f05").status == 200
        after = number_of(Document), number_of(Copy), len(kept(scene))
        assert after == tuple(count + 1 for count in before)
        assert sha256(content).hexdigest() in kept(scene), "the file was cut short"


def request(visitor, content):
    """The bytes of an upload in pieces of 64 KiB, its head first."""
    body, kind = form_of(content, "half.png")
    jar = next(one for one in visitor.opener.handlers if hasattr(one, "cookiejar")).cookiejar
    head = {
        "Host": visitor.at.bind,
        "Origin": visitor.at.url,
        "Cookie": "; ".join(f"{one.name}={one.value}" for one in jar),
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "HX-Request": "true",
        "Idempotency-Key": "f05",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    yield f"POST /files HTTP/1.1\r\n{lines}\r\n".encode()
    for start in range(0, len(body), 1 << 16):
        yield body[start : start + (1 << 16)]


def test_f04_a_worker_killed_in_the_middle_of_a_ledger_goes_on_where_it_stopped(scene):
    day = date(2026, 3, 9)
    rows = [make.export_row(make.specimen(5000 + n, issued=day)) for n in range(ROWS)]
    days = {"starts": date(2026, 3, 1), "ends": date(2026, 3, 30), "exported_on": date(2026, 4, 1)}
    with scene.inside():
        found = make.ledger(member_of(scene), rows, **days).id
        until(lambda: 200 <= now_of(Import, found).line < ROWS, 20)
        scene.at.send("worker", signal.SIGKILL)
        stopped = now_of(Import, found).line
        assert 0 < stopped < ROWS, "it was over before it could be killed"
        until(lambda: now_of(Import, found).step is bureau.Step.DONE, 30)

        done = db.session.get_one(Import, found)
        assert (done.rows, done.new) == (ROWS, ROWS)
        assert (done.unchanged, done.changed, done.refused) == (0, 0, 0)
        assert number_of(LedgerRow, LedgerRow.import_id == found) == ROWS
        assert number_of(Refusal, Refusal.import_id == found) == 0
        ended = (Entry.action == "ledger-import-done", Entry.subject == found)
        assert number_of(Entry, *ended) == 1
        until(lambda: number_of(Notice, Notice.key.contains(found)) == 1)


def member_of(scene):
    return db.session.scalars(select(Member).join(Person).filter_by(phone=scene.phone)).one()


def now_of(model, row_id):
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(model, row_id)


def attempts_at(row_id):
    return db.session.scalars(select(Effect.attempts).where(Effect.subject_id == row_id)).one()


def test_f06_a_worker_killed_in_the_middle_of_a_pile_goes_on_where_it_stopped(scene):
    names = [f"{n}.xml" for n in range(FILES)]
    files = {name: specimens.write_xml(make.specimen(7000 + n)) for n, name in enumerate(names)}
    with scene.inside():
        found = batches.begin(archive(files), "发票包.zip", by=member_of(scene)).id
        until(lambda: now_of(Batch, found).taken > FILES // 4)
        scene.at.send("worker", signal.SIGKILL)
        assert now_of(Batch, found).taken < FILES, "it was over before it could be killed"
        rows = (Item.batch_id == found, Item.state == State.DONE, Item.invoice_id.is_not(None))
        until(lambda: number_of(Item, *rows) == FILES, 60)

        done = now_of(Batch, found)
        assert (done.step, done.total, done.taken) == (Step.DONE, FILES, FILES)
        assert [one.texts["file"] for one in rows_of(done)] == names
        assert number_of(Listing, Listing.batch_id == found) == FILES
        assert number_of(Copy, Copy.name.in_(names)) == FILES
        assert attempts_at(found) == 2
        assert journal.verify() == []


def test_f06_a_pack_whose_worker_was_killed_is_made_by_the_next(scene):
    with scene.inside():
        by = member_of(scene)
        ids = [held.invoice(by, 8000 + n, sheet(n)).id for n in range(PACKED)]
        found = papers.request(Kind.PACK, {"ids": ids}, by=by, language="zh").id
        until(lambda: now_of(Paper, found).step is Made.WORKING)
        time.sleep(0.2)
        scene.at.send("worker", signal.SIGKILL)
        assert now_of(Paper, found).step is Made.WORKING, "it was over before it could be killed"
        until(lambda: now_of(Paper, found).is_over, 60)

        paper = now_of(Paper, found)
        assert (paper.step, paper.done) == (Made.DONE, PACKED)
        with papers.open_file(paper) as file:
            data = file.read()
        pages = [originals.text(data, page) for page in range(len(originals.sizes(data)))]
        assert all(any(f"No. {n} " in page for page in pages) for n in range(PACKED))
        assert number_of(Notice, Notice.key.contains(found)) == 1
        assert number_of(Entry, Entry.action == "paper-done", Entry.subject == found) == 1
        assert attempts_at(found) == 2


def sheet(number):
    return originals.pdf(originals.words(f"No. {number} "))
