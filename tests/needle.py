"""Invoices on paper as a phone sees them: a QR code in needle dots, with all that befalls it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO

import cv2
import numpy as np
import qrcode
from numpy.typing import NDArray
from PIL import Image

from app.documents.readers import qr

Pixels = NDArray[np.float32]
_DOTS = 12
_SIZE = (1040, 720)


@dataclass(frozen=True)
class Paper:
    """How it was printed and taken; lengths are in modules of the code."""

    seed: int = 0
    module: float = 4.0
    gap: float = 0.1
    uneven: float = 0.06
    turn: float = 3.0
    tilt: float = 0.05
    curl: float = 0.5
    blur: float = 0.35
    noise: float = 4.0
    contrast: float = 90.0
    stamp: bool = True
    fold: float = 0.0


def text(number: int) -> str:
    """What the code of an invoice of no year says, with its checksum."""
    covered = f"01,04,1100994320,{number:08d},{number % 9000 + 95}.50,20990430,{number:020d},"
    return f"{covered}{qr.crc_forward(covered.encode()):04X},"


def photo(said: str, paper: Paper) -> bytes:
    """A JPEG of the invoice's upper left part."""
    page = take(matrix(said), paper)
    file = BytesIO()
    Image.fromarray(page).save(file, "JPEG", quality=88)
    return file.getvalue()


def burst(
    modules: NDArray[np.bool_], paper: Paper, *, count: int = 3, moved: float = 5.0
) -> list[bytes]:
    """What a hand that shakes sends of it: JPEGs, each blurred another way by so many pixels."""
    chance = np.random.default_rng(1000 + paper.seed)
    still = take(modules, replace(paper, noise=0)).astype(np.float32)
    frames = []
    for turn in range(count):
        shift = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
        shift[:, 2] = chance.uniform(-6, 6, 2)
        angle = np.pi * (turn / count + float(chance.uniform(-0.1, 0.1)))
        y, x = np.mgrid[-8:9, -8:9]
        along, beside = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        hand = np.clip(moved / 2 + 0.5 - np.abs(along), 0, 1) * np.clip(1 - np.abs(beside), 0, 1)
        page = cv2.warpAffine(still, shift, _SIZE, borderMode=cv2.BORDER_REPLICATE)
        page = cv2.filter2D(page, -1, hand / hand.sum())
        page = page + chance.normal(0, paper.noise, page.shape)
        file = BytesIO()
        Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=75)
        frames.append(file.getvalue())
    return frames


def take(modules: NDArray[np.bool_], paper: Paper) -> NDArray[np.uint8]:
    """The picture of printed modules."""
    chance = np.random.default_rng(paper.seed)
    sheet = _print(modules, paper, chance)
    if paper.stamp:
        _stamp(sheet, chance)
    if paper.fold:
        _fold(sheet, paper.fold)
    page = cv2.remap(sheet, *_seen(paper, len(modules)), cv2.INTER_AREA, borderValue=1.0)
    page = cv2.GaussianBlur(page, (0, 0), paper.blur * paper.module)
    light = np.linspace(0.95, 0.75, _SIZE[0], dtype=np.float32)[None, :]
    shown = (205 - paper.contrast * (1 - page)) * light
    shown = shown + chance.normal(0, paper.noise, shown.shape)
    return np.clip(shown, 0, 255).astype(np.uint8)


def matrix(said: str) -> NDArray[np.bool_]:
    """Its modules in the size and level that paper invoices have: 5-M."""
    code = qrcode.QRCode(5, error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(qrcode.util.QRData(said.encode(), mode=qrcode.util.MODE_8BIT_BYTE))
    return np.array(code.get_matrix(), np.bool_)


def _print(modules: NDArray[np.bool_], paper: Paper, chance: np.random.Generator) -> Pixels:
    """Round dots, each a little beside its place and of its own darkness; 12 pixels a module."""
    size = len(modules)
    sheet = np.ones(((size + 24) * _DOTS, (size + 60) * _DOTS), np.float32)
    shift = chance.normal(0, paper.uneven, (2, size)).cumsum(axis=1)
    shift -= np.linspace(0, 1, size) * shift[:, -1:]
    for row, column in np.argwhere(modules):
        x = (column + 12.5 + shift[0, column] + chance.normal(0, 0.03)) * _DOTS
        y = (row + 8.5 + shift[1, row] + chance.normal(0, 0.03)) * _DOTS
        dark = float(chance.uniform(0, 0.35))
        radius = (0.56 - paper.gap / 2) * _DOTS
        cv2.circle(sheet, (round(x), round(y)), round(radius), dark, -1, cv2.LINE_AA)
    for line in range(3):
        y = (size + 13 + 4 * line) * _DOTS
        cv2.putText(sheet, "3100 99 0430 +/<>*", (12 * _DOTS, y), 0, 1.5, 0.2, 3)
    return sheet


def _stamp(sheet: Pixels, chance: np.random.Generator) -> None:
    """An oval over a corner of the code; red is a light gray."""
    centre = (round((12 + 37 + chance.uniform(-3, 3)) * _DOTS), round(32 * _DOTS))
    ink = np.ones_like(sheet)
    cv2.ellipse(ink, centre, (14 * _DOTS, 9 * _DOTS), 0, 0, 360, 0.6, _DOTS, cv2.LINE_AA)
    cv2.ellipse(ink, centre, (10 * _DOTS, 6 * _DOTS), 0, 0, 360, 0.7, _DOTS // 2, cv2.LINE_AA)
    sheet *= ink


def _fold(sheet: Pixels, deep: float) -> None:
    """Another sheet over the left top corner, so many modules deep."""
    edge = round((20 + deep) * _DOTS)
    corner = np.array([(0, 0), (edge + 4 * _DOTS, 0), (0, edge)], np.int32)
    cv2.fillPoly(sheet, [corner], 0.9)


def _seen(paper: Paper, size: int) -> tuple[Pixels, Pixels]:
    """For each pixel of the photo its place on the sheet."""
    y, x = np.mgrid[: _SIZE[1], : _SIZE[0]].astype(np.float32)
    turn = np.deg2rad(paper.turn)
    x, y = (x - 260) / paper.module, (y - 240) / paper.module
    depth = 1 + paper.tilt * (x + y) / size
    across = (x * np.cos(turn) + y * np.sin(turn)) / depth
    down = (y * np.cos(turn) - x * np.sin(turn)) / depth
    down = down + paper.curl * np.sin(across / size * np.pi * 1.5)
    right = (across + 12 + size / 2) * _DOTS
    below = (down + 8 + size / 2) * _DOTS
    return right.astype(np.float32), below.astype(np.float32)
