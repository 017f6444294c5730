"""Certificates that an administrator confirms, so that a seal is known to be whose it says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO

from sqlalchemy import Select, false, select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.documents.readers import seal as kept
from app.documents.readers import trust
from app.documents.readers.seal import Seal
from app.invoices import told
from app.invoices.models import Invoice
from app.journal import journal
from app.plumbing import queue, sandbox
from app.plumbing.db import Change, db, transaction
from app.plumbing.ids import new_id
from app.plumbing.sandbox import Unreadable
from app.verification.models import Trusted

MOST = 100


class NotACertificate(Problem):
    """A file that holds no certificate, several, or a key."""

    message = N_("This is not a certificate. Choose one certificate as PEM or DER (.cer, .crt).")


class TooMany(Problem):
    """More than can be looked through for every seal."""

    message = N_("At most %(most)s certificates can be confirmed. Take one away first.")


def visible_to(member: Member) -> Select[Trusted]:
    """Those of the company, for whoever manages it."""
    mine = select(Trusted).where(Trusted.company_id == member.company_id).order_by(Trusted.id)
    return mine if member.may(Power.MANAGE_COMPANY) else mine.where(false())


def pin(file: IO[bytes], *, by: Member) -> Trusted:
    """Confirm a certificate; the same one again is the one that is there.

    Raises:
        NotACertificate, TooMany.
    """
    try:
        facts, _ = sandbox.ask("certificate", file)
    except Unreadable:
        raise NotACertificate from None
    days = {name: datetime.fromisoformat(facts.pop(name)) for name in ("valid_from", "valid_to")}
    with transaction() as change:
        db.session.refresh(by.company, with_for_update=True)
        there = db.session.scalars(visible_to(by)).all()
        for one in there:
            if one.fingerprint == facts["fingerprint"]:
                return one
        if len(there) >= MOST:
            raise TooMany(most=MOST)
        made = Trusted(id=new_id(), company_id=by.company_id, member_id=by.id, **facts, **days)
        db.session.add(made)
        db.session.flush()
        _note(change, "certificate-confirmed", made, by)
    return made


def remove(found: Trusted, *, by: Member) -> None:
    """Confirm it no longer; the journal keeps that it was."""
    with transaction() as change:
        _note(change, "certificate-withdrawn", found, by)
        db.session.delete(found)


def seals_of(invoice: Invoice) -> tuple[tuple[str, Seal], ...]:
    """The seals of its files, each with the file's name; ``known`` where a certificate confirms.

    A test certificate, and one that was not valid on the day of signing, stay what they are.
    """
    found = told.seals(invoice)
    if not found:
        return ()
    query = select(Trusted.der).where(Trusted.company_id == invoice.company_id)
    pins = db.session.scalars(query).all()
    return tuple((file, _judged(one, pins)) for file, one in found)


def _judged(seal: Seal, pins: Sequence[str]) -> Seal:
    is_open = seal.state == kept.INTACT and seal.chain in (kept.UNKNOWN, kept.SELF_SIGNED)
    if is_open and pins and trust.confirmed(seal.certificates, pins):
        return replace(seal, chain=kept.KNOWN)
    return seal


def _note(change: Change, action: str, found: Trusted, by: Member) -> None:
    facts = {"name": found.subject, "digest": found.fingerprint}
    journal.write(by.company_id, action, found.id, by=by.person, **facts)
    verb = "workers.verification.check_seals"
    queue.again(change, queue.request(change, verb, by.company_id))
