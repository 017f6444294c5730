"""Lines of text in a picture, by models that are part of the installation: nothing leaves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from app.documents.readers.glyphs import UNKNOWN
from app.documents.readers.sighted.seen import Line, Point

LONGEST = 2000
_SMALLEST = 32
_SURE_LINE, _SURE_SIGN = 0.5, 0.5
_TALL = 1.5
_FLIPPED = 0.9
_SETTINGS = {
    "Global.log_level": "critical",
    "Global.use_preprocess_img": False,
    "Global.use_vertical_padding": False,
    "Global.return_word_box": True,
    "EngineConfig.onnxruntime.intra_op_num_threads": 2,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@cache
def _engine() -> RapidOCR:
    """PP-OCRv6 small, as the wheel brings it (SPIKE §4)."""
    return RapidOCR(params=_SETTINGS)


def open_eyes() -> None:
    """Load the models, so that the first picture does not wait for them."""
    see(Image.new("RGB", (320, 64), "white"))


def see(picture: Image.Image) -> list[Line]:
    """The lines of text, in pixels of ``picture`` (RGB), each in the direction it is written.

    A sign that is hardly recognised is ``UNKNOWN``, so that a hole is noticed.
    """
    small = picture.copy()
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    if min(small.size) < _SMALLEST:
        return []
    pixels = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
    boxes, turns, words = _engine().run_ocr_steps(pixels, {})[:3]
    if boxes.boxes is None or words.txts is None:
        return []
    scale = picture.width / small.width
    told = zip(
        boxes.boxes, turns.cls_res, words.txts, words.scores, words.word_results, strict=True
    )
    return list(_lines(told, scale))


def _lines(told: Any, scale: float) -> Iterator[Line]:
    for box, (turn, certainty), text, score, placed in told:
        corners: list[Point] = [(float(x) * scale, float(y) * scale) for x, y in box]
        if score < _SURE_LINE or not text.strip():
            continue
        if _is_tall(corners):
            corners = corners[1:] + corners[:1]
        if turn == "180" and certainty > _FLIPPED:
            corners = corners[2:] + corners[:2]
        signs = [
            sign if certain >= _SURE_SIGN else UNKNOWN
            for sign, certain in zip(text, placed.confs, strict=False)
            if not sign.isspace()
        ]
        columns = [column for word in placed.word_cols for column in word]
        if len(signs) == len(columns):
            spans = _spans(signs, columns, placed.line_txt_len)
            yield Line("".join(signs), (*corners,), float(score), spans)  # type: ignore[arg-type]


def _is_tall(corners: Sequence[Point]) -> bool:
    """Such a line was turned to be read: its text runs down."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    across = max(np.hypot(bx - ax, by - ay), np.hypot(cx - dx, cy - dy))
    down = max(np.hypot(dx - ax, dy - ay), np.hypot(cx - bx, cy - by))
    return bool(down >= _TALL * across)


def _spans(
    signs: Sequence[str], columns: Sequence[int], length: float
) -> tuple[tuple[float, float], ...]:
    """The sides of each sign as parts of the line: as wide as its nearest neighbour allows."""
    middles = [(column + 0.5) / length for column in columns]
    gaps = [other - one for one, other in pairwise(middles)]
    usual = min((gap for gap in gaps if gap > 0), default=1.0)
    pitch = sorted(gaps)[len(gaps) // 2] if gaps else 1.0
    spans = []
    for place, middle in enumerate(middles):
        near = [gap for gap in gaps[max(place - 1, 0) : place + 1] if gap > 0]
        half = min([*near, 1.4 * max(pitch, usual)]) / 2
        spans.append((max(0.0, middle - half), min(1.0, middle + half)))
    return tuple(spans)
