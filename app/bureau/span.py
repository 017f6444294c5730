"""What a file says of itself where nobody said it: its direction, and the days of its rows."""

from collections import Counter
from datetime import date
from typing import IO

from app.bureau import ledger
from app.bureau.models import Direction
from app.core.period import Period
from app.plumbing import sandbox
from app.plumbing.sandbox import Unreadable


def read(file: IO[bytes], tax_id: str | None) -> tuple[Direction, Period]:
    """The direction of most of the company's rows, and the days from their first to their last.

    Raises:
        Unreadable: as any export, or ``no_rows`` when none belongs to the company.
    """
    counts: Counter[Direction] = Counter()
    days: dict[Direction, tuple[date, date]] = {}
    for answer, _ in sandbox.stream("sheet", file):
        for _line, cells, _goods in () if answer["is_detail"] else answer["rows"]:
            side, day = ledger.side_of(cells, tax_id), ledger.day_of(cells)
            if side and day:
                counts[side] += 1
                first, last = days.get(side, (day, day))
                days[side] = min(first, day), max(last, day)
    if not counts:
        raise Unreadable("no_rows")
    direction = counts.most_common(1)[0][0]
    return direction, Period(*days[direction])
