"""What goes into a rule and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.core.fields import MONEY
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.verdict import Authenticity, Finding, Lifecycle, Outcome, Source
from app.documents.readers.seal import Seal

_TEXTS = ("seller_tax_id", "check_code", "crc", "total_words", "seller_name", "buyer_name",
          "buyer_tax_id")  # fmt: skip
ORIGINALS = frozenset({"xml", "ofd", "pdf"})
"""Sources whose text is the issuer's own, so that an error in it is none of reading."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line of the invoice; ``rate`` as printed (``6%``, ``免税``), ``amount`` without tax."""

    name: str
    rate: str
    amount: Money | None
    tax: Money | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the documents say of an invoice; the ledger apart.

    ``total_words`` is 价税合计（大写） as printed. ``contradictions`` are fields that sources give
    differently: ``{"name", "values": [{"source", "value", "file"}]}``. ``corrected`` names the
    fields that a member corrected by hand, ``sources`` the source words of the fields in use.
    ``seals`` are those of the files that speak of it, each with the name of its file.
    """

    key: InvoiceKey
    kind_word: str
    issued: date | None
    amount: Money | None
    total: Money | None
    seller_tax_id: str
    check_code: str
    crc: str
    today: date
    holders: int
    tax: Money | None = None
    total_words: str = ""
    seller_name: str = ""
    buyer_name: str = ""
    buyer_tax_id: str = ""
    lines: tuple[LineItem, ...] = ()
    contradictions: tuple[Mapping[str, Any], ...] = ()
    corrected: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    seals: tuple[tuple[str, Seal], ...] = ()

    @classmethod
    def told(cls, key: InvoiceKey, values: Mapping[str, str], **facts: Any) -> Known:
        """Of texts as fields keep them; ``facts`` are today, the holders and what goes beyond."""
        day = values.get("issued")
        told: dict[str, Any] = {name: values.get(name, "") for name in _TEXTS}
        told |= {name: Money.parse(values[name]) if name in values else None for name in MONEY}
        return cls(
            key=key,
            kind_word=values.get("kind_word", "other"),
            issued=date.fromisoformat(day) if day else None,
            **told,
            **facts,
        )

    def severity(self, *names: str) -> Outcome:
        """How grave a fault in these fields is: read from an original it stops, else one looks."""
        by_hand = any(name in self.corrected for name in names)
        return Outcome.STOPPED if self.sources & ORIGINALS and not by_hand else Outcome.LOOK


@dataclass(frozen=True, slots=True)
class Row:
    """The ledger's row, and what proves it: file digest, uploader, export day, line."""

    total: Money
    amount: Money | None
    issued: date
    seller_name: str
    seller_tax_id: str
    buyer_name: str
    buyer_tax_id: str
    lifecycle: Lifecycle
    evidence: Mapping[str, Any]
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The row if there is one, whether the invoice's day is covered, and whose ledger it is.

    ``reds`` are the numbers of the red rows that take the invoice back.
    """

    row: Row | None
    is_covered: bool
    covered_to: date | None
    company_tax_id: str
    company_name: str = ""
    is_personal: bool = False
    reds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the card; ``words`` names its sentences in ``titles.py``.

    Evidence is shown by name: money as yuan, days as ISO dates, ``fields`` as names of fields,
    ``law`` as the source of the rule.
    """

    rule: str
    words: str
    outcome: Outcome
    source: str = Source.RULE.value
    authenticity: Authenticity | None = None
    lifecycle: Lifecycle | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def finding(self, facts: str, at: datetime) -> Finding:
        """In the core's words, for the verdict on the facts with that digest."""
        return Finding(
            source=self.source,
            speaks_for_bureau=self.authenticity is not None,
            facts=facts,
            answered_at=at,
            authenticity=self.authenticity,
            lifecycle=self.lifecycle,
            outcome=self.outcome,
        )


Rule = Callable[[Known, Ledger], Answer | None]
"""None where the rule does not apply: it then has no line on the card."""


def names(fields: Sequence[str]) -> dict[str, list[str]]:
    """Evidence that names fields, in a fixed order."""
    return {"fields": sorted(fields)}
