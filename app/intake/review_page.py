"""What a person sees who looks at an invoice: its doubtful fields, who says what, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Member
from app.core.fields import MONEY, masked, plain
from app.core.verdict import Outcome
from app.documents import documents
from app.documents.models import Document
from app.intake.repair import FIELDS
from app.invoices import cleaning, doubts, spots, told
from app.invoices.cleaning_cards import TITLES, papers
from app.invoices.cleaning_models import Group
from app.invoices.models import Field, Holding, Invoice
from app.invoices.spots import Spot
from app.plumbing.db import db
from app.verification import checks, doubtful
from app.verification.lines import Line, line
from app.verification.models import Check

CHOICES = 4
QUIET = ("number", "issued", "total", "amount", "tax", "seller_name", "buyer_name")
"""What is shown of the fields that nobody doubts."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a source gives; ``is_hidden`` for the id of a person, shown without its middle.

    ``file`` is the name of the document, if there is one.
    """

    source: str
    value: str
    file: str
    name: str

    @property
    def shown(self) -> str:
        """As pages show it."""
        return masked(self.name, self.value)

    @property
    def is_hidden(self) -> bool:
        """Whether the page must not have all of it."""
        return self.shown != self.value


@dataclass(frozen=True, slots=True)
class Question:
    """A doubtful field: who says what, the most trusted first, and the title of the rule.

    ``is_open`` says that it may be corrected.
    """

    name: str
    choices: Sequence[Choice]
    why: str

    @property
    def is_open(self) -> bool:
        """The number is who the invoice is: it is not corrected here."""
        return self.name in FIELDS

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in yuan."""
        return self.name in MONEY

    @property
    def best(self) -> str:
        """What stands in the field before somebody types; nothing for the id of a person."""
        first = self.choices[0] if self.choices else None
        return first.value if first and not first.is_hidden else ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A group of two whose papers look alike; ``papers`` if they can be laid over each other."""

    group: Group
    title: str
    papers: Sequence[Invoice]


@dataclass(frozen=True, slots=True)
class Looked:
    """All of it; ``mark`` is that of what was seen, ``pages`` those with a box, else the first."""

    invoice: Invoice
    questions: Sequence[Question]
    quiet: Mapping[str, Field]
    lines: Sequence[Line]
    paper: Document | None
    pages: Sequence[int]
    spots: Sequence[Spot]
    pairs: Sequence[Pair]
    mark: str


def look(invoice: Invoice, member: Member) -> Looked:
    """The invoice as somebody looks at it who may see its files."""
    kept = checks.card(invoice)
    names = doubtful.of(invoice, kept)
    held = _documents(invoice, member)
    paper, found = _paper(invoice, held, names)
    open_ = [one for one in kept if one.outcome in (Outcome.STOPPED, Outcome.LOOK)]
    best = told.best(invoice)
    return Looked(
        invoice=invoice,
        questions=_questions(invoice, kept, names),
        quiet={name: best[name] for name in QUIET if name in best and name not in names},
        lines=[line(one, {document.name for document in held}) for one in open_],
        paper=paper,
        pages=sorted({one.page for one in found}) or [1],
        spots=found,
        pairs=[Pair(one, TITLES[one.sort], papers(one)) for one in cleaning.pairs(invoice, member)],
        mark=doubts.mark(invoice),
    )


def typed(invoice: Invoice, form: Mapping[str, str]) -> dict[str, str]:
    """What a person typed or picked in the doubtful fields that is other than what stands there."""
    kept = checks.card(invoice)
    said: dict[str, str] = {}
    for one in _questions(invoice, kept, doubtful.of(invoice, kept)):
        text, picked = form.get(one.name, "").strip(), form.get(f"pick-{one.name}", "")
        if one.is_open and text and text != one.best:
            said[one.name] = text
        elif one.is_open and picked.isdecimal() and 0 < int(picked) < len(one.choices):
            said[one.name] = one.choices[int(picked)].value
    return said


def _questions(invoice: Invoice, kept: Sequence[Check], names: Sequence[str]) -> list[Question]:
    rules = doubtful.at_fault(kept)
    by_rule = {one.rule: one for one in kept}
    found = []
    for name in names:
        rule = by_rule.get(rules.get(name, ""))
        why = line(rule, ()).title if rule else ""
        found.append(Question(name, _choices(invoice, name, kept), why))
    return found


def _choices(invoice: Invoice, name: str, kept: Sequence[Check]) -> list[Choice]:
    """Each different value once; what the ledger says too where it is no field of the invoice."""
    best = told.best(invoice).get(name)
    rows = [row for row in told.everything(invoice) if row.name == name and row is not best]
    said = [
        Choice(row.source, row.value, row.document.name if row.document else "", name)
        for row in ([best] if best else []) + rows
    ]
    for one in (one for check in kept for one in check.evidence.get("differing", ())):
        if one["name"] == name:
            said.append(Choice("ledger", one["theirs"], "", name))
    different: dict[str, Choice] = {}
    for choice in said:
        different.setdefault(plain(name, choice.value), choice)
    return list(different.values())[:CHOICES]


def _paper(
    invoice: Invoice, held: Sequence[Document], names: Sequence[str]
) -> tuple[Document | None, list[Spot]]:
    """The file on which most of the doubtful fields can be pointed at, else one to look at."""
    drawn = [one for one in held if one.has_preview]
    found = [(spots.on(invoice, one, names), one) for one in drawn]
    if found:
        best, paper = max(found, key=lambda one: len(one[0]))
        return paper, best
    return (held[0] if held else None), []


def _documents(invoice: Invoice, member: Member) -> list[Document]:
    held = select(Holding.document_id).where(Holding.invoice_id == invoice.id)
    seen = documents.visible_to(member).where(Document.id.in_(held)).order_by(Document.id)
    return list(db.session.scalars(seen))
