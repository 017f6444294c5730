"""What the review's line costs in a company with very many invoices, on either database.

``.venv/bin/python -m bench.line [--keep] [invoices …]``

The invoices are those of ``bench.search``, and so is ``--keep``. One in twenty waits; of three who
decide, one brought half of them. Each part is asked for as the page does it.
"""

import random
import statistics
import sys
from collections.abc import Callable

from sqlalchemy import func, select, update

from app.accounts.models import Member
from app.intake import review_queue
from app.intake.review_queue import Asked
from app.invoices.models import Holding, Invoice
from app.plumbing.db import db, transaction
from bench import search
from bench.bases import names
from bench.cleaning import milliseconds
from bench.running import p95
from tests import make

TIMES, SHARE = 30, 20


def main() -> None:
    """Print a table for each."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [1_000_000]
    for name in names():
        for size in sizes:
            with search._application(name, size, keep="--keep" in sys.argv) as app:
                _measure(f"{size:,} invoices, {name}", search._company(app, size))


def _measure(title: str, member: Member) -> None:
    others = [make.member(name, member.company, "finance") for name in ("李复核", "王复核")]
    _let_wait(others[0])
    query = review_queue.waiting(member, Asked())
    wait = db.session.scalar(select(func.count()).where(Invoice.review_for.is_not(None)))
    ids = db.session.scalars(query.with_only_columns(Invoice.id)).all()
    chance = random.Random(1)
    acts: dict[str, Callable[[], object]] = {
        "badge": lambda: review_queue.badge(member),
        "first": lambda: review_queue.first(review_queue.waiting(member, Asked())),
        "the line around one": lambda: review_queue.rows(
            review_queue.waiting(member, Asked()), member, chance.choice(ids)
        ),
        "place of one": lambda: review_queue.place(
            review_queue.waiting(member, Asked()), chance.choice(ids)
        ),
        "left to others": lambda: review_queue.left_to_others(member, Asked()),
    }
    print(f"\n| {title}, {wait:,} wait, {len(ids):,} for one | median | p95 |\n|---|---|---|")
    for what, act in acts.items():
        taken = [milliseconds(act) for _ in range(TIMES)]
        print(f"| {what} | {statistics.median(taken):.1f} ms | {p95(taken):.1f} ms |", flush=True)


def _let_wait(other: Member) -> None:
    """Every so many invoices wait; half of them were brought by somebody else who decides."""
    ids = db.session.scalars(select(Invoice.id).order_by(Invoice.id)).all()[::SHARE]
    for start in range(0, len(ids), search.CHUNK):
        some = ids[start : start + search.CHUNK]
        with transaction():
            waits = update(Invoice).where(Invoice.id.in_(some)).values(review_for="verdict")
            db.session.execute(waits)
            moved = update(Holding).where(Holding.invoice_id.in_(some[::2]))
            db.session.execute(moved.values(member_id=other.id))


if __name__ == "__main__":
    main()
