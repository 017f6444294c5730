"""A person decides about held money: it is free, with a reason, or held again."""

from app.accounts.models import Member
from app.accounts.roles import NotYourOwn
from app.core.errors import N_, Problem
from app.core.verdict import Outcome
from app.invoices import changes, holdings
from app.invoices.models import Invoice
from app.journal import journal
from app.notices import notices
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.verification import alarms, checks


class NothingToDecide(Problem):
    """Somebody decided meanwhile, or nothing was ever wrong."""

    message = N_("This has been decided meanwhile. Please look at the invoice again.")
    status = 409


def release(invoice: Invoice, reason: str, *, by: Member, seen: str) -> None:
    """The files were looked at and the money may be paid; a newer alarm holds it anew.

    ``seen`` is the ``checks.point`` that ``by`` saw.

    Raises:
        NotYourOwn: ``by`` handed it in.
        NothingToDecide: it is not held, or something newer than ``seen`` holds it.
    """
    others = [member for member in holdings.holders(invoice) if member is not by]
    where = {"about": f"{invoice.id}:{new_id()}", "path": f"/invoices/{invoice.id}"}
    with transaction():
        _decide(invoice, Outcome.PASSED, reason, by, seen)
        notices.tell(others, "invoice_released", **where, name=by.name, **alarms.facts(invoice))


def hold_again(invoice: Invoice, reason: str, *, by: Member, seen: str) -> None:
    """Take a release back; raises what ``release`` raises."""
    _decide(invoice, Outcome.STOPPED, reason, by, seen)


def _decide(invoice: Invoice, outcome: Outcome, reason: str, by: Member, seen: str) -> None:
    with transaction():
        changes.in_turn(invoice)
        db.session.refresh(invoice)
        if not alarms.may_decide(invoice, by):
            raise NotYourOwn
        if seen != checks.point(invoice):
            raise NothingToDecide
        is_due = invoice.is_held if outcome is Outcome.PASSED else checks.is_released(invoice)
        if not is_due:
            raise NothingToDecide
        action = "hold-lifted" if outcome is Outcome.PASSED else "hold-renewed"
        journal.write(by.company_id, action, invoice.id, by=by.person, reason=reason)
        checks.decide(invoice, outcome, reason, by=by)
