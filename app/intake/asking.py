"""Ask about an invoice, or keep it, by what stands on the paper; no code and no file is needed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, or_, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Member
from app.bureau import imports
from app.bureau.models import LedgerRow
from app.core.errors import N_
from app.core.invoice import InvoiceKey, kind_of_code
from app.core.period import today
from app.documents.models import Document
from app.documents.readers import qr
from app.intake import piles
from app.intake.repair import read_values
from app.invoices import holdings, invoices, pairs
from app.invoices.models import Invoice
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.verification import asked, checks
from app.verification.rules import Answer
from app.verification.rules.identity import SPECIMEN_YEAR

MOST = 20
_DIGITAL_ASKS = ("issued", "total")
_OF_CODE = ("code", "issued", "total", "amount", "check_code")
_TAX_ID = re.compile(r"[0-9A-Z]{15,20}")
_SHORT, _FISCAL, _DIGITAL = 8, 10, 20


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence under the number while it is typed; ``is_wrong`` when it can be no number."""

    message: str
    facts: Mapping[str, Any]
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """What is known of the words asked for; ``is_more`` when there are others."""

    invoices: tuple[Invoice, ...] = ()
    rows: tuple[LedgerRow, ...] = ()
    is_more: bool = False


def key_of(number: str, code: str = "", issued: date | None = None) -> InvoiceKey | None:
    """The invoice of a typed number and code, once both are whole."""
    try:
        return InvoiceKey.of(code, number, issued=issued)
    except ValueError:
        return None


def wanted(number: str, code: str) -> tuple[str, ...]:
    """The fields that this kind of invoice is asked for by, in the order of the form."""
    digits = _digits(number)
    if len(digits) in (_SHORT, _FISCAL) and digits.isdecimal():
        kind = kind_of_code(_digits(code))
        return ("code", *(kind.asks[1:] if kind and kind.asks else _DIGITAL_ASKS))
    return _DIGITAL_ASKS if digits.isdecimal() and len(digits) == _DIGITAL else ()


def hint(number: str, code: str) -> Hint | None:
    """What the digits say so far: how many are missing, which year, which region, which kind."""
    digits = _digits(number)
    if not digits.isdecimal() or len(digits) < _SHORT:
        return None
    if key := key_of(digits, code):
        return _about(key)
    if len(digits) == _SHORT:
        return Hint(N_("A number of 8 digits also has a code of 10 or 12 digits on the paper."), {})
    if len(digits) == _FISCAL:
        return Hint(N_("A fiscal receipt: its code has 8 digits."), {})
    if len(digits) < _DIGITAL:
        left = _DIGITAL - len(digits)
        return Hint(N_("%(left)s digits to go: a digital invoice has 20."), {"left": left})
    return Hint(N_("This is no invoice number: it has 8 or 20 digits."), {}, is_wrong=True)


def find(text: str, member: Member) -> Matches:
    """Invoices of the wallet and rows of the ledger, as far as the member may see them.

    ``text`` is a number, a part of one, a code, a tax id or a name.
    """
    clean = unicodedata.normalize("NFKC", text).strip()
    if len(clean) < 2 or clean.isdecimal() and len(clean) < 4:
        return Matches()
    mine = invoices.visible_to(member).where(_like(Invoice, clean))
    found = db.session.scalars(mine.order_by(Invoice.id.desc()).limit(MOST + 1)).all()
    held = [invoice.key for invoice in found]
    ledger = imports.rows_visible_to(member).where(_like(LedgerRow, clean))
    ledger = ledger.where(LedgerRow.key.not_in(held)).order_by(LedgerRow.issued.desc())
    rows = db.session.scalars(ledger.limit(MOST + 1)).all()
    is_more = max(len(found), len(rows)) > MOST
    return Matches(tuple(found[:MOST]), tuple(rows[:MOST]), is_more)


def of_code(text: str) -> dict[str, str]:
    """What an invoice's code, read by a scan gun, fills into the form; nothing for other texts."""
    told = qr.found([unicodedata.normalize("NFKC", text)])
    values = told[0].values if told else {}
    filled = {name: values[name] for name in _OF_CODE if name in values}
    return {"q": values["number"], **filled} if "number" in values else {}


def answer(key: InvoiceKey, typed: Mapping[str, str], *, by: Member) -> Answer:
    """What the ledger says of the values typed; nothing is kept."""
    return asked.ask(by.company, key, read_values(typed))


def held_by_others(key: InvoiceKey, member: Member) -> bool:
    """Whether the company has this invoice and the member may not see it."""
    return invoices.is_known(member.company_id, key) and not db.session.scalar(
        invoices.visible_to(member).where(Invoice.key == key)
    )


def keep(
    key: InvoiceKey,
    typed: Mapping[str, str],
    *,
    by: Member,
    document: Document | None = None,
    slip: str = "",
) -> Invoice:
    """Put a typed invoice into the member's wallet, with the document it stands on, and check it.

    ``slip`` is the id of the invoice without a number that is meant, where a file has several.

    Raises:
        repair.NotReadable: with the field; nothing was kept.
    """
    values = read_values(typed)
    if kind := kind_of_code(key.code):
        values["kind_word"] = kind.word
    with transaction():
        if document:
            invoices.number(document, key, by=by, slip=slip)
        invoice = invoices.type_in(key, values, by=by)
        if document:
            holdings.attach(invoice, document, by=by)
            for copy in document.copies:
                piles.follow(copy)
        checks.check(invoice)
        pairs.seek(invoice)
    return invoice


def _about(key: InvoiceKey) -> Hint:
    if kind := kind_of_code(key.code):
        facts = {"kind": kind.zh, "region": key.region or "?"}
        return Hint(N_("%(kind)s · %(region)s"), facts)
    if key.scheme != "digital":
        return Hint(N_("The tax bureau's site does not answer for this kind."), {})
    if key.number.startswith(SPECIMEN_YEAR):
        return Hint(N_("The number of a specimen"), {})
    year = int(f"20{key.number[:2]}")
    if key.region is None or year > today(now()).year:
        return Hint(N_("No year or region numbers its invoices like this: compare the digits."), {})
    return Hint(
        N_("Digital invoice of %(year)s · %(region)s"), {"year": year, "region": key.region}
    )


def _like(table: type[Invoice] | type[LedgerRow], text: str) -> Any:
    """By tax id when it can be one, by digits of number and code, else by name."""
    upper = text.upper()
    if text.isdecimal():
        return type_coerce(table.key, String).contains(text, autoescape=True)
    if _TAX_ID.fullmatch(upper):
        return or_(table.seller_tax_id == upper, table.buyer_tax_id == upper)
    named: list[InstrumentedAttribute[str]] = [table.seller_name, table.buyer_name]
    return or_(*(name.contains(text, autoescape=True) for name in named))


def _digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
