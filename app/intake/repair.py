"""Mend what is known of an invoice: correct fields, add or take away files, read again, report."""

from collections.abc import Collection, Mapping
from typing import IO

from sqlalchemy import select

from app.accounts import members
from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.core.fields import MONEY
from app.core.money import Money
from app.core.verdict import Authenticity
from app.documents import documents, parts, readings
from app.documents.models import Copy, Document
from app.documents.readers.tidy import tidy
from app.intake.intake import LOOK, READ
from app.invoices import holdings, invoices, pairs
from app.invoices.models import Invoice
from app.invoices.words import NAMES
from app.journal import journal
from app.notices import notices
from app.plumbing import queue
from app.plumbing.db import Change, db, transaction
from app.verification import checks

FIELDS: dict[str, str] = {
    name: NAMES[name]
    for name in (
        "issued", "total", "amount", "tax", "seller_name", "seller_tax_id", "buyer_name",
        "buyer_tax_id", "check_code",
    )
}  # fmt: skip
"""What may be corrected by hand, in the order of the form; the number is who the invoice is."""


class NotReadable(Problem):
    """A value that the field cannot hold."""

    message = N_("This cannot be read. Write it as on the paper, such as 2026-11-18 or 628.00.")


class NoInvoiceFile(Problem):
    """A file of a kind that is never read for invoices."""

    message = documents.REASONS["wrong_kind"]


def correct(invoice: Invoice, typed: Mapping[str, str], *, by: Member) -> None:
    """Put what a person read from the paper over what was read, and ask the checks again.

    Raises:
        NotReadable: with the field; nothing was changed.
    """
    values = read_values(typed)
    with transaction():
        invoices.correct(invoice, values, by=by)
        checks.check(invoice)
        pairs.seek(invoice)
        if invoice.authenticity is Authenticity.GENUINE:
            notices.finish("invoice_reported", invoice.id)


def read_values(typed: Mapping[str, str]) -> dict[str, str]:
    """The fields that were filled in, in our spelling; others of the form are left out.

    Raises:
        NotReadable: with the field.
    """
    named = {name: text for name, text in typed.items() if text.strip() and name in FIELDS}
    return {name: _value(name, text) for name, text in named.items()}


def attach(invoice: Invoice, file: IO[bytes], name: str, *, by: Member, key: str = "") -> None:
    """Add a file to an invoice; it is read like any other, and stays whatever it says."""
    copy = documents.take(file, name, by=by, key=key)
    with transaction() as change:
        holdings.attach(invoice, copy.document, by=by)
        queue.request(change, READ, copy.id)


def detach(invoice: Invoice, document: Document, *, by: Member) -> None:
    """Take one's own file away from an invoice, and ask the checks again."""
    with transaction():
        holdings.detach(invoice, document, by=by)
        checks.check(invoice)


def read_again(document: Document, *, by: Member) -> None:
    """Read a document anew for everybody who brought it; what people corrected stays.

    Raises:
        NoInvoiceFile: it is an export for the ledger, which is imported and not read.
    """
    if document.kind not in documents.INVOICE_KINDS:
        raise NoInvoiceFile
    copies = select(Copy.id).where(Copy.document_id == document.id)
    with transaction() as change:
        readings.forget(document)
        for copy_id in db.session.scalars(copies):
            queue.again(change, queue.request(change, READ, copy_id))
        journal.write(by.company_id, "document-read-again", document.id, by=by.person)


def merge_parts(document: Document, numbers: Collection[int], *, by: Member, seen: str) -> None:
    """Say that parts of a picture are one invoice; raises what ``parts.merge`` raises."""
    with transaction() as change:
        parts.merge(document, numbers, seen=seen)
        _look_again(change, document)
        journal.write(by.company_id, "parts-merged", document.id, by=by.person, count=len(numbers))


def split_part(document: Document, number: int, *, by: Member, seen: str) -> None:
    """Say that a part of a picture is two invoices; raises what ``parts.split`` raises."""
    with transaction() as change:
        parts.split(document, number, seen=seen)
        _look_again(change, document)
        journal.write(by.company_id, "part-split", document.id, by=by.person)


def part_again(document: Document, *, by: Member) -> None:
    """Take back what was done by hand in a picture; raises what ``parts.forget`` raises."""
    with transaction() as change:
        parts.forget(document)
        _look_again(change, document)
        journal.write(by.company_id, "parts-forgotten", document.id, by=by.person)


def _look_again(change: Change, document: Document) -> None:
    """What is seen then is held then: no invoice is left of a part that is one no longer."""
    for invoice in holdings.forget(document):
        checks.check(invoice)
    queue.again(change, queue.request(change, LOOK, document.id))


def report(invoice: Invoice, *, by: Member) -> None:
    """Ask finance to look at the official site: the paper really says so."""
    finance = members.holding(by.company_id, Power.IMPORT_LEDGER)
    facts = {"name": by.name, "number": invoice.key.number}
    with transaction():
        path = f"/invoices/{invoice.id}"
        notices.tell(finance, "invoice_reported", about=invoice.id, path=path, **facts)
        journal.write(by.company_id, "invoice-reported", invoice.id, by=by.person)


def _value(name: str, text: str) -> str:
    if name in MONEY:
        try:
            return Money.parse(text).yuan
        except ValueError:
            pass
    elif value := tidy(name, text):
        return value
    problem = NotReadable()
    problem.field = name
    raise problem
