"""Sources that differ, side by side: who says what of each field, and where it stands."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.core.fields import plain, trust
from app.documents.models import Document
from app.invoices import told
from app.invoices.models import Field, Invoice
from app.invoices.spots import spot
from app.verification.lines import shown


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in pieces, each with whether the first side has it otherwise.

    ``page`` is where its place can be shown, 0 where it cannot.
    """

    pieces: tuple[tuple[str, bool], ...]
    page: int


@dataclass(frozen=True, slots=True)
class Side:
    """One source of one file, or what a person gave; ``cells`` are by the names of fields."""

    source: str
    document: Document | None
    is_foreign: bool
    cells: dict[str, Cell]


def sides(invoice: Invoice, seen: Collection[Document]) -> tuple[list[str], list[Side]]:
    """The fields that differ, and every side that says something of them, the most trusted first.

    Documents besides ``seen`` are neither named nor shown. A column of each file and source comes
    once: what two people handed in alike is one side.
    """
    names = [one.name for one in told.contradictions(invoice)]
    first: dict[str, Field] = {}
    grouped: dict[tuple[str, str | None, str | None], dict[str, Field]] = {}
    for row in sorted(_said(invoice, names), key=lambda one: trust(one.source)):
        first.setdefault(row.name, row)
        grouped.setdefault((row.source, row.document_id, row.member_id), {})[row.name] = row
    found = []
    for (source, *_), rows in grouped.items():
        document = next(iter(rows.values())).document
        cells = {name: _cell(row, first[name], seen) for name, row in rows.items()}
        is_foreign = document is not None and document not in seen
        found.append(Side(source, None if is_foreign else document, is_foreign, cells))
    return names, found


def _said(invoice: Invoice, names: Collection[str]) -> Iterator[Field]:
    rows = (row for row in told.current(invoice) if row.source != "ledger")
    return (row for row in rows if row.name in names)


def _cell(row: Field, first: Field, seen: Collection[Document]) -> Cell:
    place = spot(row) if row.document in seen else None
    return Cell(tuple(_pieces(row, first)), place.page if place else 0)


def _pieces(row: Field, first: Field) -> Iterator[tuple[str, bool]]:
    value, other = shown(row.name, row.value), shown(row.name, first.value)
    if plain(row.name, row.value) == plain(row.name, first.value):
        yield value, False
        return
    for sort, _, _, start, end in SequenceMatcher(None, other, value, False).get_opcodes():
        if start < end:
            yield value[start:end], sort != "equal"
