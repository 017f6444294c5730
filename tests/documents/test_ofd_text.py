"""What the text of OFD pages says: the same as that of a PDF with the same words (FORMATS §5 D)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.documents import specimens
from app.documents.readers import ofd, ofdtext, ofdtree, pages, pdftext
from app.documents.readers.found import Found, group
from app.documents.readers.layout import Page
from app.documents.readers.ofdobjects import deltas
from app.documents.readers.package import Package
from app.documents.readers.page import open_pdf
from app.documents.specimens import Specimen, older
from tests import drawn, fixed, make, sheets
from tests.drawn import Text

ONE = make.specimen(buyer=("样票茶叶（北京）有限公司", specimens.tax_id(1)), drawer="样某某")
FAMILIES = (
    sheets.bureau, sheets.gp_template, sheets.flowing, sheets.reprint, sheets.tax_control,
    sheets.toll, sheets.rail,
)  # fmt: skip


def of_pdf(*texts: drawn.Page) -> list[Found]:
    with open_pdf(drawn.pdf(*texts)) as pdf:
        return pages.read(pdftext.sheet(pdf, number) for number in range(1, len(pdf) + 1))


def of_ofd(data: bytes) -> list[Found]:
    (document,) = ofdtree.documents(Package(data))
    return pages.read(ofdtext.sheets(document))


def rows(objects: str, **how: object) -> list[str]:
    """The lines of a page of these objects."""
    (document,) = ofdtree.documents(Package(fixed.pack(objects, **how)))  # type: ignore[arg-type]
    (sheet,) = ofdtext.sheets(document)
    return [row.plain for row in Page(sheet).rows]


def code(words: str, attributes: str = 'X="0" Y="5"') -> str:
    return f"<ofd:TextCode {attributes}>{words}</ofd:TextCode>"


@pytest.mark.parametrize("layout", FAMILIES)
def test_every_family_says_the_same_as_an_ofd_and_as_a_pdf(
    layout: Callable[[Specimen], list[Text]],
) -> None:
    (pdf,), (fixed_page,) = of_pdf(layout(ONE)), of_ofd(fixed.ofd(layout(ONE)))
    assert fixed_page.source == "ofd"
    assert fixed_page.values == pdf.values and len(pdf.values) > 6
    assert fixed_page.lines == pdf.lines


def test_the_same_words_stand_at_the_same_places() -> None:
    (pdf,), (fixed_page,) = of_pdf(sheets.bureau(ONE)), of_ofd(fixed.ofd(sheets.bureau(ONE)))
    for name, place in pdf.places.items():
        one, other = place["box"], fixed_page.places[name]["box"]
        assert fixed_page.places[name]["page"] == place["page"]
        assert abs(one[0] - other[0]) * fixed.SIZE[0] < 1, name
        assert abs(one[2] - other[2]) * fixed.SIZE[0] < 1, name
        assert abs(one[1] + one[3] - other[1] - other[3]) / 2 * fixed.SIZE[1] < 1, name


def test_our_specimens_say_the_same_as_an_ofd_and_as_a_pdf() -> None:
    with open_pdf(specimens.draw_pdf(ONE)) as pdf:
        (drawn_page,) = pages.read([pdftext.sheet(pdf, 1)])
    (fixed_page,) = of_ofd(specimens.write_ofd(ONE))
    assert fixed_page.values == drawn_page.values and len(fixed_page.values) > 11
    assert fixed_page.lines == drawn_page.lines


def test_text_that_nobody_sees_is_not_read() -> None:
    clear = [replace(one, mode=3) for one in sheets.bureau(ONE)]
    assert of_ofd(fixed.ofd(clear)) == []
    for attributes in ('Visible="false"', 'Alpha="0"', 'Fill="false"'):
        shown = fixed.text_object(code("样票"), f'Boundary="9 9 50 9" Size="4" {attributes}')
        assert rows(shown) == []
    beside = fixed.text_object(code("样票"), 'Boundary="999 9 50 9" Size="4"')
    assert rows(beside) == []


def test_marks_across_the_page_are_no_part_of_a_line() -> None:
    across = Text(100, 300, "样票样票样票", 30, angle=30)
    (found,) = of_ofd(fixed.ofd([*sheets.bureau(ONE), across]))
    assert found.values == of_ofd(fixed.ofd(sheets.bureau(ONE)))[0].values


def test_a_page_that_is_turned_as_a_whole_is_read() -> None:
    turned = "".join(
        fixed.text_object(code(words), f'Boundary="{x} 60 9 9" Size="4" CTM="0 -1 1 0 0 0"')
        for x, words in ((30, "发票号码"), (40, "开票日期"))
    )
    assert rows(turned) == ["发票号码", "开票日期"]


def test_distances_are_told_one_by_one_or_in_runs() -> None:
    assert deltas("g 3 2.5 1 g 2 4") == [2.5, 2.5, 2.5, 1, 4, 4]
    assert deltas(None) == deltas("") == [] and deltas("g -2 1 g x 1") == []
    assert len(deltas("g 99999999 1 " * 9)) <= 4_000
    runs = code("发票号码12", 'X="1" Y="5" DeltaX="g 4 4 2"')
    assert rows(fixed.text_object(runs, 'Boundary="9 9 50 9" Size="4"')) == ["发票号码12"]


def test_a_block_of_signs_that_steps_down_is_several_lines() -> None:
    block = code("ABCDEF", 'X="1" Y="5" DeltaX="2 2 -4 2 2" DeltaY="0 0 5 0 0"')
    assert rows(fixed.text_object(block, 'Boundary="9 9 50 9" Size="4"')) == ["ABC", "DEF"]
    upright = code("购买方", 'X="1" Y="5" DeltaY="6 6"')
    assert rows(fixed.text_object(upright, 'Boundary="9 9 50 9" Size="4"')) == ["购", "买", "方"]


def test_signs_without_distances_follow_each_other() -> None:
    plain = fixed.text_object(code("发票AB号码"), 'Boundary="9 9 50 9" Size="4"')
    assert rows(plain) == ["发票AB号码"]
    escaped = fixed.text_object(code(r"\53D1票 12 \4E2D"), 'Boundary="9 9 50 9" Size="4"')
    assert "".join(rows(escaped)).replace("\t", "") == "发票12中"


def test_a_matrix_places_and_sizes_a_text() -> None:
    small = code("发票号码", 'X="0" Y="20" DeltaX="20 20 20"')
    scaled = fixed.text_object(small, 'Boundary="10 10 50 9" Size="20" CTM="0.2 0 0 0.2 5 0"')
    beside = fixed.text_object(code("12", 'X="0" Y="4"'), 'Boundary="31 10 9 9" Size="4"')
    assert rows(scaled + beside) == ["发票号码12"]


def test_labels_of_a_template_and_values_of_a_page_are_one_page() -> None:
    parts = sheets.digital(ONE)
    labels = "".join(
        fixed.written(one) for name in ("labels", "buyer", "seller", "head") for one in parts[name]
    )
    values = "".join(
        fixed.written(one) for name in ("values", "buys", "sells", "lines") for one in parts[name]
    )
    data = fixed.pack(
        values,
        area='<ofd:Template TemplateID="501" ZOrder="Background"/>',
        common=fixed.templates("TPLS/Tpl_0/Content.xml"),
        parts={"Doc_0/Tpls/TPL_0/Content.xml": fixed.page(labels)},
    )
    (found,) = of_ofd(data)
    assert found.values == of_ofd(fixed.ofd(sheets.bureau(ONE)))[0].values


def test_the_size_of_a_page_is_its_own_else_its_documents() -> None:
    own = "<ofd:Area><ofd:PhysicalBox>10 20 100 50</ofd:PhysicalBox></ofd:Area>"
    shown = fixed.text_object(code("样票"), 'Boundary="10 20 50 9" Size="4"')
    for area, expected in ((own, (10, 20, 100, 50)), ("", (0, 0, *fixed.SIZE))):
        (document,) = ofdtree.documents(Package(fixed.pack(shown, area=area)))
        assert document.pages[0].box == pytest.approx(expected)
    for broken in ("0 0 0 0", "a b c d", "0 0 9e9 1", "nan nan nan nan"):
        (document,) = ofdtree.documents(
            Package(fixed.pack(shown, size=(0, 0), area=own.replace("10 20 100 50", broken)))
        )
        assert document.pages[0].box == ofdtree.A4


def test_words_in_groups_units_and_annotations_are_words_of_the_page() -> None:
    inside = fixed.text_object(code("票号码"), 'Boundary="4 0 50 9" Size="4"')
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="9" Height="9">'
        f"<ofd:Content>{inside}</ofd:Content></ofd:CompositeGraphicUnit>"
        "</ofd:CompositeGraphicUnits>"
    )
    first = fixed.text_object(code("发"), 'Boundary="0 0 9 9" Size="4"')
    group_of = f"<ofd:PageBlock><ofd:PageBlock>{first}</ofd:PageBlock></ofd:PageBlock>"
    composite = '<ofd:CompositeObject Boundary="0 0 50 9" ResourceID="7"/>'
    note = fixed.text_object(code("12"), 'Boundary="6 0 9 9" Size="4"')
    listed = (
        f'<ofd:Annotations {fixed.SPACE}><ofd:Page PageID="1"><ofd:FileLoc>a.xml</ofd:FileLoc>'
        "</ofd:Page></ofd:Annotations>"
    )
    noted = (
        f'<ofd:PageAnnot {fixed.SPACE}><ofd:Annot><ofd:Appearance Boundary="10 0 9 9">{note}'
        "</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
    )
    told = rows(
        group_of + composite,
        resources=unit,
        rest="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
        parts={"Doc_0/Annots/Annotations.xml": listed, "Doc_0/Annots/a.xml": noted},
    )
    assert told == ["发票号码12"]


def test_a_unit_that_holds_itself_ends() -> None:
    itself = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
        + '<ofd:CompositeObject Boundary="1 1 9 9" ResourceID="7"/>' * 3
        + fixed.text_object(code("样"), 'Boundary="0 0 9 9" Size="4"')
        + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    told = rows('<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="7"/>', resources=itself)
    assert set("".join(told).replace("\t", "")) == {"样"}


def test_tags_outweigh_the_text_and_both_are_heard() -> None:
    (told,) = group(ofd.read(specimens.write_ofd(ONE)))
    assert told.contradictions() == []
    assert told.best()["number"] == (ONE.number, "ofd")
    assert "box_mm" in told.said[0].places["number"]


def test_a_page_that_says_something_else_than_its_xml_contradicts_it() -> None:
    xml = {"Doc_0/Attachs/original_invoice.xml": older.write_original(ONE)}
    page = "".join(map(fixed.written, sheets.tax_control(ONE)))
    (told,) = group(ofd.read(fixed.pack(page, parts=xml)))
    assert [one.source for one in told.said] == ["xml", "ofd", "qr"]
    assert told.contradictions() == []
    other = make.specimen(buyer=("样票另一家有限公司", specimens.tax_id(1)), drawer="样某某")
    page = "".join(map(fixed.written, sheets.tax_control(other)))
    (told,) = group(ofd.read(fixed.pack(page, parts=xml)))
    assert [one.name for one in told.contradictions()] == ["buyer_name"]
    assert told.best()["buyer_name"] == (ONE.buyer[0], "xml")


def test_several_invoices_in_one_ofd_stay_apart() -> None:
    data = fixed.ofd(sheets.bureau(ONE), sheets.bureau(make.specimen(2)))
    assert [one.key.number for one in group(ofd.read(data))] == [ONE.number, specimens.number(2)]
