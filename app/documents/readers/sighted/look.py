"""Look at a picture, or at the pages of a scan, as a person would: the text, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PIL import Image

from app.documents.readers import ofddraw
from app.documents.readers.codes import SCANNED_PAGES_TRIED
from app.documents.readers.found import Found
from app.documents.readers.layout import Page
from app.documents.readers.page import draw, flatten, load, open_pdf, open_picture
from app.documents.readers.print import of_lines
from app.documents.readers.sighted import (
    eticket,
    eyes,
    faults,
    flight,
    invoice,
    parts,
    roll,
    slip,
    ticket,
    vehicle,
)
from app.documents.readers.sighted.seen import Line, Seen, upright

DPI = 170
_DRAFT = 2 * eyes.LONGEST
_SAYS_ENOUGH = frozenset({"number", "total", "issued", "ticket"})
READERS = (
    eticket.read, vehicle.read, flight.read, slip.read_gate, slip.read_quota, roll.read,
    invoice.read, slip.read, ticket.read,
)  # fmt: skip
"""Those that know their form by its words come before those that take any with their labels."""


def read(
    data: bytes, kind: str, by_hand: Sequence[Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """``{"found": [Found as JSON, …], "parts": [{"page", "box"}, …], "faults": […], "prints": …}``.

    A part is a body. Places are fractions of the picture as it is shown, turned upright or not.
    ``faults`` are what made the first picture hard to read, ``prints`` what each part that says
    something is known by again. ``by_hand`` are parts as a person put
    them, which stay even if nothing is read there; the text tells parts apart otherwise.
    Raises Refused.
    """
    found: list[Found] = []
    troubles: list[str] = []
    places: list[dict[str, Any]] = []
    prints: list[dict[str, Any]] = []
    for number, picture in _pictures(data, kind):
        seen = eyes.see(picture)
        troubles = troubles or faults.faults(picture, seen)
        for lines, made in _parts(seen, picture.size, number, by_hand):
            told, turn = _read(lines, picture.size, number)
            if told:
                told.body = len(places)
                found.append(told)
                if made_of := of_lines(lines, picture.size, number, told.body):
                    prints.append(made_of.plain())
            if told or made:
                place = {"page": number} | made
                if lines:
                    place |= {"box": _box(lines, picture.size)} | ({"turn": turn} if turn else {})
                places.append(place)
    plain = [one.plain() for one in found]
    return {"found": plain, "parts": places, "faults": troubles, "prints": prints}


def _pictures(data: bytes, kind: str) -> Iterator[tuple[int, Image.Image]]:
    if kind == "pdf":
        with open_pdf(data) as pdf:
            for number in range(1, min(len(pdf), SCANNED_PAGES_TRIED) + 1):
                yield number, draw(pdf, number, dpi=DPI, mode="RGB")
    elif kind == "ofd":
        for number in range(1, min(ofddraw.count(data), SCANNED_PAGES_TRIED) + 1):
            with open_pdf(ofddraw.draw(data, number)) as pdf:
                yield number, draw(pdf, 1, dpi=DPI, mode="RGB")
    else:
        picture = open_picture(data)
        picture.draft("RGB", (_DRAFT, _DRAFT))
        yield 1, flatten(load(picture), "RGB")


def _parts(
    seen: list[Line],
    size: tuple[int, int],
    number: int,
    by_hand: Sequence[Mapping[str, Any]] | None,
) -> Iterator[tuple[list[Line], dict[str, Any]]]:
    """The lines of each part, and its box and id where a person made it."""
    if by_hand is None:
        yield from ((lines, {}) for lines in parts.parts(seen))
        return
    here = [one for one in by_hand if one["page"] == number]
    for one, lines in zip(
        here, parts.inside(seen, size, [one["box"] for one in here]), strict=True
    ):
        made = {"box": one["box"], "id": one["id"]}
        if "pieces" in one:
            for place, half in enumerate(parts.halves(lines), start=1):
                yield half, made | {"id": f"{one['id']}/{place}"}
        else:
            yield lines, made


def _read(lines: list[Line], size: tuple[int, int], number: int) -> tuple[Found | None, int]:
    """What they say, and by how many quarters they were turned to be read."""
    if not lines:
        return None, 0
    turned, upright_size, quarters = upright(lines, size)
    page = Page(Seen(turned, upright_size, number, quarters))
    found = next((told for one in READERS if (told := one(page))), None)
    return found if found and found.values.keys() & _SAYS_ENOUGH else None, quarters


def _box(lines: list[Line], size: tuple[int, int]) -> list[float]:
    across = [x / size[0] for line in lines for x, _ in line.corners]
    down = [y / size[1] for line in lines for _, y in line.corners]
    return [round(side, 5) for side in (min(across), min(down), max(across), max(down))]
