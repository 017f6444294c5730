"""What went lately from one seat of a person to another."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Member
from app.documents.models import Copy, Document
from app.plumbing.db import db


def went_since(member: Member, since: datetime) -> list[Copy]:
    """What a member's files became elsewhere, of those that went there since then."""
    here, there = aliased(Copy), aliased(Copy)
    file, file_there = aliased(Document), aliased(Document)
    query = (
        select(there)
        .join(file_there, file_there.id == there.document_id)
        .join(file, file.digest == file_there.digest)
        .join(here, here.document_id == file.id)
        .where(
            here.member_id == member.id,
            here.moved_to == there.member_id,
            there.made_at >= since,
        )
    )
    return list(db.session.scalars(query.distinct()))


def came_from(copy: Copy, since: datetime) -> set[str]:
    """The ids of the person's other seats from which a copy came, if it came since then."""
    if copy.made_at < since:
        return set()
    there = (Copy.moved_to == copy.member_id, Document.digest == copy.document.digest)
    return set(db.session.scalars(select(Copy.member_id).join(Copy.document).where(*there)))


def has_brought(member: Member, digest: str) -> bool:
    """Whether a member brought these bytes, or they were moved to that seat."""
    same = (Copy.member_id == member.id, Document.digest == digest)
    return db.session.scalar(select(Copy.id).join(Copy.document).where(*same).limit(1)) is not None
