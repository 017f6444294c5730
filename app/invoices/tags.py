"""A company's own words on its invoices."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Member
from app.core.errors import N_, Problem
from app.invoices.models import Invoice, Tag
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

LONGEST, MOST, LISTED = 20, 10, 200


class NoWord(Problem):
    """A tag without a letter."""

    message = N_("Please fill this in.")
    field = "word"


class TooManyTags(Problem):
    """More tags than anybody reads."""

    message = N_("An invoice has at most %(most)s tags.")
    field = "word"


def known(member: Member) -> list[str]:
    """The words that the company uses, in order, the first ``LISTED``."""
    used = select(Tag.word).distinct().where(Tag.company_id == member.company_id)
    return list(db.session.scalars(used.order_by(Tag.word).limit(LISTED)))


def of(invoices: Sequence[Invoice]) -> dict[str, list[str]]:
    """The tags of each invoice that has any, by its id, as they came."""
    asked = Tag.invoice_id.in_([invoice.id for invoice in invoices])
    found: dict[str, list[str]] = {}
    for tag in db.session.scalars(select(Tag).where(asked).order_by(Tag.id)):
        found.setdefault(tag.invoice_id, []).append(tag.word)
    return found


def put(invoices: Sequence[Invoice], word: str, *, by: Member) -> None:
    """Tag every invoice; one that has the tag already stays as it is.

    Joins the transaction in hand.

    Raises:
        NoWord, TooManyTags: nothing was tagged.
    """
    word = " ".join(word.split())[:LONGEST]
    if not any(sign.isalnum() for sign in word):
        raise NoWord
    with transaction():
        tagged = of(_in_turn(invoices))
        for invoice in invoices:
            mine = tagged.get(invoice.id, [])
            if word in mine:
                continue
            if len(mine) >= MOST:
                raise TooManyTags(most=MOST)
            db.session.add(
                Tag(
                    id=new_id(),
                    company_id=invoice.company_id,
                    invoice_id=invoice.id,
                    word=word,
                    member_id=by.id,
                )
            )
            journal.write(by.company_id, "invoice-tagged", invoice.id, by=by.person, name=word)


def take_off(invoices: Sequence[Invoice], word: str, *, by: Member) -> None:
    """Take a tag off every invoice that has it; joins the transaction in hand."""
    with transaction():
        ids = [invoice.id for invoice in _in_turn(invoices)]
        for tag in db.session.scalars(
            select(Tag).where(Tag.invoice_id.in_(ids), Tag.word == word)
        ).all():
            db.session.delete(tag)
            journal.write(
                by.company_id, "invoice-untagged", tag.invoice_id, by=by.person, name=word
            )


def _in_turn(invoices: Sequence[Invoice]) -> Sequence[Invoice]:
    """Two who tag at the same moment come one after the other."""
    ids = sorted(invoice.id for invoice in invoices)
    locked = select(Invoice.id).where(Invoice.id.in_(ids)).order_by(Invoice.id).with_for_update()
    db.session.scalars(locked).all()
    return invoices
