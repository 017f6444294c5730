"""A published reader beside ours, on the same files in the same run: ofdkit (Apache-2.0), for OFD.

Of PDF, XML and photos no reader of Chinese invoices was found among published packages.
"""

import re
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import ofdkit

from app.documents.readers.found import Found
from bench.judged import Row, Score, judge, read, spread

_DAY = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*")
_NAMES = {
    "invoice_code": "code", "invoice_number": "number", "amount_without_tax": "amount",
    "tax_amount": "tax", "total_amount": "total", "check_code": "check_code",
}  # fmt: skip


def table(documents: Sequence[tuple[Row, bytes]]) -> Iterator[str]:
    """Lines of a table; the type of an invoice, which the other does not tell, is not counted."""
    ours, theirs = Score(), Score()
    for row, data in documents:
        untyped = {**row, "type": "?"}
        for score, reader in ((ours, read), (theirs, _peer)):
            begun = time.perf_counter()
            found = reader(data, row["file"])
            score.times.append((time.perf_counter() - begun) * 1000)
            judge(score, untyped, found)
    yield "| reader | documents | whole | exact fields | unknown | wrong | p50 | p95 |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, score in (("ours", ours), (f"ofdkit {version('ofdkit')}", theirs)):
        p50, p95 = spread(score.times)
        yield (
            f"| {name} | {score.documents} | {score.whole} | {score.exact}/{score.fields} "
            f"| {len(score.unknown)} | {len(score.wrong)} | {p50:.0f} ms | {p95:.0f} ms |"
        )
    times = spread(ours.times)[0] / spread(theirs.times)[0]
    yield (
        f"| ratio | | {ours.whole / max(1, theirs.whole):.2f} "
        f"| {ours.exact / max(1, theirs.exact):.2f} | | | {times:.1f} | |"
    )


def _peer(data: bytes, _name: str) -> list[Found]:
    try:
        one = ofdkit.extract_invoice(data)
    except ofdkit.OFDError:
        one = None
    if one is None:
        return []
    told = {ours: getattr(one, theirs) for theirs, ours in _NAMES.items()}
    told["issued"] = _day(one.issue_date or "")
    for side in ("buyer", "seller"):
        party = getattr(one, side)
        told |= {f"{side}_name": party.name, f"{side}_tax_id": party.tax_id}
    return [Found("ofd", {name: str(text) for name, text in told.items() if text})]


def _day(text: str) -> str:
    told = _DAY.fullmatch(text)
    return f"{told[1]}-{int(told[2]):02d}-{int(told[3]):02d}" if told else text
