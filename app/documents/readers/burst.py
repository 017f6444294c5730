"""Several frames of one code, read together where none can be read alone.

Each frame is sampled module by module as a photo is (``mended``). Grain, blur and a lattice that
lies wrong differ from frame to frame, the code does not: frames that agree on its modules are read
as one and corrected once. The rule is that of one picture: a text is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from time import process_time

import cv2
import numpy as np
from PIL import Image

from app.documents.readers import lattice, mended, qr, symbols
from app.documents.readers.glance import Code, see
from app.documents.readers.limits import MOST_FRAMES
from app.documents.readers.mended import Sample
from app.documents.readers.regions import Gray, Region, regions

MOST_SECONDS = 1.3
_ALIKE = 0.15
_MORE = 1.05


@dataclass(frozen=True, slots=True)
class Seen:
    """What a burst shows, and the number of the frame that shows it best."""

    codes: list[Code]
    frame: int = 0


@dataclass(frozen=True, slots=True)
class _View:
    frame: int
    sample: Sample

    @property
    def modules(self) -> lattice.Floats:
        return self.sample.reading.modules


def read(frames: Sequence[Image.Image]) -> Seen:
    """The codes in gray frames of the same paper; 1.5 seconds of CPU at most.

    Each frame alone first, the sharpest before the others, and no further than to an invoice: what
    else has a code only counts if no invoice is there.
    """
    until = process_time() + MOST_SECONDS
    pictures: list[Gray] = [np.asarray(one, np.uint8) for one in frames[:MOST_FRAMES]]
    order = sorted(range(len(pictures)), key=lambda one: -_sharpness(pictures[one]))
    seen = []
    in_order = [(one, pictures[one]) for one in order]
    for one in chain(_plain(frames, order), _mended(in_order, until)):
        if qr.found(code.text for code in one.codes):
            return one
        seen.append(one)
    return seen[0] if seen else Seen([])


def _plain(frames: Sequence[Image.Image], order: list[int]) -> Iterator[Seen]:
    for one in order:
        if codes := see(frames[one], 1):
            yield Seen(codes, one)


def _mended(pictures: list[tuple[int, Gray]], until: float) -> Iterator[Seen]:
    """What each view says alone, and with those like it where they agree more than any before."""
    told: list[_View] = []
    most = 0.0
    for view in _views(pictures):
        others, likeness = _like(view, told)
        is_new, most = likeness > _MORE * most, max(most, likeness)
        for views, modules in _ways(view, others if is_new else []):
            if said := mended.text(modules):
                best = max(views, key=lambda one: _likeness(one.modules, modules))
                yield Seen([Code(said, 1, best.sample.box)], best.frame)
            if said or process_time() > until:
                break
        if process_time() > until:
            return
        told.append(view)


def _ways(view: _View, others: list[_View]) -> Iterator[tuple[list[_View], lattice.Floats]]:
    yield [view], view.modules
    views = [view, *others]
    if others:
        for modules in lattice.together([one.sample.reading for one in views]):
            yield views, modules


def _like(view: _View, told: list[_View]) -> tuple[list[_View], float]:
    """Of each other frame the view that is most like this one, and how like all of them are."""
    like: dict[int, tuple[float, _View]] = {}
    for other in told:
        likeness = _likeness(view.modules, other.modules) if other.frame != view.frame else 0
        if likeness > max(_ALIKE, like[other.frame][0] if other.frame in like else 0):
            like[other.frame] = likeness, other
    return [other for _, other in like.values()], sum(likeness for likeness, _ in like.values())


def _likeness(one: lattice.Floats, other: lattice.Floats) -> float:
    """How far two readings agree on the data, as a correlation; 0 if the sizes differ."""
    if one.shape != other.shape:
        return 0
    data = symbols.pattern(len(one)) == 0
    first, second = one[data], other[data]
    spread = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / (spread + 1e-6))


def _views(pictures: list[tuple[int, Gray]]) -> Iterator[_View]:
    """By turns one of each frame; where nothing is seen in one, the places of another are tried."""
    known: list[Region] = []
    lines = [_of_frame(frame, picture, known) for frame, picture in pictures]
    while lines:
        for line in list(lines):
            if view := next(line, None):
                yield view
            else:
                lines.remove(line)


def _of_frame(frame: int, picture: Gray, known: list[Region]) -> Iterator[_View]:
    places = regions(picture, mended.MOST_REGIONS)
    known[:] = known or places
    for region in places or list(known):
        for sample in mended.samples(picture, region):
            yield _View(frame, sample)


def _sharpness(picture: Gray) -> float:
    """How steep the steepest hundredth is: grain is everywhere, edges are few."""
    soft = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1)
    right, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return float(np.percentile(cv2.magnitude(right, down), 99))
