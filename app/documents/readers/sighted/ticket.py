"""Paper tickets of the railway: no tax, no day of issue, and a number with a letter in it."""

from __future__ import annotations

import re

from app.core.money import Money
from app.documents.readers import tickets
from app.documents.readers.found import Found
from app.documents.readers.glyphs import UNKNOWN
from app.documents.readers.layout import GAP, Page, alone
from app.documents.readers.paper import note
from app.documents.readers.sighted.labelled import CARD, drop

_FARE = re.compile(rf"(?<![0-9.{UNKNOWN}])([0-9]{{1,5}}\.[0-9]{{1,2}})元")
_CARD = re.compile(CARD)
_RIDE = re.compile(
    rf"([\u4e00-\u9fff]{{1,8}}?)站?{GAP}*([GDCZTKYLSP]?[0-9]{{1,4}}){GAP}*([\u4e00-\u9fff]{{1,8}}?)站?"
)


def read(page: Page) -> Found | None:
    """Price, ride and rider; None of a page that has not both a departure and a fare."""
    leaves, fares = page.find(tickets.LEAVES), page.find(_FARE, 1)
    if not leaves or not fares:
        return None
    found = Found("ocr", {"kind_word": "train_ticket"})
    if fare := alone(fares):
        found.note("total", Money.parse(fare.plain).yuan, page.sheet.place(fare.glyphs))
    tickets.note_seat(page, found)
    if not _CARD.fullmatch(found.values.get("passenger_id", "")):
        drop(found, "passenger_id")
    note(page, found, "seat_class", page.find(tickets.CLASS))
    _note_ride(page, found)
    return found


def _note_ride(page: Page, found: Found) -> None:
    """Left and right of the train; accounting data names stations without 站."""
    rides = [(row, told) for row in page.rows if (told := _RIDE.fullmatch(row.plain))]
    if len(rides) == 1:
        row, told = rides[0]
        for group, name in enumerate(("departure", "train", "destination"), start=1):
            found.note(name, told[group], page.sheet.place(row.group(told, group).glyphs))
