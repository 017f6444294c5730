"""Carry a batch out: its rows or files in chunks, on from where it stopped, to its end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from sqlalchemy import Table

from app.documents import documents
from app.intake import columns, ending, lists, piles, working
from app.intake.intake import READ
from app.intake.models import Batch, Item, Step
from app.intake.working import Asked, Line
from app.plumbing import bulk, queue, sandbox, storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.lane import Lane
from app.plumbing.sandbox import Unreadable

CHUNK = 200
_ITEMS = cast(Table, Item.__table__)
_Line = tuple[int, list[dict[str, str]]]
"""Its place in the file, and the texts of its rows."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Rows as ``Item`` has them, without their ends; of how many lines, up to which."""

    rows: list[dict[str, Any]]
    lines: int
    last: int


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
    """All lines of a list; False when somebody has stopped it.

    While one chunk is kept the next is asked about: the database and we work side by side.
    Raises GivenWay where somebody else's list or paper has waited for a while.
    """
    batch_id, asked, turn = batch.id, cast(Asked | None, None), queue.Turn()
    with Lane() as lane:
        for chunk in _chunks(batch, file, kind):
            named = [Line(one["id"], one["row"], one["texts"]) for one in chunk.rows]
            asked = working.ask(batch, named, before=asked)
            db.session.rollback()
            if not lane.is_well():
                return False
            lane.begin(_keep, batch_id, chunk, asked)
            if turn.is_over() and lane.is_well():
                raise queue.GivenWay
        return lane.is_well()


def _chunks(batch: Batch, file: IO[bytes], kind: str) -> Iterator[_Chunk]:
    """The rows of the list from where it stopped, at most ``CHUNK`` lines at a time."""
    batch_id, places, taken = batch.id, batch.columns["places"], batch.taken
    facts = {"sheet": batch.columns["sheet"], "kind": kind, "is_text": columns.TEXT in places}
    after = max(batch.line, batch.columns["header"])
    for answer, _ in sandbox.stream("list_rows", file, after=after, **facts):
        told = ((line, _said(columns.values(cells, places))) for line, cells in answer["lines"])
        for lines in _pieces(told):
            every = ((line, texts) for line, several in lines for texts in several)
            rows = [_row(batch_id, row, *one) for row, one in enumerate(every, start=taken + 1)]
            taken += len(rows)
            yield _Chunk(rows, len(lines), lines[-1][0])


def _pieces(told: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Lines of at most ``CHUNK`` rows together."""
    piece: list[_Line] = []
    count = 0
    for line in told:
        count += len(line[1])
        if len(piece) == CHUNK or piece and count > CHUNK:
            yield piece
            piece, count = [], len(line[1])
        piece.append(line)
    if piece:
        yield piece


def _begin(batch: Batch) -> bool:
    """False where somebody has stopped it, or it is over."""
    with transaction():
        db.session.refresh(batch, with_for_update=True)
        if not batch.is_running:
            return False
        batch.step, batch.began_at = Step.WORKING, batch.began_at or now()
    return True


def _keep(batch_id: str, chunk: _Chunk, asked: Asked) -> bool:
    """One chunk of rows with their answers; False when somebody has stopped the batch."""
    with transaction():
        queue.hold_on()
        batch = db.session.get_one(Batch, batch_id, with_for_update=True)
        if batch.step is not Step.WORKING:
            return False
        ends = working.keep(batch, asked)
        bulk.pour(_ITEMS, [row | ends[row["id"]] for row in chunk.rows])
        batch.taken += len(chunk.rows)
        batch.total -= chunk.lines - len(chunk.rows)
        batch.line = chunk.last
    return True


def _said(texts: dict[str, str]) -> list[dict[str, str]]:
    """The rows of a line: none of a heading or a remark of the file's, which names no invoice."""
    if text := texts.get(columns.TEXT):
        return [{columns.TEXT: piece} for piece in lists.apart(text)]
    return [texts] if {"number", "code", "total"} & texts.keys() else []


def _row(batch_id: str, row: int, line: int, texts: dict[str, str]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "batch_id": batch_id,
        "row": row,
        "line": line,
        "texts": texts,
        "copy_id": None,
    }
