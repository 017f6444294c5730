"""Writes a PDF as it grows: pages of our own with the drawn pages of other files placed on them.

Those come as ``documents.readers.leaf`` makes them, so they are written in the one plain way in
which pdfium writes: one object after the other, each length in figures. Nothing else is understood
here and nothing of it is carried out: objects are copied as bytes, with new numbers. What is the
same in several files, such as a font or a stamp, is written once. Memory does not grow with what is
written.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import IO, NamedTuple

MOST_OBJECTS = 50_000
DEEPEST = 100
_HEAD = re.compile(rb"(\d{1,7}) 0 obj\r?\n")
_BODY = re.compile(rb"((?:\((?:[^()\\]|\\.)*+\)|[^(])*?)(?:stream\r\n|\r?\nendobj\r?\n)", re.S)
_LENGTH = re.compile(rb"/Length (\d{1,9})(?=[\s/>])")
_TOKEN = re.compile(
    rb"(?P<text>\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f\s]*>)"
    rb"|(?<![\w.#/+-])(?P<number>\d{1,7}) 0 R(?!\w)",
    re.S,
)
_STREAM_END = b"\r\nendstream\r\nendobj\r\n"
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_KIDS = re.compile(rb"/Kids\[([\d\s R]*)\]")
_REFERENCE = re.compile(rb"(\d{1,7}) 0 R")
_PLAIN_SKIP = re.compile(rb"%[^\n]*\n")
_OUTWARD = re.compile(
    rb"/Type\s*/(?:EmbeddedFile|Filespec|Action|Annot|Catalog|Pages?)\b"
    rb"|/S\s*/(?:JavaScript|Launch|URI|GoTo[RE]?|SubmitForm|ImportData|Rendition)\b"
)
_ELSEWHERE = re.compile(rb"/F(?=\s*[(<])")


class NotALeaf(ValueError):
    """Bytes that are not written as ``documents.readers.leaf`` writes."""


class Thing(NamedTuple):
    """One object: its value, and its stream where it has one."""

    value: bytes
    stream: bytes | None


class Press:
    """One PDF in the making, written to ``out`` from its first byte to its last."""

    def __init__(self, out: IO[bytes]) -> None:
        """Begin a file."""
        self._out, self._at = out, 0
        self._places: dict[int, int] = {}
        self._last, self._same = 2, dict[bytes, int]()
        self._pages: list[int] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def count(self) -> int:
        """How many pages it has so far."""
        return len(self._pages)

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self._last += 1
        return self._last

    def write(self, value: bytes, stream: bytes | None = None, number: int = 0) -> int:
        """Write an object; gives its number. ``stream`` is as ``value`` says that it is packed."""
        number = number or self.reserve()
        self._places[number] = self._at
        self._write(b"%d 0 obj\n%b" % (number, value))
        if stream is not None:
            self._write(b"stream\r\n" + stream + b"\r\nendstream")
        self._write(b"\nendobj\n")
        return number

    def pack(self, facts: bytes, data: bytes, number: int = 0) -> int:
        """Write a stream of our own, packed; ``facts`` are the inner part of its dictionary."""
        packed = zlib.compress(data)
        head = b"<<%b/Filter/FlateDecode/Length %d>>" % (facts, len(packed))
        return self.write(head, packed, number)

    def take(self, leaf: bytes) -> list[int]:
        """The numbers of the forms of its pages, written here with all that they are made of.

        Raises NotALeaf.
        """
        things = read(leaf)
        taken: dict[int, int] = {}
        return [self._copy(number, things, taken, 0) for number in _forms(things)]

    def page(
        self,
        size: tuple[float, float],
        drawn: Sequence[int],
        fonts: Mapping[str, int],
        forms: Mapping[str, int],
    ) -> None:
        """Add a page of ``size`` points with drawings; what they name leads to objects.

        All are given by their numbers, which ``pack``, ``take`` and the fonts gave.
        """
        contents = b" ".join(b"%d 0 R" % one for one in drawn)
        held = b"/Font<<%b>>/XObject<<%b>>" % (_named(fonts), _named(forms))
        made = b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 %.2f %.2f]/Contents[%b]/Resources<<%b>>>>"
        self._pages.append(self.write(made % (*size, contents, held)))

    def finish(self, title: str, language: str) -> None:
        """Write what is left: the list of pages, the title, and where each object stands."""
        kids = b" ".join(b"%d 0 R" % one for one in self._pages)
        self.write(b"<</Type/Pages/Count %d/Kids[%b]>>" % (self.count, kids), number=1)
        shown = b"/ViewerPreferences<</DisplayDocTitle true>>/Lang(%b)" % language.encode()
        self.write(b"<</Type/Catalog/Pages 1 0 R%b>>" % shown, number=2)
        info = self.write(b"<</Title<%b>>>" % ("\ufeff" + title).encode("utf-16-be").hex().encode())
        start, size = self._at, self._last + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for number in range(1, size):
            place = self._places.get(number)
            self._write(b"%010d 00000 n \n" % place if place else b"0000000000 00000 f \n")
        trailer = b"trailer\n<</Size %d/Root 2 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        self._write(trailer % (size, info, start))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)

    def _copy(
        self, number: int, things: Mapping[int, Thing], taken: dict[int, int], deep: int
    ) -> int:
        """One object after all that it refers to; the same bytes are written once.

        A circle is closed by a number that is set aside when it is met for the second time.
        """
        if number in taken:
            taken[number] = taken[number] or self.reserve()
            return taken[number]
        thing = things.get(number)
        if thing is None or deep > DEEPEST:
            raise NotALeaf
        taken[number] = 0
        value = b"null" if _OUTWARD.search(thing.value) else thing.value
        value = _TOKEN.sub(lambda one: self._renumbered(one, things, taken, deep), value)
        if thing.stream is not None and b"/Resources" not in value:
            value = _ELSEWHERE.sub(b"/X", value)
        stream = None if value == b"null" else thing.stream
        if not taken[number]:
            mark = blake2b(value + b"\0" + (stream or b""), digest_size=16).digest()
            if mark not in self._same:
                self._same[mark] = self.write(value, stream)
            taken[number] = self._same[mark]
        else:
            self.write(value, stream, taken[number])
        return taken[number]

    def _renumbered(
        self, one: re.Match[bytes], things: Mapping[int, Thing], taken: dict[int, int], deep: int
    ) -> bytes:
        if one["number"] is None:
            return one[0]
        return b"%d 0 R" % self._copy(int(one["number"]), things, taken, deep + 1)


def read(leaf: bytes) -> dict[int, Thing]:
    """The objects of a PDF that pdfium wrote, by their numbers. Raises NotALeaf."""
    things: dict[int, Thing] = {}
    for number, thing in _objects(leaf):
        if number in things or len(things) == MOST_OBJECTS:
            raise NotALeaf
        things[number] = thing
    return things


def _objects(leaf: bytes) -> Iterator[tuple[int, Thing]]:
    at = 0
    while found := _PLAIN_SKIP.match(leaf, at):
        at = found.end()
    while head := _HEAD.match(leaf, at):
        body = _BODY.match(leaf, head.end())
        if body is None:
            raise NotALeaf
        at, stream = body.end(), None
        if body[0].endswith(b"stream\r\n"):
            length = _LENGTH.search(body[1])
            end = at + int(length[1]) if length else -1
            if end < at or leaf[end : end + len(_STREAM_END)] != _STREAM_END:
                raise NotALeaf
            stream, at = leaf[at:end], end + len(_STREAM_END)
        yield int(head[1]), Thing(body[1], stream)
    if leaf[at : at + 4] != b"xref":
        raise NotALeaf


def _forms(things: Mapping[int, Thing]) -> Iterable[int]:
    """What is drawn on each page, in the order of the pages: the object made after the page."""
    pages = next((one.value for one in things.values() if b"/Type/Pages" in one.value), b"")
    kids = _KIDS.search(pages)
    if kids is None:
        raise NotALeaf
    for kid in _REFERENCE.findall(kids[1]):
        number = int(kid) + 1
        form = things.get(number)
        if form is None or form.stream is None or not _FORM.search(form.value):
            raise NotALeaf
        yield number


def _named(held: Mapping[str, int]) -> bytes:
    return b"".join(b"/%b %d 0 R" % (name.encode(), number) for name, number in held.items())
