"""How true the reading of the sample documents is: ``.venv/bin/python -m bench.truth [KIND …]``.

Needs the samples (``YANPIAO_SAMPLES``). Compares what is read and grouped with the true values of
their manifest, field by field; ``***`` is a tax of 0.00, and what the manifest does not know is not
counted. A second table believes one source alone: the text of the pages, what eyes see.
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
from resource import RUSAGE_SELF, getrusage

from app.core.invoice import kind as kind_of
from app.documents.readers import kind, reading
from app.documents.readers.found import Found, Told, group, join
from app.documents.readers.sighted import eyes, look

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
    core: int = 0
    fields: int = 0
    exact: int = 0
    contradicted: int = 0
    before: int = 0
    unknown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


ALONE = {"pdf": "The text of the pages alone", "ofd": "The text of the pages alone"}
ALONE |= {"scan": "Eyes alone", "photo": "Eyes alone"}


def main() -> None:
    """Print the tables and every field that is not exact."""
    for sort in sys.argv[1:] or ("xml", "ofd", "pdf", "scan", "photo"):
        for is_alone in (False, True)[: 1 + (sort in ALONE)]:
            title = ALONE[sort] if is_alone else "All sources"
            told = table(sort, f"{sort}: {title}", is_alone=is_alone)
            print("\n".join(told), end="\n\n", flush=True)
    print(f"Most memory: {getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB")


def table(sort: str, title: str, *, is_alone: bool) -> Iterator[str]:
    """Lines of one table for the samples of one kind of file."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    eyes.open_eyes()
    folder = Path(os.environ["YANPIAO_SAMPLES"])
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["kind"] == sort and row["number"] not in ("", "?"):
                _score(scores[_family(row)], row, (folder / row["file"]).read_bytes(), is_alone)
    yield f"{title}:"
    yield (
        "| family | documents | whole | number, date and total | exact fields | unknown | wrong "
        "| sources differ (without the text) | p50 | p95 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for family, score in sorted(scores.items()):
        times = sorted(score.times)
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        yield (
            f"| {family} | {score.documents} | {score.whole} | {score.core} "
            f"| {score.exact}/{score.fields} "
            f"| {len(score.unknown)} | {len(score.wrong)} | {score.contradicted} ({score.before}) "
            f"| {p50:.0f} ms | {p95:.0f} ms |"
        )
    for score in scores.values():
        yield from (f"WRONG {one}" for one in score.wrong)
        yield from (f"unknown {one}" for one in score.unknown)


def _family(row: Row) -> str:
    if row["kind"] in ("photo", "scan"):
        return "taxi" if "taxi" in row["type"] else "tax control" if row["code"] else "digital"
    if "通行费" in row["what"]:
        return "toll"
    if re.fullmatch("3[12]", row["type"][:2]):
        return "digital"
    return {"51": "rail", "61": "air", "10": "tax control"}.get(row["type"][:2], "other")


def _score(score: Score, row: Row, data: bytes, is_alone: bool) -> None:
    sort = kind.sniff(data, row["file"])
    for _ in range(1 if row["kind"] in ("photo", "scan") else TIMES):
        begun = time.perf_counter()
        facts = reading.read(data, sort)
        seen = look.read(data, sort) if facts["is_picture"] else {}
        score.times.append((time.perf_counter() - begun) * 1000)
    found = join([Found(**one) for one in facts["found"]], seen)
    told = _told(list(filter(_is_text, found)) if is_alone else found, row["number"])
    best = {name: value for name, (value, _) in told.best().items()}
    outcome = {name: _judge(row, best, name) for name in ("type", *FIELDS)}
    score.documents += 1
    score.whole += "wrong" not in outcome.values() and "unknown" not in outcome.values()
    score.fields += len(outcome) - list(outcome.values()).count("")
    score.exact += list(outcome.values()).count("exact")
    score.contradicted += bool(told.contradictions())
    score.core += all(outcome[name] in ("", "exact") for name in ("number", "date", "total"))
    untold = _told([one for one in found if not _is_text(one)], row["number"])
    score.before += bool(untold.contradictions())
    for name, came in outcome.items():
        what = f"{row['file']} {name}: {row[name]!r}, read {best.get(FIELDS.get(name, ''))!r}"
        if came in ("wrong", "unknown"):
            getattr(score, came).append(what)


def _is_text(found: Found) -> bool:
    """Whether it was read by position: then it says which part of the page each value is."""
    places = [place for place in found.places.values() if isinstance(place, dict)]
    return found.source in ("pdf", "ofd", "ocr") and any("box" in place for place in places)


def _told(found: list[Found], number: str) -> Told:
    """What is said of the invoice; where its number cannot be one, all there is."""
    grouped = group(found)
    return next((one for one in grouped if one.key.number == number), Told(found))


def _judge(row: Row, best: dict[str, str], name: str) -> str:
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


if __name__ == "__main__":
    main()
