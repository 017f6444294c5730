"""A file becomes pages that can be printed among others, and nothing else of it comes along."""

from io import BytesIO

import pydyf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops

from app.documents import specimens
from app.documents.readers import leaf
from app.documents.readers.limits import Refused
from app.papers.press import Press
from tests import make
from tests.papers import originals

NUMBER = "99010000000000000001"


def printed(data, kind, parts=(), **facts):
    """The leaf's forms, each on a page of its own size, and what is said of them."""
    made, pages = leaf.make(data, kind, parts, **facts)
    out = BytesIO()
    press = Press(out)
    for form, page in zip(press.take(made), pages, strict=True):
        matrix = " ".join(f"{one:.4f}" for one in page["matrix"])
        drawn = press.pack(b"", f"q {matrix} cm /L Do Q".encode())
        press.page((page["width"], page["height"]), [drawn], {}, {"L": form})
    press.finish("样票", "zh")
    return out.getvalue(), pages


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (100, 60, 400, 300), (-50, -50, 9999, 300)])
@pytest.mark.parametrize("box", [(0, 0, 600, 400), (100, 50, 700, 450)])
def test_a_page_looks_as_before_however_it_is_turned_and_cropped(turned, crop, box):
    extra = {"CropBox": pydyf.Array(crop)} if crop else {}
    drawn = "1 0 0 rg 110 110 50 20 re f 0 0 1 rg 300 200 10 60 re f"
    data = originals.pdf(drawn, box=box, Rotate=turned, **extra)

    made, (page,) = printed(data, "pdf")

    before, after = originals.seen(data), originals.seen(made)
    assert before.size == after.size == (round(page["width"]), round(page["height"]))
    assert ImageChops.difference(before, after).getbbox() is None


def test_words_stay_words():
    data = originals.pdf(originals.words(NUMBER))

    made, _ = printed(data, "pdf")

    assert NUMBER in originals.text(made)


def test_a_seal_in_a_field_of_signature_stays_and_stays_red():
    data = originals.pdf("", stamp="0.9 0 0.1 rg 0 0 60 60 re f")

    made, _ = printed(data, "pdf")

    assert originals.seen(made).getpixel((70, round(140 * originals.MM) - 70)) == (230, 0, 26)
    with pdfium.PdfDocument(made) as pdf:
        assert pdfium.raw.FPDFPage_GetAnnotCount(pdf[0]) == 0


def test_nothing_that_acts_comes_along():
    act = pydyf.Dictionary({"S": "/JavaScript", "JS": pydyf.String("app.alert(1)")})
    catalog = {"OpenAction": act, "AcroForm": pydyf.Dictionary({"Fields": pydyf.Array([])})}
    data = originals.pdf(originals.words(NUMBER), stamp="0 g", AA=act, catalog=catalog)

    made, _ = leaf.make(data, "pdf")

    assert NUMBER in originals.text(printed(data, "pdf")[0])
    for word in (b"JavaScript", b"OpenAction", b"/AA", b"AcroForm", b"/Annot", b"/Sig"):
        assert word in data or word == b"/Annot"
        assert word not in made


def test_a_comment_on_an_invoice_is_not_printed():
    note = pydyf.Dictionary({
        "Type": "/Annot", "Subtype": "/Square", "Rect": pydyf.Array([40, 40, 100, 100]),
        "C": pydyf.Array([1, 0, 0]), "IC": pydyf.Array([1, 0, 0]), "F": 4,
    })  # fmt: skip
    data = originals.pdf("", Annots=pydyf.Array([note.data]))

    made, _ = printed(data, "pdf")

    assert [colour for _, colour in originals.seen(made).getcolors()] == [(255, 255, 255)]


def test_one_of_several_pages_is_taken_alone():
    data = originals.pdf(originals.words("first"), originals.words("second"))

    made, pages = printed(data, "pdf", [{"page": 2}])

    assert len(pages) == 1 and "second" in originals.text(made)
    assert b"first" not in made


def test_a_part_of_a_page_is_cut_out_and_turned():
    data = originals.pdf("1 0 0 rg 300 200 300 200 re f", box=(0, 0, 600, 400))
    part = {"page": 1, "box": [0.25, 0, 1, 0.5], "turn": 1}

    made, (page,) = printed(data, "pdf", [part])

    assert (page["width"], page["height"]) == (200, 450)
    shown = originals.seen(made)
    assert shown.getpixel((100, 75)) == (255, 255, 255)
    assert shown.getpixel((100, 300)) == (255, 0, 0)


def test_what_is_drawn_on_a_large_page_is_measured_and_on_a_small_one_is_not():
    large = originals.pdf("0 g 100 500 300 200 re f", box=(0, 0, 595, 842))

    (_, (page,)), (_, (small,)) = printed(large, "pdf"), printed(originals.pdf("0 g"), "pdf")

    assert page["ink"] == pytest.approx((100, 500, 400, 700), abs=4)
    assert small["ink"] is None


def test_a_photo_stands_upright_fills_its_place_and_is_kept_as_large_as_paper_needs():
    made, (page,) = printed(originals.photo(6000, 4000, turn=6), "jpeg", room=(190, 130))

    assert page["height"] == pytest.approx(130 * leaf.POINTS, abs=0.01)
    assert page["width"] == pytest.approx(130 * leaf.POINTS * 4 / 6, abs=0.5)
    assert page["is_photo"]
    shown = originals.seen(made)
    assert shown.getpixel((shown.width // 2, 20))[1] < 20
    assert shown.getpixel((shown.width // 2, shown.height - 20))[1] > 240
    (kept,) = list(pdfium.PdfDocument(made)[0].get_objects([pdfium.raw.FPDF_PAGEOBJ_IMAGE]))
    assert max(kept.get_px_size()) == pytest.approx(130 / 25.4 * 200, abs=2)


def test_a_small_photo_is_not_blown_up_in_the_file():
    made, _ = printed(originals.photo(300, 200), "jpeg")

    (kept,) = list(pdfium.PdfDocument(made)[0].get_objects([pdfium.raw.FPDF_PAGEOBJ_IMAGE]))
    assert kept.get_px_size() == (300, 200)


def test_one_invoice_of_a_photo_of_several_is_cut_out():
    made, (page,) = printed(
        originals.photo(2000, 2000), "jpeg", [{"page": 1, "box": [0, 0, 0.25, 0.5]}]
    )

    assert page["width"] / page["height"] == pytest.approx(0.5, abs=0.01)
    assert originals.seen(made).getpixel((20, 20))[1] < 20


def test_clear_parts_of_a_picture_are_white_paper():
    drawn = BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(drawn, "PNG")

    made, _ = printed(drawn.getvalue(), "png")

    assert originals.seen(made).getpixel((30, 30)) == (255, 255, 255)


def test_an_ofd_is_drawn_with_its_words():
    data = specimens.write_ofd(make.specimen())

    made, (page,) = printed(data, "ofd")

    assert specimens.number(1) in originals.text(made).replace(" ", "")
    assert not page["is_photo"]


@pytest.mark.parametrize(
    ("data", "kind", "parts"),
    [
        (b"%PDF-1.7 nothing", "pdf", []),
        (originals.pdf(""), "pdf", [{"page": 2}]),
        (originals.pdf(""), "pdf", [{"page": 0}]),
        (originals.pdf(""), "pdf", [{"page": 1, "box": [0.5, 0.5, 0.5, 0.9]}]),
        (originals.photo(30, 20), "jpeg", [{"page": 2}]),
        (originals.pdf("", box=(0, 0, 0.5, 0.5)), "pdf", []),
        (b"PK\x03\x04", "ofd", []),
    ],
)
def test_what_has_no_such_page_is_refused(data, kind, parts):
    with pytest.raises(Refused):
        leaf.make(data, kind, parts)
