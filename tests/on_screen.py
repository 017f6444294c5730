"""Pages as a phone sees them on a screen: dots of three colours, a sensor of four.

The steps of the published ways to make such pictures (arXiv 1804.03809; AIM 2019, LCDMoiré): the
dots of a display, seen askew, softened by a lens, taken through a Bayer filter, with grain.
"""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
DOT = 6
_GAMMA = 2.2
_AROUND = (82, 86, 89)


def of_screen(page: Image.Image, seed: int, nearness: float = 2.1, wide: int = 900) -> Image.Image:
    """The page shown ``wide`` dots wide; ``nearness`` is how many pixels of the camera a dot has.

    Below 1.4 the lens blurs the dots away, and nothing tells the picture from one of paper.
    """
    chance = random.Random(seed)
    lit = cv2.GaussianBlur(_dots(_shown(page, wide)), (0, 0), DOT / nearness * 0.45)
    seen = _askew(lit, nearness, chance)
    raw = _sensed(seen * chance.uniform(0.6, 0.85), seed)
    picture = cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2RGB) / 65535
    taken = Image.fromarray((255 * picture ** (1 / _GAMMA)).astype(np.uint8))
    kept = BytesIO()
    taken.save(kept, "JPEG", quality=chance.choice((80, 88, 93)))
    return Image.open(kept)


def _shown(page: Image.Image, wide: int) -> Pixels:
    shown = page.convert("RGB").resize((wide, wide * page.height // page.width))
    window = Image.new("RGB", (wide + 80, shown.height + 80), _AROUND)
    window.paste(shown, (40, 40))
    return (np.asarray(window, np.float32) / 255) ** _GAMMA


def _dots(light: Pixels) -> Pixels:
    """Each as a stripe of red, of green and of blue, with a dark line below."""
    high, wide, _ = light.shape
    dots = np.zeros((high * DOT, wide * DOT, 3), np.float32)
    for colour in range(3):
        rows = np.repeat(light[:, :, colour], DOT, axis=0)
        for part in range(DOT // 3):
            dots[:, colour * DOT // 3 + part :: DOT, colour] = rows
    dots[DOT - 1 :: DOT] = 0
    return dots * 1.5 * DOT / (DOT - 1)


def _askew(lit: Pixels, nearness: float, chance: random.Random) -> Pixels:
    high, wide = (side / DOT * nearness for side in lit.shape[:2])
    angle, lean = np.deg2rad(chance.uniform(-8, 8)), chance.uniform(-0.08, 0.08)
    square = np.float32([[0, 0], [1, 0], [1, 1], [0, 1]]) - 0.5
    held = square * (wide, high) * np.float32([[1, 1], [1, 1 - lean], [1, 1 + lean], [1, 1]])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = np.float32(held @ turn + (wide / 2, high / 2))
    ends = np.float32((square + 0.5) * (lit.shape[1], lit.shape[0]))
    how = cv2.getPerspectiveTransform(ends, corners)
    return cv2.warpPerspective(lit, how, (int(wide), int(high)))


def _sensed(seen: Pixels, seed: int) -> Pixels:
    """What stands behind the filter of each pixel, with the grain of the sensor."""
    raw = np.empty(seen.shape[:2], np.float32)
    for (down, across), colour in (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 2)):
        raw[down::2, across::2] = seen[down::2, across::2, colour]
    grain = np.random.default_rng(seed).normal(0, 1, raw.shape) * np.sqrt(1e-4 * raw + 4e-6)
    return (np.clip(raw + grain, 0, 1) * 65535).astype(np.uint16)
