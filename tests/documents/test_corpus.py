"""Hundreds of damaged files of every kind go through the real sandbox: none does any harm."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from app.documents import specimens
from app.documents.readers.limits import MEDIA_TYPES, REFUSALS
from app.documents.specimens import older
from app.plumbing import sandbox
from app.plumbing.sandbox import Unreadable
from tests import make, sheets
from tests.documents.test_mutations import bytes_changed, part_changed, words_changed
from tests.photographed import on_desk, printed

pytestmark = [
    pytest.mark.full,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]
EACH, SEEN, SECONDS = 8, 24, 20.0
SUFFIXES = (".xml", ".ofd", ".pdf", ".jpg", ".png", ".webp")
DRAWN = frozenset(MEDIA_TYPES) - {"xml", "zip", "xlsx"}


def own() -> dict[str, bytes]:
    """One file of each kind that we make ourselves."""
    one, photo = make.specimen(97), BytesIO()
    on_desk(printed(sheets.paper(one))).save(photo, "JPEG", quality=80)
    return {
        "own.xml": specimens.write_xml(one),
        "own-old.xml": older.write_original(one),
        "own.ofd": specimens.write_ofd(one),
        "own.pdf": specimens.draw_pdf(one, {"a.xml": specimens.write_xml(one)}),
        "own.png": make.picture(97).getvalue(),
        "own.jpg": photo.getvalue(),
        "own.heic": (Path(__file__).parent / "specimen.heic").read_bytes(),
    }


def real() -> dict[str, bytes]:
    folder = os.environ.get("YANPIAO_SAMPLES")
    if not folder:
        pytest.skip("YANPIAO_SAMPLES is not set: no real documents to damage")
    return {
        place.name: place.read_bytes()
        for place in sorted(Path(folder).rglob("*"))
        if place.suffix in SUFFIXES and place.parent.name != "qrbench"
    }


def damaged(files: dict[str, bytes], seed: int) -> Iterator[tuple[str, bytes]]:
    """Each file several times: bytes, words or a part changed, cut off, or joined to another."""
    chance = random.Random(seed)
    for name, data in files.items():
        for _ in range(EACH):
            yield name, _changed(name, data, files, chance)


def _changed(name: str, data: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    way = chance.randrange(5)
    if way == 0:
        return data[: chance.randrange(1, len(data))]
    if way == 1:
        other = chance.choice(list(files.values()))
        return data[: chance.randrange(1, len(data))] + other[chance.randrange(len(other)) :]
    if way == 2 and name.endswith((".xml", ".pdf")):
        return words_changed(data, chance)
    if way == 2 and name.endswith(".ofd"):
        return part_changed(data, chance)
    return bytes_changed(data, chance)


def ask(tool: str, data: bytes, **facts: object) -> str:
    """``read``, or the word of the refusal; every answer comes in time."""
    begun = time.monotonic()
    try:
        told, _ = sandbox.ask(tool, BytesIO(data), **facts)
        word = f"read {told.get('kind', '')}"
    except Unreadable as refusal:
        word = refusal.reason
    assert time.monotonic() - begun < SECONDS
    return word


def go_through(data: bytes, name: str) -> Iterator[str]:
    """Everything that the product does with a file that was handed in."""
    first = ask("inspect", data, name=name)
    yield first
    if first.startswith("read "):
        sort = first.removeprefix("read ")
        yield ask("read", data, kind=sort)
        if sort in DRAWN:
            yield ask("preview", data, media_type=MEDIA_TYPES[sort], page=1)


@pytest.mark.parametrize("files", [own, real])
def test_damaged_files_of_every_kind_are_refused_or_read(app, files):
    told = Counter()
    for name, data in damaged(files(), 2026):
        words = list(go_through(data, name))
        told.update(word.split()[0] for word in words)
        assert not {"died", "fault"} & set(words), (name, words)
    assert told["read"] > 40 and set(told) <= {"read", *REFUSALS}
    assert sandbox.state()["network"] != "open", "the server still answers"


@pytest.mark.parametrize("files", [own, real])
def test_damaged_pictures_do_the_eyes_no_harm(app, stage, files):
    app.extensions["sandbox"][True] = stage.eyes()
    pictures = {name: data for name, data in files().items() if not name.endswith(".xml")}
    shown = [
        (sort, data)
        for name, data in damaged(pictures, 7)
        if (sort := ask("inspect", data, name=name).removeprefix("read ")) in DRAWN
    ]
    random.Random(1).shuffle(shown)
    for sort, data in shown[:SEEN]:
        assert ask(sandbox.EYES, data, kind=sort).split()[0] in {"read", *REFUSALS}
    whole = own()["own.jpg"]
    told, _ = sandbox.ask(sandbox.EYES, BytesIO(whole), kind="jpeg")
    assert told["found"], "and the next good picture is read"
