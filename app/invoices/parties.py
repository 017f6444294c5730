"""Who sells and who buys, once each: names and tax ids are searched there, among few."""

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, select, text

from app.invoices.models import Invoice, Parties
from app.invoices.narrowing import Part
from app.plumbing.db import db
from app.plumbing.search import Runs

_RUNS = Runs(Parties.id, "words", 2, "invoice_parties_runs", "rowid")
_ADD = text(
    "INSERT INTO invoice_parties (id, company_id, words) VALUES (:id, :company_id, :words)"
    " ON CONFLICT DO NOTHING"
)
_WHOLE_ID = 8
"""A part of a tax id is searched from so many signs on: shorter ones are in most of them."""


class Sides(NamedTuple):
    """The two sides of an invoice of one company, as its columns have them."""

    company_id: str
    seller_name: str
    seller_tax_id: str
    buyer_name: str
    buyer_tax_id: str


def note(many: Sequence[Sides]) -> list[int]:
    """Keep those that are new; gives for each what its invoice has as ``parties_id``.

    Joins the transaction in hand. However many there are, it is two statements.
    """
    words = {sides: _words(sides) for sides in many}
    ids = {sides: _id(sides.company_id, words[sides]) for sides in words}
    new = {
        key: {"id": key, "company_id": sides.company_id, "words": words[sides]}
        for sides, key in ids.items()
    }
    known = db.session.scalars(select(Parties.id).where(Parties.id.in_(list(new)))).all()
    if unknown := new.keys() - set(known):
        db.session.execute(_ADD, [new[key] for key in sorted(unknown)])
    return [ids[sides] for sides in many]


def of(invoice: Invoice) -> Sides:
    """The sides of one invoice."""
    return Sides(
        invoice.company_id,
        invoice.seller_name,
        invoice.seller_tax_id,
        invoice.buyer_name,
        invoice.buyer_tax_id,
    )


def plain(typed: str) -> str:
    """As names are compared: normal width, lower case, one space where there are several."""
    signs = unicodedata.normalize("NFKC", typed).lower()
    return " ".join("".join(sign if sign.isprintable() else " " for sign in signs).split())


def named(company_id: str, words: Sequence[str]) -> Part:
    """Every word is in a name of either side; one of a single sign begins it.

    From eight signs on a word may be in a tax id as well.
    """
    likes, runs = [], []
    for word in map(plain, words):
        begun = word if len(word) > 1 else f"\n{word}"
        likes.append(f"%{_literal(begun)}%" + ("" if len(word) >= _WHOLE_ID else "\t%\t%"))
        runs.append(begun)
    return _part(company_id, likes, runs)


def sold_by(company_id: str, typed: str) -> Part:
    """The text is in the seller's name."""
    name = plain(typed)
    return _part(company_id, [f"\n%{_literal(name)}%\n%"], [name])


def bought_by(company_id: str, typed: str) -> Part:
    """The text is in the buyer's name."""
    name = plain(typed)
    return _part(company_id, [f"\n%\n%{_literal(name)}%\t%\t%"], [name])


def taxed_as(company_id: str, typed: str) -> Part:
    """The text is in the tax id of either side."""
    digits = plain(typed).replace(" ", "")
    return _part(company_id, [f"%\t%{_literal(digits)}%"], [digits])


def _part(company_id: str, likes: Sequence[str], runs: Sequence[str]) -> Part:
    fits = [Parties.words.like(like, escape="\\") for like in likes]
    test = exists().where(Parties.id == Invoice.parties_id, *fits).correlate(Invoice)
    found = _RUNS.having(company_id, runs)
    if found is None:
        return Part(test)
    keys = found.subquery()
    ids = (
        select(Invoice.id)
        .join(Parties, Parties.id == Invoice.parties_id)
        .join(keys, keys.c[0] == Parties.id)
        .where(Invoice.company_id == company_id, Parties.company_id == company_id, *fits)
    )
    return Part(test, ids)


def _literal(typed: str) -> str:
    """People search for ``%`` and ``_`` as they are."""
    return typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _words(sides: Sides) -> str:
    seller, seller_tax_id, buyer, buyer_tax_id = map(plain, sides[1:])
    return f"\n{seller}\n{buyer}\t{seller_tax_id}\t{buyer_tax_id}"


def _id(company_id: str, words: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{company_id}{words}".encode()).digest()[:8]) >> 1
