"""What the seals of an OFD look like, and where they stand; whether they hold is not asked here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.documents.readers import ses
from app.documents.readers.certificate import FAULTS
from app.documents.readers.markup import children, text
from app.documents.readers.ofdtree import Box, Document, Page, numbers
from app.documents.readers.seal import MOST_SEALS

_USUAL = "Signs/Signatures.xml"
_MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """The picture of a seal: ``box`` is where, ``cut`` is what of that is shown, if not all."""

    form: str
    picture: bytes
    box: Box
    cut: Box | None


def on(page: Page) -> Iterator[Stamp]:
    """The seals on one page, in the order of the file."""
    for place in islice(_signatures(page.document), MOST_SEALS):
        package = page.document.package
        root = package.tree(place)
        for said in children(root, "SignedInfo"):
            places = [one for one in children(said, "StampAnnot") if one.get("PageRef") == page.id]
            blob = package.bytes(package.place(text(root, "SignedValue"), place)) if places else b""
            form, picture = _picture(blob)
            for one in places[:_MOST_PLACES] if picture else ():
                if box := _box(one.get("Boundary")):
                    yield Stamp(form, picture, box, _box(one.get("Clip")))


def _signatures(document: Document) -> Iterator[str]:
    package = document.package
    named = document.signatures
    listed = package.place(named, "") if named else document.beside(_USUAL)
    for one in children(package.tree(listed), "Signature"):
        yield package.place(one.get("BaseLoc", ""), listed)


def _picture(blob: bytes) -> tuple[str, bytes]:
    try:
        return ses.picture(blob)
    except FAULTS:
        return "", b""


def _box(written: str | None) -> Box | None:
    found = numbers(written)
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 else None
