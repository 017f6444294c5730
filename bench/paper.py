"""One paper, made as a worker makes it: ``python -m bench.paper ID``.

Prints seconds, CPU seconds with those of the process beside it, and the peak of the larger one and
the growth of memory in KiB; ``bench.papers`` asks.
"""

import gc
import sys
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from app.papers import papers
from app.papers.models import Paper
from app.plumbing.db import db
from workers.jobs import application


def main() -> None:
    """Make it."""
    paper_id = sys.argv[1]
    with application().app_context():
        db.session.get_one(Paper, paper_id)
        db.session.rollback()
        gc.freeze()
        Path("/proc/self/clear_refs").write_text("5")
        before, cpu, begun = _memory("VmRSS"), _cpu(), time.perf_counter()
        papers.run(paper_id)
        taken, worked = time.perf_counter() - begun, _cpu() - cpu
        peak = max(_memory("VmHWM"), getrusage(RUSAGE_CHILDREN).ru_maxrss)
        print(taken, worked, peak, peak - before)


def _cpu() -> float:
    one, other = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    return one.ru_utime + one.ru_stime + other.ru_utime + other.ru_stime


def _memory(word: str) -> int:
    """What is resident now, or was at most since that was cleared."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(word))


if __name__ == "__main__":
    main()
