"""What a file is follows from its bytes, and hostile ones are refused with a word."""

from __future__ import annotations

import hashlib
import os
import random
import struct
import warnings
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.documents.readers import kind
from app.documents.readers.limits import LARGEST, REFUSALS, Refused

SAMPLES = os.environ.get("YANPIAO_SAMPLES", "")
needs_samples = pytest.mark.skipif(not SAMPLES, reason="YANPIAO_SAMPLES is not set")
OFD = {"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<Document/>"}
XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def picture(form: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A picture file."""
    file = BytesIO()
    Image.new("RGB", size, "white").save(file, form, **options)
    return file.getvalue()


def pdf(extra: bytes = b"", pages: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF by hand: empty pages, ``extra`` in the catalogue, ``trailer`` in the trailer."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % extra,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 60]>>"] * pages,
    ]
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, trailer, len(body))
    )


def word(data: bytes, name: str = "") -> object:
    """The refusal."""
    return kind.inspect(data, name)["refusal"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf(), "pdf"),
        (picture("JPEG"), "jpeg"),
        (picture("PNG"), "png"),
        (picture("WEBP"), "webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "heic"),
        (packed(OFD), "ofd"),
        (packed({"/OFD.xml": b"<OFD/>"}), "ofd"),
        (packed(XLSX), "xlsx"),
        (packed({"a.pdf": pdf()}), "zip"),
        (packed({"[Content_Types].xml": b"", "word/document.xml": b""}), "unknown"),
        (b"<?xml version='1.0'?><EInvoice/>", "xml"),
        (b"\xef\xbb\xbf\n <EInvoice/>", "xml"),
        (b"<!DOCTYPE a []><a/>", "xml"),
        (b"<!doctype HTML><html></html>", "unknown"),
        (b"<html><body>", "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unknown"),
        (b"MZ\x90\x00", "unknown"),
        (b"  %PDF-1.7", "unknown"),
        (b"RIFF\x00\x00\x00\x00WAVE", "unknown"),
        (b"GIF89a", "unknown"),
        (b"", "unknown"),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, expected: str) -> None:
    assert kind.sniff(data, "invoice.pdf") == expected


def test_the_name_only_tells_zip_files_apart_that_are_not_whole() -> None:
    head = packed(OFD)[:40]
    assert [kind.sniff(head, name) for name in ("a.ofd", "a.XLSX", "a.zip", "a.pdf", "")] == [
        "ofd", "xlsx", "zip", "zip", "zip",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (pdf(pages=3), {"kind": "pdf", "pages": 3, "attachments": []}),
        (packed(OFD), {"kind": "ofd", "entries": 2, "unpacked": 17}),
        (packed(XLSX), {"kind": "xlsx", "entries": 2}),
        (packed({"a.pdf": pdf(), "b.ofd": packed(OFD), "d/": b""}), {"kind": "zip", "entries": 3}),
        (picture("PNG"), {"kind": "png", "width": 40, "height": 30}),
        (picture("JPEG"), {"kind": "jpeg", "width": 40}),
        (picture("WEBP"), {"kind": "webp", "width": 40}),
        ("<?xml version='1.0' encoding='GBK'?><发票>样票</发票>".encode("gbk"), {"root": "发票"}),
        (b"<a:EInvoice xmlns:a='b'/>", {"root": "EInvoice", "nodes": 1}),
    ],
)
def test_an_honest_file_passes_with_what_was_counted(data: bytes, facts: dict[str, Any]) -> None:
    report = kind.inspect(data)
    assert report["refusal"] is None
    assert facts.items() <= report.items()
    assert report["size"] == len(data)


def test_what_is_not_read_here_is_the_wrong_kind() -> None:
    assert word(b"") == "empty"
    assert word(b"MZ\x90\x00") == "wrong_kind"
    assert word(b"\x00\x00\x00\x18ftypheic\x00\x00") == "broken"


def test_files_are_refused_by_size_before_they_are_opened() -> None:
    for head, name in ((b"%PDF-1.7", "pdf"), (b"<a>", "xml"), (b"\xff\xd8\xff", "jpeg")):
        assert word(head + b" " * LARGEST[name]) == "too_large"


def test_encrypted_pdfs_are_refused_even_without_a_password() -> None:
    crypt = (
        b"/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
        b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"00" * 32, b"00" * 32)
    )
    assert word(pdf(trailer=crypt)) == "encrypted"
    assert word(pdf(trailer=_opened_by_anybody())) == "encrypted"


def _opened_by_anybody() -> bytes:
    """The trailer of a PDF that asks nobody for a password (ISO 32000 §7.6.3, revision 2)."""
    padding = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    owner, mark, rights = bytes(32), bytes(16), struct.pack("<i", -4)
    key = hashlib.md5(padding + owner + rights + mark, usedforsecurity=False).digest()[:5]
    return b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % tuple(
        part.hex().encode() for part in (mark, mark, owner, _rc4(key, padding))
    )


def _rc4(key: bytes, text: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, j = bytearray(), 0
    for i, byte in enumerate(text, start=1):
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def test_pdfs_that_act_are_refused() -> None:
    for extra in (
        b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"/OpenAction<</S/Launch/F(calc.exe)>>",
        b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>",
        b"/AcroForm<</XFA[]/Fields[]>>",
    ):
        assert word(pdf(extra)) == "active"


def test_pdfs_with_too_many_pages_or_a_second_file_behind_are_refused() -> None:
    assert word(pdf(pages=200)) is None
    assert word(pdf(pages=201)) == "too_many"
    assert word(pdf() + packed(OFD)) == "broken"
    assert word(pdf() + b"\r\n \0\0") is None
    assert word(pdf()[:-30]) == "broken"
    assert word(b"%PDF-1.7\n%%EOF") == "broken"


def test_truncated_pictures_are_broken() -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        whole = picture(form, (300, 200), **({} if form == "PNG" else {"quality": 95}))
        assert word(whole) is None
        assert word(whole[: len(whole) * 2 // 3]) == "broken"
        assert word(whole[:20]) == "broken"


def test_pictures_beyond_64_megapixels_are_refused_before_they_are_decoded() -> None:
    def header(width: int, height: int) -> bytes:
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunk = b"IHDR" + head
        data = b"IDAT" + zlib.compress(b"\0" * 100)
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c))
            for c in (chunk, data, b"IEND")
        )

    assert word(header(9248, 6936)) == "broken"
    assert word(header(9000, 9000)) == "too_large"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert word(header(9000, 9000)) == "too_large"
    assert word(header(12_001, 100)) == "too_large"
    assert word(header(65_000, 65_000)) == "bomb"


def test_moving_pictures_are_refused() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        file = BytesIO()
        frames[0].save(file, form, save_all=True, append_images=frames[1:])
        assert word(file.getvalue()) == "animated"


def test_a_phone_photo_with_a_hidden_second_frame_is_a_jpeg() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, "MPO", save_all=True, append_images=frames[1:])
    report = kind.inspect(file.getvalue())
    assert (report["kind"], report["refusal"]) == ("jpeg", None)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "1">]><a>&x;</a>', "doctype"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype"),
        (b"<?xml version='1.0'?><!-- x --><!DOCTYPE a><a/>", "doctype"),
        (b"<a>" * 65 + b"</a>" * 65, "bomb"),
        (b"<a>" + b"<b/>" * 50_000 + b"</a>", "bomb"),
        (b"<a><b></a>", "broken"),
        (b"<a>&x;</a>", "broken"),
        (b"<a>\xff</a>", "broken"),
        (b"<?xml version='1.0' encoding='UTF-7'?><a/>", "broken"),
        (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "broken"),
        ("<a>样票</a>".encode("gbk"), "broken"),
    ],
)
def test_xml_that_invoices_never_are_is_refused(data: bytes, expected: str) -> None:
    assert word(data) == expected


def test_xml_just_within_the_limits_passes() -> None:
    assert word(b"<a>" * 64 + b"</a>" * 64) is None
    assert word(b"<a>" + b"<b/>" * 49_999 + b"</a>") is None


def test_no_damage_makes_it_fail_in_any_other_way() -> None:
    chance = random.Random(7)
    for whole in (
        packed(OFD),
        packed(XLSX),
        pdf(),
        picture("PNG"),
        picture("WEBP"),
        b"<a><b/></a>",
    ):
        for _ in range(150):
            data = bytearray(whole[: chance.randrange(4, len(whole) + 1)])
            for _ in range(chance.randrange(5)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            refusal = word(bytes(data), "a.ofd")
            assert refusal is None or refusal in REFUSALS


def test_a_refusal_has_a_sentence_for_its_word() -> None:
    for name, sentence in REFUSALS.items():
        refused = Refused(name)
        assert (refused.word, str(refused)) == (name, sentence)


def samples() -> list[Path]:
    """Every real document."""
    folders = ("pdf", "ofd", "xml", "scan", "photo")
    return [file for folder in folders for file in sorted((Path(SAMPLES) / folder).iterdir())]


@needs_samples
def test_no_real_document_is_refused() -> None:
    for file in samples():
        report = kind.inspect(file.read_bytes(), file.name)
        assert report["refusal"] is None, file.name
