"""What eyes read of rolls, fixed amounts, tolls, vehicles, receipts and tickets of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice
from typing import Any

import pytest
from PIL import Image

from app.documents.readers.layout import Page
from app.documents.readers.sighted import look
from app.documents.readers.sighted.seen import Line, Seen
from tests import make, sheets
from tests.drawn import Text, wide
from tests.forms_drawn import KINDS, motor, rail
from tests.photographed import by_chance, dim, dotted, on_desk, printed, stamped
from tests.slips_drawn import Drawn, Facts, quota, toll

FREE = {"total_words", "hour", "seat_class", "destination", "drawer", "remark", "check_code"}
"""Fields that a page may say beyond those that its maker lists."""

CHECKED = {"total", "amount", "tax", "vin", "buyer_tax_id", "seller_tax_id", "fare", "fuel", "fund"}
NAMES = {"buyer_name", "seller_name", "passenger", "departure", "destination", "vehicle", "train"}
Maker = Callable[[Facts], Drawn]
every = pytest.mark.parametrize("maker", KINDS, ids=lambda one: str(one.__name__))


def photo(drawn: Drawn) -> Image.Image:
    page = printed(drawn.texts, drawn.size)
    page = dotted(page) if drawn.is_dotted else page
    return stamped(page, "样票专用章", drawn.stamp) if drawn.stamp else page


def seen(picture: Image.Image) -> dict[str, str]:
    taken = BytesIO()
    picture.save(taken, "JPEG", quality=88)
    found: list[dict[str, Any]] = look.read(taken.getvalue(), "jpeg")["found"]
    return found[0]["values"] if len(found) == 1 else {}


def line(text: Text) -> Line:
    """A text as sharp eyes see it, spaces left out."""
    places, across = [], 0.0
    for sign in text.text:
        places.append((across, across + text.size * wide(sign) / 1000))
        across = places[-1][1]
    kept = [(sign, place) for sign, place in zip(text.text, places, strict=True) if sign.strip()]
    top, bottom = text.y - 0.95 * text.size, text.y + 0.3 * text.size
    corners = ((text.x, top), (text.x + across, top), (text.x + across, bottom), (text.x, bottom))
    spans = tuple((left / across, right / across) for _, (left, right) in kept)
    return Line("".join(sign for sign, _ in kept), corners, 0.99, spans)


def read(texts: list[Text], drawn: Drawn) -> dict[str, str]:
    page = Page(Seen([line(one) for one in texts if one.text.strip()], (620, 600)))
    return next((told.values for one in look.READERS if (told := one(page))), {})


def wrong(told: dict[str, str], drawn: Drawn) -> dict[str, str]:
    """What differs from the truth, and what was made up."""
    return {
        name: value
        for name, value in told.items()
        if name not in FREE - drawn.true.keys() and drawn.true.get(name) != value
    }


def hurt(drawn: Drawn) -> Iterator[list[Text]]:
    """The page without one of its texts, and with one that ends too early or begins too late.

    A part of a name, of a person or a place, is a name as well: only those are never cut.
    """
    texts = drawn.texts
    names = [drawn.true[name] for name in NAMES & drawn.true.keys()]
    for place, text in enumerate(texts):
        rest = texts[:place] + texts[place + 1 :]
        yield rest
        if any(name in text.text or text.text.split()[-1] in name for name in names):
            continue
        half = len(text.text) // 2
        lost = sum(map(wide, text.text[:half])) * text.size / 1000
        yield [*rest, Text(text.x, text.y, text.text[:half], text.size)]
        yield [*rest, Text(text.x + lost, text.y, text.text[half:], text.size)]


@every
def test_sharp_eyes_read_the_whole_form(maker: Maker) -> None:
    for seed in range(4):
        drawn = maker(Facts(seed))
        told = read(drawn.texts, drawn)
        assert {name: told.get(name, "") for name in drawn.true} == drawn.true
        assert not wrong(told, drawn)


@every
def test_whatever_a_stamp_covers_nothing_is_made_up(maker: Maker) -> None:
    drawn = maker(Facts(1))
    for texts in islice(hurt(drawn), 0, None, 2):
        assert not wrong(read(texts, drawn), drawn)


@pytest.mark.full
@every
@pytest.mark.parametrize("seed", range(2, 8))
def test_with_other_values_neither(maker: Maker, seed: int) -> None:
    drawn = maker(Facts(seed))
    for texts in hurt(drawn):
        assert not wrong(read(texts, drawn), drawn)


@pytest.mark.parametrize(
    ("printed_as", "total"),
    [
        (("伍拾元整",), "50.00"),
        (("伍拾元", "￥50.00"), "50.00"),
        (("伍拾元", "50元"), "50.00"),
        (("伍拾元",), ""),
        (("拾元整",), ""),
        (("伍拾元整", "￥20.00"), ""),
        (("伍拾元整", "贰拾元整"), ""),
    ],
)
def test_a_fixed_amount_is_whole_or_unknown(printed_as: tuple[str, ...], total: str) -> None:
    drawn = quota(Facts(0))
    rest = [one for one in drawn.texts if one.y != 108]
    amounts = [Text(60, 104 + 16 * at, one, 12) for at, one in enumerate(printed_as)]
    assert read([*rest, *amounts], drawn).get("total", "") == total


@pytest.mark.parametrize(
    ("changed", "total", "hour"),
    [
        ({}, "129.00", "15:01"),
        ({"金额：129.00元": "金额：￥129.00"}, "129.00", "15:01"),
        ({"金额：129.00元": "实收金额：129元整"}, "129.00", "15:01"),
        ({"金额：129.00元": "金额：129"}, "", "15:01"),
        ({"日期：2025-04-22": "日期：2025-04-22 15:01", "时间：15:01:09": ""}, "129.00", "15:01"),
    ],
)  # fmt: skip
def test_tolls_are_printed_in_many_ways(changed: dict[str, str], total: str, hour: str) -> None:
    drawn = toll(Facts(1))
    texts = [replace(one, text=changed.get(one.text, one.text)) for one in drawn.texts]
    told = read(texts, drawn)
    assert (told.get("total", ""), told["hour"], told["issued"]) == (total, hour, "2025-04-22")


def test_words_of_a_form_in_a_remark_make_no_such_form() -> None:
    one = make.specimen(7)
    for words in ("车架号码:LVYPA99999 合格证号:9 限乘人数:5 不含税价", "卷票纸 定额用料 入口出口"):
        texts = [*sheets.paper(one), Text(370, 318, words, 8)]
        page = Page(Seen([line(text) for text in texts if not text.angle], (620, 600)))
        told = next(told for reader in look.READERS if (told := reader(page)))
        assert told.values["kind_word"] == "vat_ordinary"
        assert told.values["total"] == one.total.yuan


@every
def test_a_figure_that_is_misread_makes_no_wrong_sum_and_no_wrong_id(maker: Maker) -> None:
    drawn = maker(Facts(4))
    told = {name: drawn.true[name] for name in CHECKED & drawn.true.keys()}
    if maker in (rail, toll):
        told.pop("total")
    for name, value in told.items():
        for place, text in enumerate(drawn.texts):
            if value in text.text:
                other = str((int(value[-1]) + 1) % 10) if value[-1].isdecimal() else "7"
                texts = [*drawn.texts]
                texts[place] = replace(text, text=text.text.replace(value, value[:-1] + other))
                assert read(texts, drawn).get(name) in (None, value), (name, text.text)


@pytest.mark.full
@pytest.mark.parametrize("maker", [quota, motor], ids=lambda one: str(one.__name__))
def test_photos_of_them_are_read_and_never_wrongly(maker: Maker) -> None:
    drawn = maker(Facts(2))
    told = seen(dim(on_desk(photo(drawn)), seed=3))
    assert not wrong(told, drawn)
    assert {"code", "number", "total"} <= told.keys()


@pytest.mark.full
def test_photos_of_every_kind_by_chance_are_nine_tenths_exact_and_never_wrong() -> None:
    exact, asked = 0, 0
    for seed in range(30):
        drawn = KINDS[seed % len(KINDS)](Facts(seed))
        told = seen(by_chance(photo(drawn), seed))
        assert not wrong(told, drawn), (seed, drawn.true["kind_word"])
        exact += sum(told.get(name) == value for name, value in drawn.true.items())
        asked += len(drawn.true)
    assert exact >= 0.9 * asked
