"""The rows of a list that led to no invoice of their own: what is wrong with each."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.accounts.models import Member
from app.intake import batch_rows
from app.intake.models import FILE, Batch
from app.papers import listed

Left = tuple[int, str, str]
"""Line, number or file as it stood there, and why it was not taken."""


def left(asked: Mapping[str, Any], member: Member) -> Iterator[Left]:
    """All of them in their order; nothing unless a whole list is asked for."""
    batch, after = _batch(asked, member), 0
    while batch:
        page, after = batch_rows.a_page(batch, member, "left", after)
        for row in page:
            texts = row.item.texts
            said = texts.get("number") or texts.get("text") or texts.get(FILE) or ""
            yield row.item.line, said, row.why
        if not after:
            return


def how_many(asked: Mapping[str, Any], member: Member) -> int:
    """Their count."""
    batch = _batch(asked, member)
    return batch_rows.count_left(batch) if batch else 0


def _batch(asked: Mapping[str, Any], member: Member) -> Batch | None:
    is_whole = asked.get("state", {}).keys() == {"batch"}
    return listed.batch(asked, member) if is_whole else None
