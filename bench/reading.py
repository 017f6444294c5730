"""How true reading is, what it costs, and a published reader beside it.

``.venv/bin/python -m bench.reading [xml ofd pdf scan photo]``; real documents need the samples
(``YANPIAO_SAMPLES``), each kind is read in a process of its own, whose most memory is told. Fields
are compared with the true values one by one; a second table believes the written page alone.
"""

import csv
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from app.documents.readers.found import Found
from app.documents.readers.sighted import eyes
from bench import built, judged, peers
from bench.judged import Row, Score

SORTS = ("xml", "ofd", "pdf", "scan", "photo")
LOOKED_AT = ("scan", "photo")
TIMES = 5
ALONE = {"pdf": "the text of the pages alone", "ofd": "the text of the pages alone"}
ALONE |= dict.fromkeys(LOOKED_AT, "what eyes see alone")


def main() -> None:
    """Print the tables and every field that is not exact."""
    if sys.argv[1:2] == ["--here"]:
        print("\n".join(tables(sys.argv[2])))
        return
    for sort in sys.argv[1:] or SORTS:
        subprocess.run([sys.executable, "-m", "bench.reading", "--here", sort], check=True)


def tables(sort: str) -> Iterator[str]:
    """All that is to be told of one kind of file."""
    real = list(_real(sort)) if "YANPIAO_SAMPLES" in os.environ else []
    if sort in LOOKED_AT:
        eyes.open_eyes()
    yield from _table(f"{sort}: real documents", ((_family(row), row, data) for row, data in real))
    if sort in ALONE:
        of_real = ((_family(row), row, data) for row, data in real)
        yield from _table(f"{sort}: {ALONE[sort]}", of_real, judged.is_of_the_page)
    if sort in built.FAMILIES:
        made = ((family, *one) for family, one in built.documents(sort))
        yield from _table(f"{sort}: built by ourselves", made)
    if sort == "ofd" and real:
        yield "ofd: beside a published reader"
        yield from peers.table(real)
        yield ""
    yield f"{sort}: most memory {getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB\n"


def _table(
    title: str, documents: Iterator[tuple], only: Callable[[Found], bool] = lambda _: True
) -> Iterator[str]:
    scores: defaultdict[str, Score] = defaultdict(Score)
    for family, row, data, *lines in documents:
        times = TIMES if row["file"].endswith((".xml", ".ofd", ".pdf")) else 1
        for _ in range(times):
            begun = time.perf_counter()
            found = judged.read(data, row["file"])
            scores[family].times.append((time.perf_counter() - begun) * 1000)
        judged.judge(scores[family], row, list(filter(only, found)), *lines)
    if not scores:
        return
    yield title
    yield judged.HEAD
    yield from (score.row(family) for family, score in sorted(scores.items()))
    for score in scores.values():
        yield from (f"WRONG {one}" for one in score.wrong)
        yield from (f"unknown {one}" for one in score.unknown)
    yield ""


def _real(sort: str) -> Iterator[tuple[Row, bytes]]:
    folder = Path(os.environ["YANPIAO_SAMPLES"])
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["kind"] == sort and row["number"] not in ("", "?"):
                yield row, (folder / row["file"]).read_bytes()


def _family(row: Row) -> str:
    if row["kind"] in LOOKED_AT:
        return "taxi" if "taxi" in row["type"] else "tax control" if row["code"] else "digital"
    if "通行费" in row["what"]:
        return "toll"
    if re.fullmatch("3[12]", row["type"][:2]):
        return "digital"
    return {"51": "rail", "61": "air", "10": "tax control"}.get(row["type"][:2], "other")


if __name__ == "__main__":
    main()
