"""Where pages stand: n invoices on ⌈n/2⌉ sheets, whatever goes with them, and nothing is lost."""

import pytest

from app.papers import layout
from app.papers.layout import A4, ACROSS, MM, Frame, Item, Layout, Leaf

UPRIGHT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def leaf(width=210.0, height=140.0, **facts):
    return Leaf(1, width * MM, height * MM, UPRIGHT, **facts)


def item(number, *faces, small=False, others=()):
    return Item(number, small, faces or (leaf(),), others)


def laid(items, chosen=Layout.TWO):
    return [[one.number for one in sheet.placed] for sheet in layout.sheets(items, chosen)]


@pytest.mark.parametrize("count", [1, 2, 3, 10, 99, 100])
def test_invoices_stand_two_on_a_sheet(count):
    sheets = list(layout.sheets(map(item, range(count)), Layout.TWO))

    assert len(sheets) == -(-count // 2)
    assert [one.number for sheet in sheets for one in sheet.placed] == list(range(count))


def test_an_itinerary_comes_after_the_sheet_of_its_invoice_and_leaves_the_grid_whole():
    trip = leaf(210, 297)
    items = [item(1, others=[trip]), item(2), item(3, others=[trip, trip]), item(4), item(5)]

    assert laid(items) == [[1, 2], [1], [3, 4], [3], [3], [5]]


def test_tickets_stand_four_on_a_sheet_that_lies_across():
    items = [item(number, small=number % 2 == 1) for number in range(1, 11)]

    sheets = list(layout.sheets(items, Layout.TWO))

    assert [[one.number for one in sheet.placed] for sheet in sheets] == [
        [1, 3, 5, 7], [2, 4], [6, 8], [9], [10],
    ]  # fmt: skip
    assert [sheet.frame for sheet in sheets[:2]] == [Frame.CROSS, Frame.CUT]
    assert [sheet.size for sheet in sheets[:2]] == [ACROSS, A4]


@pytest.mark.parametrize(
    ("chosen", "sheets"),
    [(Layout.ONE, 8), (Layout.TWO, 4), (Layout.FOUR, 2), (Layout.PASTE, 4)],
)
def test_every_layout_holds_as_many_as_it_says(chosen, sheets):
    assert len(laid(map(item, range(8)), chosen)) == sheets


def test_a_tall_page_gets_a_sheet_of_its_own_and_a_list_of_goods_follows_its_invoice():
    tall = leaf(210, 297, ink=(20, 20, 570, 820))

    assert laid([item(1, leaf(), tall, tall), item(2), item(3, tall)]) == [[1, 2], [1], [1], [3]]


def test_a_page_that_is_blank_below_its_invoice_stands_in_the_grid_without_the_blank():
    half = leaf(210, 297, ink=(20 * MM, 157 * MM, 190 * MM, 290 * MM))

    (sheet,) = layout.sheets([item(1, half)], Layout.TWO)

    (placed,) = sheet.placed
    assert placed.scale > 0.9
    assert placed.seen == pytest.approx((16 * MM, 153 * MM, 194 * MM, 294 * MM))


@pytest.mark.parametrize("chosen", list(Layout))
@pytest.mark.parametrize(
    "size", [(210, 140), (241, 140), (148, 105), (215, 139), (86, 54), (57, 150)]
)
@pytest.mark.parametrize("small", [True, False])
def test_no_page_leaves_its_place_is_bent_or_blown_up(chosen, size, small):
    for sheet in layout.sheets([item(n, leaf(*size), small=small) for n in range(5)], chosen):
        for one in sheet.placed:
            left, bottom, right, top = one.cell
            assert left - 0.01 <= one.x and one.x + one.leaf.width * one.scale <= right + 0.01
            assert bottom - 0.01 <= one.y and one.y + one.leaf.height * one.scale <= top + 0.01
            assert 0.4 < one.scale <= 1
            assert min(left, bottom) > 0 and right < sheet.size[0] and top < sheet.size[1]


@pytest.mark.parametrize("chosen", list(Layout))
def test_places_do_not_touch_each_other(chosen):
    for sheet in layout.sheets(map(item, range(4)), chosen):
        for first in sheet.placed:
            for second in sheet.placed:
                a, b = first.cell, second.cell
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                assert apart or first is second


def test_a_photo_fills_its_place():
    small = leaf(10, 5, is_photo=True)

    (sheet,) = layout.sheets([item(1, small)], Layout.TWO)

    (placed,) = sheet.placed
    assert placed.leaf.width * placed.scale == pytest.approx(196 * MM)


def test_the_room_for_a_photo_is_that_of_its_place():
    assert layout.room(Layout.TWO, is_small=False) == pytest.approx((196, 133), abs=1)
    assert layout.room(Layout.TWO, is_small=True) == layout.room(Layout.FOUR, is_small=False)


def test_a_paste_sheet_keeps_its_binding_margin_on_every_page():
    items = [item(1, others=[leaf(210, 297)]), item(2)]

    for sheet in layout.sheets(items, Layout.PASTE):
        assert all(one.x >= 25 * MM for one in sheet.placed)


def test_an_invoice_without_a_page_takes_no_place_but_what_goes_with_it_is_there():
    items = [Item(1, False, (), (leaf(),)), item(2), Item(3, False, ()), item(4)]

    assert laid(items) == [[2, 4], [1]]
    assert laid([Item(1, False, ())]) == []
