"""Draws on one page of our own: words and lines, in points from the left bottom."""

from app.papers.lettering import Lettering

BLACK, GREY, LIGHT = 0.0, 0.4, 0.72
HAIR, LINE = 0.4, 0.8
Dashes = tuple[float, ...]
Box = tuple[float, float, float, float]
Ink = float | str
"""A grey from 0, or a colour as ``#0b57d0``."""


class Pen:
    """Collects the operators of a page."""

    def __init__(self, letters: Lettering) -> None:
        """Write with these fonts."""
        self._letters = letters
        self._told: list[str] = []

    def add(self, *operators: str) -> None:
        """Draw what somebody else has put into words."""
        self._told += operators

    def done(self) -> bytes:
        """The content of the page."""
        return "\n".join(self._told).encode()

    def text(
        self, text: str, size: float, x: float, y: float, *, ink: Ink = BLACK, bold: bool = False
    ) -> None:
        """A line of words from ``x`` to the right."""
        shown = self._letters.show(text, size, x, y, is_bold=bold)
        self._told.append(f"{_filled(ink)} {_drawn(ink)} {shown}")

    def right(
        self, text: str, size: float, x: float, y: float, *, ink: Ink = BLACK, bold: bool = False
    ) -> None:
        """A line of words that ends at ``x``."""
        self.text(text, size, x - self._letters.wide(text, size), y, ink=ink, bold=bold)

    def middle(
        self, text: str, size: float, x: float, y: float, *, ink: Ink = BLACK, bold: bool = False
    ) -> None:
        """A line of words on both sides of ``x``."""
        self.text(text, size, x - self._letters.wide(text, size) / 2, y, ink=ink, bold=bold)

    def within(
        self,
        text: str,
        size: float,
        room: tuple[float, float],
        y: float,
        *,
        ends: bool = False,
        ink: Ink = BLACK,
    ) -> None:
        """A line of words between two sides, at the right one if it ``ends`` there.

        Words that are too long become smaller, then are cut.
        """
        left, right = room
        text, size = self._letters.fit(text, size, right - left)
        (self.right if ends else self.text)(text, size, right if ends else left, y, ink=ink)

    def block(self, text: str, size: float, room: tuple[float, float], y: float) -> float:
        """Words in lines from ``y`` downwards; gives where the next would stand."""
        for line in self._letters.lines(text, size, room[1] - room[0]):
            self.text(line, size, room[0], y, ink=GREY)
            y -= size * 1.6
        return y

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        thick: float = HAIR,
        ink: Ink = GREY,
        dashes: Dashes = (),
    ) -> None:
        """A straight line."""
        told = " ".join(f"{one:g}" for one in dashes)
        ends = f"{start[0]:.2f} {start[1]:.2f} m {end[0]:.2f} {end[1]:.2f} l S"
        self._told.append(f"{_drawn(ink)} {thick:g} w [{told}] 0 d {ends} [] 0 d")

    def box(self, box: Box, *, thick: float = HAIR, ink: Ink = GREY) -> None:
        """The four sides of a box."""
        self._told.append(f"{_drawn(ink)} {thick:g} w {_sides(box)} S")

    def ground(self, box: Box, ink: Ink) -> None:
        """A box that is filled."""
        self._told.append(f"{_filled(ink)} {_sides(box)} f")


def _sides(box: Box) -> str:
    left, bottom, right, top = box
    return f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re"


def _filled(ink: Ink) -> str:
    return f"{ink:g} g" if isinstance(ink, float) else f"{_parts(ink)} rg"


def _drawn(ink: Ink) -> str:
    return f"{ink:g} G" if isinstance(ink, float) else f"{_parts(ink)} RG"


def _parts(colour: str) -> str:
    return " ".join(f"{part / 255:.3f}" for part in bytes.fromhex(colour[1:]))
