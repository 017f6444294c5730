"""What a print pack costs: ``.venv/bin/python -m bench.pack``.

One-page invoices two on a page, 1,000 of them (100 drawings, each ten times) in ten packs and in
one, and 100 mixed real ones where ``YANPIAO_SAMPLES`` names the samples. CPU is of whoever makes it
and of the sandbox that opens the files; memory is the most that the maker took, and what of it was
new.
"""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium

from app.accounts.models import Member
from app.documents import specimens
from app.papers import papers
from app.papers.models import Kind, Step
from app.plumbing import storage
from bench.bases import names
from bench.knowing import application
from tests import make
from tests.papers import held

FEW, MANY, TIMES = 100, 1_000, 3
SUFFIXES = {".pdf": "pdf", ".ofd": "ofd", ".jpg": "jpeg", ".png": "png"}
File = tuple[bytes, str]


@dataclass(frozen=True)
class Cost:
    """Of one pack."""

    pages: int
    size: int
    wall: float
    maker: float
    sandbox: float
    memory: int
    fresh: int

    @property
    def cpu(self) -> float:
        """Seconds of whoever makes it and of the sandbox."""
        return self.maker + self.sandbox

    def row(self, name: str, count: int) -> str:
        """A line of the table."""
        figures = (
            f"{self.wall:.2f} s", f"{self.maker:.2f} s", f"{self.sandbox:.2f} s",
            f"{self.memory} MB (+{self.fresh})", f"{self.size / 1e6:.1f} MB",
        )  # fmt: skip
        return f"| {name} | {count} | {self.pages} | {' | '.join(figures)} |"


def main() -> None:
    """Print the table, and by how much ten times the work costs more."""
    print(
        "| pack | database | invoices | pages | time | CPU, maker | CPU, sandbox | memory | file |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in names():
        _measure_on(name)


def _measure_on(name: str) -> None:
    with (
        TemporaryDirectory(prefix="bench-", dir="/tmp") as folder,
        application(name, Path(folder) / "var") as (_, server),
    ):
        fang = make.member("方财务", make.company("示例", 1), "finance")
        drawn = [(specimens.draw_pdf(make.specimen(one)), "pdf") for one in range(1, 101)]
        ids = list(_held(fang, islice(cycle(drawn), MANY), 10_000))
        parts = [ids[place : place + FEW] for place in range(0, MANY, FEW)]
        small, large = [_once(fang, part, server) for part in parts], _once(fang, ids, server)
        print(_median(small).row(f"two on a page | {name}", FEW), flush=True)
        print(large.row(f"two on a page | {name}", MANY), flush=True)
        if files := list(_samples()):
            ids = list(_held(fang, islice(cycle(files), FEW), 100_000))
            mixed = _median([_once(fang, ids, server) for _ in range(TIMES)])
            print(mixed.row(f"real ones, mixed | {name}", FEW), flush=True)
        times = large.cpu / sum(one.cpu for one in small) * len(small)
        print(f"| {name}: ten times the work is {times:.1f} times the CPU |", flush=True)


def _held(fang: Member, files: Iterator[File], start: int) -> Iterator[str]:
    for place, (data, kind) in enumerate(files):
        unlike = b"\n%% %d" % (start + place) if kind == "pdf" else b""
        yield held.invoice(fang, start + place, data + unlike, kind).id


def _median(costs: Sequence[Cost]) -> Cost:
    """The one in the middle by time."""
    return sorted(costs, key=lambda one: one.wall)[len(costs) // 2]


def _once(fang: Member, ids: Sequence[str], server: int) -> Cost:
    paper = papers.request(Kind.PACK, {"ids": list(ids)}, by=fang, language="zh")
    Path("/proc/self/clear_refs").write_text("5")
    before, begun = _memory("VmRSS"), time.perf_counter()
    maker, sandbox = time.process_time(), _cpu(server)
    papers.run(paper.id)
    wall, maker = time.perf_counter() - begun, time.process_time() - maker
    time.sleep(0.5)
    sandbox = _cpu(server) - sandbox
    most = _memory("VmHWM")
    assert paper.step is Step.DONE, paper.reason
    with storage.read(paper.digest) as file:
        pages = len(pdfium.PdfDocument(file.read()))
    return Cost(pages, paper.size, wall, maker, sandbox, most, most - before)


def _samples() -> Iterator[File]:
    place = os.environ.get("YANPIAO_SAMPLES")
    for sort in ("pdf", "ofd", "photo") if place else ():
        for file in sorted((Path(str(place)) / sort).iterdir()):
            if file.suffix in SUFFIXES and not file.name.startswith("neg_"):
                yield file.read_bytes(), SUFFIXES[file.suffix]


def _memory(name: str) -> int:
    """In MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith(f"{name}:"))


def _cpu(server: int) -> float:
    """Seconds of the sandbox: both its servers, and their children that have ended."""
    beside = Path(f"/proc/{server}/task/{server}/children").read_text().split()[0]
    fields = [
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (server, beside)
    ]
    return sum(int(one) for of in fields for one in of[11:15]) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
