"""What is told of an invoice: every value with its source, and which one is believed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Member
from app.core import fields
from app.core.fields import Contradiction, Said, trust
from app.core.money import Money
from app.core.purpose import purpose
from app.documents import readings
from app.documents.models import PICTURES, Document, Reading
from app.documents.readers import seal
from app.documents.readers.found import Found, Grouped
from app.documents.readers.seal import Seal
from app.invoices import parties
from app.invoices.models import Field, Invoice
from app.plumbing.db import db
from app.plumbing.ids import new_id
from app.plumbing.search import one_of

_READ: Mapping[str, tuple[Any, Any]] = {
    "kind_word": (str, "other"),
    "issued": (date.fromisoformat, None),
    "amount": (Money.parse, None),
    "tax": (Money.parse, None),
    "total": (Money.parse, None),
    "seller_name": (str, ""),
    "seller_tax_id": (str, ""),
    "buyer_name": (str, ""),
    "buyer_tax_id": (str, ""),
    "check_code": (str, ""),
}
"""The columns of an invoice: how each is read from text, and what it is while nobody says."""


def settle(invoice: Invoice) -> None:
    """Set each column to the value of the most trusted source; what nobody says is unknown."""
    known = {name: row.value for name, row in best(invoice).items()}
    goods = [line["name"] for line in lines(invoice) if line.get("name")]
    for name, value in columns(known, goods).items():
        setattr(invoice, name, value)
    invoice.brought_as = _brought_as(invoice)
    (invoice.parties_id,) = parties.note([parties.of(invoice)])


def columns(known: Mapping[str, str], goods: Iterable[str] = ()) -> dict[str, Any]:
    """The columns of an invoice by the values that are believed, and what was bought."""
    told = {
        name: read(known[name]) if name in known else unknown
        for name, (read, unknown) in _READ.items()
    }
    return told | {"purpose": purpose(told["kind_word"], goods, told["seller_name"])}


def best(invoice: Invoice, *, besides: str = "") -> dict[str, Field]:
    """The most trusted field of each name, the source ``besides`` left out.

    Of documents the first one counts, of what people typed the last.
    """
    return _best(row for row in current(invoice) if row.source != besides)


def values(invoices: Iterable[Invoice], names: Iterable[str]) -> dict[str, dict[str, str]]:
    """The best values of a few fields of many invoices, by the id of each, in one question."""
    ids = [invoice.id for invoice in invoices]
    columns = (Field.invoice_id, Field.name, Field.value, Field.source, Field.member_id)
    asked = select(*columns).where(one_of(Field.invoice_id, ids), Field.name.in_(names))
    told: dict[str, list[Any]] = {}
    for row in db.session.execute(asked.order_by(Field.id)):
        told.setdefault(row.invoice_id, []).append(row)
    return {
        invoice_id: {name: row.value for name, row in _best(said).items()}
        for invoice_id, said in told.items()
    }


def everything(invoice: Invoice) -> list[Field]:
    """Every value that anybody ever gave, by field, the most trusted first, the newest first."""
    newest = sorted(invoice.fields, key=lambda row: row.id, reverse=True)
    return sorted(newest, key=lambda row: (row.name, trust(row.source)))


def contradictions(invoice: Invoice) -> list[Contradiction]:
    """Where the documents and the people of an invoice say different things; the ledger apart."""
    return fields.contradictions(
        Said(row.name, row.value, row.source, row.document.name if row.document else "")
        for row in current(invoice)
        if row.source != "ledger"
    )


def lines(invoice: Invoice) -> list[dict[str, str]]:
    """The goods, from the most trusted source of any document that names them."""
    told = [one for _, grouped in _spoken(invoice) for one in grouped.said if one.lines]
    return min(told, key=lambda one: trust(one.source)).lines if told else []


def seals(invoice: Invoice) -> list[tuple[str, Seal]]:
    """The seals of each document that speaks of it, with the document's name.

    A document that was read before seals were looked at has none until it is read again.
    """
    documents = {reading.document_id: reading for reading, _ in _spoken(invoice)}
    return [
        (reading.document.name, seal.from_plain(facts))
        for reading in documents.values()
        for facts in reading.facts.get("seals", ())
    ]


def _spoken(invoice: Invoice) -> Iterator[tuple[Reading, Grouped]]:
    """What each of its documents says of it; a document that two people hold comes twice."""
    for holding in invoice.holdings:
        if holding.document and (reading := holding.document.reading):
            for grouped in readings.invoices_in(reading):
                if grouped.key == invoice.key:
                    yield reading, grouped


def note_document(
    invoice: Invoice, said: list[Found], document: Document, *, besides: str = ""
) -> bool:
    """Make the document's fields what it says now, one name besides; True if that changed any."""
    named = (row for row in invoice.fields if row.name != besides)
    mine = [row for row in named if row.document_id == document.id]
    old = {(row.source, row.name, row.value): row for row in mine}
    places = {
        (one.source, name, value): one.places.get(name)
        for one in said
        for name, value in one.values.items()
    }
    for mark in old.keys() - places.keys():
        _drop(invoice, old[mark])
    for mark in [mark for mark in places if mark not in old]:
        source, name, value = mark
        place = places[mark] or {}
        _add(invoice, name, value, source=source, document_id=document.id, place=place)
    db.session.flush()
    return old.keys() != places.keys()


def note_again(invoice: Invoice, document: Document) -> None:
    """Make the document's fields what its reading says of the invoice, as far as it was read."""
    for grouped in readings.invoices_in(document.reading) if document.reading else []:
        if grouped.key == invoice.key:
            note_document(invoice, grouped.said, document)


def forget_unheld(invoice: Invoice) -> None:
    """Take away what documents said with which nobody holds the invoice any more."""
    held = {holding.document_id for holding in invoice.holdings}
    for row in list(invoice.fields):
        if row.document_id and row.document_id not in held:
            _drop(invoice, row)
    db.session.flush()


def by_hand(invoice: Invoice, source: str, by: Member) -> dict[str, str]:
    """What a member typed or corrected, as it counts now."""
    return {
        row.name: row.value
        for row in current(invoice)
        if row.member_id == by.id and row.source == source
    }


def note_ledger(invoice: Invoice, values: Mapping[str, str]) -> bool:
    """The ledger's fields: one per name, following the ledger; True if that changed any."""
    known = {row.name: row for row in invoice.fields if row.source == "ledger"}
    changed = [name for name, value in values.items() if name not in known]
    for name in changed:
        _add(invoice, name, values[name], source="ledger")
    for name in values.keys() & known.keys():
        if known[name].value != values[name]:
            known[name].value = values[name]
            changed.append(name)
    db.session.flush()
    return bool(changed)


def note_typed(invoice: Invoice, values: Mapping[str, str], by: Member, source: str) -> bool:
    """Add what a member typed or scanned, beside what they did before; True if any is new."""
    mine = by_hand(invoice, source, by)
    fresh = {name: text for name, text in values.items() if text and mine.get(name) != text}
    _note_by_hand(invoice, source, fresh, by)
    return bool(fresh)


def note_corrected(invoice: Invoice, values: Mapping[str, str], by: Member) -> None:
    """Add a member's corrections, which count at once, whoever corrected the field before."""
    _note_by_hand(invoice, "corrected", values, by)


def forget_corrected(invoice: Invoice, ids: Collection[str]) -> dict[str, str]:
    """Take corrections away; gives what they said, by field."""
    gone = [row for row in invoice.fields if row.id in ids and row.source == "corrected"]
    for row in gone:
        _drop(invoice, row)
    db.session.flush()
    return {row.name: row.value for row in gone}


def forget_document(
    document: Document, invoices: Iterable[Invoice], *, besides: str = ""
) -> list[Invoice]:
    """Take away what the document said of all invoices but these; gives those that changed.

    ``besides`` is the name of a field that stays.
    """
    spoken = select(Field.invoice_id).where(Field.document_id == document.id)
    others = select(Invoice).where(Invoice.id.in_(spoken)).order_by(Invoice.id).with_for_update()
    kept = {invoice.id for invoice in invoices}
    found = [other for other in db.session.scalars(others) if other.id not in kept]
    for invoice in found:
        note_document(invoice, [], document, besides=besides)
        settle(invoice)
    return found


def _brought_as(invoice: Invoice) -> str:
    """The kind of the file that is trusted most, or how its code or number was sent."""
    brought = [row for row in current(invoice) if row.source not in ("corrected", "ledger")]
    if not brought:
        return ""
    first = min(brought, key=lambda row: trust(row.source))
    kind = first.document.kind if first.document else first.source
    return "picture" if kind in PICTURES else kind


def _note_by_hand(invoice: Invoice, source: str, values: Mapping[str, str], by: Member) -> None:
    for name, text in values.items():
        _add(invoice, name, text, source=source, member_id=by.id)
    db.session.flush()


def current(invoice: Invoice) -> list[Field]:
    """All fields in the order they came, without what the same person has typed over since."""
    rows = invoice.fields
    last = {(row.name, row.source, row.member_id): row for row in rows if row.member_id}
    return [
        row for row in rows if not row.member_id or last[row.name, row.source, row.member_id] is row
    ]


def _best(rows: Iterable[Field]) -> dict[str, Field]:
    chosen: dict[str, Field] = {}
    for row in sorted(rows, key=lambda row: trust(row.source)):
        if _outdoes(row, chosen.get(row.name)):
            chosen[row.name] = row
    return chosen


def _outdoes(row: Field, chosen: Field | None) -> bool:
    return chosen is None or bool(row.member_id and row.source == chosen.source)


def _add(invoice: Invoice, name: str, value: str, **facts: Any) -> None:
    invoice.fields.append(Field(id=new_id(), name=name, value=value, **facts))


def _drop(invoice: Invoice, row: Field) -> None:
    invoice.fields.remove(row)
    db.session.delete(row)
