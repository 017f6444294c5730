"""What somebody with a phone waits for. ``.venv/bin/python -m bench.phone [--only NAME]``

The real product in a folder of its own, and Chromium with a camera that sees a film of ours.
"""

import argparse
import os
from collections.abc import Callable, Iterator

from bench import crowd, eye, pages
from bench.place import Place, Row, place, row
from bench.running import sums, timed

PARTS: dict[str, Callable[[Place], Iterator[Row]]] = {
    "frames": crowd.frames,
    "crowd": crowd.crowd,
    "card": eye.cards,
    "camera": eye.camera,
    "weights": pages.weights,
    "lighthouse": pages.lighthouse,
}


def main() -> None:
    """Print one table, each row when it is known."""
    parser = argparse.ArgumentParser(prog="bench.phone", description=__doc__)
    parser.add_argument("--only", choices=PARTS)
    only, load = parser.parse_args().only, os.getloadavg()[0]
    print("| what | median | p95 | n | budget and note |\n|---|---|---|---|---|", flush=True)
    with place() as found:
        _print(row("yardstick: 300,000 squares added up", timed(sums)))
        _print(row("commit: one durable journal entry", found.commits, f"load before {load:.1f}"))
        for name, part in PARTS.items():
            if only in (None, name):
                for one in part(found):
                    _print(one)


def _print(one: Row) -> None:
    print("| " + " | ".join(one) + " |", flush=True)


if __name__ == "__main__":
    main()
