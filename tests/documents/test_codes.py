"""Codes are found in pictures and PDFs, with their place."""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageDraw

from app.documents.readers import codes, preview
from app.documents.readers.limits import Refused
from app.documents.readers.page import gray, open_pdf

NUMBER = "99002000000000000001"
TEXT = f"01,32,,{NUMBER},37.73,20260603,,1D65"
SAMPLES = os.environ.get("YANPIAO_SAMPLES", "")
needs_samples = pytest.mark.skipif(not SAMPLES, reason="YANPIAO_SAMPLES is not set")
MEDIA_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png"}


def readable() -> list[dict[str, str]]:
    """Rows of the manifest whose code a plain zxing pass has read."""
    if not SAMPLES:
        return []
    with (Path(SAMPLES) / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    return [row for row in rows if {"zx1", "zx200dpi"} & set(row["qr_decoders"].split())]


def qr_picture(text: str | bytes, box_size: int = 6) -> Image.Image:
    """A QR code with its quiet zone."""
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=box_size, border=4
    )
    code.add_data(text)
    drawn: Image.Image = code.make_image().get_image()
    return drawn.convert("L")


def paper(*placed: tuple[Image.Image, tuple[int, int]], size: tuple[int, int]) -> Image.Image:
    """A white page with pictures on it."""
    page = Image.new("L", size, 255)
    for picture, at in placed:
        page.paste(picture, at)
    return page


def saved(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture file."""
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def seen(data: bytes, media_type: str = "image/png") -> list[dict[str, Any]]:
    """The codes that were found."""
    if media_type != "application/pdf":
        return [asdict(code) for code in codes.in_picture(data)]
    with open_pdf(data) as pdf:
        return [asdict(code) for code in codes.in_pdf(pdf)]


def test_a_code_is_given_with_its_text_and_its_corners() -> None:
    code = qr_picture(TEXT)
    page = paper((code, (600, 200)), size=(1600, 1000))
    (found,) = seen(saved(page))
    assert (found["text"], found["page"]) == (TEXT, 1)
    margin = 4 * 6
    left, top = (600 + margin) / 1600, (200 + margin) / 1000
    right, bottom = (600 + code.width - margin) / 1600, (200 + code.height - margin) / 1000
    expected = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for corner, (x, y) in zip(found["box"], expected, strict=True):
        assert corner == pytest.approx([x, y], abs=0.005)


def test_a_picture_taken_sideways_is_boxed_as_it_is_shown() -> None:
    upright = paper((qr_picture(TEXT), (40, 40)), size=(1600, 1000))
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(upright.rotate(90, expand=True), "JPEG", exif=exif)
    (found,) = seen(data, "image/jpeg")
    assert max(max(corner) for corner in found["box"]) < 0.5
    assert preview.render(data, "image/jpeg", width=800)[1]["width"] == 800
    assert preview.render(data, "image/jpeg", width=800)[1]["height"] == 500


def test_several_invoices_on_one_photo_are_all_found_once() -> None:
    texts = [TEXT.replace(NUMBER, f"99002{number:015d}") for number in range(4)]
    pictures = [qr_picture(text) for text in [*texts, texts[0]]]
    places = [(50 + 400 * (i % 3), 50 + 400 * (i // 3)) for i in range(5)]
    page = paper(*zip(pictures, places, strict=True), size=(1300, 900))
    assert sorted(code["text"] for code in seen(saved(page))) == sorted(texts)


def test_text_in_gbk_is_not_scrambled() -> None:
    text = "样票票通（2099）1号*发票代码100000000000*发票号码00000001"
    (found,) = seen(saved(paper((qr_picture(text.encode("gbk")), (50, 50)), size=(700, 700))))
    assert found["text"] == text


def test_a_slip_with_only_a_bar_code_is_read_if_it_has_24_digits() -> None:
    for text, expected in (("1" * 24, ["1" * 24]), ("1" * 20, []), ("A" * 24, [])):
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
        bars = _bars(barcode)
        page = paper((bars, (100, 100)), size=(bars.width + 200, bars.height + 200))
        assert [code["text"] for code in seen(saved(page))] == expected


def _bars(barcode: zxingcpp.Barcode) -> Image.Image:
    view = memoryview(barcode.to_image(scale=3))  # type: ignore[arg-type]
    height, width = view.shape or (0, 0)
    return Image.frombytes("L", (width, height), view.tobytes())


def test_the_ladder_reads_what_one_pass_does_not() -> None:
    """Dots with gaps between them, as a needle printer makes them."""
    code = qrcode.QRCode(version=5, border=4)
    code.add_data(TEXT)
    matrix = code.get_matrix()
    page = Image.new("L", (900, 900), 230)
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                x, y = 150 + 10 * column, 150 + 10 * row
                pen.ellipse((x + 2, y + 2, x + 8, y + 8), fill=90)
    data = saved(page)
    assert codes.drawn(data) == []
    assert [code["text"] for code in seen(data)] == [TEXT]


def test_a_clear_background_is_white_paper() -> None:
    code = qr_picture(TEXT)
    clear = Image.merge("LA", (code, code.point(lambda value: 255 - value)))
    assert [code["text"] for code in seen(saved(clear))] == [TEXT]
    assert gray(saved(clear.convert("RGBA"))).getpixel((0, 0)) == 255
    assert gray(saved(Image.new("I;16", (9, 9), 0x8000))).getpixel((0, 0)) == 128


def test_a_large_photo_is_read_at_half_its_size() -> None:
    page = paper((qr_picture(TEXT, box_size=14), (900, 700)), size=(8000, 6000))
    data = saved(page, "JPEG", quality=80)
    assert gray(data).size == (4000, 3000)
    assert [code["text"] for code in seen(data, "image/jpeg")] == [TEXT]


def test_every_page_of_a_pdf_is_read_up_to_the_twentieth() -> None:
    texts = [TEXT.replace(NUMBER, f"99002{number:015d}") for number in range(22)]
    pages = [paper((qr_picture(text), (60, 60)), size=(800, 540)) for text in texts]
    data = saved(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=100)
    found = seen(data, "application/pdf")
    assert [(code["text"], code["page"]) for code in found] == list(
        zip(texts[:20], range(1, 21), strict=True)
    )


def test_a_page_as_large_as_a_house_is_drawn_small() -> None:
    page = paper((qr_picture(TEXT), (60, 60)), size=(800, 540))
    data = saved(page, "PDF", resolution=1)
    assert [code["text"] for code in seen(data, "application/pdf")] == [TEXT]


def test_a_preview_is_drawn_anew() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    photo = saved(Image.new("RGB", (3000, 2000), "red"), "JPEG", exif=exif)
    picture, meta = preview.render(photo, "image/jpeg", width=1200)
    assert meta == {
        "media_type": "image/webp",
        "page": 1,
        "pages": 1,
        "width": 1200,
        "height": 800,
    }
    assert Image.open(BytesIO(picture)).format == "WEBP"
    assert b"secret place" in photo
    assert b"secret place" not in picture
    small = preview.render(saved(Image.new("RGB", (30, 20))), "image/png")[1]
    assert (small["width"], small["height"]) == (30, 20)
    tall = preview.render(saved(Image.new("L", (1000, 12_000))), "image/png")[1]
    assert (tall["width"], tall["height"]) == (1000, 12_000)


def test_a_preview_of_a_pdf_is_of_the_page_asked_for() -> None:
    pages = [Image.new("RGB", (400, 300), colour) for colour in ("red", "lime")]
    data = saved(pages[0], "PDF", save_all=True, append_images=pages[1:])
    picture, meta = preview.render(data, "application/pdf", page=2, width=600)
    assert (meta["page"], meta["pages"], meta["width"], meta["height"]) == (2, 2, 600, 450)
    assert Image.open(BytesIO(picture)).convert("RGB").getpixel((300, 200))[1] > 200  # type: ignore[index]
    for page in (0, 3, -1):
        with pytest.raises(Refused):
            preview.render(data, "application/pdf", page=page)


def test_damaged_files_are_refused_and_nothing_else_happens() -> None:
    chance = random.Random(7)
    whole = {
        "image/png": saved(Image.effect_noise((64, 64), 50)),
        "image/jpeg": saved(Image.effect_noise((64, 64), 50), "JPEG"),
        "image/webp": saved(Image.effect_noise((64, 64), 50), "WEBP"),
        "application/pdf": saved(Image.effect_noise((64, 64), 50), "PDF"),
    }
    for media_type, data in whole.items():
        for _ in range(60):
            broken = bytearray(data[: chance.randrange(len(data) + 1)])
            for _ in range(chance.randrange(4) if broken else 0):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            for act in (seen, preview.render):
                try:
                    act(bytes(broken), media_type)
                except Refused:
                    continue


@pytest.mark.full
def test_the_largest_picture_fits_into_one_gibibyte(tmp_path: Path) -> None:
    picture = Image.linear_gradient("L").resize((9248, 6936)).convert("RGBA")
    picture.putalpha(200)
    file = tmp_path / "large.png"
    picture.save(file, compress_level=1)
    program = (
        "import sys\n"
        "from app.documents.readers import codes, kind, preview\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "assert kind.inspect(data)['refusal'] is None\n"
        "codes.in_picture(data); preview.render(data, 'image/png')\n"
    )
    most = 2**30

    def cap() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    subprocess.run([sys.executable, "-c", program, str(file)], check=True, preexec_fn=cap)


@needs_samples
@pytest.mark.parametrize("row", readable(), ids=lambda row: Path(row["file"]).name)
def test_real_documents_give_the_text_of_their_code(row: dict[str, str]) -> None:
    file = Path(SAMPLES) / row["file"]
    texts = seen(file.read_bytes(), MEDIA_TYPES[file.suffix])
    assert [code["text"] for code in texts] == [row["qr_payload"]]
    for code in texts:
        assert all(0 <= value <= 1 for corner in code["box"] for value in corner)
