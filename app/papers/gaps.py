"""What is missing on either side, as an Excel file: nobody handed it in, or the ledger lacks it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from flask_babel import gettext

from app.accounts.models import Member
from app.core.errors import N_
from app.invoices.words import NAMES
from app.papers.about import heading
from app.papers.making import Making
from app.papers.rows import Cell, Column, Sort
from app.papers.workbook import Sheet, opened, write_about
from app.verification import missing
from app.verification.missing import Gap, Side
from app.verification.words import LIFECYCLE

MOST = 10_000
"""The newest of each side: to ask why costs a question a row."""

NOTE = N_("The newest 10,000 of each side. An amount that is empty is not known; it is not zero.")
_TITLES: Mapping[Side, str] = {
    missing.not_brought: N_("Nobody handed it in"),
    missing.not_listed: N_("Not in the ledger"),
}
_COLUMNS = (
    Column("number", NAMES["number"], 30),
    Column("issued", NAMES["issued"], 11, Sort.DAY),
    Column("seller_name", NAMES["seller_name"], 36),
    Column("seller_tax_id", NAMES["seller_tax_id"], 21),
    Column("total", NAMES["total"], 14, Sort.MONEY),
    Column("lifecycle", N_("State"), 14),
    Column("why", N_("Reason"), 60),
)


def how_many(_asked: Mapping[str, Any], member: Member) -> int:
    """Of both sides together."""
    return sum(missing.how_many(member))


def write(work: Making, file: IO[bytes]) -> None:
    """A sheet for each side, with the rows of its page and the likely reasons."""
    done = 0
    with opened(file, work.made_at) as book:
        for side, title in _TITLES.items():
            sheet = Sheet(book, gettext(title), _COLUMNS)
            for gaps in _pages(side, work.member):
                for gap in gaps:
                    sheet.add(_cells(gap), "none")
                done += len(gaps)
                work.note(done)
            sheet.end()
        write_about(book, [*heading(work), (gettext("Please note"), gettext(NOTE))])


def _pages(side: Side, member: Member) -> Iterator[Sequence[Gap]]:
    given, before = 0, ""
    while given < MOST:
        gaps, before = side(member, before)
        yield gaps
        given += len(gaps)
        if not before:
            return


def _cells(gap: Gap) -> list[Cell]:
    one, why = gap.one, gettext(missing.REASONS[gap.reason], **gap.facts)
    state = gettext(LIFECYCLE[one.lifecycle])
    return [one.key.text, one.issued, one.seller_name, one.seller_tax_id, one.total, state, why]
