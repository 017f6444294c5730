"""Papers that look alike: the same one photographed twice, or one whose number was altered."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.invoice import InvoiceKey
from app.documents import parts, prints
from app.documents.models import Document, Print
from app.invoices.cleaning_models import Sort
from app.invoices.grouping import Found
from app.invoices.models import Holding, Invoice
from app.plumbing.db import db

FEW_SIGNS = 2
"""A number that was altered or misread differs from the true one in so many digits at most."""

NEIGHBOURS = 1_000
"""Numbers no farther apart may be two bills that one seller wrote (``split``, ``rows``)."""

_COMPARED = ("total", "issued", "seller_name")


def by_fields(twins: Iterable[tuple[Invoice, Invoice]]) -> Iterator[Found]:
    """Of pairs with the same total and day those whose numbers differ by a few digits.

    Where one has no number, its paper has to have the same layout as the other's.
    """
    for one, other in twins:
        if not _may_be_one(one, other):
            continue
        if _is_numbered(one) and _is_numbered(other) or _are_laid_alike(one, other):
            yield _found(one, other)


def by_prints(invoices: Sequence[Invoice]) -> Iterator[Found]:
    """Pairs of each invoice with those on whose papers nearly the same numbers stand."""
    for invoice in _printed(invoices):
        for mine in papers(invoice):
            twins = {*_spoken([other for other, _ in prints.like(mine)]).values()} - {invoice}
            for twin in sorted(twins, key=lambda one: one.id):
                if not twin.is_let_go and _may_be_one(invoice, twin):
                    yield _found(invoice, twin)


def _printed(invoices: Sequence[Invoice]) -> list[Invoice]:
    """Those that are held with a paper that has a print; what is typed has none."""
    held = select(Holding.invoice_id).join(Print, Print.document_id == Holding.document_id)
    held = held.where(Holding.invoice_id.in_([one.id for one in invoices if not one.is_let_go]))
    prints_too = selectinload(Invoice.holdings).selectinload(Holding.document)
    query = select(Invoice).where(Invoice.id.in_(held)).order_by(Invoice.id)
    return list(db.session.scalars(query.options(prints_too.selectinload(Document.prints))))


def papers(invoice: Invoice) -> list[Print]:
    """The prints of what an invoice is held with, of its own part where a picture has several."""
    held = [one.document for one in invoice.holdings if one.document]
    every = {print_.id: print_ for document in held for print_ in document.prints}
    spoken = _spoken(every.values())
    return [one for one in every.values() if spoken.get(one.id) is invoice]


def signs_apart(one: str, other: str) -> int:
    """In how many places two numbers differ; all of them when they are not equally long.

    Two neighbours that changed places count as one.
    """
    if len(one) != len(other):
        return max(len(one), len(other))
    differing = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = sum(
        second == first + 1 and one[first] == other[second] and one[second] == other[first]
        for first, second in pairwise(differing)
    )
    return len(differing) - swapped


def is_altered(key: InvoiceKey, other: InvoiceKey) -> bool:
    """Whether two numbers differ by a few digits and are no neighbours."""
    if key.scheme != other.scheme or key == other:
        return False
    if signs_apart(key.text, other.text) > FEW_SIGNS:
        return False
    mine, theirs = (int(one.text.replace("-", "")) for one in (key, other))
    return abs(mine - theirs) > NEIGHBOURS


def _may_be_one(one: Invoice, other: Invoice) -> bool:
    """Nothing that both say may speak against it, but for one field that was altered."""
    if _is_numbered(one) and _is_numbered(other):
        return is_altered(one.key, other.key) and _disagreements(one, other) <= 1
    return _disagreements(one, other) == 0 and "file" in (one.key.scheme, other.key.scheme)


def _disagreements(one: Invoice, other: Invoice) -> int:
    told = [(getattr(one, name), getattr(other, name)) for name in _COMPARED]
    count = sum(bool(mine and theirs and mine != theirs) for mine, theirs in told)
    same_id = one.seller_tax_id and one.seller_tax_id == other.seller_tax_id
    return count - bool(same_id and one.seller_name != other.seller_name and other.seller_name)


def _found(one: Invoice, other: Invoice) -> Found:
    first, second = sorted((one.id, other.id))
    both = _is_numbered(one) and _is_numbered(other)
    sort = Sort.ALTERED if both else Sort.TWICE
    mark = f"alike:{first}:{second}"
    return Found(one.company_id, sort, mark, (first, second), (first, second))


def _is_numbered(invoice: Invoice) -> bool:
    return invoice.key.scheme not in ("file", "ticket")


def _are_laid_alike(one: Invoice, other: Invoice) -> bool:
    return any(
        prints.are_laid_alike(mine, theirs) for mine in papers(one) for theirs in papers(other)
    )


def _spoken(printed: Collection[Print]) -> dict[str, Invoice]:
    """By a print's id the invoice on it: the only one of its document, or the one read there."""
    held = select(Holding.document_id, Invoice).join(Invoice, Invoice.id == Holding.invoice_id)
    held = held.where(Holding.document_id.in_({one.document_id for one in printed}))
    told: dict[str, dict[str, Invoice]] = {}
    for document_id, invoice in db.session.execute(held):
        told.setdefault(str(document_id), {})[invoice.id] = invoice
    found: dict[str, Invoice] = {}
    for one in printed:
        every = [*told.get(one.document_id, {}).values()]
        if len(every) > 1:
            key = _key(one.document, one)
            every = [mine for mine in every if mine.key == key]
        if every:
            found[one.id] = every[0]
    return found


def _key(document: Document, print_: Print) -> InvoiceKey | None:
    known = {(one.page, one.number - 1): one.key for one in parts.parts(document)}
    return known.get((print_.page, print_.body))
