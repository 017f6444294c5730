"""A PDF of our own, drawn page by page, with the fonts that its words need."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from flask_babel import get_locale

from app.papers.lettering import Lettering
from app.papers.pen import Pen
from app.papers.press import Press


@dataclass(frozen=True, slots=True)
class Book:
    """The file in the making."""

    press: Press
    letters: Lettering

    def pen(self) -> Pen:
        """To draw with."""
        return Pen(self.letters)

    def draw(self, pen: Pen) -> int:
        """Write what was drawn, for a page that is added later."""
        return self.press.pack(b"", pen.done())

    def page(
        self, size: tuple[float, float], drawn: Sequence[int], forms: Sequence[int] = ()
    ) -> None:
        """Add a page of drawings, one over the other; ``forms`` are ``/L0`` and on in them."""
        named = {f"L{place}": form for place, form in enumerate(forms)}
        self.press.page(size, drawn, self.letters.numbers(self.press), named)


@contextmanager
def book(file: IO[bytes], title: str) -> Iterator[Book]:
    """A PDF that is whole at the end, in the language in force. Raises NoFont."""
    made = Book(Press(file), Lettering())
    yield made
    made.letters.embed(made.press)
    made.press.finish(title, str(get_locale() or "en"))
