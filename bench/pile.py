"""What a pile of 500 real files costs, sent one by one as the page does.

``.venv/bin/python -m bench.pile``

Needs the samples (``YANPIAO_SAMPLES``): 50 of the originals, then 50 of originals and pictures, and
each of these ten times as often, under new names and with new digests. The whole product runs, with
its workers; CPU is of all its processes, without that of a PostgreSQL. Say a part of a sort's name
as an argument to take only that.
"""

import http.client
import io
import json
import os
import sys
import time
import zipfile
from collections.abc import Iterator
from itertools import cycle, islice, product
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from sqlalchemy import func, select

from app.intake.models import Batch, Item, State
from app.plumbing.db import db
from app.plumbing.settings import Settings
from bench.bases import base, names
from bench.place import URL, Place, place
from bench.running import BIND
from tests import make
from wsgi import create_app

COUNT, PATIENCE = 500, 900
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
"""They are sent last, as the page does it."""

SORTS = {
    "originals (XML, OFD, PDF)": ("xml", "ofd", "pdf"),
    "originals, scans and photos": ("xml", "ofd", "pdf", "scan", "photo"),
}


def main() -> None:
    """Print the table."""
    print("| files | database | n | sent | to the last verdict | files/s | first result | CPU |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    for name in names():
        with base(name) as url, place(url) as at:
            app = create_app(Settings.read({"YANPIAO_VAR": str(at.var), "DATABASE_URL": url}))
            with app.app_context():
                for turn, (count, sort) in enumerate(product((COUNT // 10, COUNT), SORTS)):
                    if only in sort:
                        figures = _run(at, turn, count, SORTS[sort])
                        print("| " + " | ".join((sort, name, *figures)) + " |", flush=True)
                make.close(app)


def _run(at: Place, turn: int, count: int, sorts: tuple[str, ...]) -> tuple[str, ...]:
    cookie, files = at.mine, list(islice(_files(sorts, turn), count))
    line = http.client.HTTPConnection(BIND, timeout=60)
    begun, cpu = time.perf_counter(), at.whole_cpu()
    told = json.loads(_post(line, cookie, "/batches/piles", urlencode({"count": len(files)})))
    batch_id, first = told["show"].rpartition("/")[2], 0.0
    turns = sorted(enumerate(files, start=1), key=lambda one: one[1][0].endswith(PICTURES))
    for number, (name, data) in turns:
        _post(line, cookie, told["files"], _form(data, name, number), f"{batch_id}-{number}")
        if not first and _count(batch_id, Item.state != State.WAITING):
            first = time.perf_counter() - begun
    sent = time.perf_counter() - begun
    while _count(batch_id, Item.state == State.WAITING):
        assert time.perf_counter() - begun < PATIENCE
        time.sleep(0.2)
    taken = time.perf_counter() - begun
    figures = f"{sent:.1f} s", f"{taken:.1f} s", f"{len(files) / taken:.1f}", f"{first:.2f} s"
    return str(len(files)), *figures, f"{at.whole_cpu() - cpu:.0f} s"


def _files(sorts: tuple[str, ...], turn: int) -> Iterator[tuple[str, bytes]]:
    """Without end, mixed; each time a real file comes it is another one by its bytes."""
    folder = Path(os.environ["YANPIAO_SAMPLES"])
    found = [one for sort in sorts for one in sorted((folder / sort).iterdir())]
    Random(1).shuffle(found)
    for number, path in enumerate(cycle(found[: COUNT // 10]), start=turn * COUNT):
        yield f"{number}{path.suffix}", _another(path, number)


def _another(path: Path, number: int) -> bytes:
    """The number in white space, in a comment, or behind the picture: what it says stays."""
    data, mark = path.read_bytes(), f"{number:020b}".encode()
    if path.suffix == ".ofd":
        kept = io.BytesIO(data)
        with zipfile.ZipFile(kept, "a") as packed:
            packed.comment = mark
        return kept.getvalue()
    white = mark.translate(bytes.maketrans(b"01", b" \n"))
    return data + (white if path.suffix in (".xml", ".pdf") else mark)


def _form(data: bytes, name: str, place: int) -> bytes:
    part = b'--cut\r\nContent-Disposition: form-data; name="%s"'
    head = part % b"place" + b"\r\n\r\n%d\r\n" % place
    body = part % b"file" + b'; filename="%s"\r\n\r\n' % name.encode() + data
    return head + body + b"\r\n--cut--\r\n"


def _post(
    line: http.client.HTTPConnection, cookie: str, path: str, body: str | bytes, key: str = ""
) -> bytes:
    kind = "application/x-www-form-urlencoded" if isinstance(body, str) else "multipart/form-data"
    headers = {"Cookie": cookie, "Origin": URL, "HX-Request": "true"}
    headers |= {"Idempotency-Key": key} if key else {}
    headers["Content-Type"] = kind if isinstance(body, str) else f"{kind}; boundary=cut"
    line.request("POST", path, body, headers)
    answer = line.getresponse()
    told = answer.read()
    assert answer.status in (200, 204), (answer.status, told[:300])
    return told


def _count(batch_id: str, *which: object) -> int:
    db.session.rollback()
    mine = select(func.count()).select_from(Item).join(Batch).where(Batch.id == batch_id, *which)
    return db.session.scalar(mine) or 0


if __name__ == "__main__":
    main()
