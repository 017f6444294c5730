"""The place on a document's page for what rooms to the right have to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from app.accounts.models import Member
from app.documents.models import Document


@dataclass(frozen=True, slots=True)
class Panel:
    """A partial with what it needs; ``has_invoice`` says that one came of the document."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    has_invoice: bool = False


MakePanel = Callable[[Document, Member], Panel]


def panels(document: Document, member: Member) -> list[Panel]:
    """Every room's panel, in the order in which ``create_app`` lists them."""
    makers: tuple[MakePanel, ...] = current_app.extensions["document_panels"]
    return [make(document, member) for make in makers]
