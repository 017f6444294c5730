"""Invoices in the box that finds everything."""

from flask import url_for

from app.accounts.finding import FEW, Hit, Hits
from app.accounts.models import Member
from app.core.errors import N_
from app.invoices import queries, wallet
from app.invoices.models import Invoice
from app.invoices.queries import Asked


def invoices(member: Member, words: str) -> Hits:
    """The newest that fit, as the wallet finds them, and the way to all of them there."""
    asked = Asked.of({"q": words})
    found, _ = queries.a_page(asked.seen_by(member))
    more = url_for("invoices.index", q=words) if len(found) > FEW else ""
    return Hits(N_("Invoices"), [_hit(one) for one in found[:FEW]], more)


def _hit(one: Invoice) -> Hit:
    amount = f"¥{one.shown_amount}" if one.shown_amount is not None else ""
    number = "" if one.key.scheme == "file" else one.key.text
    bits = (str(one.issued or ""), number, amount)
    return Hit(
        url_for("invoices.show", invoice_id=one.id),
        one.seller_name or one.kind_title,
        " · ".join(bit for bit in bits if bit),
        wallet.ICONS.get(one.purpose, "invoice"),
    )
