"""The places on an invoice's page and in the wallet for rooms to the right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from app.accounts.models import Member
from app.accounts.roles import Power
from app.documents import panels as documents_panels
from app.documents.models import Document
from app.invoices import matching, offers
from app.invoices.models import Invoice


@dataclass(frozen=True, slots=True)
class Panel:
    """A partial with what it needs, and how many of its questions passed or are open.

    ``lead`` is a partial that is read before the facts of the invoice, ``acts`` one with what can
    be done about it, both with the same needs. A room that has only one of these has no
    ``template``.
    """

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    lead: str = ""
    acts: str = ""
    passed: int = 0
    unknown: int = 0


MakePanel = Callable[[Invoice, Member], Panel]
MakeWalletPanel = Callable[[Member], Panel]
NameLists = Callable[[Sequence[str], Member], Mapping[str, str]]


def panels(invoice: Invoice, member: Member) -> list[Panel]:
    """Every room's panel, in the order in which ``create_app`` lists them."""
    makers: tuple[MakePanel, ...] = current_app.extensions["invoice_panels"]
    return [make(invoice, member) for make in makers]


def wallet_panels(member: Member) -> list[Panel]:
    """What rooms to the right do with the invoices that were picked; buttons of the form there.

    Each picked invoice is sent with that form as ``invoice``.
    """
    makers: tuple[MakeWalletPanel, ...] = current_app.extensions["wallet_panels"]
    return [make(member) for make in makers]


def list_name(batch_id: str, member: Member) -> str:
    """The name of the list that invoices came with; empty for one that the member may not see."""
    names: NameLists = current_app.extensions["list_names"]
    return names([batch_id], member).get(batch_id, "") if batch_id else ""


def document_panel(document: Document, member: Member) -> documents_panels.Panel:
    """Of an itinerary what it lists, and its invoice, or the one for which it waits."""
    facts = {"side": offers.of_document(document, member), "span": matching.SPAN, "powers": Power}
    return documents_panels.Panel("invoices/_itinerary.html", facts)
