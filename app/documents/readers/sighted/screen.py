"""Photos of screens: their dots and those of the sensor beat against each other (moiré)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
_LONGEST, _TILE, _FINEST, _TILES, _FEW = 1280, 64, 5, 12, 100
_DEEP, _CLEAR, _SHARE = 1.2, 40, 0.6
_WINDOW = np.outer(np.hanning(_TILE), np.hanning(_TILE)).astype(np.float32)
_WAVES = np.fft.fftfreq(_TILE, 1 / _TILE)
_FINE = np.hypot(*np.meshgrid(_WAVES, _WAVES)) >= _FINEST


def is_of_screen(picture: Image.Image) -> bool:
    """Whether the smooth places of it have coloured ripples, which paper does not have.

    Measured: of photos of paper a third of the tiles at most, of a screen whose dots the camera
    can tell apart nine tenths and more; one that it cannot leaves no ripples, and is not named.
    """
    small = picture.convert("RGB")
    small.thumbnail((_LONGEST, _LONGEST), Image.Resampling.BILINEAR)
    told = [_ripples(tile) for tile in _smooth(np.asarray(small, np.float32))]
    return bool(told) and sum(told) >= _SHARE * len(told)


def _smooth(pixels: Pixels) -> list[Pixels]:
    """The smoothest tiles of paper; where there are few of any, none is smooth."""
    tiles = [(float(one[..., 1].mean()), float(one[..., 1].std()), one) for one in _tiles(pixels)]
    if len(tiles) < _FEW:
        return []
    bright = 0.75 * float(np.percentile([mean for mean, _, _ in tiles], 70))
    paper = sorted(
        (spread, place) for place, (mean, spread, _) in enumerate(tiles) if mean > bright
    )
    return [tiles[place][2] for _, place in paper[:_TILES]]


def _tiles(pixels: Pixels) -> Iterator[Pixels]:
    high, wide, _ = pixels.shape
    for top in range(0, high - _TILE + 1, _TILE):
        for left in range(0, wide - _TILE + 1, _TILE):
            yield pixels[top : top + _TILE, left : left + _TILE]


def _ripples(tile: Pixels) -> bool:
    """Red and blue beside green as one complex wave: its strongest is deep, and stands clear."""
    wave = (tile[..., 0] - tile[..., 1]) + 1j * (tile[..., 2] - tile[..., 1])
    power = np.abs(np.fft.fft2((wave - wave.mean()) * _WINDOW))[_FINE]
    most, usual = float(power.max()), float(np.median(power))
    return 2 * most / float(_WINDOW.sum()) > _DEEP and most > _CLEAR * (usual + 0.01)
