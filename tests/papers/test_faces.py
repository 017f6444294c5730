"""Words look as the machine's fonts draw them, and can be copied, whatever kind of font it is."""

from io import BytesIO

import pytest
import uharfbuzz

from app.papers import faces, lettering
from app.papers.book import Book
from app.papers.lettering import Lettering
from app.papers.press import Press
from tests import boxes
from tests.papers import originals

WORDS = "北京发票 ¥12.30 龘"
UNKNOWN = "北京\U0001f600"
SIZE = (300.0, 60.0)


@pytest.fixture
def drawn(monkeypatch):
    def draw(font, words=WORDS):
        monkeypatch.setattr(lettering, "installed", lambda: iter([font]))
        file = BytesIO()
        made = Book(Press(file), Lettering())
        pen = made.pen()
        pen.text(words, 24, 10, 20)
        made.page(SIZE, [made.draw(pen)])
        made.letters.embed(made.press)
        made.press.finish("样票", "zh")
        return file.getvalue()

    return draw


def renumbered(font, place):
    """A font of only these words, whose glyphs have other numbers than in the whole one."""
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font[0])), font[1])
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, WORDS))
    place.write_bytes(uharfbuzz.subset(whole, wanted).blob.data)
    return place, 0


@pytest.mark.parametrize("font", list(faces.installed()), ids=lambda font: font[0].name)
def test_a_font_with_other_numbers_draws_the_same_words(font, drawn, tmp_path):
    whole, other = drawn(font), drawn(renumbered(font, tmp_path / "other.otf"))

    assert originals.seen(whole).tobytes() == originals.seen(other).tobytes()
    assert originals.text(whole).strip() == originals.text(other).strip() == WORDS
    assert min(originals.seen(whole).convert("L").getextrema()) < 60
    assert len(whole) < 30_000


@pytest.mark.parametrize("font", list(faces.installed()), ids=lambda font: font[0].name)
def test_a_sign_that_no_font_has_is_a_box_and_the_rest_is_drawn(font, drawn):
    assert originals.text(drawn(font, UNKNOWN)).startswith("北京")


def test_glyphs_that_have_names_are_found_by_their_place(drawn, tmp_path):
    place = tmp_path / "boxes.otf"
    place.write_bytes(boxes.font("otf"))

    data = drawn((place, 0), "二")

    shown = originals.seen(data).convert("L")
    assert [shown.getpixel((at, 35)) < 99 for at in (12, 20, 24, 32)] == [True, True, False, False]
    assert originals.text(data).strip() == "二"
