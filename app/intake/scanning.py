"""What a live camera sees: frames come and go, and only one that shows an invoice is kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlalchemy import select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.core.invoice import InvoiceKey
from app.documents import documents, readings
from app.documents.models import Copy
from app.documents.readers import glance, qr
from app.documents.readers.found import Found, Grouped, group
from app.documents.readers.glance import Code
from app.documents.readers.limits import MOST_FRAMES, REFUSALS, Refused
from app.intake import intake
from app.invoices import holdings, invoices, pairs
from app.invoices.models import Holding, Invoice
from app.plumbing import sandbox, storage
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.verification import asked, checks
from app.verification.rules import Answer

MOST_TEXTS = 20
_FRAME_MIB = 1


class NotInvoices(Problem):
    """Codes that were sent as text, none of them an invoice's."""

    message = N_("This code is not the code of an invoice.")


class TooLate(Problem):
    """The invoice was here before, so taking it back would take more than the last look."""

    message = N_("This invoice was here before. Take it away on its own page if it is wrong.")


@dataclass(frozen=True, slots=True)
class Card:
    """One invoice in the tray; ``before`` is who had it first, when it is a duplicate."""

    invoice: Invoice
    before: Holding | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame showed: invoices, and codes that are none.

    ``answers`` is what the ledger says to a member who may look but not hand in.
    """

    cards: Sequence[Card] = ()
    others: Sequence[str] = ()
    answers: Sequence[tuple[InvoiceKey, Answer]] = ()


def look(
    frame: bytes, *, by: Member, since: datetime, besides: Collection[str] = frozenset()
) -> Sight:
    """See which invoices a frame shows; it is kept if one of them is new to the member.

    Of somebody who may not hand in nothing is kept: the ledger is asked.

    ``since`` is when this round of scanning began: what one had before it is a duplicate.
    ``besides`` are numbers just taken back, which may still be in view: they are not seen.

    Raises:
        Refused: it is no frame.
    """
    return _see(frame, glance.in_frame(frame), by=by, since=since, besides=besides)


def look_at_all(
    frames: Sequence[bytes], *, by: Member, since: datetime, besides: Collection[str] = frozenset()
) -> Sight:
    """The same of a burst: up to four frames of one paper are read together, in the sandbox.

    The one that shows the code best stands for all of them.

    Raises:
        Refused: one of them is no frame, or there are too many or none.
    """
    if not 0 < len(frames) <= MOST_FRAMES:
        raise Refused("too_many" if frames else "empty")
    if any(len(one) > glance.MOST_BYTES for one in frames):
        raise Refused("too_large")
    frame, codes = _together(frames)
    return _see(frame, codes, by=by, since=since, besides=besides)


def hit(texts: Sequence[str], frame: bytes, *, by: Member, since: datetime, key: str) -> Sight:
    """Take the codes that a phone or a scan gun has read, with the frame that shows them, if any.

    What the server can see in the frame counts; a text that it cannot see there is kept as
    scanned. Of somebody who may not hand in nothing is kept: the ledger is asked.

    Raises:
        NotInvoices, Refused: nothing was kept.
    """
    said = [_scanned(one, body) for body, one in enumerate(qr.found(texts[:MOST_TEXTS]))]
    if not by.may(Power.HAND_IN):
        if not said:
            raise NotInvoices
        return Sight(answers=_told(said, by))
    if frame:
        found, others = qr.spoken(glance.in_frame(frame))
        if cards := _take(frame, found, others, by=by, since=since, key=key):
            return Sight(cards)
        if cards := _take(frame, said, [], by=by, since=since, key=key):
            return Sight(cards)
    told = group(said)
    if not told:
        raise NotInvoices
    return Sight([Card(one, holdings.before(one, by, since)) for one in _note(told, by)])


def tray(member: Member, since: datetime) -> list[Card]:
    """What came in since then, the newest first."""
    came = holdings.came_in(member, since)
    return [Card(one, holdings.before(one, member, since)) for one in came]


def take_back(invoice: Invoice, *, by: Member, since: datetime) -> None:
    """Undo a look: let the invoice go, with the frames that nobody else brought.

    Raises:
        TooLate: the member held it before ``since``; nothing was changed.
    """
    with transaction():
        mine = [one for one in invoice.holdings if one.member_id == by.id]
        if not mine or any(one.made_at < since for one in mine):
            raise TooLate
        frames = [one.document for one in mine if one.document]
        holdings.let_go(invoice, by=by)
        for document in frames:
            if not invoices.of_document(document):
                invoices.unlearn(document, [])
                own = documents.copies_visible_to(by).where(Copy.document_id == document.id)
                for copy in db.session.scalars(own).all():
                    documents.discard(copy)
        checks.check(invoice)


def _see(
    frame: bytes, codes: Sequence[Code], *, by: Member, since: datetime, besides: Collection[str]
) -> Sight:
    found, others = qr.spoken(codes)
    found = [one for one in found if one.values.get("number") not in besides]
    if not found:
        return Sight(others=others)
    if not by.may(Power.HAND_IN):
        return Sight(others=others, answers=_told(found, by))
    return Sight(_take(frame, found, others, by=by, since=since, key=new_id()), others)


def _together(frames: Sequence[bytes]) -> tuple[bytes, list[Code]]:
    """The frame that shows the codes, and what they say."""
    sizes = [len(one) for one in frames]
    try:
        seen, _ = sandbox.ask("burst", BytesIO(b"".join(frames)), sizes=sizes)
    except sandbox.Unreadable as refusal:
        if refusal.reason in REFUSALS:
            raise Refused(refusal.reason) from refusal
        return frames[0], []
    return frames[seen["frame"]], [Code(**code) for code in seen["codes"]]


def _told(found: Sequence[Found], by: Member) -> list[tuple[InvoiceKey, Answer]]:
    return [(one.key, asked.ask(by.company, one.key, _first(one))) for one in group(found)]


def _take(
    frame: bytes,
    found: Sequence[Found],
    others: Sequence[str],
    *,
    by: Member,
    since: datetime,
    key: str,
) -> list[Card]:
    """The cards of what a frame shows; the frame is evidence only of what is new."""
    told = group(found)
    held = _held([one.key for one in told], by)
    if found and len(held) < len(told) or found and not told:
        kept = storage.keep(BytesIO(frame), _FRAME_MIB)
        with transaction():
            copy = documents.take_frame(kept, by=by, key=key)
            learned = intake.learn(copy, readings.note(copy.document, found, others))
    else:
        learned = held
    return [Card(one, holdings.before(one, by, since)) for one in learned]


def _held(keys: Sequence[InvoiceKey], member: Member) -> list[Invoice]:
    """Which of them the member holds already."""
    mine = select(Holding.invoice_id).where(Holding.member_id == member.id)
    query = invoices.visible_to(member).where(Invoice.key.in_(keys), Invoice.id.in_(mine))
    return list(db.session.scalars(query)) if keys else []


def _note(told: Sequence[Grouped], by: Member) -> list[Invoice]:
    taken = []
    with transaction():
        for one in told:
            taken.append(invoices.type_in(one.key, _first(one), by=by, source="scanned"))
            checks.check(taken[-1])
            pairs.seek(taken[-1])
    return taken


def _first(told: Grouped) -> dict[str, str]:
    return told.said[0].values


def _scanned(found: Found, body: int) -> Found:
    found.source, found.body = "scanned", body
    return found
