"""What looking for groups costs in a company with very many invoices, on either database.

``.venv/bin/python -m bench.cleaning [--keep] [invoices …]``

The invoices are those of ``bench.search``, and so is ``--keep``. Five hundred of them at a time are
looked through as if they had just come, then the page is asked for, and a month is counted.
"""

import statistics
import sys
import time
from collections.abc import Callable

from sqlalchemy import func, select

from app.accounts.models import Member
from app.core.period import today
from app.invoices import cleaning, quality
from app.invoices.cleaning_models import State
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db
from bench import search
from bench.bases import names

TIMES, SOME = 10, 500


def main() -> None:
    """Print a line for each."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100_000, 1_000_000]
    for name in names():
        for size in sizes:
            with search._application(name, size, keep="--keep" in sys.argv) as app:
                _measure(f"{size:,} invoices, {name}", search._company(app, size))


def _measure(title: str, member: Member) -> None:
    newest = select(Invoice.id).order_by(Invoice.id.desc()).limit(SOME * TIMES)
    ids = db.session.scalars(newest).all()
    chunks = [ids[at * SOME : (at + 1) * SOME] for at in range(TIMES)]
    looked = [milliseconds(lambda some=some: cleaning.look_at(some)) for some in chunks]
    one = [milliseconds(lambda some=some: cleaning.look_at(some[:1])) for some in chunks]
    shown = [milliseconds(lambda: _page(member)) for _ in range(TIMES)]
    month = f"{today(now()):%Y-%m}"
    counted = milliseconds(lambda: quality.count_month(month))
    brought = db.session.scalar(select(func.count()).select_from(Invoice))
    print(f"\n{title}")
    for what, taken in (
        (f"{SOME} looked through", looked),
        ("one looked at", one),
        ("page", shown),
    ):
        print(f"  {what}: median {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms")
    print(f"  a month with all {brought:,} of them: {counted:.0f} ms", flush=True)


def _page(member: Member) -> None:
    cleaning.look(member, "", State.OPEN)
    cleaning.count(member.company_id)
    quality.by_month(member)
    quality.by_person(member)


def milliseconds(act: Callable[[], object]) -> float:
    """Of one go, with a session that knows nothing yet."""
    db.session.rollback()
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
