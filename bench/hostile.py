"""What archives that mean harm cost before they are refused.

``.venv/bin/python -m bench.hostile``

Each is looked at by a child of the sandbox, as when it is handed in: the seconds are the child's
own, the memory is the most that it held at once, of which it has some 60 MiB before it begins.
"""

from io import BytesIO

from app.plumbing.sandbox import Unreadable
from tests.weighed import scales, weigh
from tests.zipped import TRAPS


def main() -> None:
    """Print the table."""
    print("| archive | size | refused as | seconds | MiB |")
    print("|---|---|---|---|---|", flush=True)
    with scales():
        for name, trap in TRAPS.items():
            print("| " + " | ".join((name, *_measure(trap.make(), trap.name))) + " |", flush=True)


def _measure(data: bytes, name: str) -> tuple[str, ...]:
    size = f"{len(data) / 1024:,.0f} KB"
    try:
        told = weigh("inspect", BytesIO(data), name=name)
    except Unreadable as refusal:
        return size, refusal.reason, "—", "—"
    return size, told["word"] or "—", f"{told['seconds']:.2f}", str(told["mib"])


if __name__ == "__main__":
    main()
