"""Files changed at random: readers refuse them or read what is in them, and never break."""

from __future__ import annotations

import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest

from app.core.money import Money
from app.documents import specimens
from app.documents.readers import ofddraw, reading
from app.documents.readers.found import Found, group
from app.documents.readers.limits import Refused
from app.documents.readers.package import Package
from app.documents.specimens import older
from tests.make import accounted, specimen

ONE = specimen(1)
FAMILIES: dict[str, tuple[str, bytes]] = {
    "einvoice": ("xml", specimens.write_xml(ONE)),
    "original": ("xml", older.write_original(ONE)),
    "inv": ("xml", older.write_xbrl(ONE)),
    "rai": ("xml", older.write_rail(ONE)),
    "atr": ("xml", older.write_flight(ONE)),
    "tagged ofd": ("ofd", specimens.write_ofd(ONE)),
    "ofd with original": (
        "ofd", older.pack_ofd({"original_invoice.xml": older.write_original(ONE)})
    ),
    "pdf with rail": ("pdf", specimens.draw_pdf(ONE, {"rai_issuer_1.xml": older.write_rail(ONE)})),
}  # fmt: skip
WHOLE = ("number", "code", "check_code", "seller_tax_id", "buyer_tax_id", "qr")
TEXTS = re.compile(rb">([^<>]{1,80})<")
TAGS = re.compile(rb"<(/?[A-Za-z:-]+)")
ODD = (b"", b"***", b"NaN", b"1e9", b"-0.00", b"9" * 40, b"\xff", b"0001-01-01", "１２".encode(),
       b"&#x1F600;", b"]]>", b"<x/>", b"2026-02-30", b"\xe2\x80\x8b", b"Infinity")  # fmt: skip


def bytes_changed(data: bytes, chance: random.Random) -> bytes:
    """A few bytes written over, left out or doubled."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case _:
                changed[at:at] = changed[at : at + chance.randint(1, 40)]
        changed = changed or bytearray(b"<")
    return bytes(changed)


def words_changed(data: bytes, chance: random.Random) -> bytes:
    """A text replaced by an odd one, a tag by another one, or an element doubled."""
    texts, tags = list(TEXTS.finditer(data)), list(TAGS.finditer(data))
    if not texts or not tags:
        return bytes_changed(data, chance)
    text, tag = chance.choice(texts), chance.choice(tags)
    match chance.randrange(3):
        case 0:
            return data[: text.start(1)] + chance.choice(ODD) + data[text.end(1) :]
        case 1:
            return data[: tag.start(1)] + chance.choice(tags)[1] + data[tag.end(1) :]
        case _:
            return data[: text.start(1)] + chance.choice(texts)[1] + data[text.end(1) :]


def part_changed(data: bytes, chance: random.Random) -> bytes:
    """One entry of an OFD changed, and the whole packed again."""
    with zipfile.ZipFile(BytesIO(data)) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    name = chance.choice([name for name, text in entries.items() if text])
    entries[name] = chance.choice((bytes_changed, words_changed))(entries[name], chance)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for name, text in entries.items():
            new.writestr(name, text)
    return packed.getvalue()


def seen_in(sort: str, data: bytes) -> str | None:
    """Everything that is written in a file or in its code, without what may part digits."""
    if sort == "pdf":
        return None
    parts = [data]
    if sort == "ofd":
        package = Package(data)
        parts = [package.bytes(name) for name in package.under("")]
        parts.append(specimens.qr_text(ONE).encode())
    return "".join(part.decode("utf-8", "replace") for part in parts)


def ensure_true(sort: str, data: bytes, told: dict[str, object]) -> None:
    """What was told can be kept and shown, and what is told in one piece stands in the file."""
    json.dumps(told, allow_nan=False)
    written = seen_in(sort, data)
    for one in told["found"]:  # type: ignore[attr-defined]
        values = one["values"]
        for name in {"amount", "tax", "total"} & values.keys():
            Money.parse(values[name])
        for line in one["lines"]:
            for name in {"amount", "tax"} & line.keys():
                Money.parse(line[name])
        for name in WHOLE if written else ():
            value = values.get(name, "")
            plain = unicodedata.normalize("NFKC", written or "").upper()
            plain = re.sub(r"<[^>]*>|\s|&#?\w+;", "", plain)
            assert re.sub(r"\s", "", value).upper() in plain, (name, value)
    for grouped in group(Found(**one) for one in told["found"]):  # type: ignore[attr-defined]
        grouped.best(), grouped.lines(), grouped.contradictions()


def attack(family: str, count: int, seed: int) -> int:
    """Change a file ``count`` times; gives how often something was still read."""
    chance = random.Random(f"{family}-{seed}")
    sort, data = FAMILIES[family]
    ways: tuple[Callable[[bytes, random.Random], bytes], ...] = (bytes_changed, words_changed)
    ways = (bytes_changed, part_changed, part_changed) if sort == "ofd" else ways
    read = 0
    for _ in range(count):
        changed = chance.choice(ways)(data, chance)
        try:
            told = reading.read(changed, sort)
        except Refused:
            continue
        ensure_true(sort, changed, told)
        accounted("x", changed)
        if sort == "ofd":
            with suppress(Refused):
                ofddraw.draw(changed, 1)
        read += bool(told["found"])
    return read


@pytest.mark.parametrize("family", FAMILIES)
def test_a_changed_file_is_refused_or_read_as_it_is(family):
    assert attack(family, 10 if family.startswith("pdf") else 200, 1)


@pytest.mark.full
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(2, 6))
def test_thousands_of_changed_files_are_refused_or_read_as_they_are(family, seed):
    assert attack(family, 60 if family.startswith("pdf") else 2500, seed)
