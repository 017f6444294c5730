"""What a camera sees: a desk with printed pages on it, and maybe the code of an invoice."""

import random
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from pathlib import Path

import qrcode
from PIL import Image, ImageChops, ImageDraw

from app.documents.specimens import draw_picture, qr_text
from tests import make

WIDE, FRAME = (1920, 1080), 960
FILM_RATE = 30
LEAD, PLAIN, SHOWN = 6.0, (1.2, 2.4), 3.0
"""Seconds of a film: before the first code, between two, and of each."""

BLOCK, BITS = 40, 7
"""The strip at the left edge of a film: white blocks spell the number of the code in view."""

_numbers = count(700_000_000_000)
_chance = random.Random(7)


def fresh() -> tuple[str, str]:
    """The number of a specimen that was never seen before, and the text of its code."""
    one = make.specimen(next(_numbers), total=f"{_chance.randint(1000, 90000) / 100:.2f}")
    return one.number, qr_text(one)


class Desk:
    """Three pages without their codes, at odd angles, under a lamp that gives grain."""

    def __init__(self) -> None:
        page = Image.open(BytesIO(draw_picture(make.specimen(), width=1300))).convert("RGB")
        page.paste((255, 255, 255), (0, 0, 200, 190))
        self.top = Image.new("RGB", (WIDE[0] + 160, WIDE[1] + 160), (120, 110, 100))
        for angle, place in ((7, (-80, -60)), (-11, (820, 240)), (23, (180, 560))):
            turned = page.convert("RGBA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
            self.top.paste(turned, place, turned)
        self.top = self.top.point(lambda light: light * 0.86)
        self.grain = Image.effect_noise((WIDE[0] + 160, WIDE[1] + 160), 5).convert("RGB")

    def see(self, text: str, size: tuple[int, int], sway: int = 40) -> Image.Image:
        """The middle of the desk with a code in it, or without; a hand holds still to ``sway``."""
        spare = [whole - side for whole, side in zip(self.top.size, size, strict=True)]
        left, upper = (side // 2 + _chance.randint(-sway, sway) for side in spare)
        box = (left, upper, left + size[0], upper + size[1])
        seen = self.top.crop(box)
        if text:
            code = _drawn(text)
            place = [
                (s - c) // 2 + _chance.randint(-9, 9) for s, c in zip(size, code.size, strict=True)
            ]
            seen.paste(code, place, code)
        return ImageChops.add(seen, self.grain.crop(box), scale=1.0, offset=-128)

    def frame(self, text: str = "") -> bytes:
        """As the page sends it: a square JPEG of 960 px."""
        return _jpeg(self.see(text, (FRAME, FRAME)), 70)

    def film(self, texts: list[str], place: Path) -> None:
        """Write a film that shows the codes one after the other, with the plain desk between."""
        with place.open("wb") as film:
            for number, text in _scenes(texts):
                shown = SHOWN if text else _chance.uniform(*PLAIN) if number else LEAD
                stills = [_jpeg(_marked(self.see(text, WIDE), number), 75) for _ in range(5)]
                for turn in range(round(shown * FILM_RATE)):
                    film.write(stills[turn // 3 % len(stills)])


def _scenes(texts: list[str]) -> Iterator[tuple[int, str]]:
    yield 0, ""
    for number, text in enumerate(texts, start=1):
        yield number, text
        yield -number, ""


def _drawn(text: str) -> Image.Image:
    """The code with its quiet zone, held a little askew."""
    code = qrcode.QRCode(box_size=8, border=4)
    code.add_data(text)
    drawn = code.make_image().get_image().convert("RGBA")
    return drawn.rotate(random.Random(text).uniform(-12, 12), Image.Resampling.BICUBIC, expand=True)


def _marked(picture: Image.Image, number: int) -> Image.Image:
    pen = ImageDraw.Draw(picture)
    for bit in range(BITS):
        ink = (255, 255, 255) if number > 0 and number >> bit & 1 else (0, 0, 0)
        pen.rectangle((0, bit * BLOCK, BLOCK, (bit + 1) * BLOCK), ink)
    return picture


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    sent = BytesIO()
    picture.save(sent, "JPEG", quality=quality)
    return sent.getvalue()
