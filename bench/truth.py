"""How true the reading of the sample documents is: ``.venv/bin/python -m bench.truth pdf``.

Needs the samples (``YANPIAO_SAMPLES``). Compares what is read and grouped with the true values of
their manifest, field by field; ``***`` is a tax of 0.00, and what the manifest does not know is not
counted. A second table believes the text of the pages alone.
"""

import csv
import os
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.core.invoice import kind as kind_of
from app.documents.readers import kind, reading
from app.documents.readers.found import Found, Told, group

TIMES = 5
FIELDS = {
    "code": "code", "number": "number", "date": "issued", "amount_ex_tax": "amount",
    "tax": "tax", "total": "total", "buyer_name": "buyer_name", "buyer_taxid": "buyer_tax_id",
    "seller_name": "seller_name", "seller_taxid": "seller_tax_id", "check_code": "check_code",
}  # fmt: skip
Row = dict[str, str]


@dataclass
class Score:
    """What came of the documents of one family."""

    documents: int = 0
    whole: int = 0
    fields: int = 0
    exact: int = 0
    contradicted: int = 0
    before: int = 0
    unknown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def main() -> None:
    """Print both tables and every field that is not exact."""
    sort = next(iter(sys.argv[1:]), "pdf")
    for title, is_text_only in (("All sources", False), ("The text of the pages alone", True)):
        print("\n".join(table(sort, title, is_text_only=is_text_only)), end="\n\n")


def table(sort: str, title: str, *, is_text_only: bool) -> Iterator[str]:
    """Lines of one table for the samples of one kind of file."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    folder = Path(os.environ["YANPIAO_SAMPLES"])
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["kind"] == sort and row["number"] not in ("", "?"):
                _score(scores[_family(row)], row, (folder / row["file"]).read_bytes(), is_text_only)
    yield f"{title}:"
    yield (
        "| family | documents | whole | exact fields | unknown | wrong "
        "| sources differ (without the text) | CPU p50 | p95 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for family, score in sorted(scores.items()):
        times = sorted(score.times)
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        yield (
            f"| {family} | {score.documents} | {score.whole} | {score.exact}/{score.fields} "
            f"| {len(score.unknown)} | {len(score.wrong)} | {score.contradicted} ({score.before}) "
            f"| {p50:.0f} ms | {p95:.0f} ms |"
        )
    for score in scores.values():
        yield from (f"WRONG {one}" for one in score.wrong)
        yield from (f"unknown {one}" for one in score.unknown)


def _family(row: Row) -> str:
    if "通行费" in row["what"]:
        return "toll"
    if re.fullmatch("3[12]", row["type"][:2]):
        return "digital"
    return {"51": "rail", "61": "air", "10": "tax control"}.get(row["type"][:2], "other")


def _score(score: Score, row: Row, data: bytes, is_text_only: bool) -> None:
    for _ in range(TIMES):
        begun = time.process_time()
        facts = reading.read(data, kind.sniff(data, row["file"]))
        score.times.append((time.process_time() - begun) * 1000)
    found = [Found(**one) for one in facts["found"]]
    told = _told(list(filter(_is_text, found)) if is_text_only else found, row["number"])
    best = {name: value for name, (value, _) in told.best().items()}
    outcome = {name: _judge(row, best, name) for name in ("type", *FIELDS)}
    score.documents += 1
    score.whole += "wrong" not in outcome.values() and "unknown" not in outcome.values()
    score.fields += len(outcome) - list(outcome.values()).count("")
    score.exact += list(outcome.values()).count("exact")
    score.contradicted += bool(told.contradictions())
    untold = _told([one for one in found if not _is_text(one)], row["number"])
    score.before += bool(untold.contradictions())
    for name, came in outcome.items():
        what = f"{row['file']} {name}: {row[name]!r}, read {best.get(FIELDS.get(name, ''))!r}"
        if came in ("wrong", "unknown"):
            getattr(score, came).append(what)


def _is_text(found: Found) -> bool:
    """Whether it was read by position: then it says which part of the page each value is."""
    places = [place for place in found.places.values() if isinstance(place, dict)]
    return found.source in ("pdf", "ofd") and any("box" in place for place in places)


def _told(found: list[Found], number: str) -> Told:
    """What is said of the invoice; where its number cannot be one, all there is."""
    grouped = group(found)
    return next((one for one in grouped if one.key.number == number), Told(found))


def _judge(row: Row, best: dict[str, str], name: str) -> str:
    """``exact``, ``unknown``, ``wrong``, or empty for a field that nobody knows or that is not."""
    true = "0.00" if row[name] == "***" else row[name].upper()
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


if __name__ == "__main__":
    main()
