"""Which pages of which files show an invoice, and those pages as clean ones.

Each file is opened in a child of the sandbox of its own; what comes back is still not trusted, and
only ever copied (``press``).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Member
from app.core.invoice import InvoiceKey
from app.documents import documents, parts, readings
from app.documents.models import PICTURES, Document
from app.documents.readers.found import Told
from app.invoices.models import Holding, Invoice, Pair
from app.plumbing import sandbox, storage
from app.plumbing.db import db

_RANK = {"pdf": 0, "ofd": 1}
_PICTURE = 2
_SIDE_BY_SIDE, _AHEAD = 2, 6
_RIM = 0.03
Part = dict[str, Any]
Answer = tuple[bytes, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pages of one file: ``parts`` as ``documents.readers.leaf`` takes them, all if none."""

    digest: str
    kind: str
    parts: Sequence[Part] = ()
    room: tuple[float, float] = (190, 130)


@dataclass(slots=True)
class Shown:
    """What is printed of one invoice; without a face there is no page of it."""

    face: Wanted | None = None
    others: list[Wanted] = field(default_factory=list)


def find(
    invoices: Sequence[Invoice], member: Member, room: Callable[[Invoice], tuple[float, float]]
) -> dict[str, Shown]:
    """By the id of each: its best file that the member may see, and what it goes with.

    A PDF comes before an OFD, that before the largest picture; ``room`` is the place of a photo. An
    itinerary of several invoices is with the first of them. Five questions, however many invoices.
    """
    ids = [one.id for one in invoices]
    files = _files(ids, member)
    going = _going(ids, member)
    told: dict[str, Shown] = {}
    seen: set[str] = set()
    for one in invoices:
        shown = told[one.id] = Shown()
        if best := min(files.get(one.id, ()), key=_order, default=None):
            shown.face = Wanted(best.digest, best.kind, _parts(best, one.key), room(one))
        for other in going.get(one.id, ()):
            if other.digest not in seen:
                seen.add(other.digest)
                shown.others.append(Wanted(other.digest, other.kind))
    return told


def fetch(wanted: Iterable[Wanted | None]) -> Iterator[Answer | None]:
    """The pages of each in turn, two files at a time; None for one that cannot be drawn.

    Raises:
        Silent: the sandbox itself did not answer.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    waiting: deque[Future[Answer | None]] = deque()
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as side_by_side:
        for one in wanted:
            waiting.append(side_by_side.submit(_ask, app, one))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _ask(app: Flask, one: Wanted | None) -> Answer | None:
    if one is None:
        return None
    with app.app_context():
        try:
            with storage.read(one.digest) as file:
                facts = {"kind": one.kind, "parts": list(one.parts), "room": one.room}
                told, pdf = sandbox.ask("leaf", file, **facts)
        except (sandbox.Unreadable, FileNotFoundError):
            return None
    return pdf, told["pages"]


def _files(ids: Sequence[str], member: Member) -> dict[str, list[Document]]:
    query = documents.visible_to(member).add_columns(Holding.invoice_id)
    query = query.join(Holding, Holding.document_id == Document.id)
    query = query.where(Holding.invoice_id.in_(ids), Document.kind.in_({*_RANK, *PICTURES}))
    query = query.options(selectinload(Document.reading)).order_by(Holding.id)
    found: dict[str, list[Document]] = {}
    for document, invoice_id in db.session.execute(query):
        found.setdefault(invoice_id, []).append(document)
    return found


def _going(ids: Sequence[str], member: Member) -> dict[str, list[Document]]:
    mine = documents.visible_to(member).with_only_columns(Document.id)
    query = select(Pair.invoice_id, Document).join(Document, Document.id == Pair.document_id)
    query = query.where(Pair.invoice_id.in_(ids), Pair.parted_at.is_(None), Document.id.in_(mine))
    found: dict[str, list[Document]] = {}
    for invoice_id, document in db.session.execute(query.order_by(Pair.id)):
        found.setdefault(invoice_id, []).append(document)
    return found


def _order(document: Document) -> tuple[int, int]:
    rank = _RANK.get(document.kind, _PICTURE)
    return rank, -document.size if rank == _PICTURE else 0


def _parts(document: Document, key: InvoiceKey) -> list[Part]:
    """Where the invoice stands in a file of several; nothing where all of it is meant."""
    seen = parts.parts(document)
    mine = [one for one in seen if one.key == key]
    if mine and len(seen) > 1:
        return [_cut(one) for one in mine]
    if mine and mine[0].turn:
        return [{"page": mine[0].page, "turn": mine[0].turn}]
    said = readings.invoices_in(document.reading) if document.reading else []
    firsts = {one.key: _first(one) for one in said}
    starts = sorted({first for first in firsts.values() if first})
    first = firsts.get(key)
    if not first or len(starts) < 2:
        return []
    later = [start for start in starts if start > first]
    return [{"page": first, "last": later[0] - 1 if later else 0}]


def _cut(one: parts.Part) -> Part:
    """With a rim: the box is that of its words."""
    box = [one.left - _RIM, one.top - _RIM, one.left + one.width, one.top + one.height]
    box[2:] = [side + _RIM for side in box[2:]]
    return {"page": one.page, "box": [min(max(side, 0), 1) for side in box], "turn": one.turn}


def _first(said: Told) -> int:
    """The first page that speaks of it; 0 where nobody says."""
    places: Iterable[Mapping[str, Any]] = (
        place for one in said.said for place in one.places.values() if isinstance(place, Mapping)
    )
    return min((int(place["page"]) for place in places if "page" in place), default=0)
