"""A picture of several invoices: where each stands, and what a person puts together there."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.core.errors import N_, Problem
from app.core.invoice import InvoiceKey
from app.documents import readings
from app.documents.models import Document, Reading
from app.documents.readers.found import part_id, sides
from app.plumbing.db import transaction
from app.plumbing.settings import settings


class NotTogether(Problem):
    """What was picked cannot be one invoice, or is not there."""

    message = N_("Pick two or more parts of one page.")
    field = "part"


class LookedAtAnew(Problem):
    """The parts are other ones than the person saw."""

    message = N_("This picture was parted anew meanwhile. Please look again.")
    status = 409


class NobodyLooks(Problem):
    """Without eyes nothing could be read in the new parts."""

    message = N_("Pictures are not read on this installation, so their parts stay as they are.")
    status = 409


@dataclass(frozen=True, slots=True)
class Part:
    """One invoice in a picture, counted from 1; the sides are fractions of the page.

    ``turn`` is by how many quarters it has to be turned clockwise to be upright.
    """

    number: int
    page: int
    left: float
    top: float
    width: float
    height: float
    key: InvoiceKey | None
    turn: int = 0


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
        turn = int(part.get("turn", 0))
        found.append(Part(body + 1, part["page"], *place, keys.get(body), turn))
    return found


def are_by_hand(document: Document) -> bool:
    """Whether a person has said what belongs together."""
    return bool(document.reading and "parts" in document.reading.facts)


def version(document: Document) -> str:
    """Another one whenever the parts are others: what a person picks is what they saw."""
    seen = json.dumps(_seen(document.reading), sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def merge(document: Document, numbers: Collection[int], *, seen: str) -> None:
    """Take parts for one invoice; they are looked at again. Joins the transaction in hand.

    Raises:
        NotTogether: fewer than two, or of different pages.
        LookedAtAnew: ``seen`` is not the ``version`` of now.
        NobodyLooks: eyes are switched off.
    """
    known = _known(document, seen)
    chosen = [part for number, part in enumerate(known, start=1) if number in numbers]
    if len(chosen) < 2 or len({part["page"] for part in chosen}) != 1:
        raise NotTogether
    boxes = [sides(part["box"]) for part in chosen]
    starts, ends = zip(*((box[:2], box[2:]) for box in boxes), strict=True)
    whole = [min(x for x, _ in starts), min(y for _, y in starts)]
    whole += [max(x for x, _ in ends), max(y for _, y in ends)]
    name = "+".join(part["id"] for part in chosen)
    rest = [part for part in known if part not in chosen]
    _look_again(document, {"parts": [{**chosen[0], "box": whole, "id": name}, *rest]})


def split(document: Document, number: int, *, seen: str) -> None:
    """Take one part for two, cut where most is blank; looked at again. Joins the transaction.

    Raises what ``merge`` raises.
    """
    known = _known(document, seen)
    if not 1 <= number <= len(known):
        raise NotTogether
    known[number - 1] = {**known[number - 1], "pieces": 2}
    _look_again(document, {"parts": known})


def forget(document: Document) -> None:
    """Part the picture again as its text does; joins the transaction in hand.

    Raises:
        NotTogether: nothing was done by hand.
        NobodyLooks: eyes are switched off.
    """
    if not are_by_hand(document):
        raise NotTogether
    _look_again(document, {})


def _known(document: Document, seen: str) -> list[dict[str, Any]]:
    if seen != version(document):
        raise LookedAtAnew
    return [
        {"page": part["page"], "box": part["box"], "id": part_id(part, body)}
        for body, part in enumerate(_seen(document.reading))
    ]


def _seen(reading: Reading | None) -> list[dict[str, Any]]:
    return list(reading.facts.get("seen", {}).get("parts", ())) if reading else []


def _look_again(document: Document, by_hand: dict[str, Any]) -> None:
    if not settings().has_eyes:
        raise NobodyLooks
    with transaction():
        reading = document.reading
        if reading is None:
            raise NotTogether
        kept = {name: fact for name, fact in reading.facts.items() if name not in ("seen", "parts")}
        reading.facts = kept | by_hand
