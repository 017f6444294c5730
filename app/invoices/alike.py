"""Papers that look alike: the same one photographed twice, or one whose number was altered."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from sqlalchemy import select

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
            twins = (_spoken(other) for other, _ in prints.like(mine))
            for twin in (one for one in twins if one and one is not invoice):
                if not twin.is_let_go and _may_be_one(invoice, twin):
                    yield _found(invoice, twin)


def _printed(invoices: Sequence[Invoice]) -> list[Invoice]:
    """Those that are held with a paper that has a print; what is typed has none."""
    held = select(Holding.invoice_id).join(Print, Print.document_id == Holding.document_id)
    ids = set(db.session.scalars(held.where(Holding.invoice_id.in_([one.id for one in invoices]))))
    return [one for one in invoices if one.id in ids and not one.is_let_go]


def papers(invoice: Invoice) -> list[Print]:
    """The prints of what an invoice is held with, of its own part where a picture has several."""
    held = [one.document for one in invoice.holdings if one.document]
    every = {print_.id: print_ for document in held for print_ in document.prints}
    return [one for one in every.values() if _spoken(one) is invoice]


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


def _spoken(print_: Print) -> Invoice | None:
    """The invoice that stands on a part: the only one of its document, or the one read there."""
    document = print_.document
    held = select(Holding.invoice_id).where(Holding.document_id == document.id)
    found = list(db.session.scalars(select(Invoice).where(Invoice.id.in_(held))))
    if len(found) < 2:
        return found[0] if found else None
    key = _key(document, print_)
    return next((one for one in found if one.key == key), None)


def _key(document: Document, print_: Print) -> InvoiceKey | None:
    known = {(one.page, one.number - 1): one.key for one in parts.parts(document)}
    return known.get((print_.page, print_.body))
