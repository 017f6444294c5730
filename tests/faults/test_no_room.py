"""No room on the disk, and a database somebody else holds: said in words, and over when it is."""

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from app.documents.models import Copy
from app.journal import journal
from app.plumbing.db import db
from tests import make
from tests.faults.conftest import FAST, Scene
from tests.installation import started

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.full]


@contextmanager
def small_disk(place, size):
    """A disk with room for ``size`` and no more."""
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nobody may mount a small disk here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def tiny(scene):
    """Six megabytes for all files, and no more."""
    with small_disk(scene.at.var / "files", "6m") as place:
        yield place


def test_f31_a_full_disk_refuses_in_words_keeps_nothing_and_works_again(scene, tiny):
    visitor = scene.visitor()
    content = make.picture(40).getvalue() + b"\0" * 4_000_000
    (tiny / "filler").write_bytes(b"\0" * 3_000_000)

    refusal = visitor.hand_in(content, "big.png", "f31")
    assert refusal.status == 507
    assert "no room left" in refusal.text and "big.png" in refusal.text
    assert "Traceback" not in refusal.text
    assert [path.name for path in tiny.rglob("*") if path.is_file()] == ["filler"]
    assert "big.png" not in visitor.see("/").text

    (tiny / "filler").unlink()
    assert visitor.hand_in(content, "big.png", "f31").status == 200


@pytest.mark.full
def test_f31_a_disk_too_full_to_commit_refuses_in_words_and_works_again(ready, tmp_path):
    with small_disk(tmp_path / "disk", "8m") as disk:
        shutil.copy(ready / "yanpiao.db", disk)
        database = f"sqlite:///{disk / 'yanpiao.db'}"
        with started(ready, tmp_path, **FAST, DATABASE_URL=database) as at:
            visitor = Scene(at).visitor()
            fill(disk / "filler")
            refused = [
                visitor.hand_in(make.picture(n).getvalue(), "x.png", f"{n}") for n in range(50, 90)
            ]
            assert refused[-1].status == 507, {one.status for one in refused}
            assert "no room left" in refused[-1].text and "Traceback" not in refused[-1].text
            assert visitor.see("/invoices").status == 200, "what is kept can be read"

            (disk / "filler").unlink()
            again = [
                visitor.hand_in(make.picture(n).getvalue(), "x.png", f"{n}") for n in range(50, 90)
            ]
            assert {one.status for one in again} == {200}
            with at.inside():
                assert db.session.scalar(select(func.count()).select_from(Copy)) == 40
                assert journal.verify() == []


@pytest.mark.full
def test_f31_a_backup_without_room_leaves_nothing_behind(stage_with, tmp_path):
    scene = stage_with()
    scene.visitor().hand_in(make.picture(43).getvalue() + b"\0" * 2_000_000, "big.png", "f31-b")
    with small_disk(tmp_path / "disk", "1m") as disk:
        said = scene.at.run(
            sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(disk / "b")
        )
        assert said.returncode == 1 and "no room for the backup" in said.stderr
        assert "Traceback" not in said.stderr and list(disk.iterdir()) == []
    assert scene.visitor().see("/").status == 200


def test_f37_a_database_held_by_another_program_is_waited_for_and_then_refused(scene):
    visitor = scene.visitor()
    holder = hold(scene.at.var / "yanpiao.db")
    try:
        begun = time.monotonic()
        busy = visitor.hand_in(make.picture(41).getvalue(), "busy.png", "f37")
        waited = time.monotonic() - begun
        assert busy.status == 503 and busy.headers["Retry-After"]
        assert 1.5 < waited < 6
        assert "system is busy" in busy.text
        for word in ("Traceback", "sqlite", "OperationalError", "locked"):
            assert word not in busy.text
        assert visitor.see("/invoices").status == 200, "reading waits for a writer"
        assert visitor.see("/livez").status == 200
        assert visitor.post("/company/units", name="x").status in (403, 503)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert visitor.hand_in(make.picture(41).getvalue(), "busy.png", "f37").status == 200


def test_f37_a_writer_that_ends_in_time_is_only_waited_for(scene):
    visitor = scene.visitor()
    holder = hold(scene.at.var / "yanpiao.db")
    threading.Timer(1, lambda: (holder.execute("ROLLBACK"), holder.close())).start()
    assert visitor.hand_in(make.picture(42).getvalue(), "late.png", "f37-2").status == 200


def fill(path):
    """Take every byte that is left."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)


def hold(path):
    """Another program in the middle of a change."""
    try:
        import pysqlite3.dbapi2 as sqlite
    except ImportError:
        import sqlite3 as sqlite
    line = sqlite.connect(path, isolation_level=None, check_same_thread=False)
    line.execute("BEGIN IMMEDIATE")
    return line
