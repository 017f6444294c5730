"""Archives are measured by what they really unpack to, and hostile ones are refused."""

from __future__ import annotations

import os
import struct
import zipfile
from io import BytesIO

import pytest

from app.documents.readers import kind
from app.documents.readers.limits import KIB, MIB
from tests import zipped

OFD = {"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<Document/>"}
XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
PDF = b"%PDF-1.7 is not opened here"


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def many(count: int, part: zipped.Part) -> bytes:
    """An OFD with the same part under as many names."""
    own = [zipped.part(name, data) for name, data in OFD.items()]
    return zipped.written(*own, *(part._replace(name=f"{number}.bin") for number in range(count)))


def word(data: bytes, name: str = "") -> object:
    """The refusal."""
    return kind.inspect(data, name)["refusal"]


def test_zip_bombs_are_counted_not_believed() -> None:
    assert word(packed(OFD | {"a.xml": b" " * (2 * MIB)})) == "bomb"
    noise = zipped.part("noise", (os.urandom(20 * KIB) * 52)[:MIB])
    assert word(many(99, noise)) is None
    assert word(many(100, noise)) == "bomb"
    assert word(many(15, zipped.zeros(1))) is None
    assert word(many(17, zipped.zeros(1))) == "bomb"
    lying = bytearray(packed(OFD | {"big.bin": os.urandom(MIB)}))
    for at in _sizes(lying, b"big.bin"):
        struct.pack_into("<I", lying, at, 10)
    assert word(bytes(lying)) == "broken"


def _sizes(data: bytearray, name: bytes) -> list[int]:
    """Where the local header and the directory say how large ``name`` is."""
    local, central = data.find(name), data.rfind(name)
    return [local - 30 + 22, central - 46 + 24]


def test_entries_that_share_their_bytes_are_a_bomb() -> None:
    data = bytearray(packed({"OFD.xml": b"<OFD/>", "a.xml": b"<a/>", "b.xml": b"<a/>"}))
    first, last = data.rfind(b"a.xml") - 46, data.rfind(b"b.xml") - 46
    data[last + 42 : last + 46] = data[first + 42 : first + 46]
    assert word(bytes(data)) == "bomb"


@pytest.mark.parametrize(
    "name", ["../a.xml", "a/../../b", "C:\\a", "C:a", "a\\b", "//etc/passwd", "a\x01b", "a/.."]
)
def test_names_that_lead_out_are_unsafe(name: str) -> None:
    assert word(packed(OFD | {name: b"<a/>"})) == "unsafe"


def test_only_an_ofd_may_begin_its_names_with_a_slash() -> None:
    assert word(packed({"/OFD.xml": b"<OFD/>", "/Doc_0/Document.xml": b"<a/>"})) is None
    assert word(packed({"/a.pdf": PDF})) == "unsafe"


def test_links_and_doubles_are_unsafe() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("OFD.xml", b"<OFD/>")
        archive.writestr(link, b"/etc/passwd")
    assert word(file.getvalue()) == "unsafe"
    twice = packed(OFD | {"x.xml": b"<a/>", "y.xml": b"<b/>"}).replace(b"y.xml", b"x.xml")
    assert word(twice) == "unsafe"


def test_a_chinese_name_from_windows_is_not_a_backslash() -> None:
    name = "乗乗.pdf".encode("gbk")
    assert b"\\" in name
    data = packed({"a" * len(name): PDF}).replace(b"a" * len(name), name)
    assert word(data) is None


def test_archives_inside_archives_are_refused_but_a_batch_may_hold_ofd() -> None:
    inner = packed({"a": b"b"})
    assert word(packed({"a.zip": inner})) == "nested"
    assert word(packed(OFD | {"Doc_0/Attachs/a.ofd": inner})) == "nested"
    assert word(packed(XLSX | {"xl/embeddings/a.docx": inner})) == "nested"
    assert word(packed({"a.bin": b"Rar!\x1a\x07\x00"})) == "nested"
    assert word(packed({"a.ofd": packed(OFD)})) is None


def test_encrypted_empty_crowded_and_active_archives_are_refused() -> None:
    locked = bytearray(packed(OFD))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + at] |= 1
    assert word(bytes(locked)) == "encrypted"
    assert word(packed({})) == "empty"
    assert word(packed(OFD | {f"{number}": b"" for number in range(1999)})) == "too_many"
    assert word(packed(XLSX | {"xl/vbaProject.bin": b"x"})) == "active"
    assert word(packed(XLSX | {"xl/externalLinks/externalLink1.xml": b"x"})) == "active"


def test_document_types_inside_archives_are_refused_wherever_they_stand() -> None:
    for before in (0, *range(65_515, 65_540), 200_000):
        text = b"<!--" + b"-" * before + b"--><!DOCTYPE a><a/>"
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            assert word(packed(OFD | {"Doc_0/a.XML": text}, method)) == "doctype"


def test_damaged_archives_are_broken() -> None:
    whole = packed(OFD | {"a.bin": os.urandom(3000)})
    assert word(whole[:-30], "a.ofd") == "broken"
    damaged = bytearray(whole)
    damaged[whole.find(b"a.bin") + 200] ^= 0xFF
    assert word(bytes(damaged)) == "broken"
    assert word(packed(OFD, zipfile.ZIP_BZIP2)) == "broken"
