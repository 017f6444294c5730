"""What a paper says of itself: what was asked for, by whom, when, how many, and what is unknown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, ngettext

from app.accounts.models import Member
from app.core.errors import N_
from app.core.invoice import kind
from app.core.money import Money
from app.core.period import SHANGHAI
from app.intake import finding
from app.invoices.filters import BROUGHT, FILTERS, STATES
from app.papers import making
from app.papers.making import Making
from app.papers.rows import COLUMNS, Cell
from app.verification.words import AUTHENTICITY, LIFECYCLE

UNKNOWN = N_(
    "What is empty is not known. It is not zero, and it is in no sum. “Not checked” says nothing "
    "for or against an invoice."
)
MOMENT = N_("Verdicts are of the moment when this was made. They can change later.")
SPECIMEN = N_("Everything here is made up")

_NAMES = {"q": N_("Search words"), "only": N_("Only")}
_VALUES: Mapping[str, str] = {
    "month": N_("This month"),
    "problems": N_("Problems"),
    **STATES,
    **BROUGHT,
    **{word.value: title for word, title in (*AUTHENTICITY.items(), *LIFECYCLE.items())},
}
_TOTAL = next(i for i, column in enumerate(COLUMNS) if column.name == "total")


@dataclass(slots=True)
class Count:
    """How many invoices, the sum of the totals that are known, and how many are not."""

    count: int = 0
    total: Money = field(default=Money(0))
    unknown: int = 0

    def add(self, cells: Sequence[Cell]) -> None:
        """One more row of ``rows.COLUMNS``."""
        total = cells[_TOTAL]
        self.count += 1
        if isinstance(total, Money):
            self.total += total
        else:
            self.unknown += 1


def about(work: Making, count: Count) -> list[tuple[str, str]]:
    """Labels and values in the language in force."""
    return [
        *heading(work),
        (gettext("Invoices"), f"{count.count:,}"),
        (gettext("Total with tax"), yuan(count.total) + _unknown(count.unknown)),
        (gettext("Please note"), gettext(UNKNOWN)),
        ("", gettext(MOMENT)),
    ]


def heading(work: Making) -> list[tuple[str, str]]:
    """Whose it is, what is in it, for whom and when."""
    member = work.member
    facts = [
        (gettext("Company"), f"{member.company.name} {member.company.tax_id or ''}".strip()),
        (gettext("Content"), said(work.asked, names([work.asked], member))),
        (gettext("Made for"), member.name),
        (gettext("Asked for at"), f"{work.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
    ]
    if member.company.is_specimen:
        facts.insert(0, (gettext("SPECIMEN"), gettext(SPECIMEN)))
    return facts


def yuan(amount: Money) -> str:
    """With its sign, as pages show it."""
    return f"-¥{-amount}" if amount.fen < 0 else f"¥{amount}"


def names(every: Iterable[Mapping[str, Any]], member: Member) -> Mapping[str, str]:
    """Those of the lists that are asked for, as far as the member may know them."""
    asked = {one.get("state", {}).get("batch", "") for one in every}
    return finding.names(asked - {""}, member)


def said(asked: Mapping[str, object], lists: Mapping[str, str]) -> str:
    """What was asked for, in the language in force; ``lists`` are the ``names`` of lists."""
    if making.GAPS in asked:
        return str(gettext("Not in the system"))
    ids, state = asked.get("ids"), asked.get("state")
    if isinstance(ids, Sequence):
        return str(ngettext("%(num)s chosen invoice", "%(num)s chosen invoices", len(ids)))
    if not isinstance(state, Mapping) or not state:
        return str(gettext("All invoices"))
    return " · ".join(_said(name, text, lists) for name, text in state.items())


def _said(name: str, text: str, lists: Mapping[str, str]) -> str:
    label = FILTERS[name].label if name in FILTERS else _NAMES.get(name, name)
    if name == "batch":
        return f"{gettext(label)} {lists.get(text, '')}".rstrip()
    value = kind(text).zh if name == "kind" else gettext(_VALUES.get(text, text))
    return f"{gettext(label)} {value}"


def _unknown(count: int) -> str:
    if not count:
        return ""
    words = ngettext("%(num)s of unknown amount", "%(num)s of unknown amount", count)
    return f" · {words}"
