"""Codes of paper invoices: read where no decoder reads them, and never invented."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from time import process_time

import numpy as np
import pytest
import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from app.documents.readers import codes, mended, qr, symbols
from app.documents.readers.page import gray
from app.documents.readers.regions import MODELS
from tests import needle
from tests.needle import Paper

PAPERS = {
    "dots with gaps": Paper(seed=1, gap=0.5),
    "a fold over a corner": Paper(seed=2, fold=14),
    "curled": Paper(seed=3, curl=1.5),
    "small": Paper(seed=4, module=2.2),
    "turned": Paper(seed=5, turn=33, gap=0.3),
    "upside down": Paper(seed=6, turn=183, gap=0.3),
    "from aside": Paper(seed=7, tilt=0.15, gap=0.5),
    "pale": Paper(seed=8, contrast=35),
    "in the dark": Paper(seed=9, noise=12),
    "blurred": Paper(seed=10, blur=0.5),
    "a printer that drifts": Paper(seed=11, uneven=0.15),
}


def texts(data: bytes) -> list[str]:
    """What is read of a picture."""
    return [code.text for code in codes.in_picture(data)]


def saved(page: np.ndarray) -> bytes:
    """The bytes of a picture file."""
    file = BytesIO()
    Image.fromarray(page).save(file, "JPEG", quality=88)
    return file.getvalue()


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_what_no_decoder_reads_is_mended(paper: Paper) -> None:
    said = needle.text(paper.seed)
    data = needle.photo(said, paper)
    picture = gray(data)
    assert codes.twice(picture, 1) == codes.filtered(picture, 1) == []
    (code,) = codes.in_picture(data)
    assert code.text == said
    assert qr.read(code.text).crc == "A"


def test_its_box_is_where_it_was_printed() -> None:
    paper = Paper(seed=1, gap=0.5, turn=0, tilt=0, curl=0, uneven=0)
    (code,) = codes.in_picture(needle.photo(needle.text(1), paper))
    half = 37 / 2 * paper.module
    left, right = ((260 + side) / 1040 for side in (-half, half))
    top, bottom = ((240 + side) / 720 for side in (-half, half))
    expected = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for corner, place in zip(code.box, expected, strict=True):
        assert corner == pytest.approx(place, abs=0.004)


def torn() -> Iterator[tuple[set[str], Image.Image]]:
    """Fifty-two codes, most of them too damaged to be read, with what each was."""
    for seed in range(52):
        chance = np.random.default_rng(seed)
        one, other = needle.text(seed), needle.text(seed + 100)
        modules, strange = needle.matrix(one), needle.matrix(other)
        paper = Paper(seed=seed, gap=float(chance.uniform(0, 0.4)))
        data = np.zeros_like(modules)
        data[9:29, 9:29] = data[9:29, :9] = data[9:, 9:29] = data[:9, 9:29] = True
        kind = seed % 4
        if kind == 0:
            paper = replace(paper, fold=float(chance.uniform(30, 45)))
        elif kind == 1:
            flipped = chance.random(modules.shape) < chance.uniform(0.12, 0.4)
            modules = modules ^ (flipped & data)
        elif kind == 2:
            modules = modules.copy()
            edge = int(chance.integers(15, 23))
            modules[:, edge:29] = strange[:, edge:29]
        else:
            modules = np.where(data, chance.permutation(modules.ravel()).reshape(37, 37), modules)
        page = needle.take(modules, paper)[100:380, 120:400]
        yield {one, other}, Image.fromarray(page)


@pytest.mark.full
def test_of_a_torn_code_nothing_is_invented() -> None:
    read = 0
    for true, picture in torn():
        found = {code.text for code in mended.look(picture, 1)}
        assert found <= true
        read += bool(found)
    assert read < 15


def test_pages_without_a_code_have_none() -> None:
    chance = np.random.default_rng(5)
    page = np.full((360, 520), 200, np.uint8)
    noise = chance.integers(0, 255, (360, 520)).astype(np.uint8)
    squares = np.kron(chance.integers(0, 2, (60, 87)), np.full((6, 6), 200)).astype(np.uint8)
    for picture in (page, noise, squares):
        assert texts(saved(picture)) == []


def test_many_codes_that_cannot_be_read_take_a_second() -> None:
    paper = Paper(seed=3, module=3.0, fold=40)
    one = needle.take(needle.matrix(needle.text(3)), paper)[140:340, 170:360]
    page = Image.fromarray(np.tile(one, (5, 6)))
    begun = process_time()
    assert mended.look(page, 1) == []
    assert process_time() - begun < mended.MOST_SECONDS + 1


LEVELS = (ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H)


@pytest.mark.parametrize("version", range(1, 11))
def test_codes_of_every_size_and_level_are_corrected(version: int) -> None:
    chance = np.random.default_rng(version)
    for level in LEVELS:
        code = qrcode.QRCode(version, error_correction=level, border=0)
        code.add_data("99:;")
        code.make(fit=False)
        true = np.array(code.get_matrix(), np.bool_)
        assert (np.sign(symbols.pattern(len(true))) * np.where(true, 1, -1) >= 0).all()
        modules = np.where(true, 1, -1).astype(np.float32)
        place = tuple(chance.integers(9, len(true) - 8, 2))
        modules[place] *= -1
        mended_one = next(symbols.mend(modules))
        assert (mended_one.modules == true).all()
        parity = symbols.rs_blocks(version, level)[0]
        assert mended_one.spare in (
            parity.total_count - parity.data_count - left for left in (0, 2)
        )


def test_what_is_covered_is_restored_up_to_the_check_symbols() -> None:
    true = needle.matrix(needle.text(1))
    modules = np.where(true, 1, -1).astype(np.float32)
    spares = []
    for covered in range(0, 30, 3):
        torn_off = modules.copy()
        torn_off[:covered, :covered] = np.float32(-0.01)
        found = next(symbols.mend(torn_off), None)
        assert found is None or (found.modules == true).all()
        spares.append(found.spare if found else 0)
    assert spares == sorted(spares, reverse=True)
    assert spares[6] > 0 == spares[-1]


def test_the_net_is_the_published_one() -> None:
    """The digests by which OpenCV 4 fetches it: opencv_contrib, modules/wechat_qrcode."""
    for name, digest in {
        "detect.caffemodel": "238e2b2d6f3c18d6c3a30de0c31e23cf",
        "detect.prototxt": "6fb4976b32695f9f5c6305c19f12537d",
    }.items():
        assert hashlib.md5((MODELS / name).read_bytes()).hexdigest() == digest
