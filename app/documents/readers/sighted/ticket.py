"""Paper tickets of the railway: no tax, no day of issue, and a number with a letter in it."""

from __future__ import annotations

import re

from app.core.money import Money
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span, alone

_LEAVES = re.compile(
    rf"([0-9]{{4}}年{GAP}*[0-9]{{1,2}}月{GAP}*[0-9]{{1,2}}日){GAP}*([0-9]{{1,2}}:[0-9]{{2}}){GAP}*开"
)
_FARE = re.compile(r"¥?([0-9]{1,5}\.[0-9]{1,2})元")
_RIDE = re.compile(
    rf"([\u4e00-\u9fff]{{1,8}}?)站?{GAP}*([GDCZTKYLSP]?[0-9]{{1,4}}){GAP}*([\u4e00-\u9fff]{{1,8}}?)站?"
)
_PLACE = re.compile(rf"([0-9]{{1,2}}车){GAP}*([0-9]{{1,3}}[A-F]?号)")
_CLASS = re.compile("[一二特]等座|商务座|(?:新空调)?[软硬][座卧]|高级软卧|动卧|无座")
_RIDER = re.compile(rf"([0-9]{{6,10}}\*{{4,8}}[0-9]{{3,4}}[0-9X]?){GAP}*([\u4e00-\u9fff·]{{2,6}})")
_PAIRS = {
    ("travelled", "departs"): _LEAVES,
    ("carriage", "seat"): _PLACE,
    ("passenger_id", "passenger"): _RIDER,
}


def read(page: Page) -> Found | None:
    """Price, ride and rider; None of a page that has not both a departure and a fare."""
    leaves, fares = page.find(_LEAVES), page.find(_FARE, 1)
    if not leaves or not fares:
        return None
    found = Found("ocr", {"kind_word": "train_ticket"})
    if fare := alone(fares):
        found.note("total", Money.parse(fare.plain).yuan, page.sheet.place(fare.glyphs))
    for names, pattern in _PAIRS.items():
        for group, name in enumerate(names, start=1):
            _note(page, found, name, page.find(pattern, group))
    _note(page, found, "seat_class", page.find(_CLASS))
    _note_ride(page, found)
    return found


def _note(page: Page, found: Found, name: str, spans: list[Span]) -> None:
    if span := alone([one for one in spans if one.glyphs]):
        found.note(name, span.plain.replace(GAP, ""), page.sheet.place(span.glyphs))


def _note_ride(page: Page, found: Found) -> None:
    """Left and right of the train; accounting data names stations without 站."""
    rides = [(row, told) for row in page.rows if (told := _RIDE.fullmatch(row.plain))]
    if len(rides) == 1:
        row, told = rides[0]
        for group, name in enumerate(("departure", "train", "destination"), start=1):
            found.note(name, told[group], page.sheet.place(row.group(told, group).glyphs))
