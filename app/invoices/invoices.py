"""Learn of an invoice, find it, settle which value of each field is the best known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.invoice import Basis, InvoiceKey, kind_of_qr
from app.core.money import Money
from app.documents.models import Document
from app.documents.readers.qr import QrText
from app.invoices.models import Change, Field, Holding, Invoice
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

SOURCES = ("xml", "ofd", "qr", "pdf", "ocr", "typed", "ledger")
"""The order of trust for showing a value: the original first (DESIGN §1), the ledger fills gaps."""

_READ: Mapping[str, Any] = {
    "kind_word": str,
    "issued": date.fromisoformat,
    "amount": Money.parse,
    "tax": Money.parse,
    "total": Money.parse,
    "seller_name": str,
    "seller_tax_id": str,
    "buyer_name": str,
    "buyer_tax_id": str,
    "check_code": str,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of one invoice: field names and values as text, and where they stood."""

    key: InvoiceKey
    source: str
    values: Mapping[str, str]
    place: Mapping[str, Any] = field(default_factory=dict)


def visible_to(member: Member) -> Select[Invoice]:
    """All of the company for those who see all, else the invoices one holds."""
    mine = select(Invoice).where(Invoice.company_id == member.company_id)
    if member.may(Power.SEE_ALL):
        return mine
    held = select(Holding.invoice_id).where(Holding.member_id == member.id)
    return mine.where(Invoice.id.in_(held))


def of_document(document: Document) -> list[Invoice]:
    """The invoices that were read in one document."""
    held = select(Holding.invoice_id).where(Holding.document_id == document.id)
    query = select(Invoice).where(Invoice.id.in_(held)).order_by(Invoice.id)
    return list(db.session.scalars(query))


def said_by_code(code: QrText, place: Mapping[str, Any]) -> Said:
    """A QR code in our words; its amount includes tax or not by the kind (FORMATS §0.2)."""
    kind = kind_of_qr(code.kind_code, code.key)
    values = {"issued": code.issued.isoformat(), "crc": code.crc, "qr_kind": code.kind_code}
    if kind:
        values["kind_word"] = kind.word
    if kind and kind.basis is not Basis.UNKNOWN:
        name = "total" if kind.basis is Basis.WITH_TAX else "amount"
        values[name] = code.amount.yuan
    else:
        values["qr_amount"] = code.amount.yuan
    if code.check_code:
        values["check_code"] = code.check_code
    return Said(code.key, "qr", values, place)


def learn(said: Said, document: Document, holder: Member) -> Invoice:
    """Keep what a document says of an invoice, once per company and key, and who holds it.

    Joins the transaction in hand. Learning the same twice changes nothing.
    """
    with transaction():
        invoice = _one(said.key, document.company_id, holder)
        changed = _note(invoice, said, document.id)
        _hold(invoice, document, holder)
        if changed:
            settle(invoice)
            _tell(invoice, "learned", said.source, document=document.digest)
    return invoice


def fill(invoice: Invoice, values: Mapping[str, str]) -> None:
    """Take from the ledger what no document said; joins the transaction in hand."""
    with transaction():
        if _note(invoice, Said(invoice.key, "ledger", values), None):
            settle(invoice)
            _tell(invoice, "filled", "ledger")


def settle(invoice: Invoice) -> None:
    """Set each column to the value of the most trusted source."""
    best = best_fields(invoice)
    for name, read in _READ.items():
        if name in best:
            setattr(invoice, name, read(best[name].value))


def best_fields(invoice: Invoice, *, besides: str = "") -> dict[str, Field]:
    """The most trusted field of each name, sources named ``besides`` left out."""
    rows = db.session.scalars(select(Field).where(Field.invoice_id == invoice.id))
    best: dict[str, Field] = {}
    for row in sorted(rows, key=lambda row: (SOURCES.index(row.source), row.id)):
        if row.source != besides:
            best.setdefault(row.name, row)
    return best


def set_verdict(invoice: Invoice, evidence: str, **verdict: Any) -> None:
    """Verification's one way to write its result here; a change of it is told to the right.

    ``evidence`` is the digest of what was found; the journal keeps it (DESIGN §9).
    """
    before = {name: getattr(invoice, name) for name in verdict if name != "checked_at"}
    for name, value in verdict.items():
        setattr(invoice, name, value)
    after = {name: verdict[name] for name in before}
    if before != after:
        _tell(invoice, "verdict", "verification", before=before, after=after)
        journal.write(
            invoice.company_id,
            "verdict-changed",
            invoice.id,
            by=journal.System(),
            before=list(before.values()),
            after=list(after.values()),
            evidence=evidence,
        )


def money_changed(invoice: Invoice, *, before: str, after: str) -> None:
    """Tell the right that the bureau now states another amount (yuan as text) than it did."""
    _tell(invoice, "money", "ledger", before=before, after=after)
    facts = {"before": before, "after": after}
    journal.write(
        invoice.company_id, "ledger-money-changed", invoice.id, by=journal.System(), **facts
    )


def holders(invoice: Invoice) -> list[Member]:
    """Whoever holds it, each once."""
    return list({one.member_id: one.member for one in invoice.holdings}.values())


def _one(key: InvoiceKey, company_id: str, holder: Member) -> Invoice:
    same = (Invoice.company_id == company_id, Invoice.key == key)
    invoice = db.session.scalar(select(Invoice).where(*same).with_for_update())
    if invoice is None:
        invoice = Invoice(id=new_id(), company_id=company_id, key=key)
        db.session.add(invoice)
        db.session.flush()
        journal.write(company_id, "invoice-learned", invoice.id, by=holder.person, key=str(key))
    return invoice


def _note(invoice: Invoice, said: Said, document_id: str | None) -> bool:
    """Add the fields that are new; a ledger's field is one per name and follows the ledger."""
    query = select(Field).where(Field.invoice_id == invoice.id, Field.source == said.source)
    known = {row.name: row for row in db.session.scalars(query) if row.document_id == document_id}
    changed = False
    for name, value in said.values.items():
        if name not in known:
            row = Field(
                id=new_id(),
                invoice_id=invoice.id,
                name=name,
                value=value,
                source=said.source,
                document_id=document_id,
                place=dict(said.place),
            )
            db.session.add(row)
            changed = True
        elif known[name].value != value and document_id is None:
            known[name].value = value
            changed = True
    db.session.flush()
    return changed


def _hold(invoice: Invoice, document: Document, holder: Member) -> None:
    same = (
        Holding.invoice_id == invoice.id,
        Holding.member_id == holder.id,
        Holding.document_id == document.id,
    )
    if db.session.scalar(select(Holding.id).where(*same)) is None:
        db.session.add(
            Holding(
                id=new_id(), invoice_id=invoice.id, member_id=holder.id, document_id=document.id
            )
        )
        db.session.flush()


def _tell(invoice: Invoice, what: str, source: str, **facts: Any) -> None:
    db.session.add(
        Change(
            id=new_id(),
            company_id=invoice.company_id,
            invoice_id=invoice.id,
            what=what,
            source=source,
            facts=facts,
        )
    )
