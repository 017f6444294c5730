"""Several frames of one code: read where none alone can be, and never invented."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

import numpy as np
import pytest
import qrcode
from PIL import Image

from app.documents.readers import burst, glance, mended, qr
from app.documents.readers.page import gray
from tests import needle
from tests.needle import Paper

SHAKEN = {"noise": 8.0, "gap": 0.3}


def taken(number: int, *, moved: float = 5, **more: float) -> list[Image.Image]:
    """The frames of one code by a hand that shakes."""
    paper = Paper(seed=number, **{**SHAKEN, **more})
    frames = needle.burst(needle.matrix(needle.text(number)), paper, moved=moved)
    return [gray(one) for one in frames]


@pytest.mark.parametrize("number", [3, 6])
def test_what_no_frame_shows_alone_all_of_them_show(number: int) -> None:
    frames = taken(number)
    for one in frames:
        assert glance.see(one, 1) == mended.look(one, 1) == []
    seen = burst.read(frames)
    (code,) = seen.codes
    assert code.text == needle.text(number)
    assert qr.read(code.text).crc == "A"


def test_the_sharpest_frame_is_read_first_and_is_the_one_that_shows_it() -> None:
    frames = taken(1, moved=5)
    frames[1] = taken(1, moved=1, noise=2)[0]
    begun = process_time()
    seen = burst.read(frames)
    assert seen.frame == 1 and seen.codes[0].text == needle.text(1)
    assert process_time() - begun < 0.8
    assert seen.codes[0].box == mended.look(frames[1], 1)[0].box


def test_a_code_of_something_else_does_not_hide_the_invoice() -> None:
    frames = taken(6, moved=3)
    assert [code.text for code in burst.read(frames).codes] == [needle.text(6)]
    page = np.asarray(frames[0]).copy()
    code = qrcode.QRCode(box_size=4, border=4)
    code.add_data("https://example.com/pay")
    drawn = np.asarray(code.make_image().get_image().convert("L"))
    page[500 : 500 + len(drawn), 700 : 700 + len(drawn)] = drawn
    frames[0] = Image.fromarray(page)
    assert [one.text for one in glance.see(frames[0], 1)] == ["https://example.com/pay"]
    assert [one.text for one in burst.read(frames).codes] == [needle.text(6)]
    blank = Image.new("L", (900, 700), 200)
    away = [blank, Image.fromarray(page[480:, 680:]), blank]
    seen = burst.read(away)
    assert [one.text for one in seen.codes] == ["https://example.com/pay"] and seen.frame == 1


def test_of_two_invoices_one_is_read_and_its_own_frame_shows_it() -> None:
    one, other = taken(4), taken(5)
    for mixed in ([one[0], other[1], other[2], other[0]], [one[0], one[1], one[2], other[0]]):
        seen = burst.read(mixed)
        for code in seen.codes:
            shown = 4 if mixed[seen.frame] in one else 5
            assert code.text == needle.text(shown)


def torn() -> Iterator[tuple[set[str], list[Image.Image]]]:
    """Bursts of codes too damaged to be read, some with a frame of another; and what they are."""
    for seed in range(18):
        chance = np.random.default_rng(seed)
        one, other = needle.text(seed), needle.text(seed + 100)
        modules, strange = needle.matrix(one), needle.matrix(other)
        data = np.zeros_like(modules)
        data[9:29, 9:29] = data[9:29, :9] = data[9:, 9:29] = data[:9, 9:29] = True
        if seed % 3 == 0:
            modules = modules ^ ((chance.random(modules.shape) < chance.uniform(0.12, 0.4)) & data)
        elif seed % 3 == 1:
            modules = modules.copy()
            edge = int(chance.integers(15, 23))
            modules[:, edge:29] = strange[:, edge:29]
        else:
            modules = np.where(data, chance.permutation(modules.ravel()).reshape(37, 37), modules)
        frames = needle.burst(modules, Paper(seed=seed), moved=float(chance.uniform(1, 5)))
        if seed % 2:
            frames[1:2] = needle.burst(strange, Paper(seed=seed, noise=9), moved=6)[:1]
        yield {one, other}, [gray(frame) for frame in frames]


@pytest.mark.full
def test_of_torn_and_mixed_bursts_nothing_is_invented() -> None:
    for true, frames in torn():
        assert {code.text for code in burst.read(frames).codes} <= true


def test_frames_without_a_code_have_none_whatever_their_sizes() -> None:
    chance = np.random.default_rng(5)
    sizes = ((1280, 960), (40, 30), (1, 1), (7, 1200))
    frames = [Image.fromarray(chance.integers(0, 255, size).astype(np.uint8)) for size in sizes]
    assert burst.read(frames) == burst.Seen([])
    assert burst.read([]) == burst.Seen([])


def test_bursts_that_cannot_be_read_take_a_second_and_a_half() -> None:
    paper = Paper(seed=3, module=3.0, fold=40)
    one = needle.take(needle.matrix(needle.text(3)), paper)[140:340, 170:360]
    page = Image.fromarray(np.tile(one, (5, 6)))
    begun = process_time()
    assert burst.read([page] * 6).codes == []
    assert process_time() - begun < 1.7
