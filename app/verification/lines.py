"""A kept answer in the reader's words: title, detail, and its evidence line by line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale, gettext

from app.core.fields import masked
from app.invoices.words import NAMES
from app.verification.models import Check
from app.verification.titles import BASIS, TITLES
from app.verification.words import EVIDENCE, MONEY, SOURCES, TAGS


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the card; ``facts`` are labels and values of the evidence."""

    check: Check
    title: str
    detail: str
    basis: str
    source: str
    facts: list[tuple[str, str]]


def line(check: Check, files: Collection[str]) -> Line:
    """The answer as the card shows it, in the language of the request.

    ``files`` are the names that the reader may know; those of others are left out.
    """
    title, detail = TITLES[f"{check.rule}.{check.words}"]
    said = {name: shown(name, value) for name, value in check.evidence.items()}
    return Line(
        check=check,
        title=gettext(title),
        detail=gettext(detail, **said).strip(" ·"),
        basis=gettext(BASIS[check.rule]),
        source=gettext(SOURCES[check.source]),
        facts=[
            *_facts(check.evidence),
            *_sealed(check.evidence, files),
            *_contradictions(check, files),
            *_items(check.evidence),
        ],
    )


def shown(name: str, value: Any) -> str:
    """A value of the evidence: money with its sign, fields by their names, the rest as it is."""
    if name == "fields":
        named = [gettext(NAMES.get(field, field)) for field in value]
        return str(format_list(named, locale=get_locale()))
    text = masked(name, str(value))
    if name in MONEY and text:
        return f"-¥{text[1:]}" if text.startswith("-") else f"¥{text}"
    return text


def _facts(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, label in EVIDENCE.items():
        if evidence.get(name):
            yield gettext(label), shown(name, evidence[name])


def _sealed(evidence: Mapping[str, Any], files: Collection[str]) -> Iterator[tuple[str, str]]:
    """The file whose seal it is."""
    if (file := evidence.get("sealed_file", "")) in files:
        yield gettext("File"), file


def _contradictions(check: Check, files: Collection[str]) -> Iterator[tuple[str, str]]:
    """One line for each source of a field that is given differently."""
    for one in check.evidence.get("contradictions", ()):
        for said in one["values"]:
            tag = gettext(TAGS.get(said["source"], said["source"]))
            file = said.get("file", "")
            places = " · ".join(filter(None, (tag, file if file in files else "")))
            label = gettext(NAMES.get(one["name"], one["name"]))
            yield f"{label} · {places}", shown(one["name"], said["value"])


def _items(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in evidence.get("lines", ()):
        amount, tax = shown("amount", item["amount"]), shown("tax", item["tax"])
        yield item["name"], f"{amount} × {item['rate']} → {tax or '—'}"
