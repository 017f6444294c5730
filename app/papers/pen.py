"""Draws on one page of our own: words and lines, in points from the left bottom."""

from app.papers.lettering import Lettering

BLACK, GREY, LIGHT = 0.0, 0.4, 0.72
HAIR, LINE = 0.4, 0.8
Dashes = tuple[float, ...]
_LEAST = 0.8
"""How much smaller words may become before they are cut."""


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
        self, text: str, size: float, x: float, y: float, *, ink: float = BLACK, bold: bool = False
    ) -> None:
        """A line of words from ``x`` to the right."""
        shown = self._letters.show(text, size, x, y, is_bold=bold)
        self._told.append(f"{ink:g} g {ink:g} G {shown}")

    def right(
        self, text: str, size: float, x: float, y: float, *, ink: float = BLACK, bold: bool = False
    ) -> None:
        """A line of words that ends at ``x``."""
        self.text(text, size, x - self._letters.wide(text, size), y, ink=ink, bold=bold)

    def middle(
        self, text: str, size: float, x: float, y: float, *, ink: float = BLACK, bold: bool = False
    ) -> None:
        """A line of words on both sides of ``x``."""
        self.text(text, size, x - self._letters.wide(text, size) / 2, y, ink=ink, bold=bold)

    def within(
        self, text: str, size: float, room: tuple[float, float], y: float, *, ends: bool = False
    ) -> None:
        """A line of words between two sides, at the right one if it ``ends`` there.

        Words that are too long become smaller, then are cut.
        """
        left, right = room
        wide = self._letters.wide(text, size)
        if wide > right - left:
            size = max(size * (right - left) / wide, size * _LEAST)
            text = self._letters.cut(text, size, right - left + 0.1)
        (self.right if ends else self.text)(text, size, right if ends else left, y)

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
        ink: float = GREY,
        dashes: Dashes = (),
    ) -> None:
        """A straight line."""
        told = " ".join(f"{one:g}" for one in dashes)
        ends = f"{start[0]:.2f} {start[1]:.2f} m {end[0]:.2f} {end[1]:.2f} l S"
        self._told.append(f"{ink:g} G {thick:g} w [{told}] 0 d {ends} [] 0 d")

    def box(
        self, box: tuple[float, float, float, float], *, thick: float = HAIR, ink: float = GREY
    ) -> None:
        """The four sides of a box."""
        left, bottom, right, top = box
        sides = f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re S"
        self._told.append(f"{ink:g} G {thick:g} w {sides}")
