"""A picture of several invoices: where each stands, and what a person puts together there."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.core.errors import N_, Problem
from app.core.invoice import InvoiceKey
from app.documents import readings
from app.documents.models import Document, Reading
from app.documents.readers.found import sides
from app.plumbing.db import transaction


class NotTogether(Problem):
    """What was picked cannot be one invoice."""

    message = N_("Pick two or more parts of one page.")
    field = "part"


@dataclass(frozen=True, slots=True)
class Part:
    """One invoice in a picture, counted from 1; the sides are fractions of the page."""

    number: int
    page: int
    left: float
    top: float
    width: float
    height: float
    key: InvoiceKey | None


def parts(document: Document) -> list[Part]:
    """Where invoices were seen; empty while nobody has looked."""
    reading = document.reading
    if reading is None:
        return []
    keys = {
        one.body: grouped.key
        for grouped in readings.invoices_in(reading)
        for one in grouped.said
        if one.source == "ocr"
    }
    found = []
    for body, part in enumerate(_seen(reading)):
        left, top, right, bottom = sides(part["box"])
        place = (left, top, right - left, bottom - top)
        found.append(Part(body + 1, part["page"], *place, keys.get(body)))
    return found


def are_by_hand(document: Document) -> bool:
    """Whether a person has said what belongs together."""
    return bool(document.reading and "parts" in document.reading.facts)


def merge(document: Document, numbers: Collection[int]) -> None:
    """Take parts for one invoice; they are looked at again. Joins the transaction in hand.

    Raises:
        NotTogether: fewer than two, or of different pages.
    """
    reading = document.reading
    known = _seen(reading) if reading else []
    chosen = [part for number, part in enumerate(known, start=1) if number in numbers]
    if reading is None or len(chosen) < 2 or len({part["page"] for part in chosen}) != 1:
        raise NotTogether
    boxes = [sides(part["box"]) for part in chosen]
    starts, ends = zip(*((box[:2], box[2:]) for box in boxes), strict=True)
    whole = [min(x for x, _ in starts), min(y for _, y in starts)]
    whole += [max(x for x, _ in ends), max(y for _, y in ends)]
    rest = [part for part in known if part not in chosen]
    _look_again(reading, {"parts": [{"page": chosen[0]["page"], "box": whole}, *rest]})


def split(document: Document, number: int) -> None:
    """Take one part for two, cut where most is blank; looked at again. Joins the transaction.

    Raises:
        NotTogether: there is no such part.
    """
    reading = document.reading
    known = _seen(reading) if reading else []
    if reading is None or not 1 <= number <= len(known):
        raise NotTogether
    known[number - 1] = {**known[number - 1], "pieces": 2}
    _look_again(reading, {"parts": known})


def forget(document: Document) -> None:
    """Part the picture again as its text does; joins the transaction in hand."""
    if document.reading:
        _look_again(document.reading, {})


def _seen(reading: Reading) -> list[dict[str, Any]]:
    return list(reading.facts.get("seen", {}).get("parts", ()))


def _look_again(reading: Reading, by_hand: dict[str, Any]) -> None:
    with transaction():
        kept = {name: fact for name, fact in reading.facts.items() if name not in ("seen", "parts")}
        reading.facts = kept | by_hand
