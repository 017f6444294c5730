"""Which page of which invoice stands where on the sheets.

Lengths are in points, places from the left bottom of a sheet. Invoices stand two on an A4 sheet,
tickets and slips four on one that lies across. What goes with an invoice, such as an itinerary, and
pages too tall for their place get a sheet of their own right after the invoice's, so that they
never break the grid.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
ACROSS = (A4[1], A4[0])
MARGIN, CAPTION, BINDING = 7 * MM, 5 * MM, 25 * MM
_HEAD, _FOOT = 34 * MM, 42 * MM
_TOO_SMALL, _MUCH_LARGER = 0.5, 1.4
_BELOW = 4.5 * MM
"""Where the number of the page stands."""

_RIM = 4 * MM
_BLANK = 0.7
Box = tuple[float, float, float, float]


class Layout(StrEnum):
    """How the sheets are divided."""

    TWO = "two"
    ONE = "one"
    FOUR = "four"
    PASTE = "paste"


class Frame(StrEnum):
    """What of our own is drawn on a sheet."""

    CUT = "cut"
    CROSS = "cross"
    PASTE = "paste"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page to be placed: its form in the file, its size, and what of a large one is not blank.

    ``matrix`` leads from the form to the page. A photo fills its place, others are not enlarged.
    """

    form: int
    width: float
    height: float
    matrix: Sequence[float]
    ink: Box | None = None
    is_photo: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One invoice: its place in the person's order, its pages, and those that go with it."""

    number: int
    is_small: bool
    faces: Sequence[Leaf]
    others: Sequence[Leaf] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A page of item ``number`` on a sheet: scaled by ``scale``, its left bottom at ``x``, ``y``.

    ``seen`` is the part of it that is shown, ``cell`` the place it was given.
    """

    number: int
    leaf: Leaf
    cell: Box
    seen: Box
    scale: float
    x: float
    y: float


@dataclass(slots=True)
class Sheet:
    """One side of paper."""

    size: tuple[float, float]
    frame: Frame
    placed: list[Placed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Grid:
    size: tuple[float, float]
    frame: Frame
    cells: Sequence[Box]
    left: float = MARGIN


def room(layout: Layout, *, is_small: bool) -> tuple[float, float]:
    """How large a place in the grid is, in millimetres: what a photo has to fill."""
    left, bottom, right, top = _grid(layout, is_small=is_small).cells[0]
    return (right - left) / MM, (top - bottom) / MM


def sheets(items: Iterable[Item], layout: Layout) -> Iterator[Sheet]:
    """The sheets in the order in which their first invoice was named.

    Of each sort of place at most one sheet is being filled; it comes when it is full or all is
    placed, and after it what goes with its invoices.
    """
    waiting: list[_Filling] = []
    for item in items:
        grid = _grid(layout, is_small=item.is_small)
        filling = next((one for one in waiting if one.grid is grid), None)
        if filling is None:
            waiting.append(filling := _Filling(grid))
        filling.add(item)
        while waiting and waiting[0].ready:
            yield from waiting[0].take()
            if waiting[0].is_empty:
                waiting.pop(0)
    for filling in waiting:
        filling.close()
        yield from filling.take()


class _Filling:
    """A sheet that is being filled, and those that come after it."""

    def __init__(self, grid: _Grid) -> None:
        self.grid = grid
        self.ready: list[Sheet] = []
        self._open = Sheet(grid.size, grid.frame)
        self._after: list[Sheet] = []

    @property
    def is_empty(self) -> bool:
        return not (self.ready or self._open.placed or self._after)

    def add(self, item: Item) -> None:
        """Its pages in the order they have; a sheet that is full waits for what goes with it."""
        for leaf in item.faces:
            if _fits(leaf, self.grid):
                if len(self._open.placed) == len(self.grid.cells):
                    self.close()
                cell = self.grid.cells[len(self._open.placed)]
                self._open.placed.append(place(item.number, leaf, cell))
            else:
                self._after.append(_alone(item.number, leaf, self.grid))
        self._after += [_alone(item.number, leaf, self.grid) for leaf in item.others]
        if len(self._open.placed) == len(self.grid.cells):
            self.close()

    def close(self) -> None:
        """What follows begins another sheet."""
        self.ready += [self._open] if self._open.placed else []
        self.ready += self._after
        self._open, self._after = Sheet(self.grid.size, self.grid.frame), []

    def take(self) -> list[Sheet]:
        """What is ready."""
        taken, self.ready = self.ready, []
        return taken


def place(number: int, leaf: Leaf, cell: Box) -> Placed:
    """A page in the middle of a place, as large as it may be; blank paper around it is left out."""
    seen = _seen(leaf)
    left, bottom, right, top = cell
    width, height = seen[2] - seen[0], seen[3] - seen[1]
    scale = _scale((width, height), cell, leaf)
    x = left + (right - left - width * scale) / 2
    y = bottom + (top - bottom - height * scale) / 2
    return Placed(number, leaf, cell, seen, scale, x, y)


def _alone(number: int, leaf: Leaf, grid: _Grid) -> Sheet:
    """On a sheet of its own, which lies across for what is much wider than tall."""
    seen = _seen(leaf)
    is_wide = seen[2] - seen[0] > 1.2 * (seen[3] - seen[1])
    size = ACROSS if is_wide else A4
    return Sheet(size, Frame.PLAIN, [place(number, leaf, _page(size, grid.left))])


def _fits(leaf: Leaf, grid: _Grid) -> bool:
    """Unless it would be hard to read there and much larger on a page of its own."""
    if leaf.is_photo or len(grid.cells) == 1:
        return True
    seen = _seen(leaf)
    size = (seen[2] - seen[0], seen[3] - seen[1])
    here, alone = _scale(size, grid.cells[0], leaf), _scale(size, _page(A4, grid.left), leaf)
    return here >= _TOO_SMALL or alone < _MUCH_LARGER * here


def _scale(size: tuple[float, float], cell: Box, leaf: Leaf) -> float:
    most = min((cell[2] - cell[0]) / size[0], (cell[3] - cell[1]) / size[1])
    return most if leaf.is_photo else min(most, 1.0)


def _seen(leaf: Leaf) -> Box:
    """All of it, but of a page that is mostly blank only what is drawn, with a rim."""
    whole = (0.0, 0.0, leaf.width, leaf.height)
    if leaf.ink is None:
        return whole
    left, bottom, right, top = leaf.ink
    if right - left > _BLANK * leaf.width and top - bottom > _BLANK * leaf.height:
        return whole
    low, high = max(0.0, bottom - _RIM), min(leaf.height, top + _RIM)
    return max(0.0, left - _RIM), low, min(leaf.width, right + _RIM), high


def _page(size: tuple[float, float], left: float = MARGIN) -> Box:
    return left, MARGIN + CAPTION, size[0] - MARGIN, size[1] - MARGIN


def _grid(layout: Layout, *, is_small: bool) -> _Grid:
    if layout is Layout.TWO:
        return _GRIDS[Layout.FOUR if is_small else Layout.TWO]
    return _GRIDS[layout]


def _cells(size: tuple[float, float], across: int, down: int) -> list[Box]:
    """From the left top; under each there is room for a line of words."""
    width, height = size[0] / across, size[1] / down
    return [
        (
            width * column + MARGIN,
            size[1] - height * (row + 1) + _BELOW + CAPTION,
            width * (column + 1) - MARGIN,
            size[1] - height * row - MARGIN,
        )
        for row in range(down)
        for column in range(across)
    ]


def _pasted() -> list[Box]:
    """Two between the head and the signatures, right of the binding margin."""
    left, right = BINDING + 2 * MM, A4[0] - MARGIN - 2 * MM
    half = (A4[1] - _HEAD - _FOOT) / 2
    return [
        (left, A4[1] - _HEAD - half * (row + 1) + CAPTION, right, A4[1] - _HEAD - half * row - MM)
        for row in range(2)
    ]


PASTED = (BINDING, _FOOT, A4[0] - MARGIN, A4[1] - _HEAD)
"""The field of a paste sheet in which the invoices stand."""

_GRIDS = {
    Layout.TWO: _Grid(A4, Frame.CUT, _cells(A4, 1, 2)),
    Layout.ONE: _Grid(A4, Frame.PLAIN, [_page(A4)]),
    Layout.FOUR: _Grid(ACROSS, Frame.CROSS, _cells(ACROSS, 2, 2)),
    Layout.PASTE: _Grid(A4, Frame.PASTE, _pasted(), BINDING),
}
