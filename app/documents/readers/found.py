"""What one source inside a document says of one invoice, and which of them belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256 as sha256_of
from typing import Any

from app.core import fields
from app.core.invoice import InvoiceKey
from app.documents.readers.tidy import tidy, tidy_line

MOST_LINES = 2000
LINE = ("name", "spec", "unit", "quantity", "price", "amount", "rate", "tax")
_RIM = 0.1


@dataclass(slots=True)
class Found:
    """One invoice as one source tells it: field names and values as text.

    Money is in yuan with two decimals, days are ISO, ``places`` says where each value stood, and
    ``lines`` are the goods with ``LINE``'s names. ``body`` counts the documents inside the file;
    ``is_about_file`` marks data that its maker put beside the pages.
    """

    source: str
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)
    body: int = 0
    is_about_file: bool = False

    def note(self, name: str, raw: str | None, place: Any = None) -> None:
        """Keep a value that can be read as ``name``; what cannot is left unknown."""
        value = tidy(name, raw or "")
        if value:
            self.values.setdefault(name, value)
            if place is not None:
                self.places.setdefault(name, place)

    def add_line(self, raw: Mapping[str, str]) -> None:
        """Keep one line of goods, as far as there is room."""
        line = {name: value for name in LINE if (value := tidy_line(name, raw.get(name, "")))}
        if line and len(self.lines) < MOST_LINES:
            self.lines.append(line)

    @property
    def key(self) -> InvoiceKey | None:
        """Which invoice it speaks of, if its number can be one."""
        try:
            issued = date.fromisoformat(self.values["issued"]) if "issued" in self.values else None
            return InvoiceKey.of(self.values.get("code"), self.values["number"], issued=issued)
        except (KeyError, ValueError):
            return None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that was said of one invoice in one document, the most trusted first."""

    said: list[Found]

    def best(self) -> dict[str, tuple[str, str]]:
        """By field: the value and the source of it."""
        chosen: dict[str, tuple[str, str]] = {}
        for one in self.said:
            for name, value in one.values.items():
                chosen.setdefault(name, (value, one.source))
        return chosen

    def lines(self) -> list[dict[str, str]]:
        """The goods, from the most trusted source that names any."""
        return next((one.lines for one in self.said if one.lines), [])

    def contradictions(self) -> list[fields.Contradiction]:
        """Where the sources of this document differ."""
        return fields.contradictions(
            fields.Said(name, value, one.source)
            for one in self.said
            for name, value in one.values.items()
        )


@dataclass(frozen=True, slots=True)
class Grouped(Told):
    """The same of an invoice whose number is one that an invoice can have."""

    key: InvoiceKey


def group(found: Iterable[Found]) -> list[Grouped]:
    """By invoice, in the order of the file; a document inside it speaks of one, if it can.

    Each page of a PDF is such a document. Where its most trusted part names exactly one invoice, a
    part or a code of its first page with another number, or a part without any, is taken as
    speaking of the same: the contradiction is then seen. Codes of later pages, and several codes,
    are invoices of their own.
    """
    groups: dict[InvoiceKey, list[Found]] = {}
    said = list(found)
    for body in dict.fromkeys(one.body for one in said):
        mine = sorted((one for one in said if one.body == body), key=_trust)
        only = _only(mine)
        is_one_code = len({one.key for one in mine if one.source == "qr"} - {None}) == 1
        first = min(map(_page, mine))
        for one in mine:
            joins = one.source != "qr" or is_one_code and one.key and _page(one) == first
            if key := only if only and joins else one.key:
                groups.setdefault(key, []).append(_spelled_whole(one))
    return [Grouped(sorted(told, key=_trust), key) for key, told in groups.items()]


def join(read: list[Found], seen: Mapping[str, Any]) -> list[Found]:
    """Codes together with what was seen around them, each in the part of the picture it is on.

    ``seen`` is what ``sighted.look`` says; empty for a file that needs no looking at.
    """
    parts = seen.get("parts", [])
    for one in (code for code in read if parts and code.source == "qr"):
        one.body = _home(one, parts)
    return read + [Found(**one) for one in seen.get("found", ())]


def _home(code: Found, parts: Sequence[Mapping[str, Any]]) -> int:
    """The part a code is on, the only one if nobody knows where it stands; else none of them."""
    places = [place for place in code.places.values() if place]
    if not any("page" in place for place in places):
        return 0 if len(parts) == 1 else len(parts)
    boxed = [place for place in places if "box" in place]
    homes = (body for body, part in enumerate(parts) if boxed and _is_on(boxed[0], part))
    return next(homes, len(parts))


def _is_on(place: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    """Whether the middle of a code is in a part, or near: a code stands at the rim of its page."""
    west, north, east, south = sides(place["box"])
    x, y = (west + east) / 2, (north + south) / 2
    left, top, right, bottom = part["box"]
    room = _RIM * max(right - left, bottom - top)
    near = left - room < x < right + room and top - room < y < bottom + room
    return bool(place["page"] == part["page"] and near)


def sides(box: Sequence[Any]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a place, be it kept so or as the corners of a bent one."""
    corners = box if isinstance(box[0], Sequence) else [box[:2], box[2:]]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def slips(
    found: Iterable[Found],
    sha256: str,
    named: Iterable[Told],
    parts: Sequence[Mapping[str, Any]] = (),
) -> list[Grouped]:
    """Invoices without a number, known by their file until somebody adds it.

    Of several in one file each is known by its part of the picture, which keeps its id when others
    are put together or split, else by its place. ``named`` have a number. Each says as ``slip`` by
    what it was known first.
    """
    others = {one.body for grouped in named for one in grouped.said}
    bodies: dict[int, list[Found]] = {}
    for one in found:
        if "kind_word" in one.values and one.body not in others:
            bodies.setdefault(one.body, []).append(one)
    if len(bodies) == 1 and not others:
        (said,) = bodies.values()
        return [_slip(said, sha256)]
    ids = dict(enumerate(part_id(part, body) for body, part in enumerate(parts)))
    return [
        _slip(said, sha256_of(f"{sha256}/{ids.get(body, body)}".encode()).hexdigest())
        for body, said in bodies.items()
    ]


def part_id(part: Mapping[str, Any], body: int) -> str:
    """What a part of a picture is called for good: as a person made it, else by its place."""
    return str(part.get("id", body))


def _slip(said: list[Found], digest: str) -> Grouped:
    first, *rest = said
    key = InvoiceKey.file(digest)
    return Grouped([replace(first, values={**first.values, "slip": key.text}), *rest], key)


def _only(said: list[Found]) -> InvoiceKey | None:
    """The one invoice that the most trusted sort of part names; None where it names several."""
    for level in _LEVELS:
        if keys := {one.key for one in said if one.key and level(one)}:
            return keys.pop() if len(keys) == 1 else None
    return None


def _page(one: Found) -> int:
    """The page of its number; what is no part of a page counts as the first of its document."""
    return int((one.places.get("number") or {}).get("page", one.body + 1))


def _spelled_whole(one: Found) -> Found:
    """A 20-digit number that was given as 12 + 8 digits, in one piece (FORMATS §8.2)."""
    if not one.key or one.key.scheme != "digital" or "code" not in one.values:
        return one
    rest = {name: value for name, value in one.values.items() if name != "code"}
    return replace(one, values=rest | {"number": one.key.number})


def _trust(one: Found) -> int:
    return fields.trust(one.source)


_LEVELS: tuple[Callable[[Found], bool], ...] = (
    lambda one: one.source == "xml",
    lambda one: one.source not in ("xml", "qr", "ocr") and not one.is_about_file,
    lambda one: one.is_about_file,
    lambda one: one.source == "qr",
    lambda one: one.source == "ocr",
)
