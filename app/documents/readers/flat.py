"""A paper as if it lay flat before one: the frame of its print becomes the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from app.documents.readers.preview import drawn, webp

WIDE = 1200
_DRAWN = 1600
_ROOM = 0.04
_TALLEST = 3.0


def lay(data: bytes, media_type: str, page: int, frame: Sequence[Sequence[float]] | None) -> bytes:
    """As WebP, with a little room around the frame; the whole page without one. Raises Refused."""
    picture, _ = drawn(data, media_type, page, _DRAWN)
    if not frame:
        picture.thumbnail((WIDE, WIDE * _TALLEST))
        return webp(picture)
    corners = np.array(frame, np.float32) * np.array(picture.size, np.float32)
    across = np.hypot(*(corners[1] - corners[0])) + np.hypot(*(corners[2] - corners[3]))
    down = np.hypot(*(corners[3] - corners[0])) + np.hypot(*(corners[2] - corners[1]))
    high = round(WIDE * min(float(down / max(across, 1)), _TALLEST))
    room = _ROOM * min(WIDE, high)
    right, bottom = WIDE - room, high - room
    square = np.array([(room, room), (right, room), (right, bottom), (room, bottom)], np.float32)
    way = cv2.getPerspectiveTransform(corners, square)
    flat = cv2.warpPerspective(
        np.asarray(picture), way, (WIDE, high), flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    )  # fmt: skip
    return webp(Image.fromarray(flat))
