"""QR codes that no decoder reads: needle dots, stamps, folds, curled paper.

Where a net sees a code, its finders span a lattice, each module is sampled under the lattice as it
bends, and what the error correction confirms is drawn anew for the decoder. Nothing is invented:
check symbols must be left over, and more of them the less the text says for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import process_time

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.documents.readers import finders, lattice, qr, symbols
from app.documents.readers.glance import Code, see
from app.documents.readers.regions import Gray, Region, regions

Floats = NDArray[np.float32]
MOST_SECONDS = 0.8
MOST_REGIONS = 4
_MOST_PLANES = 2
_FITS = 0.8
_PATCH = 2 * finders.PATCH
_SHORTEST_SURE_TEXT = 20
_SPARE_WITHOUT_CHECKSUM = 6
_SPARE_OF_OTHER_TEXT = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """One way to read a place of a picture; ``box`` is that of ``Code``."""

    reading: lattice.Reading
    box: list[list[float]]


def look(picture: Image.Image, page: int) -> list[Code]:
    """The codes of a gray picture that could be mended; 0.8 seconds of CPU at most."""
    until = process_time() + MOST_SECONDS
    pixels: Gray = np.asarray(picture, np.uint8)
    seen = (_mend(pixels, region, page, until) for region in regions(pixels, MOST_REGIONS))
    return [code for code in seen if code]


def samples(pixels: Gray, region: Region) -> Iterator[Sample]:
    """Every way the region can be read as modules, the likeliest first; 0.1 s each at most."""
    patch = region.patch(pixels, _PATCH)
    for size, plane, module in _likely(patch, region.patch(pixels, finders.PATCH)):
        box = _box(lattice.outline(size, plane), region, pixels)
        for reading in lattice.readings(patch, size, plane, module):
            yield Sample(reading, box)


def text(modules: Floats) -> str:
    """What sampled modules say if that can be believed, else nothing."""
    return next(filter(None, map(_text, symbols.mend(modules))), "")


def _mend(pixels: Gray, region: Region, page: int, until: float) -> Code | None:
    if process_time() > until:
        return None
    for sample in samples(pixels, region):
        if said := text(sample.reading.modules):
            return Code(said, page, sample.box)
        if process_time() > until:
            return None
    return None


def _likely(patch: Gray, small: Gray) -> Iterator[tuple[int, finders.Plane, float]]:
    """The sizes and planes that fit best, with the pixels of a module."""
    zoom = len(patch) / len(small)
    found = [
        finders.Finder(one.like, one.x * zoom, one.y * zoom, one.module * zoom)
        for one in finders.find(small)
    ]
    if not found:
        return
    module = found[0].module
    inked = lattice.ink(patch, module, 0.32)
    best = 0.0
    for planes in (finders.planes(found), finders.alone(found[0], finders.slant(small))):
        tried = sorted(
            ((lattice.fit(inked, *one), *one) for one in planes), key=lambda one: -one[0]
        )
        for worth, size, plane in tried[:_MOST_PLANES] if best < _FITS else ():
            best = max(best, worth)
            yield size, lattice.settle(inked, size, plane, module)[1], module


def _text(mended: symbols.Mended) -> str:
    """What the code says if that can be believed, else nothing."""
    size = len(mended.modules) + 8
    clean = np.full((size, size), 255, np.uint8)
    clean[4:-4, 4:-4][mended.modules] = 0
    drawn = Image.fromarray(clean).resize((4 * size, 4 * size), Image.Resampling.NEAREST)
    said = next((code.text for code in see(drawn, 1)), "")
    return said if mended.spare >= _least_spare(said) else ""


def _least_spare(said: str) -> int:
    """An invoice's text with the right checksum needs least to be believed (FORMATS §1.4)."""
    try:
        crc = qr.read(said).crc
    except qr.Unreadable:
        return _SPARE_OF_OTHER_TEXT if len(said) >= _SHORTEST_SURE_TEXT else 256
    return symbols.LEAST_SPARE if crc in qr.CHECKSUMS else _SPARE_WITHOUT_CHECKSUM


def _box(corners: list[tuple[float, float]], region: Region, pixels: Gray) -> list[list[float]]:
    height, width = pixels.shape
    zoom = region.width / _PATCH
    places = [(region.left + x * zoom, region.top + y * zoom) for x, y in corners]
    return [
        [round(min(max(x / width, 0), 1), 5), round(min(max(y / height, 0), 1), 5)]
        for x, y in places
    ]
