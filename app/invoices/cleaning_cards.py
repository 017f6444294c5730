"""A group as its page shows it: why it is one, who and what is in it, which signs differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import Member
from app.core.errors import N_
from app.core.fields import masked
from app.documents.models import Document
from app.invoices import alike, deciding, holdings
from app.invoices.cleaning_models import OF_ONE, Decision, Group, Sort, What
from app.invoices.models import Holding, Invoice
from app.invoices.words import NAMES

TITLES: Mapping[Sort, str] = {
    Sort.KEY: N_("Brought by several people"),
    Sort.FILE: N_("The same file from several people"),
    Sort.TWICE: N_("The same paper twice?"),
    Sort.ALTERED: N_("Nearly the same paper"),
    Sort.SPLIT: N_("Same seller, total and day"),
    Sort.RUN: N_("Consecutive numbers"),
}

WHY: Mapping[Sort, str] = {
    Sort.KEY: N_("%(count)s people brought this invoice. It can be reimbursed once."),
    Sort.FILE: N_("%(count)s people brought the very same file."),
    Sort.TWICE: N_("The papers look the same, but one number cannot be read."),
    Sort.ALTERED: N_("Nearly the same paper, but for a few signs: misread, or altered?"),
    Sort.SPLIT: N_("%(count)s invoices of one seller have the same total and day: a split bill?"),
    Sort.RUN: N_("%(name)s brought %(count)s invoices of one seller with numbers in a row."),
}

REASONS: Mapping[Sort, Sequence[str]] = {
    Sort.KEY: (N_("Both may keep it"),),
    Sort.FILE: (N_("Both may keep it"),),
    Sort.TWICE: (N_("Two different invoices"),),
    Sort.ALTERED: (N_("Two different invoices"), N_("Misread, mended")),
    Sort.SPLIT: (N_("Several rooms"), N_("Group meal"), N_("Billed in parts")),
    Sort.RUN: (N_("Several rooms"), N_("Group meal"), N_("Billed in parts")),
}
"""What is said most often, one tap each; anything else is typed."""

_COMPARED = ("issued", "seller_name", "seller_tax_id", "buyer_name", "amount", "tax", "total")
Runs = list[tuple[str, bool]]
"""A text in pieces, each with whether it differs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a group: ``key`` is what is sent to keep it, ``number`` in fours of runs."""

    key: str
    invoice: Invoice
    number: list[list[Runs]]
    holders: list[Member]
    brought_at: datetime | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """All that is said of one group. ``why`` is a msgid for ``facts``."""

    group: Group
    rows: list[Row]
    why: str
    facts: Mapping[str, Any]
    decision: Decision | None
    asked: Decision | None
    may_choose: bool
    may_decide: bool


def card(group: Group, member: Member) -> Card:
    """The group as this member sees it."""
    rows = _holders(group) if group.sort in OF_ONE else _invoices(group)
    name = group.holder.name if group.holder else ""
    standing = [one for one in group.decisions if one.undone_at is None]
    last = standing[-1] if standing and standing[-1].what is not What.ASKED else None
    asked = [one for one in standing if one.what is What.ASKED]
    return Card(
        group,
        rows,
        WHY[group.sort],
        {"count": len(group.members), "name": name},
        last,
        asked[-1] if asked else None,
        deciding.may_choose(group),
        not deciding.is_own(group, member),
    )


def compared(one: Invoice, other: Invoice) -> list[tuple[str, Runs, Runs, bool]]:
    """Field by field of two invoices: its msgid, both texts in runs, whether they differ."""
    told = [(NAMES["number"], _number(one), _number(other))]
    differing = [name for name in _COMPARED if getattr(one, name) != getattr(other, name)]
    told += [(NAMES[name], _text(one, name), _text(other, name)) for name in _COMPARED]
    return [
        (label, *_runs_of([mine, theirs]), mine != theirs or name in differing)
        for (label, mine, theirs), name in zip(told, ("number", *_COMPARED), strict=True)
        if mine or theirs
    ]


def papers(group: Group) -> list[Invoice]:
    """Both invoices of a pair, if both have a picture to be laid over the other's."""
    return group.pair if all(paper(one) for one in group.pair) else []


def paper(invoice: Invoice) -> tuple[Document, int, list[list[float]] | None] | None:
    """The picture of an invoice that is compared: its document, page, and frame if it is known."""
    for print_ in alike.papers(invoice):
        if print_.document.has_preview:
            return print_.document, print_.page, print_.frame
    held = (one.document for one in invoice.holdings if one.document)
    drawn = next((one for one in held if one.has_preview), None)
    return (drawn, 1, None) if drawn else None


def _holders(group: Group) -> list[Row]:
    (invoice,) = (part.invoice for part in group.parts)
    first: dict[str, Holding] = {}
    for holding in invoice.holdings:
        first.setdefault(holding.member_id, holding)
    return [
        Row(
            one.member_id, invoice, _fours(_number(invoice), []), [one.member],
            one.made_at, one.document,
        )
        for one in first.values()
    ]  # fmt: skip


def _invoices(group: Group) -> list[Row]:
    found = group.invoices
    numbers = [_number(one) for one in found]
    places = _differing(numbers)
    return [
        Row(one.id, one, _fours(number, places), holdings.holders(one))
        for one, number in zip(found, numbers, strict=True)
    ]


def _number(invoice: Invoice) -> str:
    return "" if invoice.key.scheme == "file" else invoice.key.text


def _text(invoice: Invoice, name: str) -> str:
    value = getattr(invoice, name)
    return "" if value is None else masked(name, str(value))


def _differing(texts: Sequence[str]) -> list[int]:
    """The places at which texts of one length are not all the same."""
    told = [text for text in texts if text]
    if len(told) < 2 or len({len(text) for text in told}) > 1:
        return []
    return [at for at, signs in enumerate(zip(*told, strict=True)) if len(set(signs)) > 1]


def _runs_of(texts: list[str]) -> tuple[Runs, Runs]:
    places = _differing(texts)
    whole = texts[0] != texts[1] and not places
    one, other = ([(text, bool(text))] if whole else _runs(text, places, 0) for text in texts)
    return one, other


def _runs(text: str, places: Sequence[int], start: int) -> Runs:
    runs: Runs = []
    for at, sign in enumerate(text, start=start):
        differs = at in places
        if runs and runs[-1][1] == differs:
            runs[-1] = (runs[-1][0] + sign, differs)
        else:
            runs.append((sign, differs))
    return runs


def _fours(number: str, places: Sequence[int]) -> list[list[Runs]]:
    """Code and number apart, each in fours."""
    halves: list[list[Runs]] = []
    start = 0
    for half in number.split("-") if number else []:
        fours = range(0, len(half), 4)
        halves.append([_runs(half[at : at + 4], places, start + at) for at in fours])
        start += len(half) + 1
    return halves
