"""A PDF of one page in the making: what is drawn, and the fonts and pictures that it needs."""

from __future__ import annotations

from io import BytesIO

import pydyf

from app.documents.readers.ofdcolours import Ink
from app.documents.readers.ofdfonts import Font
from app.documents.readers.ofdobjects import Matrix
from app.documents.readers.ofdpictures import picture
from app.documents.readers.ofdtree import POINTS, Box, Document

_MOST_PICTURES = 100
_MOST_PIXELS = 40_000_000
_MOST_SIGNS = 40_000
_MOST_DRAWN = 8_000_000
_BLENDS = frozenset({"Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge",
                     "ColorBurn", "HardLight", "SoftLight", "Difference", "Exclusion"})  # fmt: skip


class Canvas:
    """Takes operators in millimetres, downwards from the left top corner of the page."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pdf = pydyf.PDF()
        self._told: list[str] = []
        self._room, self._signs, self._pixels = _MOST_DRAWN, _MOST_SIGNS, _MOST_PIXELS
        self._fonts: dict[tuple[int, str], tuple[str, Font]] = {}
        self._pictures: dict[tuple[int, str], str] = {}
        self._used: dict[str, dict[str, object]] = {"Font": {}, "XObject": {}, "ExtGState": {}}

    def add(self, *operators: str) -> None:
        """Draw, as long as there is room: all of it or nothing, and nothing after that."""
        self._room -= sum(map(len, operators))
        if not self.is_full:
            self._told += operators

    @property
    def is_full(self) -> bool:
        """Whether no more is drawn."""
        return self._room < 0

    def font(self, document: Document, known_as: str) -> tuple[str, Font]:
        """A font of the document, and its name here."""
        key = (id(document), known_as)
        if key not in self._fonts:
            self._fonts[key] = f"F{len(self._fonts)}", Font(document, known_as)
        return self._fonts[key]

    def sign(self, named: tuple[str, Font], sign: str, glyph: int | None) -> tuple[str, str] | None:
        """The name of the font that has it, and its code there; None of what is not drawn."""
        coded = named[1].code(sign, glyph)
        self._signs -= 1
        if coded is None or self._signs < 0:
            return None
        which, code = coded
        name = f"{named[0]}{which}"
        if name not in self._used["Font"]:
            self._used["Font"][name] = named[1].make(self._pdf, which).reference
        return name, code.hex()

    def picture(self, document: Document, known_as: str) -> str:
        """The name of a picture of the document; empty where it cannot be shown."""
        key = (id(document), known_as)
        if key not in self._pictures:
            self._pictures[key] = self.take(document.file_of("MultiMedia", known_as, "MediaFile"))
        return self._pictures[key]

    def take(self, data: bytes) -> str:
        """The name of a picture by its bytes; empty where it cannot be shown or many were."""
        has_room = self._pixels > 0 and len(self._used["XObject"]) < _MOST_PICTURES
        found = picture(self._pdf, data) if data and has_room else None
        if found is None:
            return ""
        self._pixels -= found.extra["Width"] * found.extra["Height"]
        name = f"X{len(self._used['XObject'])}"
        self._used["XObject"][name] = found.reference
        return name

    def state(self, fill: Ink | None, line: Ink | None, blend: str | None = None) -> str:
        """How clear areas and lines are, and how they mix with what lies below."""
        parts = fill.alpha if fill else 1.0, line.alpha if line else 1.0
        mixes = blend if blend in _BLENDS else "Normal"
        name = f"G{parts[0] * 255:.0f}-{parts[1] * 255:.0f}-{mixes}"
        facts = {"ca": parts[0], "CA": parts[1], "BM": f"/{mixes}"}
        self._used["ExtGState"].setdefault(name, pydyf.Dictionary(facts))
        return f"/{name} gs"

    def finish(self, box: Box) -> bytes:
        """The PDF of the page; ``box`` is what is seen of it."""
        left, top, width, height = box
        base = Matrix(POINTS, 0, 0, -POINTS, -left * POINTS, (top + height) * POINTS)
        content = pydyf.Stream(["\n".join([placed(base), *self._told]).encode()])
        self._pdf.add_object(content)
        used = {name: pydyf.Dictionary(held) for name, held in self._used.items()}
        page = {
            "Type": "/Page",
            "Parent": self._pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, width * POINTS, height * POINTS]),
            "Contents": content.reference,
            "Resources": pydyf.Dictionary(used),
        }
        self._pdf.add_page(pydyf.Dictionary(page))
        made = BytesIO()
        self._pdf.write(made)
        return made.getvalue()


def placed(matrix: Matrix) -> str:
    """The operator that what follows is after ``matrix``."""
    return " ".join(f"{part:.6f}" for part in matrix.parts) + " cm"
