"""What is wrong with a photo, so that its taker knows how to take a better one."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.documents.readers.sighted.screen import is_of_screen
from app.documents.readers.sighted.seen import Line, Point

Pixels = NDArray[Any]
_SMALLEST_SIGN = 11
_SHARP = 1.3
_SOFT_AT, _SOMETHING, _SOFT = 1280, 3.0, 0.25
_BURNT, _BURNT_SHARE = 252, 0.02
_RIM, _CUT_SHARE = 0.004, 0.12


def faults(picture: Image.Image, lines: Sequence[Line]) -> list[str]:
    """The words of ``readings.NOTHING``, the gravest first; none for a good one, or an empty one.

    Heights are in pixels: a sign of less than 11 has too few to be told from another.
    """
    if not lines:
        return ["blurred"] if _is_soft(picture) else []
    told = {
        "screen": is_of_screen(picture),
        "small": median(min(one.height, one.length) for one in lines) < _SMALLEST_SIGN,
        "blurred": _sharpness(picture, lines) < _SHARP,
        "glare": _glare(picture, lines) > _BURNT_SHARE,
        "cut": _cut(lines, picture.size) > _CUT_SHARE,
    }
    return [word for word, is_so in told.items() if is_so]


def _is_soft(picture: Image.Image) -> bool:
    """Whether there is something, and none of its edges is steep: no line of it can be found.

    Measured on photos: 0.5 to 1.3 as they are, 0.12 to 0.17 after a blur of four pixels.
    """
    small = picture.convert("L")
    small.thumbnail((_SOFT_AT, _SOFT_AT))
    gray = np.asarray(small, np.float32)
    steep = np.abs(cv2.Laplacian(cv2.GaussianBlur(gray, (0, 0), 1), cv2.CV_32F))
    coarse = np.abs(cv2.GaussianBlur(gray, (0, 0), 3) - cv2.GaussianBlur(gray, (0, 0), 9))
    most = float(np.percentile(coarse, 99))
    return most > _SOMETHING and float(np.percentile(steep, 99)) < _SOFT * most


def _sharpness(picture: Image.Image, lines: Sequence[Line]) -> float:
    """How steep the edges of signs are beside how dark and how high they are: the median.

    Measured on photos: 2.5 to 5 as they are, 2 after a blur of one pixel, 1.2 after one of two.
    """
    gray = np.asarray(picture.convert("L"), np.float32) / 255
    told = []
    for one in lines:
        patch = _patch(gray, one.corners)
        if patch.size and (contrast := float(np.ptp(patch))) > 0.1:
            steep = float(np.abs(cv2.Laplacian(patch, cv2.CV_32F)).mean())
            told.append(steep / contrast * min(one.height, one.length))
    return median(told) if told else 0.0


def _patch(gray: Pixels, corners: Sequence[Point]) -> Pixels:
    across, down = [x for x, _ in corners], [y for _, y in corners]
    top, left = max(0, int(min(down))), max(0, int(min(across)))
    return gray[top : int(max(down)) + 1, left : int(max(across)) + 1]


def _glare(picture: Image.Image, lines: Sequence[Line]) -> float:
    """The share of burnt out pixels between the first and the last line, on paper that is gray."""
    gray = np.asarray(picture.convert("L"))
    page = _patch(gray, [corner for one in lines for corner in one.corners])
    if not page.size or np.median(page) > 235:
        return 0.0
    return float((page >= _BURNT).mean())


def _cut(lines: Sequence[Line], size: tuple[int, int]) -> float:
    """The share of lines that touch the rim of the picture."""
    room = (_RIM * size[0], _RIM * size[1])
    touching = [
        one
        for one in lines
        if any(
            not room[0] < x < size[0] - room[0] or not room[1] < y < size[1] - room[1]
            for x, y in one.corners
        )
    ]
    return len(touching) / len(lines)
