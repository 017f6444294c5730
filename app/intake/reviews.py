"""Somebody looks at an invoice and decides: right as it stands, or back to whoever brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select

from app.accounts.models import Member
from app.accounts.roles import NotYourOwn
from app.core.errors import N_, Problem
from app.intake import repair
from app.intake.models import Decision, Review
from app.invoices import changes, doubts, holdings, invoices
from app.invoices.models import Invoice
from app.journal import journal
from app.notices import notices
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.form import Missing
from app.plumbing.ids import new_id
from app.verification import alarms, checks

OTHER = "other"
REASONS: dict[str, str] = {
    "picture": N_("The picture cannot be read: take it again"),
    "title": N_("Wrong buyer: have it issued anew"),
    "amount": N_("The amount is wrong"),
    "foreign": N_("Not our company's"),
    "voucher": N_("Not a valid voucher"),
    "itinerary": N_("Waiting for the itinerary"),
    OTHER: N_("Another reason"),
}
"""Why an invoice goes back, in the order of the keys 1, 2, 3 …; the last takes words."""

NOTICE, UNDONE = "invoice_sent_back", "review_undone"


class AlreadyDecided(Problem):
    """A colleague was first, about the same facts."""

    message = N_("%(name)s has decided about this one already.")
    status = 409


class Changed(Problem):
    """What is known of the invoice is not what the person saw."""

    message = N_("Something about this invoice is new. Please look at it once more.")
    status = 409


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of an invoice; ``typed`` are fields that they put right on the way."""

    decision: Decision
    reason: str = ""
    words: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def visible_to(member: Member) -> Select[Review]:
    """What was decided about the invoices that the member may see."""
    seen = invoices.visible_to(member).with_only_columns(Invoice.id)
    return select(Review).where(Review.invoice_id.in_(seen))


def newest(invoice: Invoice) -> Review | None:
    """The last decision that was not taken back."""
    kept = select(Review).where(Review.invoice_id == invoice.id, Review.undone_at.is_(None))
    return db.session.scalar(kept.order_by(Review.id.desc()).limit(1))


def last_of(member: Member) -> Review | None:
    """The member's own last decision that they have not taken back, of what they still see."""
    mine = visible_to(member).where(Review.member_id == member.id, Review.undone_at.is_(None))
    return db.session.scalar(mine.order_by(Review.id.desc()).limit(1))


def decide(invoice: Invoice, said: Said, *, by: Member, seen: str) -> Review:
    """Keep what somebody decided; it counts until what they saw is different.

    Held money stays held: only ``holds.release`` frees it. Whoever brought an invoice that goes
    back is told. The same decision of the same member a second time is the first one.

    Raises:
        NotYourOwn: ``by`` brought it, and a colleague can look at it.
        AlreadyDecided: a colleague has, about the same facts.
        Changed: something is newer than ``seen``, the ``doubts.mark`` that ``by`` saw.
        repair.NotReadable: with the field; nothing was kept.
        Missing: another reason needs words.
    """
    with transaction():
        changes.in_turn(invoice)
        db.session.refresh(invoice)
        if alarms.has_to_leave(invoice, by):
            raise NotYourOwn
        now_known, last = doubts.mark(invoice), newest(invoice)
        if last and last.mark == now_known:
            if last.member_id != by.id:
                raise AlreadyDecided(name=last.member.name)
            return last
        if seen != now_known:
            raise Changed
        made = Review(id=new_id(), company_id=invoice.company_id, invoice_id=invoice.id, mark="")
        made.member, made.decision = by, said.decision
        if said.decision is Decision.SENT_BACK:
            made.reason, made.words = _reason(said)
        else:
            made.corrections = _correct(invoice, said.typed, by)
        made.before = doubts.look_at(invoice)
        made.mark = invoice.reviewed_as
        db.session.add(made)
        db.session.flush()
        _tell(invoice, made)
    return made


def undo(review: Review, *, by: Member) -> None:
    """Take a decision back, with what was corrected, and the notice if nobody read it.

    What somebody decided later stays. A colleague whose decision it was is told.

    Raises:
        NotYourOwn: it is a colleague's about what ``by`` brought.
    """
    with transaction():
        invoice = review.invoice
        changes.in_turn(invoice)
        db.session.refresh(review, with_for_update=True)
        if review.undone_at:
            return
        if review.member_id != by.id:
            if alarms.has_to_leave(invoice, by):
                raise NotYourOwn
            where = {"about": _about(review), "path": f"/invoices/{invoice.id}"}
            notices.tell([review.member], UNDONE, **where, name=by.name, **alarms.facts(invoice))
        review.undone_at = now()
        db.session.flush()
        invoices.take_back(invoice, review.corrections, by=by)
        later = newest(invoice)
        if later is None or later.id < review.id:
            doubts.look_away(invoice, review.before)
        checks.check(invoice)
        notices.withdraw(NOTICE, _about(review))
        changes.tell(invoice, "review_undone", "person", review=review.id)
        journal.write(by.company_id, "review-undone", invoice.id, by=by.person)


def _reason(said: Said) -> tuple[str, str]:
    if said.reason not in REASONS or said.reason == OTHER and not said.words:
        missing = Missing()
        missing.field = "words"
        raise missing
    return said.reason, said.words


def _correct(invoice: Invoice, typed: Mapping[str, str], by: Member) -> list[str]:
    """The ids of the values that are new by it."""
    if not typed:
        return []
    before = {row.id for row in invoice.fields}
    repair.correct(invoice, typed, by=by)
    fresh = (row for row in invoice.fields if row.id not in before)
    return [row.id for row in fresh if row.source == "corrected"]


def _tell(invoice: Invoice, made: Review) -> None:
    """Whoever brought it of what they have to do; the journal and the right of the decision."""
    by, word = made.member, made.decision.value
    facts = {name: text for name, text in (("reason", made.reason), ("words", made.words)) if text}
    notices.finish(NOTICE, invoice.id)
    if made.decision is Decision.SENT_BACK:
        others = [one for one in holdings.holders(invoice) if one.id != by.id]
        reason = made.words if made.reason == OTHER else REASONS[made.reason]
        where = {"about": _about(made), "path": f"/invoices/{invoice.id}"}
        notices.tell(others, NOTICE, **where, reason=reason, **alarms.facts(invoice))
    changes.tell(invoice, "reviewed", "person", decision=word, review=made.id, **facts)
    journal.write(
        by.company_id, "invoice-reviewed", invoice.id, by=by.person, decision=word, **facts
    )


def _about(review: Review) -> str:
    return f"{review.invoice_id}:{review.id}"
