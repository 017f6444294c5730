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
from app.bureau.models import Import, LedgerRow, Refusal, Step
from app.documents.models import Copy, Document
from app.journal.models import Entry
from app.notices.models import Notice
from app.plumbing.db import db
from tests import make
from tests.installation import form_of, until

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.full]
ROWS = 6000


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
        by = db.session.scalars(select(Member).join(Person).filter_by(phone=scene.phone)).one()
        found = make.ledger(by, rows, **days).id
        until(lambda: 200 <= line_of(found) < ROWS, 20)
        scene.at.send("worker", signal.SIGKILL)
        stopped = line_of(found)
        assert 0 < stopped < ROWS, "it was over before it could be killed"
        until(lambda: step_of(found) is Step.DONE, 30)

        done = db.session.get_one(Import, found)
        assert (done.rows, done.new) == (ROWS, ROWS)
        assert (done.unchanged, done.changed, done.refused) == (0, 0, 0)
        assert number_of(LedgerRow, LedgerRow.import_id == found) == ROWS
        assert number_of(Refusal, Refusal.import_id == found) == 0
        ended = (Entry.action == "ledger-import-done", Entry.subject == found)
        assert number_of(Entry, *ended) == 1
        until(lambda: number_of(Notice, Notice.key.contains(found)) == 1)


def line_of(import_id):
    db.session.rollback()
    return db.session.get_one(Import, import_id).line


def step_of(import_id):
    db.session.rollback()
    return db.session.get_one(Import, import_id).step
