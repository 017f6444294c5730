"""Which fields of an invoice somebody should compare with the paper."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from app.core.invoice import kind
from app.invoices import told
from app.invoices.models import Invoice
from app.invoices.words import NAMES


class Said(Protocol):
    """An answer of a rule, kept or not."""

    @property
    def rule(self) -> str:
        """Its name."""

    @property
    def words(self) -> str:
        """What of its sentences it says."""

    @property
    def evidence(self) -> Mapping[str, Any]:
        """Why it says so."""


_SUMS = ("amount", "tax", "total")
_AT_FAULT: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], Iterable[str]]] = {
    ("ledger", "differs"): lambda found: [one["name"] for one in found["differing"]],
    ("buyer", "other"): lambda _: ("buyer_name", "buyer_tax_id"),
    ("originals", "contradict"): lambda found: [one["name"] for one in found["contradictions"]],
    ("originals", "reading"): lambda found: [one["name"] for one in found["contradictions"]],
    ("form", "future"): lambda _: ("issued",),
    ("form", "year"): lambda _: ("issued",),
    ("form", "region"): lambda _: ("number",),
    ("arithmetic", "differs"): lambda _: _SUMS,
    ("arithmetic", "lines"): lambda _: ("amount", "tax"),
    ("capitals", "differs"): lambda _: ("total",),
    ("tax_ids", "wrong"): lambda found: found["fields"],
}
"""The fields at fault where a rule does not pass; other rules are not about single fields."""

_PARTIES = ("seller_name", "buyer_name", "buyer_tax_id")
_WITH_PARTIES = ("vat_", "digital_", "toll_e_")
"""How the words of the kinds begin on which both parties are printed."""


def at_fault(said: Iterable[Said]) -> dict[str, str]:
    """The rule that speaks of each doubtful field; the first of several."""
    found: dict[str, str] = {}
    for one in said:
        if find := _AT_FAULT.get((one.rule, one.words)):
            for name in find(one.evidence):
                found.setdefault(name, one.rule)
    return found


def names(found: Iterable[str]) -> list[str]:
    """In the order in which an invoice is read."""
    known = set(found)
    return [name for name in NAMES if name in known]


def of(invoice: Invoice, said: Sequence[Said]) -> list[str]:
    """The fields that a rule faults or sources give differently, and what eyes did not find.

    Where a person has corrected a field, what else is said of it is settled, unless it still does
    not fit the others.
    """
    best = told.best(invoice, besides="ledger")
    corrected = {name for name, row in best.items() if row.source == "corrected"}
    sources = [one for one in said if one.rule == "originals"]
    faults = set(at_fault(sources)) - corrected
    faults |= set(at_fault(one for one in said if one not in sources))
    return names(faults | set(_missed(invoice)))


def _missed(invoice: Invoice) -> Iterable[str]:
    """What matters of an invoice whose picture was looked at, and is not known."""
    readings = (one.document.reading for one in invoice.holdings if one.document)
    if any(reading and "seen" in reading.facts for reading in readings):
        if invoice.key.scheme == "file":
            yield "number"
        for name in _mattering(invoice.kind_word):
            if getattr(invoice, name) in (None, ""):
                yield name


def _mattering(kind_word: str) -> Iterable[str]:
    yield "total"
    if "issued" in kind(kind_word).asks:
        yield "issued"
    if kind_word.startswith(_WITH_PARTIES):
        yield from _PARTIES
