"""The press puts drawn pages on pages of our own, and copies nothing that acts."""

from io import BytesIO

import pypdfium2 as pdfium
import pytest

from app.documents.readers import leaf
from app.papers import press
from app.papers.press import Press
from tests.papers import originals

A4 = (595.28, 841.89)


def printed(*leaves, content=b"q 1 0 0 1 0 400 cm /L Do Q"):
    out = BytesIO()
    made = Press(out)
    for one in leaves:
        for form in made.take(one):
            made.page(A4, [made.pack(b"", content)], {}, {"L": form})
    made.finish("样票", "zh")
    return out.getvalue()


def leaf_of(*contents, **facts):
    return leaf.make(originals.pdf(*contents, **facts), "pdf")[0]


def test_every_page_of_a_leaf_can_be_placed_and_searched():
    data = printed(leaf_of(originals.words("one"), originals.words("two")))

    assert ["one" in originals.text(data, 0), "two" in originals.text(data, 1)] == [True, True]
    assert originals.sizes(data) == [(210, 297)] * 2


def test_the_title_is_said_and_the_language():
    data = printed(leaf_of("0 g"))

    assert pdfium.PdfDocument(data).get_metadata_value("Title") == "样票"
    assert b"/Lang(zh)" in data


def test_what_is_the_same_in_two_files_is_written_once():
    picture, _ = leaf.make(originals.photo(900, 600), "jpeg")

    assert len(printed(*[picture] * 10)) < 1.4 * len(printed(picture))


def test_a_string_with_brackets_and_references_is_left_as_it_is():
    things = press.read(leaf_of("0 g"))
    odd = rb"<</T(\(1 0 R\) \\ 2 0 R)/K 1 0 R/H<312030205200>>>"
    assert things

    out = BytesIO()
    made = Press(out)
    number = made._copy(7, {7: press.Thing(odd, None), 1: press.Thing(b"42", None)}, {}, 0)

    assert number == 4
    assert rb"<</T(\(1 0 R\) \\ 2 0 R)/K 3 0 R/H<312030205200>>>" in out.getvalue()


def test_circles_are_copied_once_and_end():
    out = BytesIO()
    made = Press(out)
    circle = {1: press.Thing(b"<</K 2 0 R>>", None), 2: press.Thing(b"<</P 1 0 R>>", None)}

    assert made._copy(1, circle, {}, 0) == 3
    assert out.getvalue().count(b" obj\n") == 2


@pytest.mark.parametrize(
    "acting",
    [
        b"<</Type/EmbeddedFile>>", b"<</Type /Filespec/F(x)>>", b"<</S/JavaScript/JS(app)>>",
        b"<</Type/Action/S/URI>>", b"<</S /Launch>>", b"<</Type/Page/Parent 9 0 R>>",
    ],
)  # fmt: skip
def test_what_acts_or_leads_elsewhere_becomes_nothing(acting):
    out = BytesIO()
    Press(out)._copy(
        1, {1: press.Thing(b"<</AF 2 0 R>>", None), 2: press.Thing(acting, b"x")}, {}, 0
    )

    assert b"null" in out.getvalue() and acting not in out.getvalue()


def test_a_picture_that_lies_in_another_file_is_not_asked_for():
    out = BytesIO()
    Press(out)._copy(1, {1: press.Thing(b"<</Subtype/Image/F(http://x)/Length 1>>", b"x")}, {}, 0)

    assert b"/X(http://x)" in out.getvalue()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda data: data[:-700],
        lambda data: data.replace(b"/Length ", b"/Length 9", 1),
        lambda data: data.replace(b" 0 obj", b" 1 obj", 3),
        lambda data: data.replace(b"/Subtype/Form", b"/Subtype/Farm"),
        lambda data: b"",
        lambda data: b"%PDF-1.7\nxref",
        lambda data: data.replace(b"/Resources 5 0 R", b"/Resources 999 0 R").replace(
            b"/Resources<<", b"/Resources 999 0 R/X<<"
        ),
    ],
)
def test_what_is_written_otherwise_is_refused_whole(wrong):
    data = wrong(leaf_of(originals.words("one")))

    with pytest.raises(press.NotALeaf):
        Press(BytesIO()).take(data)


def test_chains_without_end_are_refused():
    chain = {number: press.Thing(b"<</N %d 0 R>>" % (number + 1), None) for number in range(500)}

    with pytest.raises(press.NotALeaf):
        Press(BytesIO())._copy(0, chain, {}, 0)
