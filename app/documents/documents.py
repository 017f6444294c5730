"""Take a file in, find it again, show it."""

from collections.abc import Mapping
from typing import IO

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.core.period import SHANGHAI
from app.documents.models import PICTURES, Copy, Document
from app.documents.readers.limits import REFUSALS
from app.journal import journal
from app.plumbing import queue, sandbox, storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable
from app.plumbing.settings import settings

INVOICE_KINDS = frozenset({"pdf", "ofd", "xml"}) | PICTURES
MANY = frozenset({"xlsx", "zip"})
"""Files of many invoices, which have a way in of their own."""

LARGER_MIB = {"xlsx": 256, "zip": 200}
"""An export of a million rows, and a pile of files, are larger than any invoice (DESIGN §9)."""

REASONS: dict[str, str] = {
    **REFUSALS,
    **sandbox.REASONS,
}


class Refused(Problem):
    """The file was looked at and not kept; the sentence says why and what helps."""

    def __init__(self, reason: str, reasons: Mapping[str, str] = REASONS) -> None:
        super().__init__()
        self.reason = reason
        self.message = reasons.get(reason, reasons["broken"])


class OtherFile(Problem):
    """The same idempotency key came with another file."""

    message = N_("This upload was mixed up with another one. Please choose the file again.")


def visible_to(member: Member) -> Select[Document]:
    """All of the company for those who see all, else what one has brought oneself."""
    mine = select(Document).where(Document.company_id == member.company_id)
    if member.may(Power.SEE_ALL):
        return mine
    brought = select(Copy.document_id).where(Copy.member_id == member.id)
    return mine.where(Document.id.in_(brought))


def copies_visible_to(member: Member) -> Select[Copy]:
    """What one has brought oneself."""
    return select(Copy).where(Copy.member_id == member.id)


def brought_by(member: Member) -> Select[Document]:
    """The files for invoices that one has brought oneself and not moved elsewhere."""
    mine = copies_visible_to(member).where(Copy.moved_to.is_(None))
    return visible_to(member).where(
        Document.id.in_(mine.with_only_columns(Copy.document_id)), Document.kind.in_(INVOICE_KINDS)
    )


def copies_of(document: Document, member: Member) -> Select[Copy]:
    """Who brought a document, as far as the member may see: all, or one's own."""
    brought = select(Copy).where(Copy.document_id == document.id).order_by(Copy.id)
    return brought if member.may(Power.SEE_ALL) else brought.where(Copy.member_id == member.id)


def take(
    file: IO[bytes],
    name: str,
    *,
    by: Member,
    key: str = "",
    among: frozenset[str] = INVOICE_KINDS,
    then: str = "",
) -> Copy:
    """Look at a file, keep it and note who brought it; the same key gives the same copy.

    The bytes are on the disk before the rows speak of them. ``then`` names the worker's verb that
    should see the copy next.

    Raises:
        Refused, storage.Empty, storage.TooLarge, storage.DiskFull: nothing was kept.
        OtherFile: the key belongs to another file.
    """
    kind = _look(file, name, among)
    file.seek(0)
    name = _plain(name)
    kept = storage.keep(file, LARGER_MIB.get(kind, settings().max_file_mib))
    with transaction() as change:
        document = _document(kept, kind, name, by.company_id)
        copy = _copy(document, name, key or kept.digest, by)
        if then:
            queue.request(change, then, copy.id)
    return copy


def take_frame(kept: storage.Kept, *, by: Member, key: str) -> Copy:
    """Note a frame of the camera in which an invoice was seen; joins the transaction in hand."""
    name = f"{now().astimezone(SHANGHAI):%Y%m%d-%H%M%S}.jpg"
    with transaction():
        return _copy(_document(kept, "jpeg", name, by.company_id), name, key, by)


def discard(copy: Copy) -> None:
    """Take a document back that nobody else brought, with its reading and its bytes.

    Joins the transaction in hand. Nothing may be held with it any more.
    """
    document = copy.document
    with transaction() as change:
        facts = {"name": copy.name, "digest": document.digest}
        journal.write(
            copy.company_id, "document-taken-back", document.id, by=copy.member.person, **facts
        )
        db.session.delete(copy)
        db.session.flush()
        db.session.expire(document, ["copies"])
        if not document.copies:
            db.session.delete(document)
            change.after_commit(lambda: _forget_bytes(facts["digest"]))


def receive(file: IO[bytes], name: str, *, company_id: str, among: frozenset[str]) -> Document:
    """Keep a file that no person handed in, such as one of the watched folder.

    Raises:
        Refused and the storage's problems: nothing was kept.
    """
    kind = _look(file, name, among)
    file.seek(0)
    kept = storage.keep(file, LARGER_MIB.get(kind, settings().max_file_mib))
    with transaction():
        document = _document(kept, kind, _plain(name), company_id)
        facts = {"name": document.name, "digest": document.digest}
        journal.write(company_id, "document-handed-in", document.id, by=journal.System(), **facts)
    return document


def hand_over(copy: Copy, seat: Member, *, then: str) -> Copy:
    """Give a copy to another seat of the same person; no byte is copied.

    Joins the transaction in hand. Whatever the seat has of this document already is not doubled.
    ``then`` names the worker's verb that should see it there, if any.
    """
    document = copy.document
    with transaction() as change:
        kept = storage.Kept(document.digest, document.size)
        taken = _document(kept, document.kind, copy.name, seat.company_id)
        there = _same_copy(taken, seat) or _new_copy(taken, copy.name, f"moved-{copy.id}", seat)
        if then:
            effect = queue.request(change, then, there.id)
            if there.moved_to:
                there.read_at = None
                queue.again(change, effect)
        there.moved_to = None
        if copy.moved_to != seat.id:
            copy.moved_to = seat.id
            for place, subject in ((copy.company_id, document), (seat.company_id, taken)):
                facts = {"name": copy.name, "digest": document.digest}
                journal.write(place, "document-moved", subject.id, by=seat.person, **facts)
    return there


def came_by_moving(copy: Copy) -> bool:
    """Whether the same person handed this document over from another of their seats."""
    from_there = (Copy.moved_to == copy.member_id, Document.digest == copy.document.digest)
    query = select(Copy.id).join(Copy.document).where(*from_there).limit(1)
    return db.session.scalar(query) is not None


def went_before(copy: Copy) -> Member | None:
    """The seat to which the same person moved this document before, if they did."""
    same = (Copy.document_id == copy.document_id, Copy.member_id == copy.member_id)
    query = select(Member).join(Copy, Copy.moved_to == Member.id).where(*same)
    return db.session.scalar(query.order_by(Copy.id.desc()).limit(1))


def copy_there(copy: Copy) -> Copy | None:
    """What a moved copy became in the company where it went."""
    there = (Copy.member_id == copy.moved_to, Document.digest == copy.document.digest)
    query = select(Copy).join(Copy.document).where(*there).order_by(Copy.id)
    return db.session.scalar(query.limit(1))


def open_original(document: Document) -> IO[bytes]:
    """The bytes as they came."""
    return storage.read(document.digest)


def count_pages(document: Document) -> int:
    """How many pages of it can be drawn; 0 for kinds without a drawing and for broken files."""
    if not document.has_pages:
        return int(document.has_preview)
    try:
        with open_original(document) as file:
            found, _ = sandbox.ask("inspect", file, name=document.name)
    except Unreadable:
        return 0
    return int(found["pages"])


def preview(document: Document, page: int) -> bytes:
    """A page as WebP, drawn anew in the sandbox, so that nothing active is left in it.

    Raises:
        Unreadable: it cannot be drawn.
    """
    with open_original(document) as file:
        _, picture = sandbox.ask("preview", file, media_type=document.media_type, page=page)
    return picture


def _forget_bytes(digest: str) -> None:
    """Unless a document of any company still is these bytes."""
    if db.session.scalar(select(Document.id).where(Document.digest == digest).limit(1)) is None:
        storage.forget(digest)


def _look(file: IO[bytes], name: str, among: frozenset[str]) -> str:
    """The kind, by its bytes and its structure, as the sandbox sees them."""
    if not file.read(1):
        raise storage.Empty
    file.seek(0)
    try:
        found, _ = sandbox.ask("inspect", file, name=name)
    except Unreadable as refusal:
        raise Refused(refusal.reason) from refusal
    if found["kind"] not in among:
        is_many = among is INVOICE_KINDS and found["kind"] in MANY
        raise Refused("many" if is_many else "wrong_kind")
    return str(found["kind"])


def _plain(name: str) -> str:
    """The last part of a file's name, without what cannot be seen or kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:200]


def _document(kept: storage.Kept, kind: str, name: str, company_id: str) -> Document:
    """Once per company and digest, also where two people bring the same bytes at one moment."""
    same = select(Document).filter_by(company_id=company_id, digest=kept.digest)
    if known := db.session.scalar(same):
        return known
    facts = {"digest": kept.digest, "kind": kind, "size": kept.size, "name": name}
    document = Document(id=new_id(), company_id=company_id, **facts)
    try:
        with db.session.begin_nested():
            db.session.add(document)
    except IntegrityError:
        return db.session.scalars(same).one()
    return document


def _copy(document: Document, name: str, key: str, by: Member) -> Copy:
    copy = db.session.scalar(select(Copy).where(Copy.member_id == by.id, Copy.key == key))
    if copy is None:
        copy = _new_copy(document, name, key, by)
        journal.write(
            by.company_id,
            "document-handed-in",
            document.id,
            by=by.person,
            name=copy.name,
            digest=document.digest,
        )
    elif copy.document_id != document.id:
        raise OtherFile
    return copy


def _new_copy(document: Document, name: str, key: str, by: Member) -> Copy:
    copy = Copy(
        id=new_id(),
        document=document,
        company_id=by.company_id,
        member=by,
        name=name,
        key=key,
    )
    db.session.add(copy)
    db.session.flush()
    return copy


def _same_copy(document: Document, by: Member) -> Copy | None:
    same = (Copy.document_id == document.id, Copy.member_id == by.id)
    return db.session.scalar(select(Copy).where(*same).order_by(Copy.id).limit(1))
