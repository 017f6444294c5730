"""How many codes of paper invoices are read: ``.venv/bin/python -m bench.paperqr``.

Needs the samples (``YANPIAO_SAMPLES``). One run over every ``photo/vat_*``: zxing-cpp with the
ladder of filters alone, WeChatQRCode once, the same over crops and scales, and ours. Where the
manifest has no payload, what is read is held against its code, number, date and amount. A second
table compares ours with plain zxing-cpp on the pictures of that project's own tests; its "other
texts" are Japanese ones, taken for GBK as our slips want it. WeChatQRCode takes its detector from
``app/documents/readers/models`` and its super resolution from here.
"""

import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from PIL import Image

from app.documents.readers import codes, glance, qr
from app.documents.readers.page import gray
from app.documents.readers.regions import MODELS

SCALES = (1.0, 1.5, 2.0, 0.7)
CROPS = ((0, 1, 0, 1), (0, 0.6, 0, 0.6), (0, 0.6, 0.4, 1), (0.4, 1, 0, 0.6), (0.4, 1, 0.4, 1))
Row = dict[str, str]
Reader = Callable[[bytes], list[str]]


@dataclass
class Score:
    """What one reader made of the photos."""

    read: int = 0
    new: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def judge(self, row: Row, texts: list[str]) -> None:
        """Count what was read of one photo; several texts may be right or wrong, each alone."""
        right = {text for text in texts if _is_true(row, text)}
        believed = {text for text in texts if _is_grammar(text)}
        name = Path(row["file"]).name
        self.wrong += [f"{name}: {text}" for text in sorted(believed - right)]
        if row["qr_payload"] == "?":
            self.new += bool(right)
        else:
            self.read += bool(right)
        self.missed += [] if right else [name]


def main() -> None:
    """Print both tables, and what was missed or wrong."""
    print("\n".join([*photos(), "", *blackbox()]))


def photos() -> Iterator[str]:
    """Lines of the table of the photos."""
    rows = [row for row in manifest() if row["file"].startswith("photo/vat_")]
    known = sum(row["qr_payload"] != "?" for row in rows)
    scores = {name: Score() for name in READERS}
    for row in rows:
        data = (samples() / row["file"]).read_bytes()
        for name, reader in READERS.items():
            begun = time.process_time()
            texts = reader(data)
            scores[name].times.append((time.process_time() - begun) * 1000)
            scores[name].judge(row, texts)
    others = len(rows) - known
    yield f"| reader | read of {known} known | of {others} others | wrong | CPU p50 | p95 |"
    yield "|---|---|---|---|---|---|"
    for name, score in scores.items():
        times = sorted(score.times)
        p50, p95 = median(times), times[int(len(times) * 0.95)]
        counts = f"{score.read} | {score.new} | {len(score.wrong)}"
        yield f"| {name} | {counts} | {p50:.0f} ms | {p95:.0f} ms |"
    for name, score in scores.items():
        yield from (f"WRONG by {name}: {one}" for one in score.wrong)
        yield f"not read by {name}: {' '.join(score.missed) or 'none'}"


def blackbox() -> Iterator[str]:
    """Lines of the table of the pictures that zxing-cpp tests itself with."""
    readers = {"zxing-cpp, one pass": _plain, "zxing-cpp + ladder": _ladder, "ours": _ours}
    files = sorted((samples() / "qrbench").iterdir())
    told = {one.stem for one in files if one.suffix == ".txt"}
    pictures = [one for one in files if one.suffix != ".txt" and one.stem in told]
    yield f"| reader | read of {len(pictures)} | other texts | CPU p50 | p95 |"
    yield "|---|---|---|---|---|"
    for name, reader in readers.items():
        read, other, times = 0, 0, []
        for picture in pictures:
            expected = picture.with_suffix(".txt").read_text("utf-8", "replace")
            begun = time.process_time()
            texts = reader(picture.read_bytes())
            times.append((time.process_time() - begun) * 1000)
            read += expected.split() in [text.split() for text in texts]
            other += any(text.split() != expected.split() for text in texts)
        p50, p95 = median(times), sorted(times)[int(len(times) * 0.95)]
        yield f"| {name} | {read} | {other} | {p50:.0f} ms | {p95:.0f} ms |"


def manifest() -> list[Row]:
    """The rows of the samples."""
    with (samples() / "MANIFEST.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def samples() -> Path:
    """The folder of the samples."""
    return Path(os.environ["YANPIAO_SAMPLES"])


def _is_grammar(text: str) -> bool:
    try:
        qr.read(text)
    except qr.Unreadable:
        return False
    return True


def _is_true(row: Row, text: str) -> bool:
    if row["qr_payload"] != "?":
        return text == row["qr_payload"]
    if not _is_grammar(text):
        return False
    said = qr.read(text)
    seen = (said.key.code, said.key.number, said.issued.isoformat(), said.amount.yuan)
    return seen == (row["code"], row["number"], row["date"], row["amount_ex_tax"])


def _plain(data: bytes) -> list[str]:
    return [code.text for code in glance.see(gray(data), 1)]


def _ladder(data: bytes) -> list[str]:
    picture = gray(data)
    return [code.text for code in codes.twice(picture, 1) or codes.filtered(picture, 1)]


def _ours(data: bytes) -> list[str]:
    return [code.text for code in codes.in_picture(data)]


def _wechat(data: bytes) -> list[str]:
    return list(WECHAT.detectAndDecode(np.asarray(gray(data)))[0])


def _wechat_many(data: bytes) -> list[str]:
    """Every crop at every scale until one answers."""
    whole = gray(data)
    width, height = whole.size
    for scale, (top, bottom, left, right) in product(SCALES, CROPS):
        box = (left * width, top * height, right * width, bottom * height)
        part = whole.crop(tuple(map(round, box)))
        size = (round(part.width * scale), round(part.height * scale))
        texts = WECHAT.detectAndDecode(np.asarray(part.resize(size, Image.Resampling.BICUBIC)))[0]
        if texts:
            return list(texts)
    return []


def _open_wechat() -> Any:
    own = Path(__file__).with_name("wechat")
    places = [MODELS / "detect.prototxt", MODELS / "detect.caffemodel"]
    places += [own / "sr.prototxt", own / "sr.caffemodel"]
    return cv2.wechat_qrcode_WeChatQRCode(*map(str, places))


WECHAT = _open_wechat()
READERS: dict[str, Reader] = {
    "zxing-cpp + ladder": _ladder,
    "WeChatQRCode, once": _wechat,
    "WeChatQRCode, crops and scales": _wechat_many,
    "ours": _ours,
}

if __name__ == "__main__":
    main()
