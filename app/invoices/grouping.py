"""Which invoices are perhaps one, split or in a row: asked of a few at a time, through indexes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from app.core.invoice import InvoiceKey
from app.invoices.cleaning_models import Sort
from app.invoices.models import Holding, Invoice
from app.plumbing.db import db

WINDOW = timedelta(days=30)
"""Numbers in a row count when all were issued within so many days."""

FEWEST_IN_A_ROW, FEWEST_OF_ONE_DAY = 3, 2
LONGEST_ROW = 60
COMMON = 200
"""A total that more invoices have on one day is a price that many pay: nothing follows from it."""

NUMBERED = ("digital", "vat")
"""Schemes whose numbers the bureau hands out one after the other (PEERS §C 14)."""

_TICKETS = frozenset({"train", "air", "toll", "taxi"})
"""People travel together and back: the same fare on the same day is no split bill."""


@dataclass(frozen=True, slots=True)
class Found:
    """A group as it is now; ``members`` as of ``cleaning_models.Group``."""

    company_id: str
    sort: Sort
    mark: str
    invoice_ids: tuple[str, ...]
    members: tuple[str, ...]
    holder_id: str | None = None


def brought_twice(invoices: Sequence[Invoice]) -> Iterator[Found]:
    """One key that several people brought, or one file."""
    for invoice, held in _held(invoices):
        holders = sorted({member_id for member_id, _ in held})
        if len(holders) < 2:
            continue
        files = {document_id for _, document_id in held if document_id}
        is_file = any({who for who, file in held if file == one} == {*holders} for one in files)
        sort = Sort.FILE if is_file else Sort.KEY
        mark = f"same:{invoice.id}"
        yield Found(invoice.company_id, sort, mark, (invoice.id,), tuple(holders))


def twins(invoices: Sequence[Invoice]) -> list[tuple[Invoice, Invoice]]:
    """Pairs of each invoice with the others of the same total and day, sellers not compared yet.

    Of a total that more than ``COMMON`` have on that day there are none.
    """
    told = [one for one in invoices if one.total is not None and one.issued and not one.is_let_go]
    rare = _rare([one.id for one in told]) if told else set()
    ids = [one.id for one in told if (one.company_id, one.total, one.issued) in rare]
    one, other = aliased(Invoice), aliased(Invoice)
    same = (*_same(one, other), other.id != one.id)
    query = select(one, other).join(other, and_(*same)).where(one.id.in_(ids))
    return [(row[0], row[1]) for row in db.session.execute(query)] if ids else []


def _rare(ids: Sequence[str]) -> set[tuple[Any, ...]]:
    """Company, total and day that some of these have in common with a few others at most."""
    other, columns = aliased(Invoice), (Invoice.company_id, Invoice.total, Invoice.issued)
    asked = select(*columns).where(Invoice.id.in_(ids)).distinct().subquery()
    some = select(other.id).where(*_same(asked.c, other)).limit(COMMON + 1).correlate(asked)
    count = select(func.count()).select_from(some.subquery()).scalar_subquery()
    found = db.session.execute(select(asked).where(count.between(2, COMMON)))
    return {tuple(row) for row in found}


def _same(one: Any, other: type[Invoice]) -> tuple[ColumnElement[bool], ...]:
    return (
        other.company_id == one.company_id,
        other.total == one.total,
        other.issued == one.issued,
        ~other.is_let_go,
    )


def split(pairs: Iterable[tuple[Invoice, Invoice]]) -> Iterator[Found]:
    """Bills of one seller with the same total on the same day; tickets are none."""
    groups: dict[tuple[str, str], set[str]] = {}
    for one, other in pairs:
        if not _may_be_split(one) or not _may_be_split(other) or not is_same_seller(one, other):
            continue
        assert one.total is not None
        mark = f"split:{seller(one)}:{one.total.fen}:{one.issued}"
        groups.setdefault((one.company_id, mark), set()).update((one.id, other.id))
    for (company_id, mark), ids in groups.items():
        members = tuple(sorted(ids))
        yield Found(company_id, Sort.SPLIT, mark, members, members)


def rows(invoices: Sequence[Invoice]) -> Iterator[Found]:
    """Consecutive numbers of one seller in the hands of one person within ``WINDOW``."""
    by_company = groupby(
        sorted(invoices, key=lambda one: one.company_id), lambda one: one.company_id
    )
    for company_id, some in by_company:
        near = _neighbourhood(company_id, [one for one in some if _is_numbered(one)])
        for holder_id, held in _by_holder(near.values()).items():
            for row in _in_a_row(held):
                ids = tuple(one.id for one in row)
                mark = f"run:{holder_id}:{row[0].key}"
                yield Found(company_id, Sort.RUN, mark, ids, tuple(sorted(ids)), holder_id)


def seller(invoice: Invoice) -> str:
    """By what a seller is known: the tax id, else the name; empty when neither is."""
    return invoice.seller_tax_id or invoice.seller_name


def is_same_seller(one: Invoice, other: Invoice) -> bool:
    """By tax ids where both are known, else by names; False when either says nothing."""
    if one.seller_tax_id and other.seller_tax_id:
        return one.seller_tax_id == other.seller_tax_id
    return bool(one.seller_name) and one.seller_name == other.seller_name


def _may_be_split(invoice: Invoice) -> bool:
    is_ticket = invoice.purpose in _TICKETS
    return (
        invoice.key.scheme != "file" and not is_ticket and bool(invoice.total and seller(invoice))
    )


def _held(
    invoices: Sequence[Invoice],
) -> Iterator[tuple[Invoice, list[tuple[str, str | None]]]]:
    ids = {one.id: one for one in invoices}
    columns = (Holding.invoice_id, Holding.member_id, Holding.document_id)
    query = select(*columns).where(Holding.invoice_id.in_(ids)).order_by(Holding.invoice_id)
    for invoice_id, some in groupby(db.session.execute(query), lambda row: row.invoice_id):
        yield ids[invoice_id], [(row.member_id, row.document_id) for row in some]


def _is_numbered(invoice: Invoice) -> bool:
    return invoice.key.scheme in NUMBERED and not invoice.is_let_go


def _neighbourhood(company_id: str, begun: Collection[Invoice]) -> Mapping[InvoiceKey, Invoice]:
    """These and all that the company has with numbers next to them, as far as they go on."""
    near = {one.key: one for one in begun}
    edge = {*near}
    while edge and len(near) < len(begun) + LONGEST_ROW:
        wanted = {
            key for one in edge for key in (_step(one, -1), _step(one, 1)) if key
        } - near.keys()
        same = (Invoice.company_id == company_id, Invoice.key.in_(wanted), ~Invoice.is_let_go)
        found = {one.key: one for one in db.session.scalars(select(Invoice).where(*same))}
        near |= found
        edge = {*found}
    return near


def _step(key: InvoiceKey, by: int) -> InvoiceKey | None:
    """The number before or after, with as many digits."""
    number = str(int(key.number) + by).zfill(len(key.number))
    if len(number) != len(key.number) or number.startswith("-"):
        return None
    return InvoiceKey(key.scheme, f"{key.code}-{number}" if key.code else number)


def _by_holder(invoices: Collection[Invoice]) -> dict[str, list[Invoice]]:
    held: dict[str, list[Invoice]] = {}
    for invoice, holders in _held([*invoices]):
        for member_id in {member_id for member_id, _ in holders}:
            held.setdefault(member_id, []).append(invoice)
    return held


def _in_a_row(held: list[Invoice]) -> Iterator[list[Invoice]]:
    row: list[Invoice] = []
    for one in sorted(held, key=lambda one: str(one.key)):
        if row and not _follows(row, one):
            yield from _long_enough(row)
            row = []
        row.append(one)
    yield from _long_enough(row)


def _follows(row: list[Invoice], one: Invoice) -> bool:
    days = [other.issued for other in (row[0], row[-1], one) if other.issued]
    is_next = len(row) < LONGEST_ROW and _step(row[-1].key, 1) == one.key
    is_near = len(days) == 3 and max(days) - min(days) <= WINDOW
    return is_next and is_near and is_same_seller(row[-1], one)


def _long_enough(row: list[Invoice]) -> Iterator[list[Invoice]]:
    is_one_day = len({one.issued for one in row}) == 1 and bool(row[0].issued if row else None)
    if len(row) >= (FEWEST_OF_ONE_DAY if is_one_day else FEWEST_IN_A_ROW):
        yield row
