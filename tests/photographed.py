"""Pages of our own as a phone sees them: printed, held askew, in shadow, stamped, out of focus."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.drawn import HEIGHT, WIDTH, Page, Text

SCALE = 3.2
_DESK, _PAPER = (96, 90, 84), (250, 248, 244)
_INK = (40, 40, 60)


def printed(texts: Page, size: tuple[float, float] = (WIDTH, HEIGHT)) -> Image.Image:
    """A page as it comes from the printer."""
    page = Image.new("RGB", (round(size[0] * SCALE), round(size[1] * SCALE)), _PAPER)
    for text in texts:
        _write(page, text)
    return page


def on_desk(*pages: Image.Image, gap: int = 60) -> Image.Image:
    """Pages one below the other on a desk."""
    width = max(page.width for page in pages) + 2 * gap
    height = sum(page.height + gap for page in pages) + gap
    desk = Image.new("RGB", (width, height), _DESK)
    down = gap
    for page in pages:
        desk.paste(page, ((width - page.width) // 2, down))
        down += page.height + gap
    return desk


def askew(picture: Image.Image, angle: float = 0.0, lean: float = 0.0) -> Image.Image:
    """Turned by degrees, and seen from a side: one end smaller by the part ``lean``."""
    turned = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_DESK)
    width, height = turned.size
    room = lean * height / 2
    corners = [(0, -room), (width, room), (width, height - room), (0, height + room)]
    square = [(0, 0), (width, 0), (width, height), (0, height)]
    how = _projection(square, corners)
    return turned.transform(
        turned.size, Image.Transform.PERSPECTIVE, how, Image.Resampling.BICUBIC, fillcolor=_DESK
    )


def stamped(page: Image.Image, words: str, middle: tuple[float, float]) -> Image.Image:
    """With a red stamp over it, as translucent as ink."""
    stamp = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(stamp)
    x, y = middle[0] * SCALE, middle[1] * SCALE
    red, round_ = (214, 60, 60), 62 * SCALE
    pen.ellipse((x - round_, y - 0.7 * round_, x + round_, y + 0.7 * round_), outline=red, width=9)
    pen.text((x, y), words, font=_font(round(12 * SCALE)), fill=red, anchor="mm")
    return ImageChops.multiply(page, stamp)


def dim(picture: Image.Image, seed: int = 1, blur: float = 0.8, noise: float = 9) -> Image.Image:
    """In the light of a lamp from one side, a little out of focus, with the grain of a sensor."""
    light = Image.linear_gradient("L").rotate(90 * (seed % 4)).resize(picture.size)
    shade = light.point(lambda value: 150 + value * 105 // 255)
    lit = ImageChops.multiply(picture, Image.merge("RGB", (shade,) * 3))
    soft = np.asarray(lit.filter(ImageFilter.GaussianBlur(blur)), np.float32)
    grain = np.random.default_rng(seed).normal(0, noise, (*soft.shape[:2], 1))
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


def dotted(page: Image.Image) -> Image.Image:
    """As a printer of needles leaves it: lighter between the rows of dots."""
    rows = np.asarray(page).copy()
    rows[::4] = np.maximum(rows[::4], 170)
    return Image.fromarray(rows)


def by_chance(page: Image.Image, seed: int) -> Image.Image:
    """A photo as people take them: each seed is another one."""
    chance = random.Random(seed)
    desk = askew(on_desk(page), chance.uniform(-7, 7), chance.uniform(-0.12, 0.12))
    turned = desk.rotate(90 * chance.choice((0, 0, 1, 2, 3)), expand=True)
    return dim(turned, seed, chance.uniform(0.3, 1.6), chance.uniform(4, 16))


def _write(page: Image.Image, text: Text) -> None:
    font = _font(round(text.size * SCALE))
    if not text.angle:
        place = (text.x * SCALE, text.y * SCALE)
        ImageDraw.Draw(page).text(place, text.text, font=font, fill=_INK, anchor="ls")
        return
    length = round(font.getlength(text.text)) or 1
    mask = Image.new("L", (length, round(1.5 * text.size * SCALE)))
    ImageDraw.Draw(mask).text((0, mask.height), text.text, font=font, fill=70, anchor="lb")
    mask = mask.rotate(text.angle, Image.Resampling.BICUBIC, expand=True)
    page.paste(_INK, (round(text.x * SCALE), round(text.y * SCALE) - mask.height), mask)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    asked = ["fc-match", "-f", "%{file}", "Noto Sans CJK SC"]
    place = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return ImageFont.truetype(place, max(6, size))


def _projection(
    square: Sequence[tuple[float, float]], corners: Iterable[tuple[float, float]]
) -> list[float]:
    """The eight numbers by which Pillow finds for each point of the square one of the corners."""
    rows, known = [], []
    for (x, y), (u, v) in zip(square, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        known += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(known))]
