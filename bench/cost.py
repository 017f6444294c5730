"""What reading a file and drawing its page cost, by kind: the samples where they are at hand,
and our own specimens.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from app.documents import specimens
from app.documents.readers import kind
from app.documents.readers.limits import MEDIA_TYPES
from app.documents.specimens import older
from app.plumbing import sandbox
from tests import make

TIMES = 20
SUFFIXES = (".xml", ".ofd", ".pdf", ".jpg", ".png")


def table() -> Iterator[str]:
    """Lines of two tables: milliseconds there and back through the sandbox, by kind of file."""
    yield from _table("read", _read)
    yield ""
    yield from _table("page 1 drawn, 1,200 pixels wide", _draw)


def _table(what: str, act: Callable[[bytes, str], float]) -> Iterator[str]:
    yield f"| {what} | files | p50 | p95 | slowest file |"
    yield "|---|---|---|---|---|"
    for sort, files in sorted(_files().items()):
        if act is _draw and sort == "xml":
            continue
        taken = [(act(data, sort), name) for name, data in files for _ in range(TIMES)]
        times = sorted(milliseconds for milliseconds, _ in taken)
        p95 = times[int(len(times) * 0.95)]
        median = {
            name: statistics.median([ms for ms, other in taken if other == name])
            for name, _ in files
        }
        slowest = max(median, key=lambda name: median[name])
        yield (
            f"| {sort} | {len(files)} | {statistics.median(times):.1f} ms | {p95:.1f} ms "
            f"| {slowest} {median[slowest]:.1f} ms |"
        )


def _read(data: bytes, sort: str) -> float:
    begun = time.perf_counter()
    sandbox.ask("read", BytesIO(data), kind=sort)
    return (time.perf_counter() - begun) * 1000


def _draw(data: bytes, sort: str) -> float:
    begun = time.perf_counter()
    sandbox.ask("preview", BytesIO(data), media_type=MEDIA_TYPES[sort], page=1)
    return (time.perf_counter() - begun) * 1000


def _files() -> dict[str, list[tuple[str, bytes]]]:
    one = make.specimen()
    found = {
        "specimen.xml": specimens.write_xml(one),
        "specimen.ofd": specimens.write_ofd(one),
        "specimen.pdf": specimens.draw_pdf(one),
        "specimen-rail.pdf": specimens.draw_pdf(one, {"rai_issuer_1.xml": older.write_rail(one)}),
        "specimen.jpg": specimens.draw_picture(one, noise=0.1),
    }
    folder = os.environ.get("YANPIAO_SAMPLES")
    for place in sorted(Path(folder).rglob("*")) if folder else ():
        if place.suffix in SUFFIXES and place.parent.name in ("xml", "ofd", "pdf"):
            found[place.name] = place.read_bytes()
    by_kind: dict[str, list[tuple[str, bytes]]] = {}
    for name, data in found.items():
        by_kind.setdefault(kind.sniff(data, name), []).append((name, data))
    return by_kind
