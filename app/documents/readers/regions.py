"""Where a picture seems to have a QR code, also one that no decoder reads.

A small net says so (models/NOTICE): on phone photos of paper invoices it found 32 of 32 codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
MODELS = Path(__file__).with_name("models")
_SEEN_AT = 800 * 800
_LEAST_SURE = 0.2
_AROUND = 0.3
_FEWEST_MODULES = 21

# One file has one core: the sandbox works on several files at once.
cv2.setNumThreads(1)
_NET = cv2.dnn.readNetFromCaffe(
    str(MODELS / "detect.prototxt"), str(MODELS / "detect.caffemodel")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A square around something like a code, in pixels, with room for what the net cut off."""

    left: float
    top: float
    width: float

    def patch(self, picture: Gray, size: int) -> Gray:
        """Its pixels, ``size`` along an edge; beyond the picture its border goes on."""
        zoom = size / self.width
        x, y = (max(int(edge) - 2, 0) for edge in (self.left, self.top))
        right, bottom = (int(edge + self.width) + 3 for edge in (self.left, self.top))
        part = picture[y : max(bottom, 1), x : max(right, 1)]
        if zoom < 1:
            part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.4 / zoom), np.uint8)
        shift = np.array([[zoom, 0, (x - self.left) * zoom], [0, zoom, (y - self.top) * zoom]])
        options: dict[str, Any] = {"flags": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REPLICATE}
        return np.asarray(cv2.warpAffine(part, shift, (size, size), **options), np.uint8)


def regions(picture: Gray, most: int) -> list[Region]:
    """The likeliest places of codes, the surest first; 40 ms, however large the picture."""
    height, width = picture.shape
    if min(height, width) < _FEWEST_MODULES:
        return []
    zoom = min(1, sqrt(_SEEN_AT / (width * height)))
    seen_as = (max(round(width * zoom), 1), max(round(height * zoom), 1))
    _NET.setInput(cv2.dnn.blobFromImage(picture, 1 / 255, seen_as), "data")
    seen = _NET.forward("detection_output").reshape(-1, 7)
    sure = sorted(seen[seen[:, 2] > _LEAST_SURE], key=lambda one: -one[2])
    return [_region(one[3:] * [width, height, width, height]) for one in sure[:most]]


def _region(box: NDArray[np.float64]) -> Region:
    left, top, right, bottom = (float(edge) for edge in box)
    width = max(right - left, bottom - top, 1) * (1 + 2 * _AROUND)
    return Region((left + right - width) / 2, (top + bottom - width) / 2, width)
