"""Read a document: which reader knows its kind, and what it said."""

from collections.abc import Sequence
from typing import Any

from app.core.errors import N_
from app.documents import documents, prints
from app.documents.documents import open_original
from app.documents.models import Copy, Document, Reading, State
from app.documents.readers.found import Found, Grouped, group, join, slips
from app.plumbing import sandbox
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable
from app.plumbing.settings import settings

NOTHING: dict[str, str] = {
    "itinerary": N_("This goes with an invoice and is none. Kept as an attachment."),
    "slip": N_(
        "This is the code of a slip that does not hold its number. Type the number from the paper."
    ),
    "other_code": N_("Its code is not the code of an invoice. Kept as an attachment."),
    "other_xml": N_("This XML is not an invoice. Kept as an attachment."),
    "screen": N_(
        "This is a photo of a screen. Hand in the file that is shown there: it is the original."
    ),
    "small": N_("The text in this photo is too small. Go closer, until the invoice fills it."),
    "blurred": N_("This photo is out of focus. Hold still, tap the invoice and take it again."),
    "glare": N_("A light is reflected on the paper. Tilt it a little and take it again."),
    "cut": N_("Part of the paper is cut off. Take the whole sheet."),
    "no_code": N_("No invoice code was seen. Hand in the XML, OFD or PDF, or type the number."),
}
"""Why a document that could be opened gave no invoice, and what helps."""

SPOILT = ("screen", "small", "blurred", "glare", "cut")
"""Those of a photo that a better one is free of; the phone looks for the same (js/sight.js)."""

REASONS = {**documents.REASONS, **NOTHING}


def read(document: Document) -> list[Grouped]:
    """The invoices in a document, each with all that was said of it; kept, so that it is read once.

    A reading that was taken back while a worker had it in hand is made again.

    Empty where it holds none or cannot be read; ``finish`` ends the reading.
    """
    found = document.reading
    if found is None and document.state is not State.FAILED:
        found = _read(document)
    return invoices_in(found) if found else []


def invoices_in(reading: Reading) -> list[Grouped]:
    """The invoices that a reading speaks of; one without a number is known by its file."""
    read = [Found(**one) for one in reading.facts["found"]]
    found = join(read, reading.facts.get("seen", {}))
    named = group(found)
    parts = reading.facts.get("seen", {}).get("parts", ())
    return named + slips(found, reading.document.digest, named, parts)


def note(document: Document, found: Sequence[Found], others: Sequence[str]) -> list[Grouped]:
    """Keep what was read before the document was kept: of a frame, by whoever saw it."""
    facts = {"reader": "frame", "found": [one.plain() for one in found], "codes": [*others]}
    with transaction():
        reading = document.reading
        if reading is None:
            made = {"document": document, "reader": "frame", "facts": facts}
            reading = Reading(id=new_id(), **made)
            db.session.add(reading)
    return invoices_in(reading)


def wants_looking(document: Document) -> bool:
    """Whether it is a picture that was handed in and at which nobody has looked yet.

    Where nobody looks (``YANPIAO_EYES=0``) none does.
    """
    facts = document.reading.facts if document.reading else {}
    return settings().has_eyes and bool(facts.get("is_picture")) and "seen" not in facts


def look(document: Document) -> list[Grouped]:
    """What eyes see in a picture, kept beside its codes: the invoices that both speak of.

    A picture at which nobody can look keeps what its codes say.
    """
    if wants_looking(document):
        asked = document.reading.facts.get("parts") if document.reading else None
        seen = _seen(document, asked)
        with transaction():
            db.session.refresh(document, with_for_update=True)
            if document.reading:
                db.session.refresh(document.reading)
            same = document.reading and document.reading.facts.get("parts") == asked
            if document.reading and same and wants_looking(document):
                prints.note(document, seen.pop("prints", []))
                document.reading.facts = {**document.reading.facts, "seen": seen}
    return invoices_in(document.reading) if document.reading else []


def finish(copy: Copy, *, has_invoice: bool) -> None:
    """The copy has been read; a document without an invoice is an attachment, and says why.

    A picture without a code that can be read waits until somebody has looked at it.
    """
    with transaction():
        if not has_invoice and wants_looking(copy.document):
            return
        copy.read_at = now()
        if copy.document.state is State.WAITING:
            copy.document.state = State.READ if has_invoice else State.NOTHING
            copy.document.reason = "" if has_invoice else _why(copy.document)


def give_up(document: Document) -> None:
    """Nobody could read it, through no fault of the file; joins the transaction in hand."""
    with transaction():
        document.state, document.reason = State.FAILED, "fault"
        for copy in document.copies:
            copy.read_at = copy.read_at or now()


def forget(document: Document) -> None:
    """Take a reading back, so that the document is read anew; joins the transaction in hand."""
    with transaction():
        document.reading, document.prints = None, []
        document.state, document.reason = State.WAITING, ""
        for copy in document.copies:
            copy.read_at = None


def _read(document: Document) -> Reading | None:
    try:
        with open_original(document) as file:
            facts, _ = sandbox.ask("read", file, kind=document.kind)
    except Unreadable as refusal:
        with transaction():
            document.state, document.reason = State.FAILED, refusal.reason
        return None
    with transaction():
        db.session.refresh(document, with_for_update=True)
        reading = document.reading
        if reading is None:
            prints.note(document, facts.pop("prints", []))
            made = {"document": document, "reader": facts["reader"], "facts": facts}
            reading = Reading(id=new_id(), **made)
            db.session.add(reading)
    return reading


def _seen(document: Document, parts: Any) -> dict[str, Any]:
    try:
        with open_original(document) as file:
            return sandbox.ask(sandbox.EYES, file, kind=document.kind, parts=parts)[0]
    except Unreadable as refusal:
        return {"found": [], "parts": [], "refusal": refusal.reason}


def _why(document: Document) -> str:
    found = document.reading
    facts = found.facts if found else {"found": [], "codes": []}
    if facts["found"]:
        return "slip"
    if "itinerary" in facts:
        return "itinerary"
    if facts["codes"]:
        return "other_code"
    if told := [word for word in facts.get("seen", {}).get("faults", ()) if word in NOTHING]:
        return str(told[0])
    return "other_xml" if document.kind == "xml" else "no_code"
