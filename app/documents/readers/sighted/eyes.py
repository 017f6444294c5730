"""Lines of text in a picture, by models that are part of the installation: nothing leaves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from math import pi
from statistics import median
from typing import Any

import numpy as np
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError

from app.documents.readers.glyphs import UNKNOWN
from app.documents.readers.limits import EYES_THREADS
from app.documents.readers.sighted.seen import Line, Point

LONGEST, FOUND_AT = 2000, 1280
"""The longer side of the picture whose text is read, and of the one in which lines are found."""

MOST_LINES = 1_000
"""A page has a hundred; a picture that is all small print may cost no more than ten of them."""

_SMALLEST = 32
_SURE_LINE, _SURE_SIGN = 0.5, 0.5
_TALL, _NOTE = 1.5, 6.0
_FLIPPED = 0.9
_LEANS = 0.2
_USUAL = {
    "Global.log_level": "critical",
    "Global.use_preprocess_img": False,
    "Global.use_vertical_padding": False,
    "Global.return_word_box": True,
    "Det.limit_type": "max",
    "Det.limit_side_len": FOUND_AT,
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@cache
def _engine(threads: int) -> RapidOCR:
    """PP-OCRv6 small, as the wheel brings it (SPIKE §4)."""
    own = {"EngineConfig.onnxruntime.intra_op_num_threads": threads}
    return RapidOCR(params=_USUAL | own)


def open_eyes() -> None:
    """Load the models, so that the first picture does not wait for them."""
    shown = Image.new("RGB", (320, 64), "white")
    shown.paste("black", (40, 20, 200, 44))
    see(shown)
    _engine(1).recognize_txt([np.full((48, 160, 3), 255, np.uint8)])


def see(picture: Image.Image) -> list[Line]:
    """The lines of text, in pixels of ``picture`` (RGB), each in the direction it is written.

    A sign that is hardly recognised is ``UNKNOWN``, so that a hole is noticed. Lines are found by
    both cores together, and read by each on its own: a line is too short to be shared.
    """
    small = picture.copy()
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    if min(small.size) < _SMALLEST:
        return []
    pixels = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
    finder = _engine(EYES_THREADS)
    try:
        crops, found = finder.detect_and_crop(pixels, {})
        boxes = _scaled(found.boxes, picture.width / small.width)
        kept = _worth_reading(boxes)[:MOST_LINES]
        crops, turns = finder.cls_and_rotate([crops[place] for place in kept])
    except RapidOCRError:
        return []
    told = zip([boxes[place] for place in kept], turns.cls_res or [], _read(crops), strict=True)
    return list(_lines(told))


def _scaled(boxes: Any, scale: float) -> list[list[Point]]:
    return [[(float(x) * scale, float(y) * scale) for x, y in box] for box in boxes]


def _read(crops: Sequence[Any]) -> list[Any]:
    """Text, score and places of each, in their order; long and short ones to each core alike."""
    ordered = sorted(range(len(crops)), key=lambda place: -crops[place].shape[1])
    shares = [ordered[start::EYES_THREADS] for start in range(EYES_THREADS)]
    told: dict[int, Any] = {}

    def read(share: list[int]) -> None:
        if share:
            said: Any = _engine(1).recognize_txt([crops[place] for place in share])
            texts = zip(said.txts, said.scores, said.word_results, strict=True)
            told.update(zip(share, texts, strict=True))

    with ThreadPoolExecutor(EYES_THREADS) as pool:
        list(pool.map(read, shares))
    return [told[place] for place in range(len(crops))]


def _worth_reading(boxes: Sequence[Sequence[Point]]) -> list[int]:
    """Without the words of stamps, which lean, and notes that run up or down the rim."""
    angles = [_angle(box) for box in boxes]
    usual = median(angles) if angles else 0.0
    tall = [_is_tall(box, _TALL) for box in boxes]
    is_turned = sum(tall) > len(tall) / 2
    return [
        place
        for place, box in enumerate(boxes)
        if abs(angles[place] - usual) < _LEANS and (is_turned or not _is_tall(box, _NOTE))
    ]


def _angle(box: Sequence[Point]) -> float:
    """How far its sides lean from level and upright, in radians, either way up to an eighth."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = box
    angle = float(np.arctan2(by + cy - ay - dy, bx + cx - ax - dx))
    return (angle + pi / 4) % (pi / 2) - pi / 4


def _lines(told: Any) -> Iterator[Line]:
    for corners, (turn, certainty), (text, score, placed) in told:
        if score < _SURE_LINE or not text.strip():
            continue
        if _is_tall(corners, _TALL):
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
            yield Line("".join(signs), (*corners,), float(score), spans)


def _is_tall(corners: Sequence[Point], times: float) -> bool:
    """Such a line was turned to be read: its text runs down."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    across = max(np.hypot(bx - ax, by - ay), np.hypot(cx - dx, cy - dy))
    down = max(np.hypot(dx - ax, dy - ay), np.hypot(cx - bx, cy - by))
    return bool(down >= times * across)


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
