"""Hand a file in, and lead it on: document → reading → invoice → checks (DESIGN §4)."""

from collections.abc import Sequence
from typing import IO

from app.accounts import people
from app.accounts.models import Member
from app.documents import documents, itineraries, readings
from app.documents.models import Copy, Document
from app.documents.readers.found import Grouped
from app.intake import following, piles
from app.invoices import holdings, invoices, pairs
from app.invoices.models import Invoice
from app.plumbing import queue
from app.plumbing.db import db, transaction
from app.verification import checks

READ, LOOK = "workers.reading.read_copy", "workers.sight.look"


def hand_in(file: IO[bytes], name: str, *, by: Member, key: str = "") -> Copy:
    """Keep one file and put its reading in line; raises what ``documents.take`` raises."""
    return documents.take(file, name, by=by, key=key, then=READ)


def read(copy_id: str) -> None:
    """Read one copy and learn of its invoices, in one change; a second call changes nothing.

    A picture is looked at afterwards, which takes seconds and not the tenth of one that codes take.
    """
    copy = db.session.get_one(Copy, copy_id)
    found = readings.read(copy.document)
    with transaction() as change:
        learn(copy, found)
        if readings.wants_looking(copy.document):
            queue.again(change, queue.request(change, LOOK, copy.document_id))
    piles.tell(copy)


def look(document_id: str) -> None:
    """Look at a picture, and learn what is written there for everybody who brought it."""
    document = db.session.get_one(Document, document_id)
    found = readings.look(document)
    with transaction():
        for copy in document.copies:
            learn(copy, found)
    for copy in document.copies:
        piles.tell(copy)


def learn(copy: Copy, found: Sequence[Grouped]) -> list[Invoice]:
    """Learn what was read in a copy, where it belongs, and check it; gives what was learned here.

    Joins the transaction in hand.
    """
    learned: list[Invoice] = []
    with transaction():
        if seat := _seat_elsewhere(copy, found):
            documents.hand_over(copy, seat, then=READ)
        if copy.moved_to is None:
            whose = (copy.document, copy.member, copy.made_at)
            learned = [invoices.learn(one, *whose) for one in found]
            for invoice in [*learned, *invoices.unlearn(copy.document, learned)]:
                checks.check(invoice)
            pairs.follow(copy.document)
            for invoice in learned:
                pairs.seek(invoice)
            following.bring_together(copy, learned, then=READ)
        readings.finish(copy, has_invoice=bool(found))
        piles.follow(copy)
    return learned


def invoices_seen(document: Document, member: Member) -> list[Invoice]:
    """What came of a document, as far as the member may see it."""
    return invoices.of_document(document, invoices.visible_to(member))


def _seat_elsewhere(copy: Copy, found: Sequence[Grouped]) -> Member | None:
    """Where a copy belongs if not here: where its document went before, or with its buyer.

    What was moved here on purpose stays, and so does what its member holds here already. An
    itinerary names no buyer: it goes by its invoice (``following``), and handed in again it stays.
    """
    if copy.moved_to or documents.came_by_moving(copy) or itineraries.is_one(copy.document):
        return None
    if holdings.holds(copy.member, copy.document):
        return None
    went = documents.went_before(copy)
    tax_id = went.company.tax_id if went else _buyer(found)
    return people.seat_elsewhere(copy.member, tax_id or "")


def _buyer(found: Sequence[Grouped]) -> str:
    """The tax id of the one buyer that a document names; empty when it is none, or not clear."""
    named = {id_ for grouped in found for id_ in _buyers(grouped)}
    return named.pop() if len(named) == 1 else ""


def _buyers(grouped: Grouped) -> set[str]:
    """The tax ids that are named as the buyer's; empty text for a buyer without one."""
    ids = {one.values["buyer_tax_id"] for one in grouped.said if "buyer_tax_id" in one.values}
    is_named = any("buyer_name" in one.values for one in grouped.said)
    return ids or ({""} if is_named else set())
