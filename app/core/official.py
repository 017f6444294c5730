"""Whom to ask about an invoice, and for which days they answer (``tables/official.toml``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.dated import holds, table

_OFFICIAL = table("official")
SITE: str = _OFFICIAL["site"]["url"]
DOMAIN: str = _OFFICIAL["domain"]
HOTLINE: str = _OFFICIAL["hotline"]["number"]
AS_OF: date = _OFFICIAL["as_of"]


class Reach(StrEnum):
    """Whether the official site answers for a day of issue."""

    ANSWERS = "answers"
    TOO_NEW = "too_new"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True)
class Bureau:
    """The bureau of a region with its site, and its district bureaus by name."""

    region: str
    name: str
    url: str
    districts: Sequence[str]


def reach(issued: date, today: date) -> Reach:
    """The site answers from the day after issue for five years (FORMATS §3.2).

    A day of five years ago is still answered; 29 February counts as 1 March in other years.
    """
    window = next(entry for entry in _OFFICIAL["window"] if holds(entry, today))
    if issued >= today and window["from_next_day"]:
        return Reach.TOO_NEW
    return Reach.TOO_OLD if _later(issued, window["years"]) < today else Reach.ANSWERS


def bureau_of(region: str | None) -> Bureau | None:
    """The bureau of a region by its Chinese name, if its details are known here."""
    for entry in _OFFICIAL["region"]:
        if entry["zh"] == region:
            return Bureau(entry["zh"], entry["name"], entry["url"], tuple(entry["bureaus"]))
    return None


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
