"""The way around: which places there are for whom."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from app.accounts.door import somebody
from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_
from app.intake import review_queue


@dataclass(frozen=True, slots=True)
class Place:
    """A page with a power that it needs; ``where`` is tab (phone and desktop), side or foot.

    ``count`` is how much waits there for the member.
    """

    endpoint: str
    icon: str
    label: str
    where: str
    power: Power | None = None
    module: str = ""
    count: Callable[[Member], int] | None = None


PLACES = (
    Place("scanning.index", "scan", N_("Scan"), "tab"),
    Place("intake.index", "upload", N_("Hand in"), "tab"),
    Place("batches.index", "batch", N_("Many at once"), "side", Power.HAND_IN),
    Place("reviews.index", "eye", N_("Review"), "side", Power.DECIDE, count=review_queue.badge),
    Place("invoices.index", "invoice", N_("Invoices"), "tab"),
    Place("bureau.index", "ledger", N_("Tax data"), "side", Power.SEE_ALL, "ledger"),
    Place("cleaning.index", "copy", N_("Data cleaning"), "side", Power.DECIDE),
    Place("papers.index", "download", N_("Exports"), "side"),
    Place("company.index", "people", N_("People"), "side"),
    Place("console.journal", "shield", N_("Journal"), "side", Power.READ_JOURNAL),
    Place("console.health", "chart", N_("Health"), "side", Power.SEE_HEALTH),
    Place("me.index", "person", N_("Me"), "tab"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as the layout draws it."""

    url: str
    icon: str
    label: str
    active: bool
    place: str
    badge: int = 0


def navigation(for_anybody: object = False) -> list[Item]:
    """The entries for the member who is signed in; for a page kept on the device, the tabs."""
    member = None if for_anybody else somebody()
    if member is None and not for_anybody:
        return []
    here = "" if for_anybody else (request.endpoint or "").split(".")[0]
    return [
        Item(
            url=url_for(place.endpoint),
            icon=place.icon,
            label=_(place.label),
            active=place.endpoint.split(".")[0] == here,
            place=place.where,
            badge=place.count(member) if place.count and member else 0,
        )
        for place in PLACES
        if _is_open(place, member)
    ]


def _is_open(place: Place, member: Member | None) -> bool:
    if member is None:
        return place.where == "tab"
    may = place.power is None or member.may(place.power)
    return may and (not place.module or member.company.offers(place.module))
