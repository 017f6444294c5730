"""Papers that are known again: the prints of documents, and which are like each other."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import or_, select

from app.documents.documents import open_original
from app.documents.models import Document, Print
from app.documents.readers import likeness
from app.plumbing import sandbox
from app.plumbing.db import db
from app.plumbing.ids import new_id

ALIKE = 0.55
"""Texts of one paper share more of their runs, those of two papers of one seller less.

Measured by ``bench/alike.py``.
"""

SAME_LAYOUT = 16
"""Of one paper no more bits of the layout differ; papers of one form may differ in none."""

MOST = 300
"""So many that share a mark are looked at, the newest: a seller may have sent thousands."""

_MARKS = tuple(f"mark_{place}" for place in range(1, likeness.MARKS + 1))


def note(document: Document, made: Iterable[Mapping[str, Any]]) -> None:
    """Keep the prints of a document instead of those it had; joins the transaction in hand.

    A document that was read before there were prints has none until it is read again.
    """
    document.prints = [_print(document, one) for one in made]
    db.session.flush()


def like(one: Print) -> list[tuple[Print, float]]:
    """The prints of other documents of the company that are perhaps of the same paper.

    With how like their texts are, from ``ALIKE`` to 1. Found by their marks, never by looking at
    all.
    """
    marks = [getattr(one, name) for name in _MARKS]
    if marks[0] is None:
        return []
    same = or_(*(getattr(Print, name) == mark for name, mark in zip(_MARKS, marks, strict=True)))
    others = (Print.company_id == one.company_id, Print.document_id != one.document_id)
    found = db.session.scalars(
        select(Print).where(same, *others).order_by(Print.id.desc()).limit(MOST)
    )
    mine = one.words.split()
    told = ((other, likeness.likeness(mine, other.words.split())) for other in found)
    return [(other, alike) for other, alike in told if alike >= ALIKE]


def are_laid_alike(one: Print, other: Print) -> bool:
    """Whether the text of both stands in the same places, as it does on one form."""
    return likeness.distance(one.layout, other.layout) <= SAME_LAYOUT


def _print(document: Document, made: Mapping[str, Any]) -> Print:
    marks = likeness.marks(made["words"], document.company_id)
    known = {name: made[name] for name in ("page", "body", "frame", "layout")}
    return Print(
        id=new_id(),
        company_id=document.company_id,
        words=" ".join(made["words"]),
        **known,
        **dict(zip(_MARKS, marks, strict=False)),
    )


def laid_flat(document: Document, page: int, frame: list[list[float]] | None) -> bytes:
    """A page as WebP in which the frame of a print is the picture; without a frame the whole page.

    Drawn anew in the sandbox, so that two papers lie alike.

    Raises:
        Unreadable: it cannot be drawn.
    """
    facts = {"media_type": document.media_type, "page": page, "frame": frame}
    with open_original(document) as file:
        return sandbox.ask("flat", file, **facts)[1]
