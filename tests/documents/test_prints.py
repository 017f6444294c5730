"""A paper is known again by its print, however it is held; another paper of its form is not."""

from math import cos, radians, sin

import pytest

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents.prints import ALIKE
from app.documents.readers import likeness
from app.documents.readers.page import open_pdf
from app.documents.readers.pdftext import sheet
from app.documents.readers.print import of_lines, of_sheet
from app.documents.readers.sighted.seen import Line
from app.documents.specimens import Line as Goods
from app.invoices.alike import is_altered, signs_apart
from tests import drawn, make, sheets

SIZE = (2400, 1700)


def paper(number: int = 44285249, total: int = 62800):
    goods = Goods("*样票*住宿服务", Money(total), Money(total * 6 // 100), "6%", "晚", "1", "")
    page = sheets.bureau(make.specimen(number, lines=(goods,), drawer="样某"))
    return [one for one in page if one.y < drawn.HEIGHT and not one.angle]


def seen(
    page, angle: float = 0.0, lean: float = 0.0, quarters: int = 0
) -> tuple[list[Line], tuple]:
    """The lines of a page as eyes would see them on a photo that is held so."""
    turn, rise = cos(radians(angle)), sin(radians(angle))

    def held(x: float, y: float) -> tuple[float, float]:
        x, y = 3 * x + 200, 3 * y + 150
        depth = 1 + lean * (x / SIZE[0] - 0.5)
        return (x * turn - y * rise) / depth + 200, (x * rise + y * turn) / depth

    lines = []
    for text in page:
        wide = sum(text.size * drawn.wide(sign) / 1000 for sign in text.text)
        top, low = text.y - 0.8 * text.size, text.y + 0.2 * text.size
        places = ((text.x, top), (text.x + wide, top), (text.x + wide, low), (text.x, low))
        corners = tuple(held(*place) for place in places)
        spans = tuple(
            (at / len(text.text), (at + 1) / len(text.text)) for at in range(len(text.text))
        )
        line = Line(text.text.replace(" ", ""), corners, 0.9, spans)  # type: ignore[arg-type]
        lines.append(line.turned(quarters, SIZE))
    return lines, SIZE if quarters % 2 == 0 else SIZE[::-1]


def printed(page, **held):
    lines, size = seen(page, **held)
    made = of_lines(lines, size, 1, 0)
    assert made
    return made


HOLDS = [
    {}, {"angle": 6.0}, {"angle": -7.0, "lean": 0.1}, {"quarters": 1}, {"quarters": 2},
    {"angle": 4.0, "lean": -0.12, "quarters": 3},
]  # fmt: skip


@pytest.mark.parametrize("held", HOLDS, ids=str)
def test_a_paper_is_the_same_however_it_is_held(held):
    one, other = printed(paper()), printed(paper(), **held)
    assert likeness.likeness(one.words, other.words) == 1
    assert likeness.distance(one.layout, other.layout) <= 10


@pytest.mark.parametrize("held", HOLDS[1:], ids=str)
def test_the_frame_is_where_the_text_stands(held):
    page = paper()
    lines, (width, height) = seen(page, **held)
    made = of_lines(lines, (width, height), 1, 0)
    title = next(one for one in lines if "发票（" in one.text)
    x, y = title.at(0.5)
    (ax, ay), (bx, by), *_ = made.frame
    nearer = [(x / width - px) ** 2 + (y / height - py) ** 2 for px, py in made.frame]
    assert max(nearer[:2]) < max(nearer[2:]), "the title is near the upper side"
    assert (ax, ay) != (bx, by)


def test_texts_of_one_paper_share_a_mark_and_of_two_companies_none():
    one = printed(paper()).words
    again = [word.replace("4428", "4478") for word in one]
    assert set(likeness.marks(one, "tea")) & set(likeness.marks(again, "tea"))
    assert not set(likeness.marks(one, "tea")) & set(likeness.marks(one, "other"))


def test_another_paper_of_the_same_seller_is_not_alike():
    one, other = printed(paper()), printed(paper(99_418_877, 314_100))
    assert likeness.distance(one.layout, other.layout) <= 10, "the form is the same"
    assert likeness.likeness(one.words, other.words) < ALIKE


def test_a_file_and_a_photo_of_its_print_are_alike():
    page = paper()
    with open_pdf(drawn.pdf(page)) as pdf:
        file = of_sheet(sheet(pdf, 1))
    photo = printed(page, angle=5.0)
    assert likeness.likeness(file.words, photo.words) > 0.9
    assert likeness.distance(file.layout, photo.layout) <= 16


def test_too_little_text_has_no_marks_and_no_likeness():
    assert likeness.marks(["12", "345"], "tea") == []
    assert likeness.likeness(["345"], ["345"]) == 0
    assert of_lines([], SIZE, 1, 0) is None
    assert of_sheet(replace_no_text()) is None


def replace_no_text():
    with open_pdf(drawn.pdf([])) as pdf:
        return sheet(pdf, 1)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("1234", "1234", 0), ("1234", "1294", 1), ("1234", "1324", 1), ("1234", "4321", 3),
     ("1234", "123", 4), ("123456", "213465", 2)],
)  # fmt: skip
def test_signs_apart(one, other, apart):
    assert signs_apart(one, other) == apart


def test_neighbours_are_not_altered():
    def key(number: int) -> InvoiceKey:
        return InvoiceKey("digital", f"{number:020d}")

    assert is_altered(key(1_000_000), key(1_900_000))
    assert not is_altered(key(1_000_000), key(1_000_007))
    assert not is_altered(key(1_000_000), key(1_999_900))
    assert not is_altered(key(1), InvoiceKey("vat", "0110000000-00000001"))


def test_marks_stay_the_same_from_year_to_year():
    """What was kept is compared with what is made: another number here would part old and new."""
    made = likeness.marks([f"{number:020}" for number in (7, 1234, 98765432109876543210)], "示例")
    assert made[:2] == [5_374_230_960_767_124_454, 1_086_020_916_677_518_214]
