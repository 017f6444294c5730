"""Several invoices in one picture, told apart by what stands on each of them once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from app.documents.readers.sighted.seen import Line

_ONCE = tuple(
    map(
        re.compile,
        (
            "(?:开票|填开)日期",
            "(?:发票|票据)代码",
            "价税合计",
            "[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日[0-9]{1,2}:[0-9]{2}开",
        ),
    )
)
_TICKET, _FARE = _ONCE[-1], re.compile(r"[0-9]+\.[0-9]{1,2}元|限乘当日当次车")
_NO_TICKET = _ONCE[1:3]
"""A paper ticket of the railway has no 发票代码 and no 价税合计, its fare is its own."""

_MOST = 24
_FEWEST_EMS = 0.3


def parts(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each invoice, from the top left on; all together where they stay one.

    A cut runs straight through the widest gap, has something of every sort on both sides that the
    picture has more than once, and never parts an invoice's head from its foot.
    """
    found: list[list[Line]] = []
    rest = [list(lines)]
    while rest and len(found) + len(rest) < _MOST:
        one = rest.pop(0)
        cut = _cut(one)
        if cut:
            rest[:0] = cut
        else:
            found.append(one)
    return [one for one in found + rest if one]


def inside(
    lines: Sequence[Line], size: tuple[int, int], boxes: Sequence[Sequence[float]]
) -> list[list[Line]]:
    """The lines whose middle is in each box (fractions of ``size``), of several in the smallest."""
    found: list[list[Line]] = [[] for _ in boxes]
    for one in lines:
        x, y = (sum(corner[axis] for corner in one.corners) / 4 / size[axis] for axis in (0, 1))
        homes = [
            ((right - left) * (bottom - top), place)
            for place, (left, top, right, bottom) in enumerate(boxes)
            if left <= x <= right and top <= y <= bottom
        ]
        if homes:
            found[min(homes)[1]].append(one)
    return found


def halves(lines: list[Line]) -> list[list[Line]]:
    """On either side of the blank that is widest beside others along it; one line stays one part.

    Columns of one invoice stand far apart as well, its lines do not.
    """
    cuts = []
    for axis in (0, 1):
        gaps = _gaps(lines, axis)
        usual = median(gap for gap, _, _ in gaps) if gaps else 1.0
        cuts += [(gap / usual, axis, before, after) for gap, before, after in gaps]
    best = max(cuts, key=lambda one: one[:2], default=None)
    return [*best[2:]] if best else [lines]


def _cut(lines: list[Line]) -> tuple[list[Line], list[Line]] | None:
    marks = [[one for one in lines if sign.search(one.text)] for sign in _ONCE]
    counts = [len(one) for one in marks]
    if max(counts) < 2:
        return _ticket_aside(lines)
    often = [set(map(id, one)) for one in marks if len(one) == max(counts)]
    em = _em(lines)
    best: tuple[float, list[Line], list[Line]] | None = None
    for axis in (0, 1):
        for gap, before, after in _gaps(lines, axis):
            is_widest = gap > (best[0] if best else _FEWEST_EMS * em)
            if is_widest and _is_fair(before, often):
                best = (gap, before, after)
    return best[1:] if best else None


def _ticket_aside(lines: list[Line]) -> tuple[list[Line], list[Line]] | None:
    """A ticket and another paper, cut where the blank between them is widest."""
    cuts = [
        cut for axis in (0, 1) for cut in _gaps(lines, axis) if cut[0] > _FEWEST_EMS * _em(lines)
    ]
    fair = [cut for cut in cuts if any(_are_two(*sides) for sides in (cut[1:], cut[:0:-1]))]
    best = max(fair, key=lambda cut: cut[0], default=None)
    return best[1:] if best else None


def _are_two(ticket: list[Line], other: list[Line]) -> bool:
    def has(lines: list[Line], *signs: re.Pattern[str]) -> bool:
        return any(sign.search(one.text) for one in lines for sign in signs)

    return (
        has(ticket, _TICKET)
        and has(ticket, _FARE)
        and has(other, *_NO_TICKET)
        and not has(ticket, *_NO_TICKET)
        and not has(other, _TICKET)
    )


def _em(lines: list[Line]) -> float:
    return sorted(one.height for one in lines)[len(lines) // 2]


def _gaps(lines: list[Line], axis: int) -> list[tuple[float, list[Line], list[Line]]]:
    """Where a straight line along the other axis meets no text: how wide, and both sides."""
    if not lines:
        return []
    ordered = sorted(lines, key=lambda one: min(corner[axis] for corner in one.corners))
    gaps = []
    reach = max(corner[axis] for corner in ordered[0].corners)
    for place, one in enumerate(ordered[1:], start=1):
        start = min(corner[axis] for corner in one.corners)
        if start > reach:
            gaps.append((start - reach, ordered[:place], ordered[place:]))
        reach = max(reach, *(corner[axis] for corner in one.corners))
    return gaps


def _is_fair(before: list[Line], often: list[set[int]]) -> bool:
    """Whether as many of each sort are before the cut, and at least one on either side."""
    mine = set(map(id, before))
    counts = {len(mine & marks) for marks in often}
    return len(counts) == 1 and 0 < counts.pop() < len(often[0])
