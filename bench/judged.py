"""Whether what was read is what is written: one document against its true values."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.core.invoice import kind as kind_of
from app.documents.readers import kind, reading
from app.documents.readers.found import Found, Told, group, join
from app.documents.readers.sighted import look

FIELDS = {
    "code": "code", "number": "number", "date": "issued", "amount_ex_tax": "amount",
    "tax": "tax", "total": "total", "buyer_name": "buyer_name", "buyer_taxid": "buyer_tax_id",
    "seller_name": "seller_name", "seller_taxid": "seller_tax_id", "check_code": "check_code",
}  # fmt: skip
HEAD = (
    "| family | documents | whole | number, date, total | exact fields | unknown | wrong | lines "
    "| sources differ | p50 | p95 |\n|---|---|---|---|---|---|---|---|---|---|---|"
)
Row = dict[str, str]
Lines = Sequence[dict[str, str]]
Read = Callable[[bytes, str], list[Found]]


@dataclass
class Score:
    """What came of the documents of one family."""

    documents: int = 0
    whole: int = 0
    core: int = 0
    fields: int = 0
    exact: int = 0
    contradicted: int = 0
    lines: int = 0
    exact_lines: int = 0
    unknown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def row(self, family: str) -> str:
        """One line of the table under ``HEAD``."""
        p50, p95 = spread(self.times)
        lines = f"{self.exact_lines}/{self.lines}" if self.lines else "—"
        return (
            f"| {family} | {self.documents} | {self.whole} | {self.core} "
            f"| {self.exact}/{self.fields} | {len(self.unknown)} | {len(self.wrong)} | {lines} "
            f"| {self.contradicted} | {p50:.0f} ms | {p95:.0f} ms |"
        )


def spread(times: Sequence[float]) -> tuple[float, float]:
    """The median, and what 95 in 100 stay below."""
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]


def read(data: bytes, name: str) -> list[Found]:
    """All that our readers say of a file, pictures looked at."""
    sort = kind.sniff(data, name)
    facts = reading.read(data, sort)
    seen = look.read(data, sort) if facts["is_picture"] else {}
    return join([Found(**one) for one in facts["found"]], seen)


def judge(score: Score, row: Row, found: list[Found], lines: Lines | None = None) -> None:
    """Count one document; ``?`` in its true values is not counted, ``***`` is a tax of 0.00."""
    told = _told(found, row["number"])
    best = {name: value for name, (value, _) in told.best().items()}
    outcome = {name: _field(row, best, name) for name in ("type", *FIELDS)}
    score.documents += 1
    score.whole += "wrong" not in outcome.values() and "unknown" not in outcome.values()
    score.fields += len(outcome) - list(outcome.values()).count("")
    score.exact += list(outcome.values()).count("exact")
    score.contradicted += bool(told.contradictions())
    score.core += all(outcome[name] in ("", "exact") for name in ("number", "date", "total"))
    for name, came in outcome.items():
        what = f"{row['file']} {name}: {row[name]!r}, read {best.get(FIELDS.get(name, ''))!r}"
        if came in ("wrong", "unknown"):
            getattr(score, came).append(what)
    for place, true in enumerate(lines or ()):
        read = told.lines()[place] if place < len(told.lines()) else {}
        score.lines += 1
        score.exact_lines += read == true


def is_of_the_page(found: Found) -> bool:
    """Whether it was read by position: then it says which part of the page each value is."""
    places = [place for place in found.places.values() if isinstance(place, dict)]
    return found.source in ("pdf", "ofd", "ocr") and any("box" in place for place in places)


def _told(found: list[Found], number: str) -> Told:
    """What is said of the invoice; where its number cannot be one, all there is."""
    grouped = group(found)
    return next((one for one in grouped if one.key.number == number), Told(found))


def _field(row: Row, best: dict[str, str], name: str) -> str:
    """``exact``, ``unknown``, ``wrong``, or empty for a field that nobody knows or that is not."""
    true = "0.00" if row[name] == "***" else row[name].partition(" (")[0].upper()
    if true == "?":
        return ""
    if name == "type":
        known = [best[one] for one in ("qr_kind",) if one in best]
        known += [kind_of(best["kind_word"]).qr] if "kind_word" in best else []
        return "unknown" if not known else "exact" if known[-1] in true else "wrong"
    said = best.get(FIELDS[name], "").upper()
    if not said:
        return "unknown" if true else ""
    return "exact" if said == true else "wrong"
