"""No room on the disk, and a database somebody else holds: said in words, and over when it is."""

import subprocess
import threading
import time

import pytest

from tests import make

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture
def tiny(scene):
    """Six megabytes for all files, and no more."""
    place = scene.at.var / "files"
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nobody may mount a small disk here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


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


def hold(path):
    """Another program in the middle of a change."""
    try:
        import pysqlite3.dbapi2 as sqlite
    except ImportError:
        import sqlite3 as sqlite
    line = sqlite.connect(path, isolation_level=None, check_same_thread=False)
    line.execute("BEGIN IMMEDIATE")
    return line
