"""Pages of text, lines and grounds, drawn straight into a PDF; nothing in them is ever computed.

Lengths are points (1/72 inch) from the upper left corner; a text stands on its base line.
"""

import zlib
from typing import IO, Literal

import pydyf

from app.papers.typeface import Faces

Align = Literal["left", "right", "center"]
_MORE, _SMALLEST = "…", 0.8


class Page:
    """What is drawn on one page, in turn."""

    def __init__(self, book: "Book") -> None:
        self._book = book
        self._told: list[str] = []

    def text(
        self,
        place: tuple[float, float],
        words: str,
        size: float,
        *,
        ink: str = "#14181F",
        room: tuple[float, Align] | None = None,
        is_bold: bool = False,
    ) -> None:
        """A line of text. ``room`` is the width it has and where in it it stands.

        What is too wide is set smaller, down to four fifths, then cut with an ellipsis.
        """
        x, y = place
        if room:
            words, size = self._book.fit(words, size, room[0])
            gap = room[0] - self._book.faces.width(words, size)
            x += {"left": 0.0, "right": gap, "center": gap / 2}[room[1]]
        colour = _colour(ink)
        state = f"2 Tr {size * 0.022:.2f} w {colour} RG" if is_bold else "0 Tr"
        self._told.append(f"BT {state} {colour} rg 1 0 0 1 {x:.2f} {self._book.high - y:.2f} Tm")
        self._told += [
            f"/{name} {size:.2f} Tf <{codes}> Tj" for name, codes in self._book.runs(words)
        ]
        self._told.append("ET")

    def box(self, place: tuple[float, float], wide: float, high: float, ground: str) -> None:
        """A filled rectangle."""
        x, y = place
        low = self._book.high - y - high
        self._told.append(f"{_colour(ground)} rg {x:.2f} {low:.2f} {wide:.2f} {high:.2f} re f")

    def line(self, place: tuple[float, float], wide: float, ink: str = "#E3E6EB") -> None:
        """A thin level line."""
        x, y = place
        at = f"{self._book.high - y:.2f}"
        self._told.append(f".5 w {_colour(ink)} RG {x:.2f} {at} m {x + wide:.2f} {at} l S")

    def pack(self) -> bytes:
        """As a compressed stream; more can be drawn after, into another."""
        told, self._told = "\n".join(self._told), []
        return zlib.compress(told.encode())


class Book:
    """Pages of one size, and the fonts that they share."""

    def __init__(self, wide: float, high: float) -> None:
        """Raises Unmade where no font is installed."""
        self.wide, self.high = wide, high
        self.faces = Faces()

    def close(self) -> None:
        """Let go of the fonts."""
        self.faces.close()

    def runs(self, words: str) -> list[tuple[str, str]]:
        """The text cut where its font changes: the name of each font here and codes in hex."""
        told: list[tuple[str, str]] = []
        for sign in words:
            face, code, _ = self.faces.sign(sign)
            name = f"F{self.faces.opened.index(face)}"
            if told and told[-1][0] == name:
                told[-1] = (name, told[-1][1] + f"{code:04x}")
            else:
                told.append((name, f"{code:04x}"))
        return told

    def fit(self, words: str, size: float, room: float) -> tuple[str, float]:
        """The text and its size as they fit into a width."""
        wide = self.faces.width(words, size)
        if wide <= room:
            return words, size
        size = max(size * room / wide, size * _SMALLEST)
        left = room - self.faces.width(_MORE, size)
        if self.faces.width(words, size) <= room + 0.01:
            return words, size
        kept = ""
        for sign in words:
            left -= self.faces.width(sign, size)
            if left < 0:
                break
            kept += sign
        return kept + _MORE, size

    def write(self, pages: list[list[bytes]], title: str, file: IO[bytes]) -> None:
        """Pages of packed streams as one PDF."""
        pdf = pydyf.PDF()
        fonts = {
            f"F{n}": face.embed(pdf) for n, face in enumerate(self.faces.opened) if face.is_used
        }
        resources = pydyf.Dictionary({"Font": pydyf.Dictionary(fonts)})
        pdf.add_object(resources)
        for streams in pages:
            drawn = [pydyf.Stream([one], {"Filter": "/FlateDecode"}) for one in streams]
            for one in drawn:
                pdf.add_object(one)
            facts = {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, self.wide, self.high]),
                "Resources": resources.reference,
                "Contents": pydyf.Array([one.reference for one in drawn]),
            }
            pdf.add_page(pydyf.Dictionary(facts))
        pdf.info["Title"] = pydyf.String(title)
        pdf.write(file)


def _colour(hexed: str) -> str:
    return " ".join(f"{int(hexed[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))
