"""Who is told when the money of an invoice is held, and when it no longer is."""

from app.accounts import members
from app.accounts.models import Member
from app.accounts.roles import Power
from app.invoices import changes, holdings
from app.invoices.models import Invoice
from app.notices import notices
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

KINDS = ("invoice_held", "decider_missing")


def follow(invoice: Invoice) -> None:
    """Those who decide have a task as long as it is held by somebody; joins the transaction.

    Where only its bringers might decide, whoever manages people has to name somebody else.
    """
    if not (invoice.is_held and invoice.holdings):
        for kind in KINDS:
            notices.finish(kind, invoice.id)
    elif not any(notices.is_open(kind, invoice.id) for kind in KINDS):
        about = f"{invoice.id}:{new_id()}"
        if others := _deciding(invoice):
            path = f"/invoices/{invoice.id}"
            notices.tell(others, "invoice_held", about=about, path=path, **facts(invoice))
        elif not invoice.company.is_personal:
            heads = members.holding(invoice.company_id, Power.MANAGE_PEOPLE)
            notices.tell(heads, "decider_missing", about=about, path="/company")


def find_deciders() -> None:
    """Ask those who can decide by now, where nobody could when the money was held."""
    for about in notices.open_about("decider_missing"):
        invoice = db.session.get_one(Invoice, about.partition(":")[0])
        with transaction():
            changes.in_turn(invoice)
            if _deciding(invoice):
                notices.finish("decider_missing", about)
                follow(invoice)


def may_decide(invoice: Invoice, member: Member) -> bool:
    """Whether a member may say that held money is free: never of what they once handed in.

    In a personal space there is nobody else.
    """
    if not member.may(Power.DECIDE):
        return False
    is_own = member in holdings.holders(invoice) or holdings.has_let_go(invoice, member)
    return not is_own or invoice.company.is_personal


def has_to_leave(invoice: Invoice, member: Member) -> bool:
    """Whether it is the member's own, and a colleague can decide about it."""
    return not may_decide(invoice, member) and bool(_deciding(invoice))


def _deciding(invoice: Invoice) -> list[Member]:
    deciding = members.holding(invoice.company_id, Power.DECIDE)
    return [member for member in deciding if may_decide(invoice, member)]


def facts(invoice: Invoice) -> dict[str, str]:
    """What a notice says of it."""
    seller = invoice.seller_name or invoice.kind_title
    return {"seller": seller, "amount": str(invoice.shown_amount or "—")}
