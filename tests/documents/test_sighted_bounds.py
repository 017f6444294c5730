"""A picture that is nothing but small print costs a bounded amount of work."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw

from app.documents.readers.found import Found
from app.documents.readers.layout import Page
from app.documents.readers.sighted import eyes, invoice, parts, sums
from app.documents.readers.sighted.seen import Line, Seen

PLENTY = 3_000
SECONDS = 20
"""What the sandbox gives to one file."""
SIZE = (9_000, 61_000)
WORDS = (
    "1.00",
    "纳税人识别号:911100000000000000",
    "名称:样票",
    "2026年11月03日08:15开",
    "发票代码",
)


def line(text: str, x: float, y: float, height: float = 10.0) -> Line:
    wide = 0.6 * height * len(text)
    corners = ((x, y), (x + wide, y), (x + wide, y + height), (x, y + height))
    spans = tuple((place / len(text), (place + 1) / len(text)) for place in range(len(text)))
    return Line(text, corners, 0.99, spans)


def crowd(*words: str) -> Iterator[Line]:
    """Headings and a total, and between them nothing but these words in rows and columns."""
    chance = random.Random(1)
    yield line("货物或应税劳务、服务名称规格单位数量单价金额税率税额", 10, 5)
    yield line("价税合计（大写）贰圆整（小写）¥2.00", 10, 60_000)
    for place in range(PLENTY):
        yield line(chance.choice(words), 400 * (place % 20), 40 + 30 * (place // 20))


def test_thousands_of_words_are_parted_and_read_in_seconds() -> None:
    begun = time.process_time()
    for some in parts.parts(list(crowd(*WORDS))):
        invoice.read(Page(Seen(some, SIZE)))
    assert time.process_time() - begun < SECONDS


def test_thousands_of_figures_that_make_the_total_in_pairs_are_weighed_in_seconds() -> None:
    found, page = Found("ocr"), Page(Seen(list(crowd("1.00")), SIZE))
    begun = time.process_time()
    sums.note(page, found)
    assert time.process_time() - begun < SECONDS
    assert found.values["total"] == "2.00"


def test_where_no_text_is_found_there_is_no_part() -> None:
    assert parts.parts([]) == [] and parts.halves([]) == [[]]


def test_eyes_stop_where_no_page_has_so_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyes, "MOST_LINES", 5)
    picture = Image.new("RGB", (900, 900), "white")
    for row in range(12):
        ImageDraw.Draw(picture).text(
            (40, 30 + 70 * row), f"2026-11-{row + 10}", "black", font_size=30
        )
    assert len(eyes.see(picture)) == 5
