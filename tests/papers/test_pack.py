"""A pack for the printer: every invoice is in it, as sharp and as red as it came."""

from io import BytesIO

import pypdfium2 as pdfium
import pytest
from flask_babel import force_locale
from sqlalchemy import event

from app.core.money import Money
from app.documents import specimens
from app.papers import pack, papers
from app.papers.layout import Layout
from app.papers.models import Kind, Step
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.papers import held, originals

FRONT = 2
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""What no database changes is looked at with one."""


def printed(work, by, ids, **options):
    """The pack as it can be fetched."""
    language = options.pop("language", "zh")
    paper = papers.request(Kind.PACK, {"ids": ids, **options}, by=by, language=language)
    work()
    db.session.rollback()
    assert paper.step is Step.DONE, paper.reason
    with papers.open_file(paper) as file:
        return file.read()


def number(sequence):
    return specimens.number(sequence)


def vector(sequence, **facts):
    return originals.pdf(originals.words(number(sequence)), **facts)


@SQLITE_FIRST
def test_two_invoices_share_a_sheet_and_their_words_can_be_searched(wei, work):
    ids = [held.invoice(wei, n, vector(n)).id for n in (1, 2, 3)]

    data = printed(work, wei, ids)

    assert originals.sizes(data) == [(210, 297), (297, 210), (210, 297), (210, 297)]
    first = originals.text(data, FRONT)
    assert number(1) in first and number(2) in first and number(3) not in first
    assert number(3) in originals.text(data, FRONT + 1)


@SQLITE_FIRST
def test_an_itinerary_stands_after_its_invoice_on_a_page_of_its_own(wei, work):
    ids = [held.invoice(wei, n, vector(n)).id for n in (1, 2, 3)]
    first = db.session.get(type(make.invoice(wei, 9)), ids[0])
    held.itinerary(first, wei, originals.pdf(originals.words("TRIP"), box=(0, 0, 595, 842)))

    data = printed(work, wei, ids)

    assert len(originals.sizes(data)) == FRONT + 3
    assert "TRIP" in originals.text(data, FRONT + 1)
    assert "TRIP" not in originals.text(data, FRONT) + originals.text(data, FRONT + 2)


@ONE
def test_a_red_seal_stays_red(wei, work):
    seal = "0.9 0 0.1 rg 0 0 60 60 re f"
    ids = [held.invoice(wei, 1, originals.pdf("", stamp=seal)).id]

    page = originals.seen(printed(work, wei, ids), FRONT)

    red = [count for count, colour in page.getcolors(1 << 20) if colour == (230, 0, 26)]
    assert sum(red) == pytest.approx((60 * 196 / 210) ** 2, rel=0.1)


@pytest.mark.full
@ONE
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_printed_upright(wei, work, turned):
    box = (0, 0, 400, 600) if turned != 180 else (0, 0, 600, 400)
    ids = [
        held.invoice(wei, 1, originals.pdf("0 0 1 rg 0 0 40 40 re f", box=box, Rotate=turned)).id
    ]

    with pdfium.PdfDocument(printed(work, wei, ids)) as pdf:
        words = pdf[FRONT].get_textpage()
        assert words.get_text_bounded(bottom=420, top=445).strip().startswith("1")
        shown = pdf[FRONT].render().to_pil().convert("RGB")
    assert any(blue == (0, 0, 255) for _, blue in shown.getcolors(1 << 20))


@ONE
def test_photos_and_ofds_are_part_of_it(wei, work):
    photo = held.invoice(wei, 1, originals.photo(), "jpeg")
    ofd = held.invoice(wei, 2, specimens.write_ofd(make.specimen(2)), "ofd")

    data = printed(work, wei, [photo.id, ofd.id])

    assert len(originals.sizes(data)) == FRONT + 1
    shown = originals.seen(data, FRONT)
    assert shown.getpixel((60, 150))[1] < 30
    assert number(2) in originals.text(data, FRONT).replace(" ", "")


@pytest.mark.full
@ONE
def test_an_original_comes_before_a_photo_of_it(wei, work):
    one = held.invoice(wei, 1, originals.photo(), "jpeg")
    held.hold(one, held.document(wei, vector(1)), wei)

    data = printed(work, wei, [one.id])

    assert number(1) in originals.text(data, FRONT)
    assert all(
        colour[0] - colour[1] < 99 for _, colour in originals.seen(data, FRONT).getcolors(9999)
    )


@ONE
def test_the_order_is_the_persons(wei, work):
    ids = [held.invoice(wei, n, vector(n)).id for n in (1, 2, 3)]

    data = printed(work, wei, [ids[2], ids[0], ids[1]], layout="one")

    shown = [originals.text(data, FRONT + place) for place in range(3)]
    assert [number(n) in text for n, text in zip((3, 1, 2), shown, strict=True)] == [True] * 3


@ONE
def test_the_list_has_every_invoice_with_its_page_and_sums_only_what_is_known(wei, work):
    known = held.invoice(wei, 1, vector(1), total=Money(62800), amount=Money(59245))
    unknown = held.invoice(wei, 2, vector(2), total=None)
    typed = make.invoice(wei, 3, total=Money(10000))

    data = printed(work, wei, [known.id, unknown.id, typed.id], language="en")

    cover, listed = originals.text(data, 0), originals.text(data, 1)
    assert "¥728.00" in cover and "3 invoices" in cover and "1 of unknown amount" in cover
    assert "1 invoice has no page to print" in cover
    assert all(number(n) in listed for n in (1, 2, 3))
    assert "592.45" in listed and "none" in listed and "Not checked" in listed


@pytest.mark.full
@ONE
def test_what_goes_with_several_invoices_is_printed_once(wei, work):
    first, second = (held.invoice(wei, n, vector(n)) for n in (1, 2))
    trip = held.itinerary(first, wei, originals.pdf(originals.words("TRIP")))
    with transaction():
        known = {"company_id": wei.company_id, "document_id": trip.id, "invoice_id": second.id}
        db.session.add(type(_pair(first))(id="p2", **known))

    data = printed(work, wei, [first.id, second.id])

    assert len(originals.sizes(data)) == FRONT + 2


def _pair(invoice):
    from app.invoices import pairs

    return pairs.of_invoice(invoice)[0]


@SQLITE_FIRST
def test_one_invoice_of_a_file_of_several_brings_its_own_pages(wei, work):
    pages = [originals.words(f"{number(n)} page {n}") for n in (1, 2)] + [
        originals.words("list of 2")
    ]
    said = [
        {"source": "pdf", "values": {"number": number(n)}, "body": n - 1,
         "places": {"number": {"page": n, "box": [0, 0, 1, 1]}}}
        for n in (1, 2)
    ]  # fmt: skip
    file = held.document(wei, originals.pdf(*pages), found=said)
    first, second = make.invoice(wei, 1), make.invoice(wei, 2)
    held.hold(first, file, wei)
    held.hold(second, file, wei)

    alone = printed(work, wei, [first.id])
    both = printed(work, wei, [second.id])

    assert "page 1" in originals.text(alone, FRONT)
    assert "page 2" not in originals.text(alone, FRONT) and b"page 2" not in alone
    shown = originals.text(both, FRONT)
    assert "page 2" in shown and "list of 2" in shown


@pytest.mark.full
@ONE
def test_a_broken_file_is_named_and_the_others_are_printed(wei, work):
    ids = [held.invoice(wei, 1, b"%PDF-1.7 broken").id, held.invoice(wei, 2, vector(2)).id]

    data = printed(work, wei, ids, language="en")

    assert "1 invoice has no page to print" in originals.text(data, 0)
    assert number(2) in originals.text(data, FRONT)


@SQLITE_FIRST
def test_nobody_prints_what_they_may_not_see(wei, fang, work):
    theirs = held.invoice(fang, 1, vector(1))
    shared = held.invoice(fang, 2, originals.pdf(originals.words("SECRET")))
    held.hold(shared, held.document(wei, vector(2)), wei)
    make.invoice(wei, 3)

    data = printed(work, wei, [theirs.id, shared.id])

    assert number(1) not in originals.text(data, 1) and number(2) in originals.text(data, FRONT)
    assert "SECRET" not in originals.text(data, FRONT)


@pytest.mark.full
@ONE
def test_every_layout_of_the_specimen_company_wears_the_word(wei, work, tea):
    with transaction():
        tea.is_specimen = True
    ids = [held.invoice(wei, n, vector(n)).id for n in (1, 2)]

    for chosen in Layout:
        data = printed(work, wei, ids, layout=chosen.value)
        pages = [originals.text(data, page) for page in range(len(originals.sizes(data)))]
        assert all("样票" in text for text in pages), chosen


@ONE
def test_a_pack_of_the_specimen_company_wears_the_word(wei, work, tea):
    with transaction():
        tea.is_specimen = True

    data = printed(work, wei, [held.invoice(wei, 1, vector(1)).id])

    pages = [originals.text(data, page) for page in range(len(originals.sizes(data)))]
    assert len(pages) == 3 and all("样票" in text for text in pages)


@ONE
def test_a_paste_sheet_says_whose_it_is_what_it_comes_to_and_who_signs(wei, work):
    ids = [held.invoice(wei, n, vector(n), total=Money(62800)).id for n in (1, 2)]

    text = originals.text(printed(work, wei, ids, layout="paste"), FRONT)

    for words in ("票据粘贴单", "北京示例茶叶有限公司", "经办人", "部门负责人", "财务审核",
                  "¥1,256.00", "壹仟贰佰伍拾陆圆整", "2张"):  # fmt: skip
        assert words in text, words
    assert "装" in text and "订" in text and "线" in text


@pytest.mark.full
@ONE
def test_signs_that_only_another_font_has_are_printed_too(wei, work):
    one = held.invoice(wei, 1, vector(1), seller_name="龑䶮㛃䲟商贸")

    assert "龑䶮㛃䲟商贸" in originals.text(printed(work, wei, [one.id]), 1)


@pytest.mark.full
@ONE
def test_nothing_that_acts_reaches_the_printer(wei, work):
    one = held.invoice(wei, 1, originals.pdf("", stamp="0 g"))

    data = printed(work, wei, [one.id])

    assert not [word for word in (b"JavaScript", b"/Annot", b"/AA", b"/Launch") if word in data]


@ONE
def test_a_preview_shows_the_first_sheets_without_the_front(wei, tea):
    found = [held.invoice(wei, n, vector(n)) for n in range(1, 8)]
    drawn = BytesIO()

    with force_locale("en"):
        count = pack.preview(found, Layout.TWO, by=wei, file=drawn)

    assert count == 2 and originals.sizes(drawn.getvalue()) == [(210, 297)] * 2
    assert number(1) in originals.text(drawn.getvalue(), 0)


@SQLITE_FIRST
def test_the_questions_to_the_database_do_not_grow_with_the_invoices(wei, work):
    def asked(count, start):
        ids = [held.invoice(wei, start + n, vector(start + n)).id for n in range(count)]
        paper = papers.request(Kind.PACK, {"ids": ids}, by=wei, language="zh")
        seen = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        work()
        event.remove(db.engine, "before_cursor_execute", note)
        assert paper.step is Step.DONE
        return len(seen)

    assert asked(8, 100) <= asked(2, 1) + 4
