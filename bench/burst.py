"""How many codes of paper invoices a live camera reads: ``.venv/bin/python -m bench.burst``.

Needs the samples (``YANPIAO_SAMPLES``). From every ``photo/vat_*`` it makes bursts of three frames
as a hand-held camera gives them: the part of the paper with the corner of its code, each frame
shifted, turned and tilted a little, blurred by a moving hand or by a lens that looks for its focus,
with grain, as JPEG of quality 60 to 80; the seeds are fixed. A photo shows no more than its own
2,080 px: 3.9 px a module; where the whole paper is in the frame 2.4 at 1,280 px and 1.8 at 960.
What is read is held against the manifest as in ``bench.paperqr``; CPU is that of "combined".
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.documents.readers import burst, codes, mended
from app.documents.readers.glance import in_frame
from app.documents.readers.page import gray
from app.documents.readers.regions import regions
from bench.paperqr import Score, manifest, samples

FRAMES = 3
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Case:
    """How a burst is taken: pixels of the long side, how much of the photo's, how badly."""

    side: int
    share: float = 0.58
    worse: float = 1.0


CASES = {
    "a third of the paper, 1,280 px": Case(1280),
    "a third of the paper, 960 px": Case(960),
    "a third, 1,280 px, twice the blur": Case(1280, worse=2),
    "the whole paper, 1,280 px, half more blur": Case(1280, share=1, worse=1.5),
    "the whole paper, 960 px": Case(960, share=1),
    "the whole paper, 960 px, half more blur": Case(960, share=1, worse=1.5),
}


def main() -> None:
    """Print the table, and what was wrong or missed."""
    print("\n".join(table()))


def table() -> Iterator[str]:
    """Its lines: a row for each case, how many of the photos each reader read."""
    rows = [row for row in manifest() if row["file"].startswith("photo/vat_")]
    names = " | ".join(READERS)
    yield f"| {len(rows)} bursts | {names} | wrong | CPU p50 | p95 | worst |"
    yield "|---|" + "---|" * (len(READERS) + 4)
    told = []
    for title, case in CASES.items():
        scores = {name: Score() for name in READERS}
        for number, row in enumerate(rows):
            taken = frames((samples() / row["file"]).read_bytes(), case, seed=number)
            for name, reader in READERS.items():
                begun = time.process_time()
                texts = reader(taken)
                scores[name].times.append((time.process_time() - begun) * 1000)
                scores[name].judge(row, texts)
        counts = " | ".join(str(score.read + score.new) for score in scores.values())
        wrong = [one for score in scores.values() for one in score.wrong]
        times = sorted(scores["combined"].times)
        spent = f"{median(times):.0f} ms | {times[int(len(times) * 0.95)]:.0f} ms"
        yield f"| {title} | {counts} | {len(wrong)} | {spent} | {times[-1]:.0f} ms |"
        told += [f"WRONG, {title}: {one}" for one in wrong]
        missed = " ".join(map(stem, scores["combined"].missed))
        told.append(f"not read combined, {title}: {missed}")
    yield from told


def stem(name: str) -> str:
    """The number of a photo."""
    return Path(name).stem.removeprefix("vat_")


def frames(photo: bytes, case: Case, seed: int) -> list[bytes]:
    """A burst as the phone sends it."""
    chance = np.random.default_rng([seed, case.side])
    whole: Pixels = np.asarray(gray(photo), np.uint8)
    height, width = whole.shape
    x, y = _middle(whole, photo)
    wide, high = case.share * width, case.share * height
    left = np.clip(x - wide * chance.uniform(0.25, 0.6), 0, width - wide)
    top = np.clip(y - high * chance.uniform(0.25, 0.6), 0, height - high)
    return [_frame(whole, (left, top, wide, high), case, chance) for _ in range(FRAMES)]


def _middle(whole: Pixels, photo: bytes) -> tuple[float, float]:
    """Where the code is: where it was read, else where it seems to be."""
    height, width = whole.shape
    if read := codes.in_picture(photo):
        x, y = np.mean(read[0].box, axis=0)
        return float(x * width), float(y * height)
    region = regions(whole, 1)[0]
    return region.left + region.width / 2, region.top + region.width / 2


def _frame(
    whole: Pixels, crop: tuple[float, float, float, float], case: Case, chance: np.random.Generator
) -> bytes:
    left, top, wide, high = crop
    zoom = case.side / max(wide, high)
    size = (round(wide * zoom), round(high * zoom))
    place = np.array([(0, 0), (wide, 0), (wide, high), (0, high)]) + (left, top)
    place += chance.normal(0, 0.008 * wide, 2) + chance.normal(0, 0.006 * wide, (4, 2))
    turn = np.deg2rad(chance.normal(0, 1.2))
    middle = place.mean(axis=0)
    turned = np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    place = (place - middle) @ turned.T + middle
    corners = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    plane = cv2.getPerspectiveTransform(place.astype(np.float32), corners)
    taken = cv2.warpPerspective(
        whole, plane, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    blurred = _blur(taken.astype(np.float32), case.worse * case.side / 1280, chance)
    grainy = blurred + chance.normal(0, chance.uniform(2, 6), blurred.shape)
    file = BytesIO()
    shown = Image.fromarray(np.clip(grainy, 0, 255).astype(np.uint8))
    shown.save(file, "JPEG", quality=int(chance.integers(60, 81)))
    return file.getvalue()


def _blur(
    taken: NDArray[np.float32], scale: float, chance: np.random.Generator
) -> NDArray[np.float32]:
    """A hand that moves by up to 6 px of 1,280, or a lens out of focus by up to 1.6."""
    if chance.random() < 0.5:
        length, angle = chance.uniform(1, 6) * scale, chance.uniform(0, np.pi)
        y, x = np.mgrid[-9:10, -9:10]
        along, beside = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        reach = np.clip(length / 2 + 0.5 - np.abs(along), 0, 1)
        kernel = reach * np.clip(1 - np.abs(beside), 0, 1)
        return np.asarray(cv2.filter2D(taken, -1, kernel / kernel.sum()), np.float32)
    return np.asarray(cv2.GaussianBlur(taken, (0, 0), chance.uniform(0.4, 1.6) * scale), np.float32)


def _plain(taken: list[bytes]) -> list[str]:
    return [code.text for one in taken if (seen := in_frame(one)) for code in seen]


def _first(taken: list[bytes]) -> list[str]:
    return [code.text for code in mended.look(gray(taken[0]), 1)]


def _any(taken: list[bytes]) -> list[str]:
    return [code.text for one in taken for code in mended.look(gray(one), 1)]


def _combined(taken: list[bytes]) -> list[str]:
    return [code.text for code in burst.read([gray(one) for one in taken]).codes]


READERS: dict[str, Callable[[list[bytes]], list[str]]] = {
    "zxing-cpp on any of three": _plain,
    "mended, the first": _first,
    "mended, any of three": _any,
    "combined": _combined,
}

if __name__ == "__main__":
    main()
