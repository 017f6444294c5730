"""Archives as people's computers make them, and as people write them who mean harm."""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from io import BytesIO
from typing import NamedTuple

MIB = 1 << 20


class OfWindows(zipfile.ZipInfo):
    """An entry whose name does not say that it is written as Chinese Windows does."""

    codec = "gb18030"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode(self.codec), self.flag_bits & ~0x800


class OfMac(OfWindows):
    """The same by a Mac."""

    codec = "utf-8"


def archive(files: Mapping[str, bytes], entry: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> BytesIO:
    """A ZIP of them, in their order."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in files.items():
            packed.writestr(entry(name), data, zipfile.ZIP_DEFLATED)
    made.seek(0)
    return made


class Part(NamedTuple):
    """An entry as it is written, byte for byte; ``says`` are other sizes, packed and unpacked."""

    name: str
    packed: bytes = b""
    size: int = 0
    crc: int = 0
    says: tuple[int, int] | None = None
    mode: int = 0o100644


def part(name: str, data: bytes) -> Part:
    """An honest one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Part(name, packer.compress(data) + packer.flush(), len(data), zlib.crc32(data))


@cache
def zeros(mib: int) -> Part:
    """Nothing but zeros: of 200 MiB there are 204 KB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    each = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return Part("大.xml", each * mib + packer.flush(), mib * MIB, zlib.crc32(bytes(mib * MIB)))


def lying(one: Part, size: int) -> Part:
    """One that says to unpack to so much."""
    return one._replace(says=(len(one.packed), size))


def written(*parts: Part) -> bytes:
    """A ZIP of them as they are."""
    files, directory = bytearray(), bytearray()
    for one in parts:
        directory += _entry(one, len(files))
        files += _header(one) + one.packed
    return bytes(files + directory) + _end(len(parts), len(directory), len(files))


def same(count: int, one: Part, name: str = "") -> bytes:
    """A ZIP whose directory names one part again and again, under as many names if one has %s."""
    file = _header(one) + one.packed
    directory = _entry(one, 0) * count
    if name:
        directory = b"".join(_entry(one._replace(name=name % n), 0) for n in range(count))
    return file + directory + _end(count, len(directory), len(file))


def nested(depth: int = 6, width: int = 16) -> bytes:
    """Archives in archives in archives, as 42.zip is."""
    inner = written(zeros(4))
    for _ in range(depth):
        inner = written(*(part(f"lib {n}.zip", inner) for n in range(width)))
    return inner


def _header(one: Part) -> bytes:
    name, sizes = one.name.encode(), one.says or (len(one.packed), one.size)
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", *_HEAD, one.crc, *sizes, len(name), 0) + name


def _entry(one: Part, place: int) -> bytes:
    name, sizes = one.name.encode(), one.says or (len(one.packed), one.size)
    facts = (*_HEAD, one.crc, *sizes, len(name), 0, 0, 0, 0, one.mode << 16, place)
    return struct.pack("<4sH5H3I5H2I", b"PK\x01\x02", _OF_UNIX, *facts) + name


def _end(count: int, size: int, place: int) -> bytes:
    said, wide = min(count, 0xFFFF), b""
    if count > said:
        facts = (44, 45, 45, 0, 0, count, count, size, place)
        wide = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", *facts)
        wide += struct.pack("<4sIQI", b"PK\x06\x07", 0, place + size, 1)
    return wide + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, said, said, size, place, 0)


_OF_UNIX = 3 << 8 | 20
_HEAD = (20, 0x800, 8, 0, 0x21)
_OFD = part("OFD.xml", b"<OFD/>"), part("Doc_0/Document.xml", b"<Document/>")
_XLSX = part("[Content_Types].xml", b"<Types/>"), part("xl/workbook.xml", b"<workbook/>")
_NOISE = part("noise.pdf", os.urandom(MIB))


class Trap(NamedTuple):
    """An archive that means harm, under which name it comes, and the word that refuses it."""

    make: Callable[[], bytes]
    word: str
    name: str = "发票包.zip"


def _of(word: str, parts: Callable[[], Iterable[Part]], name: str = "发票包.zip") -> Trap:
    return Trap(lambda: written(*parts()), word, name)


TRAPS = {
    "200 MiB in an OFD": _of("bomb", lambda: (*_OFD, zeros(200)), "发票.ofd"),
    "200 MiB in a workbook": _of("bomb", lambda: (*_XLSX, zeros(200)), "清单.xlsx"),
    "200 MiB in an archive": _of("bomb", lambda: [zeros(200)]),
    "200 MiB that say ten bytes": _of("bomb", lambda: [lying(zeros(200), 10)]),
    "200 files of 1 MiB": _of(
        "bomb", lambda: (zeros(1)._replace(name=f"{n}.xml") for n in range(200))
    ),
    "archives in archives, as 42.zip": Trap(nested, "nested"),
    "1,999 names for the same 10 MiB": Trap(lambda: same(1999, zeros(10), "%s.xml"), "bomb"),
    "100,000 empty files": Trap(lambda: same(100_000, Part(""), "%s.pdf"), "too_many"),
    "one empty file 1,000,000 times": Trap(lambda: same(1_000_000, Part("a")), "too_many"),
    "1 MiB that says ten bytes": _of("broken", lambda: [lying(_NOISE, 10)]),
    "1 MiB that says 4 GiB": _of("broken", lambda: [lying(_NOISE, 0xFFFFFFFE)]),
    "1 MiB that says to be packed in 2 GiB": _of(
        "broken", lambda: [_NOISE._replace(says=(0x7FFFFFFF, MIB))]
    ),
    "a name that leads out": _of("unsafe", lambda: [part("../../发票.pdf", b"x")]),
    "a name from the root": _of("unsafe", lambda: [part("/etc/passwd", b"x")]),
    "a link": _of("unsafe", lambda: [part("a.pdf", b"/etc/passwd")._replace(mode=0o120777)]),
}
"""What TRUST §4.8 calls F48."""
