"""Words on pages of our own: a Chinese font of the machine, of which only what is used is embedded.

Signs that the first font lacks, such as rare ones in names, come from the next that has them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from app.core.errors import N_, Problem
from app.papers.faces import Face, installed
from app.papers.press import Press

_ELLIPSIS, _SMALLEST, _HAIR = "…", 0.8, 0.01
_FIRST_CHINESE = "\u2e80"
_NO_BREAK_BEFORE = frozenset("，。、；：）！？》」,.;:)!?%")


class NoFont(Problem):
    """No font with Chinese signs is installed where the program looks for them."""

    message = N_("No Chinese font is installed on the server, so nothing can be printed.")
    status = 503


class Lettering:
    """The fonts of one file in the making; what is written is noted, so that it can be embedded."""

    def __init__(self) -> None:
        """Look for fonts. Raises NoFont."""
        self._faces = [Face(*one) for one in installed()]
        self._known: dict[str, _Sign] = {}
        if not self._faces:
            raise NoFont

    def wide(self, text: str, size: float) -> float:
        """How long a text is, in points."""
        return sum(one.advance for one in self._signs(text)) * size / 1000

    def cut(self, text: str, size: float, room: float) -> str:
        """The text, or as much of its beginning as ``room`` points hold, with an ellipsis."""
        if self.wide(text, size) <= room:
            return text
        left = room - self.wide(_ELLIPSIS, size)
        kept = ""
        for sign in text:
            left -= self.wide(sign, size)
            if left < 0:
                break
            kept += sign
        return kept.rstrip() + _ELLIPSIS

    def fit(self, text: str, size: float, room: float) -> tuple[str, float]:
        """The text and its size for ``room`` points: too wide, it becomes smaller, then is cut."""
        wide = self.wide(text, size)
        if wide <= room:
            return text, size
        size *= max(room / wide, _SMALLEST)
        return self.cut(text, size, room + _HAIR), size

    def lines(self, text: str, size: float, room: float) -> list[str]:
        """The text in lines no longer than ``room``: between Chinese signs, else at spaces."""
        made = [""]
        for word in _words(text):
            if made[-1] and self.wide(made[-1] + word.rstrip(), size) > room:
                made.append("")
            made[-1] += word if made[-1] else word.lstrip()
        return [one.rstrip() for one in made]

    def show(self, text: str, size: float, x: float, y: float, *, is_bold: bool = False) -> str:
        """The operators of a line that begins at ``x`` and stands on ``y``."""
        told, last = [f"BT {x:.2f} {y:.2f} Td"], None
        told.append(f"2 Tr {size * 0.025:.3f} w" if is_bold else "0 Tr")
        for face, glyph, _ in self._signs(text):
            if face is not last:
                told += [">Tj"] if last else []
                told.append(f"/F{self._faces.index(face)} {size:g} Tf <")
                last = face
            told[-1] += f"{glyph:04x}"
        return " ".join(told) + (">Tj ET" if last else " ET")

    def numbers(self, press: Press) -> dict[str, int]:
        """The names of the fonts and the numbers of their objects, to be written by ``embed``."""
        for face in self._faces:
            face.number = face.number or press.reserve()
        return {f"F{place}": face.number for place, face in enumerate(self._faces)}

    def embed(self, press: Press) -> None:
        """Write the fonts with the signs that were used."""
        for place, face in enumerate(self._faces):
            face.write(press, place)

    def _signs(self, text: str) -> list["_Sign"]:
        return [self._known.get(sign) or self._meet(sign) for sign in text]

    def _meet(self, sign: str) -> "_Sign":
        """Once for each sign: which font has it; it is embedded from now on."""
        face = next((one for one in self._faces if one.glyph(sign)), self._faces[0])
        glyph = face.use(sign)
        self._known[sign] = _Sign(face, glyph, face.advance(glyph))
        return self._known[sign]


class _Sign(NamedTuple):
    """How one sign is written, and how wide, in thousandths of the size."""

    face: Face
    glyph: int
    advance: int


def _words(text: str) -> Iterator[str]:
    """Pieces after which a line may end: words with the space after them, single Chinese signs."""
    piece = ""
    for sign in text:
        stays = sign in _NO_BREAK_BEFORE or sign.isspace()
        last = piece[-1:]
        if last and not stays and (last.isspace() or max(sign, last) > _FIRST_CHINESE):
            yield piece
            piece = ""
        piece += sign
    yield piece
