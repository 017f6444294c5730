"""Carry a batch out: its rows or files in chunks, on from where it stopped, to its end."""

from typing import IO, Any, cast

from sqlalchemy import Table

from app.documents import documents
from app.intake import columns, ending, piles, working
from app.intake.intake import READ
from app.intake.models import Batch, Item, Step
from app.intake.working import Line
from app.plumbing import bulk, queue, sandbox, storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable

CHUNK = 200
_ITEMS = cast(Table, Item.__table__)


def run(batch_id: str) -> None:
    """Take the rows in and ask about them, at most 200 in a transaction; goes on where it stopped.

    A worker that is killed loses the chunk in hand, which is then done again.
    """
    batch = db.session.get_one(Batch, batch_id)
    if not _begin(batch):
        return
    document = batch.document
    if document is None:
        return
    try:
        with documents.open_original(document) as file:
            whole = (
                piles.unpack(batch, file, then=READ)
                if batch.is_pile
                else _ask(batch, file, document.kind)
            )
    except Unreadable as refusal:
        ending.end(batch, Step.FAILED, refusal.reason)
        return
    except storage.DiskFull:
        ending.end(batch, Step.FAILED, "full")
        return
    if whole:
        ending.end(batch, Step.DONE)


def _ask(batch: Batch, file: IO[bytes], kind: str) -> bool:
    """All lines of a list; False when somebody has stopped it."""
    facts = {"sheet": batch.columns["sheet"], "kind": kind}
    facts["is_text"] = columns.TEXT in batch.columns["places"]
    after = max(batch.line, batch.columns["header"])
    for answer, _ in sandbox.stream("list_rows", file, after=after, **facts):
        for start in range(0, len(answer["lines"]), CHUNK):
            if not _take(batch, answer["lines"][start : start + CHUNK]):
                return False
    return True


def _begin(batch: Batch) -> bool:
    """False where somebody has stopped it, or it is over."""
    with transaction():
        db.session.refresh(batch, with_for_update=True)
        if not batch.is_running:
            return False
        batch.step, batch.began_at = Step.WORKING, batch.began_at or now()
    return True


def _take(batch: Batch, lines: list[tuple[int, list[str]]]) -> bool:
    """One chunk of lines, as rows with their answers; False when somebody has stopped it."""
    with transaction():
        queue.hold_on()
        db.session.refresh(batch, with_for_update=True)
        if batch.step is not Step.WORKING:
            return False
        places = batch.columns["places"]
        told = [(line, columns.values(cells, places)) for line, cells in lines]
        rows = [_row(batch, batch.taken + place, line, texts)
                for place, (line, texts) in enumerate(filter(_says, told), start=1)]  # fmt: skip
        ends = working.work_off(batch, [Line(one["id"], one["row"], one["texts"]) for one in rows])
        bulk.pour(_ITEMS, [row | ends[row["id"]] for row in rows])
        batch.taken += len(rows)
        batch.total -= len(lines) - len(rows)
        batch.line = lines[-1][0]
    return True


def _says(told: tuple[int, dict[str, str]]) -> bool:
    """A line with neither number nor money is a heading or a remark of the file's."""
    return bool({"number", "code", "total", columns.TEXT} & told[1].keys())


def _row(batch: Batch, row: int, line: int, texts: dict[str, str]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "batch_id": batch.id,
        "row": row,
        "line": line,
        "texts": texts,
        "copy_id": None,
    }
