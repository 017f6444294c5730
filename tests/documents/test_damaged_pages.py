"""Pages that are damaged, or made to be slow: they say less, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.documents import specimens
from app.documents.specimens import Specimen
from tests import make, sheets
from tests.documents.test_pages import DIGITAL, ONE, read, values
from tests.drawn import Text


def test_a_sign_without_a_name_leaves_a_name_unknown_and_not_shorter() -> None:
    rare = make.specimen(seller=("样\ue863票酒店有限公司", specimens.tax_id(8)))
    told = values(sheets.bureau(rare))
    assert "seller_name" not in told and told["seller_tax_id"] == specimens.tax_id(8)
    holed = [one for one in sheets.flowing(ONE) if (one.text, one.x) != ("示", 342 + 18)]
    assert len(holed) < len(sheets.flowing(ONE)) and "seller_name" not in values(holed)


@pytest.mark.parametrize("layout", [*DIGITAL, sheets.tax_control, sheets.toll, sheets.rail])
def test_pages_that_lost_text_or_lean_say_less_and_nothing_else(
    layout: Callable[[Specimen], list[Text]],
) -> None:
    (whole,) = read(layout(ONE))
    chance = random.Random(layout.__name__)
    for _ in range(12):
        lost = [one for one in layout(ONE) if len(one.text) == 1 or chance.random() > 0.1]
        leaning = [replace(one, y=one.y + chance.uniform(-1.5, 1.5)) for one in layout(ONE)]
        for texts in (lost, leaning):
            for found in read(chance.sample(texts, len(texts))):
                assert found.values.items() <= whole.values.items()


@pytest.mark.parametrize("words", ["名称：", "备注", "金额税额", "发票号码：", "合计", "¥1.00-"])
def test_a_page_full_of_labels_takes_no_time(words: str) -> None:
    title = [Text(60, 12, "电子发票（普通发票）", 10), Text(300, 12, f"发票号码：{ONE.number}", 5)]
    full = [
        Text(5 + 30 * column, 20 + 0.4 * row, words, 0.4)
        for column in range(18)
        for row in range(400)
    ]
    begun = time.process_time()
    read([*title, *full])
    assert time.process_time() - begun < 20
