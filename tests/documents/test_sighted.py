"""What eyes read of photos and scans, and what they must never make up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFilter

from app.core.money import Money
from app.documents import specimens
from app.documents.readers.sighted import eyes, faults, look
from app.documents.readers.sighted.screen import is_of_screen
from app.documents.specimens import Line, Specimen
from app.documents.specimens.older import CHECK_CODE, old_number
from tests import make, sheets
from tests.on_screen import of_screen
from tests.photographed import askew, by_chance, dim, dotted, on_desk, printed, stamped

LINE = Line("*样票*咨询服务", Money(20000), Money(1200), "6%", "次", "2", "100.00")
PARTIES = {
    "buyer_name": "样票茶叶（北京）有限公司", "buyer_tax_id": specimens.tax_id(1),
    "seller_name": "北京示例酒店有限公司", "seller_tax_id": specimens.tax_id(8),
}  # fmt: skip
MONEY = {"issued": "2026-11-10", "amount": "200.00", "tax": "12.00", "total": "212.00"}


def specimen(sequence: int = 1, **facts: Any) -> Specimen:
    buyer = (PARTIES["buyer_name"], PARTIES["buyer_tax_id"])
    return make.specimen(sequence, **{"lines": (LINE,), "buyer": buyer, "drawer": "样某", **facts})


ONE = specimen(97531864)
PAPER = PARTIES | MONEY | {
    "code": sheets.PAPER_CODE, "number": old_number(ONE), "check_code": CHECK_CODE,
    "kind_word": "vat_ordinary",
}  # fmt: skip
DIGITAL = PARTIES | MONEY | {"number": ONE.number, "kind_word": "digital_ordinary"}


def seen(picture: Image.Image) -> list[dict[str, Any]]:
    """What is read of a photo, an invoice after the other."""
    taken = BytesIO()
    picture.save(taken, "JPEG", quality=88)
    return look.read(taken.getvalue(), "jpeg")["found"]


def values(picture: Image.Image) -> dict[str, str]:
    (found,) = seen(picture)
    return found["values"]


def of(true: dict[str, str], told: dict[str, str]) -> dict[str, str]:
    return {name: told.get(name, "") for name in true}


@pytest.mark.full
def test_paper_that_is_stamped_and_held_askew_is_read_whole():
    page = stamped(printed(sheets.paper(ONE)), "样票专用章", (470, 330))
    told = values(dim(askew(on_desk(page), 4, 0.08), seed=3))
    assert of(PAPER, told) == PAPER


@pytest.mark.full
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_is_turned_in_the_mind(turn):
    picture = on_desk(printed(sheets.paper(ONE))).rotate(turn, expand=True)
    (found,) = seen(picture)
    assert of(PAPER, found["values"]) == PAPER
    left, top, right, bottom = found["places"]["total"]["box"]
    assert (right - left < bottom - top) == (turn != 180), "the place is that on the picture"


@pytest.mark.full
def test_a_print_of_an_e_invoice_is_read_whole():
    told = values(dim(on_desk(printed(sheets.bureau(ONE))), seed=2))
    assert of(DIGITAL, told) == DIGITAL


@pytest.mark.full
def test_no_tax_is_made_up_where_there_is_none():
    free = Line("*样票*蔬菜", Money(9550), Money(0), "免税", "千克", "1", "95.50")
    told = values(on_desk(printed(sheets.paper(specimen(lines=(free,))))))
    assert (told["amount"], told["tax"], told["total"]) == ("95.50", "0.00", "95.50")


@pytest.mark.full
def test_a_total_that_nothing_bears_out_stays_unknown():
    texts = [
        one if one.text not in ("¥212.00", "¥12.00") else sheets.Text(one.x, one.y, "¥272.00", 8)
        for one in sheets.paper(ONE)
    ]
    told = values(on_desk(printed(texts)))
    assert not {"total", "amount", "tax"} & told.keys()


@pytest.mark.full
def test_invoices_that_lie_in_one_picture_are_told_apart():
    two = specimen(97531865, issued=date(2026, 11, 12))
    pages = [printed(sheets.paper(one)) for one in (ONE, two)]
    found = [one["values"] for one in seen(on_desk(*pages))]
    assert [one["number"] for one in found] == [old_number(ONE), old_number(two)]
    assert [one["issued"] for one in found] == ["2026-11-10", "2026-11-12"]


@pytest.mark.full
def test_a_part_that_a_person_made_is_there_even_if_nothing_is_read_in_it():
    picture, drawn = Image.new("RGB", (900, 700), "white"), BytesIO()
    picture.save(drawn, "PNG")
    made = [{"page": 1, "box": [0, 0, 1, 0.5], "id": "0/1"}, {"page": 1, "box": [0, 0.5, 1, 1]}]
    made[1]["id"] = "0/2"
    told = look.read(drawn.getvalue(), "png", made)
    assert not told["found"] and told["parts"] == made


@pytest.mark.full
def test_a_slip_of_a_taxi_and_two_tickets_are_read():
    slip = printed(sheets.taxi(ONE), (180, 300))
    told = values(on_desk(slip))
    true = {"code": sheets.LOCAL_CODE, "number": old_number(ONE), "issued": "2026-11-10"}
    assert of(true, told) == true and told["total"] == "212.00" and told["kind_word"] == "taxi"

    tickets = [printed(sheets.train(fare, "样某某"), (240, 150)) for fare in ("88.50", "419.00")]
    *found, other = [one["values"] for one in seen(on_desk(*tickets, slip))]
    assert (other["kind_word"], other["total"]) == ("taxi", "212.00")
    assert [one["total"] for one in found] == ["88.50", "419.00"]
    assert {one["train"] for one in found} == {"G9999"}
    assert {(one["travelled"], one["departs"]) for one in found} == {("2026-11-03", "08:15")}


@pytest.mark.full
def test_of_what_can_hardly_be_seen_nothing_is_made_up():
    page = printed(sheets.paper(ONE)).resize((900, 600))
    for told in seen(dim(on_desk(page), blur=2.2, noise=30)):
        wrong = {name for name, text in told["values"].items() if PAPER.get(name, text) != text}
        assert not wrong


@pytest.mark.full
def test_what_is_wrong_with_a_photo_is_named():
    page = on_desk(printed(sheets.paper(ONE)))
    lines = eyes.see(page)
    assert faults.faults(page, lines) == []
    mist = dim(page).filter(ImageFilter.GaussianBlur(12))
    assert eyes.see(mist) == [] and faults.faults(mist, []) == ["blurred"]
    for blank in (Image.new("RGB", (900, 600), "white"), dim(Image.new("RGB", (900, 600), "gray"))):
        assert faults.faults(blank, []) == []
    soft = page.filter(ImageFilter.GaussianBlur(6))
    assert faults.faults(soft, lines)[0] == "blurred"
    tiny = page.resize((page.width // 5, page.height // 5))
    near = [replace(one, corners=tuple((x / 5, y / 5) for x, y in one.corners)) for one in lines]
    assert "small" in faults.faults(tiny, near)

    burnt = page.point(lambda light: light * 0.8).copy()
    burnt.paste(
        (255, 255, 255), (page.width // 4, page.height // 4, page.width // 2, page.height // 2)
    )
    assert faults.faults(burnt, lines) == ["glare"]
    left = page.width * 7 // 10
    half = page.crop((left, 0, page.width, page.height))
    cut = [
        replace(one, corners=tuple((max(0.0, x - left), y) for x, y in one.corners))
        for one in lines
        if max(x for x, _ in one.corners) > left
    ]
    assert "cut" in faults.faults(half, cut)
    assert faults.faults(of_screen(page, seed=1), lines)[0] == "screen"


@pytest.mark.full
def test_a_photo_of_a_screen_is_told_from_one_of_paper():
    page = printed(sheets.paper(ONE))
    assert is_of_screen(of_screen(page, seed=1))
    assert not is_of_screen(by_chance(dotted(page), seed=2))
    assert not is_of_screen(Image.new("RGB", (90, 60)))


@pytest.mark.full
@pytest.mark.parametrize("nearness", [1.8, 2.6, 3.1])
@pytest.mark.parametrize("seed", range(6))
def test_every_screen_whose_dots_are_seen_is_named(seed, nearness):
    page = printed(sheets.paper(ONE))
    assert is_of_screen(of_screen(page, seed, nearness))
    assert not is_of_screen(by_chance(stamped(page, "样票", (300, 200)), seed))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(24))
def test_photos_as_people_take_them_are_read_and_never_wrongly(seed):
    told = values(by_chance(printed(sheets.paper(ONE)), seed))
    assert not {name for name, text in of(PAPER, told).items() if text not in ("", PAPER[name])}
    assert {"number", "total"} <= told.keys()
