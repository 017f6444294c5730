"""OFD, XLSX and batch ZIP files measured by what they really unpack to, never by what they say."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from app.documents.readers.limits import (
    KIB,
    LONGEST_DIRECTORY,
    MOST_ENTRIES,
    MOST_RATIO,
    RATIO_COUNTS_FROM,
    UNPACKED,
    WHOLE_COUNTS_FROM,
    Refused,
)

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_PIECE = 64 * KIB
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CHAFF = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh")
_DOCTYPE = b"<!DOCTYPE"
_UNSAFE = re.compile(r"[\\\x00-\x1f]|^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")
_ACTIVE = re.compile(r"(?i)xl/(?:vbaproject\.bin|externallinks/|macrosheets/)")


def names(data: bytes) -> list[str]:
    """The names of its entries as they are written; empty where the directory cannot be read."""
    try:
        return _open(data).namelist()
    except Refused:
        return []


def measure(data: bytes, kind: str) -> dict[str, object]:
    """``{"entries", "unpacked"}`` (bytes) of an ``ofd``, ``xlsx`` or ``zip``, or Refused.

    Every entry is inflated and counted; a batch may hold OFD files, nothing else may hold archives.
    """
    entries = _open(data).infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused("too_many")
    if not entries:
        raise Refused("empty")
    _refuse_names(entries, kind)
    _refuse_overlaps(entries)
    most = min(UNPACKED[kind], max(WHOLE_COUNTS_FROM, len(data) * MOST_RATIO))
    unpacked = 0
    for entry in entries:
        unpacked += _count(data, entry, kind, most - unpacked)
    return {"entries": len(entries), "unpacked": unpacked}


def unpack(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of a batch ZIP that was measured, folders left out.

    What systems put there by themselves (``__MACOSX``, ``.DS_Store``, ``Thumbs.db``) is no file.
    """
    for entry in _open(data).infolist():
        name = _spell(entry)
        last = name.rpartition("/")[2]
        if last and not name.startswith("__MACOSX/") and last not in _CHAFF:
            yield name, b"".join(_inflate(data, entry))


class _Archive(BytesIO):
    """Its directory is asked for in one piece; one of far too many entries is not given."""

    def read(self, size: int | None = -1) -> bytes:
        if size and size > LONGEST_DIRECTORY:
            raise Refused("too_many")
        return super().read(size)


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_Archive(data))
    except Refused:
        raise
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        raise Refused("broken") from None


def _refuse_names(entries: list[zipfile.ZipInfo], kind: str) -> None:
    """Some makers begin every name of an OFD with a slash (FORMATS §5); nothing else may."""
    seen = set()
    for entry in entries:
        name = _spell(entry)
        name = name.removeprefix("/") if kind == "ofd" else name
        plain = unicodedata.normalize("NFC", name)
        if _UNSAFE.search(name) or plain in seen or stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused("unsafe")
        if kind == "xlsx" and _ACTIVE.match(name):
            raise Refused("active")
        seen.add(plain)


def _spell(entry: zipfile.ZipInfo) -> str:
    """Macs write UTF-8 without saying so; Chinese Windows GBK, with bytes like backslashes."""
    name = entry.orig_filename
    for codec in () if entry.flag_bits & _UTF8 else ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            return name.encode("cp437").decode(codec)
    return name


def _refuse_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refused("bomb")
        end = entry.header_offset + _LOCAL_HEADER.size + entry.compress_size


def _count(data: bytes, entry: zipfile.ZipInfo, kind: str, room: int) -> int:
    """The bytes that ``entry`` unpacks to; at most ``room``, and as many as its header says."""
    size, crc, tail = 0, 0, b""
    most = min(room, max(RATIO_COUNTS_FROM, entry.compress_size * MOST_RATIO))
    for piece in _inflate(data, entry):
        if not size:
            _refuse_nested(piece, entry, kind)
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        if size > most:
            raise Refused("bomb")
        if entry.filename.lower().endswith((".xml", ".rels")) and _DOCTYPE in tail + piece:
            raise Refused("doctype")
        tail = piece[-len(_DOCTYPE) :]
    if (size, crc) != (entry.file_size, entry.CRC):
        raise Refused("broken")
    return size


def _refuse_nested(head: bytes, entry: zipfile.ZipInfo, kind: str) -> None:
    invoice = kind == "zip" and entry.filename.lower().endswith(".ofd")
    if head.startswith(_ARCHIVES) and not invoice:
        raise Refused("nested")


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.flag_bits & _ENCRYPTED:
        raise Refused("encrypted")
    packed = _packed(data, entry)
    pieces = (packed[at : at + _PIECE] for at in range(0, len(packed), _PIECE))
    if entry.compress_type == zipfile.ZIP_STORED:
        return map(bytes, pieces)
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        return _inflate_pieces(pieces)
    raise Refused("broken")


def _inflate_pieces(pieces: Iterator[memoryview]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in pieces:
            rest: bytes | memoryview = piece
            while rest:
                yield inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise Refused("broken") from None
    if not inflater.eof:
        raise Refused("broken")


def _packed(data: bytes, entry: zipfile.ZipInfo) -> memoryview:
    """The packed bytes where the local header really puts them."""
    try:
        mark, name, extra = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    except struct.error:
        raise Refused("broken") from None
    start = entry.header_offset + _LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + entry.compress_size]
    if mark != b"PK\x03\x04" or len(packed) != entry.compress_size:
        raise Refused("broken")
    return packed
