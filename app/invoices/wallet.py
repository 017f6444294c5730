"""One invoice as a row of the wallet says it: what is wrong, how old, from where to where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.accounts import people
from app.accounts.models import Member
from app.core.verdict import Authenticity
from app.invoices import matching, tags, told
from app.invoices.models import Invoice, Pair
from app.plumbing.db import db

ICONS = {
    "hotel": "bed",
    "meal": "meal",
    "taxi": "taxi",
    "train": "train",
    "air": "plane",
    "toll": "toll",
    "fuel": "fuel",
}
"""The picture of what an invoice is for; all else is an invoice."""

QUIET_DAYS, LONG_DAYS = 30, 90
"""Older than the first an unused invoice says its age, from the second on in amber."""

_WRONG = frozenset({Authenticity.MISMATCH, Authenticity.NOT_FOUND})
_TRIP = ("departure", "destination", "train", "seat_class")


@dataclass(frozen=True, slots=True)
class Row:
    """``problem`` as of ``problem()``; ``company`` is where it belongs, if the reader sits there.

    ``trip`` are the fields of a ticket; ``unused_days`` is None while its age is no news;
    ``missing`` is the kind of itinerary that has not come yet; ``tags`` are the company's words.
    """

    invoice: Invoice
    problem: str
    company: str
    trip: Mapping[str, str]
    unused_days: int | None
    missing: str = ""
    tags: Sequence[str] = ()

    @property
    def icon(self) -> str:
        """Of the sprite."""
        return ICONS.get(self.invoice.purpose, "invoice")

    @property
    def is_long_unused(self) -> bool:
        """Whether somebody should hurry."""
        return (self.unused_days or 0) >= LONG_DAYS


def problem(invoice: Invoice) -> str:
    """Why a person has to act: ``state``, ``held``, ``answer`` or ``title``; empty if nobody has.

    What became of it since outweighs a hold, a hold the answer, the answer the title.
    """
    reasons = {
        "state": invoice.lifecycle in matching.ENDED,
        "held": invoice.is_held,
        "answer": invoice.authenticity in _WRONG,
        "title": invoice.is_misaddressed,
    }
    return next((word for word, is_so in reasons.items() if is_so), "")


def age(invoice: Invoice, on: date) -> int | None:
    """Days since issue, by the business day ``on``; None for a day that is not known or to come."""
    days = (on - invoice.issued).days if invoice.issued else -1
    return days if days >= 0 else None


def unused_days(invoice: Invoice, on: date) -> int | None:
    """The age of an invoice that nobody has used, once it is worth saying."""
    days = age(invoice, on)
    return days if days is not None and days > QUIET_DAYS and not invoice.is_used else None


def rows(found: Sequence[Invoice], member: Member, on: date) -> list[Row]:
    """The invoices as rows, with at most four questions to the database however many they are."""
    paired = _paired([one.id for one in found if matching.wanted(one)])
    trips = told.values(found, _TRIP)
    buyers = {one.buyer_tax_id for one in found if one.is_misaddressed and one.buyer_tax_id}
    tagged = tags.of(found)
    seats = people.seats_elsewhere(member, buyers)
    return [
        Row(
            invoice=one,
            problem=problem(one),
            company=seats.get(one.buyer_tax_id, ""),
            trip=trips.get(one.id, {}),
            unused_days=unused_days(one, on),
            missing="" if one.id in paired else matching.wanted(one),
            tags=tagged.get(one.id, ()),
        )
        for one in found
    ]


def _paired(ids: Sequence[str]) -> set[str]:
    """Those of the invoices that go with something now."""
    together = select(Pair.invoice_id).where(Pair.invoice_id.in_(ids), Pair.parted_at.is_(None))
    return set(db.session.scalars(together)) if ids else set()
