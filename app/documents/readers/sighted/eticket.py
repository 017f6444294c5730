"""Prints of electronic tickets and receipts: read as their files are, and believed less."""

from __future__ import annotations

import re

from app.core.party import NotATaxId, TaxId
from app.documents.readers import tickets
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page
from app.documents.readers.sighted import flight, sums
from app.documents.readers.sighted.labelled import CARD, DAY, drop, is_like_a_name, keep, said

_SUMS = ("fare", "fuel", "fund", "tax", "total")
_FARE = rf"¥?([0-9]{{1,5}}\.[0-9]{{2}})(?:元|{GAP}|$)"
_RAIL = ("铁路电子客票", "买票请到12306", "电子客票号", "票价:")
_CARD = re.compile(CARD)
_TREASURY = re.compile("[0-9a-f]{6}")


def read(page: Page) -> Found | None:
    """What ``tickets.read`` finds, without what eyes may have mistaken."""
    found = tickets.read(page) or _untitled(page)
    if found is None:
        return None
    _doubt_parties(found)
    if not _CARD.fullmatch(found.values.get("passenger_id", "")):
        drop(found, "passenger_id")
    drop(found, "issued")
    keep(page, found, "issued", "开票日期|填开日期", DAY)
    _DOUBTS[found.values["kind_word"]](page, found)
    return found


def _doubt_parties(found: Found) -> None:
    for side in ("buyer", "seller"):
        if not is_like_a_name(found.values.get(f"{side}_name", "")):
            drop(found, f"{side}_name")
        if not _is_true(found.values.get(f"{side}_tax_id", "")):
            drop(found, f"{side}_tax_id")


def _untitled(page: Page) -> Found | None:
    """By its labels, where a seal covers the title."""
    text = said(page)
    if "发票号码" not in text:
        return None
    if flight.is_itinerary(page):
        return tickets.read_air(page)
    return tickets.read_rail(page) if sum(sign in text for sign in _RAIL) > 1 else None


def _doubt_ride(page: Page, found: Found) -> None:
    """站 follows each name at once, else the rest of the name is lost; nor is a figure."""
    drop(found, "total")
    keep(page, found, "total", "票价|退票费", _FARE)
    for name in ("departure", "destination"):
        whole = re.compile(f"(?:^|[^\u4e00-\u9fff]){found.values.get(name, '')}站", re.M)
        if not whole.search(said(page)):
            drop(found, name)


def _doubt_sums(page: Page, found: Found) -> None:
    """What is printed adds up to the fen; also where a heading was not seen."""
    drop(found, *_SUMS)
    flight.note_leg(page, found)
    flight.note_sums(page, found)


def _is_true(text: str) -> bool:
    try:
        return bool(TaxId(text))
    except NotATaxId:
        return False


def _doubt_receipt(page: Page, found: Found) -> None:
    """Figures need capitals that say the same; a letter beyond f in a check code is misread."""
    drop(found, "total")
    sums.note_whole(page, found, "小写")
    if not _TREASURY.fullmatch(found.values.get("check_code", "")):
        drop(found, "check_code")


_DOUBTS = {"rail": _doubt_ride, "air": _doubt_sums, "fiscal": _doubt_receipt}
